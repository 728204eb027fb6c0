#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace eckart::text {

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

  private:
    friend class Tokenizer;

    /// Makes room for one more word of up to `bytes` bytes, and for eight more.
    void reserve_word(std::size_t bytes) {
        if (count_ + 2 > offsets_.size() || offsets_[count_] + bytes + 8 > bytes_.size()) grow(bytes + 8);
    }
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
    std::int64_t overlong_words = 0;     ///< of more than Tokenizer::longest_word bytes; left out
};

class WordSegmenter;

/// Cuts text in words.
///
/// Boundaries are those of Unicode's default word segmentation (UAX 29) with ICU's dictionaries for Thai, Lao, Khmer,
/// Burmese, Chinese and Japanese, found in the text as it stands; each piece is then folded with NFKC_Casefold, so that
/// a range of the source belongs to each word and boundaries see what the reader sees. On top of that
///
/// - a word holds a letter, a digit or an ideograph; combining marks never split one;
/// - words end at '_', '@' and ':', and at '.', ',' and ';' unless they stand between two digits: `std::vector` and
///   `snake_case` are two words each, `3.14` is one;
/// - apostrophes between letters stay for the stemmer, U+2018 and U+2019 written as "'";
/// - the dot that folding leaves above the i of a Turkish capital is dropped;
/// - a word of more than `longest_word` bytes after folding is left out and counted: it is encoded data, not language.
///
/// ASCII takes a short way of its own; stretches with other bytes, cut before ASCII characters that end words wherever
/// they stand, go through ICU. Both give the same words. A stretch of more than 16 KiB without such a character is cut
/// where a word ends, so that time is linear and memory bounded.
///
/// Holds scratch space: one object a thread.
class Tokenizer {
  public:
    static constexpr std::size_t longest_word = 256;  ///< bytes

    /// `ascii_path` false sends everything through ICU, to check the short way against.
    explicit Tokenizer(bool ascii_path = true);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Puts the words of `text` into `words`, cleared before. Throws UsageError if `text` has 4 GiB or more.
    void tokenize(std::string_view text, TokenList& words);

    /// Appends the words of the next part of `text`, about 1 MiB that begins at `from` (0, or what the last call gave
    /// back), and gives back where the next part begins: text.size() at the end. All parts give what `tokenize` gives.
    std::size_t tokenize_part(std::string_view text, std::size_t from, TokenList& words);

    const TokenizerReport& report() const { return report_; }

  private:
    std::size_t scan_ascii(std::string_view text, std::size_t from, std::size_t stop, TokenList& words);
    std::size_t scan_word(std::string_view text, std::size_t begin, TokenList& words);
    std::size_t segment(std::string_view text, std::size_t begin, std::size_t other, std::size_t stop,
                        TokenList& words);

    std::unique_ptr<WordSegmenter> segmenter_;
    TokenizerReport report_;
    bool ascii_path_;
};

}  // namespace eckart::text
