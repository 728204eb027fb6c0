#include "text/ranking/form_postings.h"

#include <bit>
#include <cstring>
#include <limits>

#include "engine/support/error.h"
#include "text/terms/form_lists.h"

namespace eckart::text {
namespace {

[[noreturn]] void throw_damaged_list() {
    throw DamagedError("the list of documents or positions of a word is damaged; make the index again");
}

std::uint64_t read_number(std::span<const std::uint8_t> bytes, std::size_t& at) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        if (at >= bytes.size()) throw_damaged_list();
        const std::uint8_t byte = bytes[at++];
        number |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return number;
    }
    throw_damaged_list();
}

/// A number ends with the first byte whose high bit is not set: eight bytes at a time while there are more to pass.
void pass_numbers(std::span<const std::uint8_t> bytes, std::size_t& at, std::uint64_t count) {
    while (count > 8 && at + 8 <= bytes.size()) {
        std::uint64_t eight;
        std::memcpy(&eight, bytes.data() + at, 8);
        count -= static_cast<std::uint64_t>(std::popcount(~eight & 0x8080808080808080U));
        at += 8;
    }
    while (count > 0) {
        if (at >= bytes.size()) throw_damaged_list();
        count -= bytes[at++] < 0x80;
    }
}

template <class T>
T load_low_first(const std::uint8_t* from) {
    T number = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) number |= static_cast<T>(static_cast<T>(from[i]) << (8 * i));
    return number;
}

std::span<const std::uint8_t> list_of(std::span<const std::uint8_t> bytes, std::span<const std::int64_t> offsets,
                                      std::int32_t form) {
    const auto begin = static_cast<std::size_t>(offsets[static_cast<std::size_t>(form)]);
    const auto end = static_cast<std::size_t>(offsets[static_cast<std::size_t>(form) + 1]);
    if (begin > end || end > bytes.size()) throw_damaged_list();
    return bytes.subspan(begin, end - begin);
}

}  // namespace

FormCursor::FormCursor(const FormPostings& postings, std::int32_t form) : rows_(postings.rows) {
    documents_ = list_of(postings.documents, postings.document_offsets, form);
    positions_ = list_of(postings.positions, postings.position_offsets, form);
    std::size_t begin = 0;
    const std::uint64_t size = read_number(documents_, begin);
    const std::uint64_t skips = size > 0 ? (size - 1) / skip_interval * skip_bytes : 0;
    if (size > static_cast<std::uint64_t>(rows_) || skips > documents_.size() - begin) throw_damaged_list();
    size_ = static_cast<std::int32_t>(size);
    skips_ = documents_.subspan(begin, skips);
    documents_ = documents_.subspan(begin + skips);
    if (size_ > 0) read();
}

void FormCursor::read() {
    const std::uint64_t gap = read_number(documents_, at_);
    const std::uint64_t row = gap / 2 + static_cast<std::uint64_t>(std::int64_t{document_} + 1);
    if (row >= static_cast<std::uint64_t>(rows_)) throw_damaged_list();
    document_ = static_cast<std::int32_t>(row);
    const std::uint64_t count = gap % 2 == 0 ? 1 : read_number(documents_, at_) + 2;
    if (count > std::numeric_limits<std::uint32_t>::max()) throw_damaged_list();
    count_ = static_cast<std::uint32_t>(count);
}

void FormCursor::next() {
    if (at_end()) return;
    ++index_;
    positions_before_ += count_;
    if (!at_end()) read();
}

/// To the first document of a block.
void FormCursor::jump(std::int32_t block) {
    const std::uint8_t* const skip = skips_.data() + static_cast<std::size_t>(block - 1) * skip_bytes;
    index_ = block * static_cast<std::int32_t>(skip_interval);
    document_ = static_cast<std::int32_t>(load_low_first<std::uint32_t>(skip));
    at_ = load_low_first<std::uint32_t>(skip + 4);
    position_at_ = load_low_first<std::uint64_t>(skip + 8);
    positions_before_ = 0;
    read();
}

void FormCursor::seek(std::int32_t document) {
    if (at_end() || document_ >= document) return;
    // The last block whose documents before it are all before the one that is looked for.
    std::int32_t low = index_ / static_cast<std::int32_t>(skip_interval);
    std::int32_t high = static_cast<std::int32_t>(skips_.size() / skip_bytes);
    const std::int32_t own = low;
    while (low < high) {
        const std::int32_t middle = low + (high - low + 1) / 2;
        const std::uint8_t* const skip = skips_.data() + static_cast<std::size_t>(middle - 1) * skip_bytes;
        if (load_low_first<std::uint32_t>(skip) < static_cast<std::uint32_t>(document))
            low = middle;
        else
            high = middle - 1;
    }
    if (low > own) jump(low);
    while (!at_end() && document_ < document) next();
}

void FormCursor::positions(std::vector<std::uint32_t>& rising) const {
    rising.clear();
    std::size_t at = position_at_;
    pass_numbers(positions_, at, positions_before_);
    std::uint64_t next = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        next += read_number(positions_, at) + 1;
        if (next > std::uint64_t{std::numeric_limits<std::uint32_t>::max()} + 1) throw_damaged_list();
        rising.push_back(static_cast<std::uint32_t>(next - 1));
    }
}

}  // namespace eckart::text
