#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eckart::jobs {

/// Columns that UTF-8 text takes on a terminal or in a picture: 2 for a wide character, 0 for a combining one. A byte
/// that is not UTF-8 counts as one column.
std::size_t display_width(std::string_view text);

/// `text`, cut to `columns` columns with an ellipsis if it is wider; 0 columns: as it is.
std::string cut_to(std::string_view text, std::size_t columns);

/// `text` with every control character, line breaks too, replaced by as many spaces as it has bytes: text from a file
/// must not control the terminal. U+0080 to U+009F are control characters.
std::string printable(std::string_view text);

/// The same of a text of many lines: line breaks (a CR before them goes) and tabs stay.
std::string printable_lines(std::string_view text);

}  // namespace eckart::jobs
