#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "text/words/token_list.h"

namespace eckart::text {

class WordSegmenter;

/// Cuts text into words.
///
/// Boundaries are those of Unicode's default word segmentation (UAX 29), with ICU's dictionaries for Thai, Lao, Khmer,
/// Burmese, Chinese and Japanese. They are found in the text as it stands, and each piece is then folded with
/// NFKC_Casefold: so each word has its range of the source, and boundaries see what the reader sees. On top of that
///
/// - a word holds a letter, a digit or an ideograph; combining marks never split one;
/// - words end at '_', '@' and ':', and at '.', ',' and ';' unless they stand between two digits: `std::vector` and
///   `snake_case` are two words each, `3.14` is one;
/// - apostrophes between letters stay for the stemmer, all kinds written as "'"; digits below and above the line are
///   digits (`marks.h`);
/// - the dot that folding leaves above the i of a Turkish capital is dropped;
/// - a word of more than `longest_word` bytes after folding is left out and counted.
///
/// ASCII takes a short way of its own. Stretches with other bytes go through ICU; they are cut before ASCII characters
/// that end a word wherever they stand. Both ways give the same words. A stretch of more than 16 KiB without such a
/// character is cut where a word ends, so that time is linear and memory bounded.
///
/// Holds scratch space: one object a thread.
class Tokenizer {
  public:
    /// `ascii_path` false sends everything through ICU, to check the short way against it.
    explicit Tokenizer(bool ascii_path = true);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Replaces `words` by the words of `text`. Throws UsageError if `text` has 4 GiB or more.
    void tokenize(std::string_view text, TokenList& words);

    /// Appends the words of the next part of `text`, about 1 MiB from `from` on (0, or what the last call returned).
    /// Returns where the next part begins, text.size() at the end. All parts together give what `tokenize` gives.
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
