#include "corpora/bytes/lines.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

constexpr std::size_t first_buffer_bytes = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
    : stream_(std::move(stream)), most_bytes_(most_bytes), buffer_(first_buffer_bytes + padding) {}

bool LineReader::next(std::string_view& line) {
    std::size_t searched = 0;
    for (;;) {
        if (line_number_ == 0 && searched == 0) drop_byte_order_mark();
        char* const start = buffer_.data() + begin_;
        const std::size_t waiting = end_ - begin_;
        const void* found = std::memchr(start + searched, '\n', waiting - searched);
        std::size_t length = waiting;
        if (found != nullptr) length = static_cast<std::size_t>(static_cast<const char*>(found) - start);
        if (length > most_bytes_) {
            ++line_number_;
            fail("found a line of more than " + readable_bytes(most_bytes_) + ", expected shorter ones");
        }
        if (found == nullptr) {
            searched = waiting;
            if (read_more()) continue;
            if (length == 0) return false;
        }
        ++line_number_;
        line = std::string_view(buffer_.data() + begin_, length);
        begin_ += length + (found != nullptr ? 1 : 0);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        return true;
    }
}

bool LineReader::read_more() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ + padding == buffer_.size()) buffer_.resize(2 * end_ + padding);
    const std::size_t count = stream_->read({buffer_.data() + end_, buffer_.size() - padding - end_});
    end_ += count;
    return count > 0;
}

void LineReader::drop_byte_order_mark() {
    while (end_ < 3 && read_more()) {
    }
    const std::string_view head(buffer_.data(), std::min<std::size_t>(end_, 3));
    if (head == byte_order_mark) begin_ = byte_order_mark.size();
    if (head.substr(0, 2) == "\xff\xfe" || head.substr(0, 2) == "\xfe\xff") {
        line_number_ = 1;
        fail("found UTF-16, expected UTF-8 in a file of records");
    }
}

void LineReader::fail(const std::string& message) const {
    throw InputError(name(), line_number_, message);
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string shown = "\"";
    for (const char c : text.substr(0, most)) shown += c >= ' ' && c <= '~' ? c : '?';
    return shown + (text.size() > most ? "...\"" : "\"");
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t begin = line.find_first_not_of(ascii_white_space); begin < line.size();) {
        const std::size_t end = std::min(line.find_first_of(ascii_white_space, begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        begin = line.find_first_not_of(ascii_white_space, end);
    }
    return words;
}

void require_no_byte_order_mark(const LineReader& lines, std::string_view id) {
    if (id.starts_with(byte_order_mark)) {
        lines.fail("found a byte order mark, expected one at the start of the file only (are these files joined?)");
    }
}

}  // namespace eckart::corpora
