#include "engine/support/edit_distance.h"

#include <algorithm>
#include <numeric>
#include <vector>

// Notation: D_ij is the distance of the first i bytes of a and the first j of b, D_i0 = i, D_0j = j, and
//
//     D_ij = min(D_{i-1,j-1} + [a_i != b_j],  D_{i-1,j} + 1,  D_{i,j-1} + 1)
//
// (Wagner and Fischer, "The string-to-string correction problem", JACM 21, 1974). `row` is D_i.

namespace eckart {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return most + 1;
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char letter : a) {
        std::size_t diagonal = row[0], least = ++row[0];
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (letter == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
            least = std::min(least, row[j + 1]);
        }
        if (least > most) return most + 1;
    }
    return row.back() > most ? most + 1 : row.back();
}

}  // namespace eckart
