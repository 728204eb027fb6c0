#include "engine/support/edit_distance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "engine/support/random.h"

using namespace eckart;

namespace {

/// The definition, without a table.
std::size_t by_definition(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return a.size() + b.size();
    const std::size_t replaced = by_definition(a.substr(1), b.substr(1)) + (a[0] == b[0] ? 0 : 1);
    return std::min({replaced, by_definition(a.substr(1), b) + 1, by_definition(a, b.substr(1)) + 1});
}

}  // namespace

TEST_CASE("edits are insertions, deletions and replacements") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("ab", "ba") == 2);
}

TEST_CASE("past the bound every distance is the bound and one") {
    CHECK(edit_distance("kitten", "sitting", 3) == 3);
    CHECK(edit_distance("kitten", "sitting", 2) == 3);
    CHECK(edit_distance("a", "abcdef", 2) == 3);
    CHECK(edit_distance("abcd", "wxyz", 0) == 1);
    CHECK(edit_distance("abcd", "abcd", 0) == 0);
}

TEST_CASE("the distance of short strings is the one of the definition") {
    const Philox random(7);
    for (std::uint64_t t = 0; t < 60; ++t) {
        std::string words[2];
        for (std::uint64_t w = 0; w < 2; ++w) {
            for (std::uint64_t c = 0; c < random.below(100 * t + 50 * w, 6); ++c) {
                words[w] += static_cast<char>('a' + random.below(100 * t + 50 * w + 1 + c, 3));
            }
        }
        CAPTURE(words[0]);
        CAPTURE(words[1]);
        const std::size_t exact = by_definition(words[0], words[1]);
        CHECK(edit_distance(words[0], words[1]) == exact);
        CHECK(edit_distance(words[0], words[1], 2) == std::min<std::size_t>(exact, 3));
    }
}
