// Any bytes: the short way for ASCII gives what ICU gives, ranges lie in the text, analysis takes it, and a bare form
// has nothing more to lose.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/words/analyzer.h"
#include "text/words/language.h"
#include "text/words/marks.h"
#include "text/words/tokenizer.h"

namespace {

using namespace eckart::text;

bool same(const TokenList& a, const TokenList& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] || a.source(i) != b.source(i)) return false;
    return true;
}

bool ranges_lie_in(std::string_view text, const TokenList& words) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words.source(i).begin >= words.source(i).end || words.source(i).end > text.size()) return false;
    return true;
}

bool are_bare_once(const TokenList& words) {
    std::string buffer, again;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string bare(bare_form(words[i], buffer));
        if (bare.empty() || bare_form(bare, again) != bare) return false;
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static Tokenizer fast(true), slow(false);
    static Analyzer analyzer;
    TokenList fast_words, slow_words, terms;
    const auto before_fast = fast.report(), before_slow = slow.report();
    fast.tokenize(text, fast_words);
    slow.tokenize(text, slow_words);
    const auto invalid_fast = fast.report().invalid_sequences - before_fast.invalid_sequences;
    const auto invalid_slow = slow.report().invalid_sequences - before_slow.invalid_sequences;
    if (size < 16000 && (!same(fast_words, slow_words) || invalid_fast != invalid_slow)) __builtin_trap();
    if (!ranges_lie_in(text, fast_words) || !ranges_lie_in(text, slow_words)) __builtin_trap();
    if (!are_bare_once(fast_words)) __builtin_trap();
    const Language language = detect_language(text);
    analyzer.analyze(text, language, terms);
    if (terms.size() > fast_words.size()) __builtin_trap();
    return 0;
}
