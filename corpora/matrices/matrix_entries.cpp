#include "corpora/matrices/matrix_entries.h"

#include <cmath>
#include <limits>
#include <utility>

#include "corpora/matrices/matrix_elements.h"
#include "engine/support/error.h"

namespace eckart::corpora {

void require_sparse_shape(const std::string& source, std::int64_t rows, std::int64_t cols) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (rows >= 0 && cols >= 0 && rows <= most && cols <= most) return;
    throw InputError(source + ": found a sparse matrix of " + std::to_string(rows) + " x " + std::to_string(cols) +
                     ", expected at most 2147483647 rows and columns");
}

std::uint64_t sparse_memory(std::int64_t rows, std::uint64_t entries) {
    // The entries, the half of them that a stable sort puts aside, and the matrix.
    constexpr std::uint64_t entry_bytes = sizeof(Entry) + sizeof(Entry) / 2 + sizeof(std::int32_t) + sizeof(float);
    return static_cast<std::uint64_t>(rows) * sizeof(std::int64_t) + entries * entry_bytes;
}

CsrMatrix sparse_matrix(const std::string& source, std::int64_t rows, std::int64_t cols, std::vector<Entry> entries,
                        const MemoryBudget& memory) {
    require_sparse_shape(source, rows, cols);
    memory.require(sparse_memory(rows, entries.size()), "the matrix");
    CsrMatrix matrix = csr_from_entries(rows, cols, std::move(entries));
    require_finite(source, matrix);
    return matrix;
}

void require_finite(const std::string& source, const CsrView& matrix) {
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto [columns, values] = matrix.row(row);
        for (std::size_t e = 0; e < values.size(); ++e) {
            if (std::isfinite(values[e])) continue;
            throw InputError(source + ": " + bad_entry(std::to_string(values[e]), row + 1, columns[e] + 1));
        }
    }
}

}  // namespace eckart::corpora
