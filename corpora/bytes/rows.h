#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"

namespace eckart::corpora {

/// What stands between the fields of a row.
enum class RowForm {
    commas,      ///< CSV (RFC 4180): fields may stand in quotes, which hold commas, line ends and doubled quotes
    semicolons,  ///< the same with semicolons, as spreadsheets write it where a comma is the decimal sign
    tabs,        ///< quotes are text, and a field cannot hold a tab or a line end
    bars,        ///< the same with "|"
    colons,      ///< the same with "::"
    blanks       ///< any white space (ASCII), none of it at either end
};

/// The rows of a table, one at a time. Fields are handed out as they stand, blanks around them included.
class RowReader {
  public:
    RowReader(std::unique_ptr<ByteStream> stream, RowForm form, std::size_t most_bytes = default_record_bytes);

    /// Puts the next row that is not blank into `fields`, valid until the next call; false at the end. Throws
    /// InputError "name:line: ..." at a quote that is never closed or not within the bound, at text after a closing
    /// quote, and where LineReader does.
    bool next(std::vector<std::string_view>& fields);

    /// The line that `next` read last, as it stands. Valid until the next call.
    std::string_view line() const { return text_; }

    /// Where the row that `next` gave last begins; counts from 1.
    std::size_t line_number() const { return line_; }

    const std::string& name() const { return lines_.name(); }
    double fraction_done() const { return lines_.fraction_done(); }

    /// Throws InputError "name:line: message" for the current row.
    [[noreturn]] void fail(const std::string& message) const;

    /// The same for an id that begins the row and starts with a byte order mark: see require_no_byte_order_mark.
    void require_unmarked(std::string_view id) const { require_no_byte_order_mark(lines_, id); }

  private:
    void split(std::string_view line, std::vector<std::string_view>& fields);
    void split_with_quotes(std::string_view line, char separator, std::vector<std::string_view>& fields);
    void copy_with_quotes(std::string_view line, char separator, std::vector<std::string_view>& fields);
    std::string_view copy_quoted(std::string_view line, char separator);

    LineReader lines_;
    RowForm form_;
    std::size_t most_bytes_;
    std::string bytes_;              ///< of the fields of a row with quotes, one behind the other
    std::vector<std::size_t> ends_;  ///< of each field in bytes_
    std::string_view text_;
    std::size_t line_ = 0;
};

}  // namespace eckart::corpora
