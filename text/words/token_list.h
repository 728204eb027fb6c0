#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace eckart::text {

/// A word of more bytes than this, after folding, is encoded data and not language: it is left out and counted.
inline constexpr std::size_t longest_word = 256;

/// Half-open range of bytes of the text that was given.
struct ByteRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool operator==(const ByteRange&) const = default;
};

/// Words and where they stood: flat arrays that keep their memory when they are cleared.
class TokenList {
  public:
    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }

    /// The word, in UTF-8; the view holds until the list is changed. Eight bytes from its first one on may be read.
    std::string_view operator[](std::size_t i) const {
        return {bytes_.data() + offsets_[i], offsets_[i + 1] - offsets_[i]};
    }

    /// The bytes of the source that the word came from.
    ByteRange source(std::size_t i) const { return ranges_[i]; }

    void clear() { count_ = 0; }
    void truncate(std::size_t size) { count_ = size; }
    void append(std::string_view word, ByteRange source);

    /// Where to write the next word: room for `bytes` bytes and eight more. `end_word` then appends it.
    char* begin_word(std::size_t bytes) {
        if (count_ + 2 > offsets_.size() || offsets_[count_] + bytes + 8 > bytes_.size()) grow(bytes + 8);
        return bytes_.data() + offsets_[count_];
    }

    /// Appends the `length` bytes that were written at the last `begin_word`.
    void end_word(std::size_t length, ByteRange source) {
        ranges_[count_] = source;
        offsets_[count_ + 1] = offsets_[count_] + static_cast<std::uint32_t>(length);
        ++count_;
    }

  private:
    void grow(std::size_t bytes);

    // The vectors are as long as what is reserved; count_ words of them are in use, word i at offsets_[i].
    std::vector<char> bytes_;
    std::vector<std::uint32_t> offsets_ = {0};
    std::vector<ByteRange> ranges_;
    std::size_t count_ = 0;
};

/// What a tokenizer met since it was made.
struct TokenizerReport {
    std::int64_t invalid_sequences = 0;  ///< of UTF-8; each counts as U+FFFD, which no word contains
    std::int64_t overlong_words = 0;     ///< of more than `longest_word` bytes; left out
};

}  // namespace eckart::text
