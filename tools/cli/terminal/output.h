#pragma once

#include <cstdio>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tools/jobs/common/shown_text.h"

namespace eckart::tools {

/// Thrown when whoever reads standard output has closed it: the program then ends without a word.
struct OutputClosed {};

/// Standard output. Nothing that was written is lost unnoticed: every failure is thrown, at the latest by `finish`.
class Output {
  public:
    /// `before_write` is called before each write: what else is on the screen makes room.
    explicit Output(std::function<void()> before_write = {});

    /// Throws InputError if the text cannot be written, OutputClosed if nobody reads any more.
    void write(std::string_view text);
    void line(std::string_view text);
    /// One object on one line, as `json_line` writes it.
    void object(const nlohmann::ordered_json& fields);
    void finish();

    /// Whether it is a terminal that wants bold type (NO_COLOR is respected).
    bool styled() const { return styled_; }
    /// Columns of the terminal, or 0 if it is none.
    std::size_t columns() const { return columns_; }

  private:
    void check(bool good);

    std::function<void()> before_write_;
    bool styled_;
    std::size_t columns_;
};

using jobs::cut_to;
using jobs::display_width;
using jobs::printable;
using jobs::printable_lines;

/// The object on one line. Bytes that are not UTF-8 become U+FFFD; the controls that JSON leaves as they are, DEL and
/// U+0080 to U+009F, which a terminal may obey, are escaped.
std::string json_line(const nlohmann::ordered_json& fields);

/// Columns of the terminal that `descriptor` is, or 0 if it is none.
std::size_t terminal_columns(int descriptor);

/// Rows of cells printed in aligned columns, numbers to the right.
class Table {
  public:
    explicit Table(std::vector<std::string> header) { add(std::move(header)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(Output& out) const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace eckart::tools
