#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "text/words/token_list.h"

namespace eckart::text {

/// The way through ICU: word boundaries, folding, and the rules of Tokenizer on top. One object a thread.
class WordSegmenter {
  public:
    WordSegmenter();
    ~WordSegmenter();
    WordSegmenter(const WordSegmenter&) = delete;
    WordSegmenter& operator=(const WordSegmenter&) = delete;

    /// Appends the words of `chunk`, whose first byte is byte `base` of the source, and returns how many bytes of it
    /// are done. With `whole` all are. Without, the text goes on after the chunk, and the last words are left to a next
    /// call that begins where this one ended.
    std::size_t append_words(std::string_view chunk, std::size_t base, bool whole, TokenList& words,
                             TokenizerReport& report);

    /// Whether the last chunk ended inside a word too long for a chunk; the rest of it is passed over.
    bool in_overlong_word() const;

    /// Forgets such a word.
    void begin_stretch();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace eckart::text
