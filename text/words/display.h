#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace eckart::text {

/// Whether the character ends or separates lines or controls a terminal: it is shown as a space.
bool is_blank(char32_t character);

/// Columns that a character takes where all have one width: 2 if it is wide (UAX 11), 0 if it combines with the one
/// before it or is not seen, 1 otherwise.
std::size_t column_width(char32_t character);

/// Counts the columns of a text from left to right; a run of blanks counts as one. Borrows the text.
class ColumnCounter {
  public:
    explicit ColumnCounter(std::string_view text, std::size_t position = 0) : text_(text), position_(position) {}

    std::size_t columns() const { return columns_; }

    /// Goes on to `position`, which is not before where it is.
    void advance_to(std::size_t position);

    /// Goes on as far as `columns` columns reach in all, and gives back where that is: before a character that takes a
    /// column, or at the end.
    std::size_t advance_within(std::size_t columns);

  private:
    std::size_t width_of_next(std::size_t& next) const;

    std::string_view text_;
    std::size_t position_;
    std::size_t columns_ = 0;
    bool after_blank_ = false;
};

/// Columns of a whole text.
std::size_t columns(std::string_view text);

/// Whether there is nothing but blanks in `text`.
bool is_blank(std::string_view text);

/// Whether `text` begins with a mark, which would combine with what is put before it.
bool begins_with_mark(std::string_view text);

/// Appends `part` as it is shown: a run of blanks as one space (none at the beginning of `to`), and U+FFFD for what is
/// not UTF-8. The controls of writing direction that reach over what follows them (U+202A to U+202E, U+2066 to U+2069)
/// are left out, since a part of a text may lack their ends, and so is the byte order mark.
void append_shown(std::string& to, std::string_view part);

/// Where the last sentence or paragraph begins that does so between the bytes `from` and `to`; nothing if none does. A
/// sentence ends with a mark of Unicode's Sentence_Terminal and closing quotes or brackets behind it; behind a mark of
/// ASCII only where white space follows. A paragraph begins after an empty line or with a line that is indented.
std::optional<std::size_t> sentence_start(std::string_view text, std::size_t from, std::size_t to);

}  // namespace eckart::text
