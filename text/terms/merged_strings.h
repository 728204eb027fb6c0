#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/terms/string_table.h"
#include "text/terms/vocabulary.h"

namespace eckart::text {

/// A string of one of several tables, with its first eight bytes as a number in front so that most comparisons end
/// there. Borrows the string.
struct TableString {
    std::uint64_t prefix;
    std::string_view text;
    std::int32_t number;  ///< in its table
    int table;
};

/// The strings of table number `table` in bytewise order.
std::vector<TableString> sorted_strings(const StringTable& strings, int table);

/// A vocabulary, and for each table where its strings stand in it.
struct MergedStrings {
    Vocabulary vocabulary;
    std::vector<std::vector<std::int32_t>> places;
};

/// The strings of all tables, each table's as `sorted_strings` gives them, in the order of the tables' numbers.
MergedStrings merge_strings(std::span<const std::vector<TableString>> by_table);

}  // namespace eckart::text
