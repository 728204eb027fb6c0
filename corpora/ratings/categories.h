#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// Categories in a field of a table. Not installed.

namespace eckart::corpora {

/// What stands between the categories in the fields of a column: "|" if any field has one, else ";", else "," if some
/// field has none and what commas part comes up one and a half times each or more on average; 0: a field is one
/// category.
char category_separator(std::span<const std::string> fields);

/// The categories of a field, without blanks around. "(no genres listed)" is none.
std::vector<std::string_view> categories_in(std::string_view field, char separator);

}  // namespace eckart::corpora
