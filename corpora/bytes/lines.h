#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "engine/support/ascii.h"

namespace eckart::corpora {

/// Largest line or record that readers take, in bytes, so that a file without line ends cannot fill the memory.
constexpr std::size_t default_record_bytes = std::size_t{256} << 20;

/// The lines of a stream. Holds one line and one block of the stream at a time.
class LineReader {
  public:
    /// Bytes behind a line that may be read, as SIMD parsers do; their values mean nothing.
    static constexpr std::size_t padding = 64;

    explicit LineReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes = default_record_bytes);

    /// Puts the next line, without its "\n" or "\r\n", into `line`, valid until the next call; false at the end. A
    /// UTF-8 byte order mark at the start is dropped. Throws InputError at a line of more than `most_bytes`, and at a
    /// source in UTF-16.
    bool next(std::string_view& line);

    /// Of the line that `next` gave last; counts from 1.
    std::size_t line_number() const { return line_number_; }

    const std::string& name() const { return stream_->name(); }
    double fraction_done() const { return stream_->fraction_done(); }

    /// Throws InputError "name:line: message" for the current line.
    [[noreturn]] void fail(const std::string& message) const;

  private:
    bool read_more();
    void drop_byte_order_mark();

    std::unique_ptr<ByteStream> stream_;
    std::size_t most_bytes_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t line_number_ = 0;
};

/// `text` in quotes and cut to a length that fits in a message, with bytes that are not printable ASCII as "?".
std::string in_quotes(std::string_view text);

using eckart::lower_ascii;
using eckart::trimmed;

/// The parts between white space (ASCII), of which there are none empty.
std::vector<std::string_view> words_of(std::string_view line);

/// Throws InputError if `id`, which begins the current line of `lines`, starts with a UTF-8 byte order mark: one stands
/// in the middle where files have been joined, and would make another id of this one.
void require_no_byte_order_mark(const LineReader& lines, std::string_view id);

}  // namespace eckart::corpora
