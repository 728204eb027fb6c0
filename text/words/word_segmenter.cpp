#include "text/words/word_segmenter.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utext.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "text/words/marks.h"

// Positions in a chunk count UTF-16 units, as ICU does; `source` leads back to bytes. A segment is what lies between
// two boundaries of UAX 29; a word is a segment after folding, or a part of it.

namespace eckart::text {
namespace {

/// Bytes before the end of a chunk in whose middle the text goes on, where boundaries may yet change.
constexpr std::size_t margin = 1024;

void check(UErrorCode status, const char* what) {
    if (U_FAILURE(status))
        throw InputError(std::string("the Unicode library failed at ") + what + ": " + u_errorName(status));
}

/// A break iterator of its own for the caller; the rules and dictionaries are compiled once and shared.
std::unique_ptr<icu::BreakIterator> new_word_breaks() {
    static std::mutex mutex;
    static std::unique_ptr<icu::BreakIterator> prototype;
    const std::lock_guard lock(mutex);
    if (!prototype) {
        UErrorCode status = U_ZERO_ERROR;
        prototype.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        check(status, "its word breaks");
    }
    return std::unique_ptr<icu::BreakIterator>(prototype->clone());
}

const icu::Normalizer2& folding() {
    static const icu::Normalizer2* const instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* made = icu::Normalizer2::getNFKCCasefoldInstance(status);
        check(status, "its case folding");
        return made;
    }();
    return *instance;
}

enum class Kind : std::uint8_t { letter, digit, mark, other };

Kind kind_of(UChar32 c) {
    const std::uint32_t category = U_GET_GC_MASK(c);
    if ((category & U_GC_L_MASK) != 0) return Kind::letter;
    if ((category & U_GC_N_MASK) != 0) return Kind::digit;
    return (category & U_GC_M_MASK) != 0 ? Kind::mark : Kind::other;
}

/// For the letters and digits of the common alphabets that fold to one such character and combine with nothing before
/// them, that character; 0 for all others. A segment of these is folded one by one.
using FoldTable = std::array<char16_t, 0x600>;

FoldTable make_fold_table() {
    FoldTable table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto c = static_cast<char16_t>(i);
        if (kind_of(c) != Kind::letter && kind_of(c) != Kind::digit) continue;
        UErrorCode status = U_ZERO_ERROR;
        const icu::UnicodeString folded = folding().normalize(icu::UnicodeString(c), status);
        if (U_FAILURE(status) || folded.length() != 1) continue;
        const UChar32 result = folded.charAt(0);
        const bool plain = kind_of(result) == Kind::letter || kind_of(result) == Kind::digit;
        if (plain && folding().hasBoundaryBefore(c) && folding().hasBoundaryBefore(result))
            table[c] = static_cast<char16_t>(result);
    }
    return table;
}

const FoldTable& fold_table() {
    static const FoldTable table = make_fold_table();
    return table;
}

bool is_number_point(UChar32 c) {
    return c == '.' || c == ',' || c == ';';
}

/// Whether `c`, neither letter nor digit nor mark, stays inside a word between characters of the kinds given.
bool holds_together(UChar32 c, Kind before, Kind after) {
    const bool numbers = before == Kind::digit && after == Kind::digit;
    const bool both =
        (before == Kind::letter || before == Kind::digit) && (after == Kind::letter || after == Kind::digit);
    if (is_number_point(c)) return numbers;
    if (c < 0x80) return both && (c == '\'' || c == '"');
    return both && !u_isUWhiteSpace(c);
}

/// Whether there is neither a letter nor a digit in `text`, as far as ASCII goes, and nothing else.
bool is_ascii_gap(std::u16string_view text) {
    return std::all_of(text.begin(), text.end(), [](char16_t c) { return c < 0x80 && kind_of(c) == Kind::other; });
}

/// A folded segment: each unit with the part [begin, end) of the chunk that it came from.
struct FoldedSegment {
    std::u16string text;
    std::vector<std::int32_t> begin;
    std::vector<std::int32_t> end;

    void clear() {
        text.clear();
        begin.clear();
        end.clear();
    }
};

}  // namespace

struct WordSegmenter::State {
    State() { utext = utext_openUChars(nullptr, u"", 0, &status); }
    ~State() { utext_close(utext); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> breaks = new_word_breaks();
    UText* utext = nullptr;
    bool in_overlong_word = false;

    std::vector<char16_t> units;         // the chunk
    std::vector<std::uint32_t> bytes;    // units + 1: the byte of the chunk where each unit begins
    std::vector<std::uint32_t> invalid;  // bytes where a sequence that is not UTF-8 begins
    icu::UnicodeString folded;
    FoldedSegment parts;
    std::string word;

    void decode(std::string_view chunk);
    bool append_segment(std::int32_t begin, std::int32_t end, std::size_t base, TokenList& words,
                        TokenizerReport& report);
    bool append_plain(std::int32_t begin, std::int32_t end, std::size_t base, TokenList& words,
                      TokenizerReport& report);
    void fold(std::int32_t begin, std::int32_t end);
    void fold_by_pieces(std::int32_t begin, std::int32_t end);
    bool append_parts(std::size_t base, TokenList& words, TokenizerReport& report);
    void append_word(std::u16string_view units, std::int32_t begin, std::int32_t end, std::size_t base,
                     TokenList& words, TokenizerReport& report);
};

/// Whether a digit above the line, behind `units`, is of the word that they end with.
bool belongs_to_base(const std::vector<char16_t>& units) {
    int length = 0;
    for (auto unit = units.rbegin(); unit != units.rend() && length <= longest_raised_base; ++unit, ++length) {
        const Kind kind = kind_of(*unit);
        if (kind != Kind::letter && kind != Kind::digit) break;
    }
    return length > 0 && length <= longest_raised_base;
}

/// Fills `units`, `bytes` and `invalid`: signs of one kind are the same unit, and digits below and above the line are
/// digits, so that word breaks see them so.
void WordSegmenter::State::decode(std::string_view chunk) {
    const auto* from = reinterpret_cast<const std::uint8_t*>(chunk.data());
    const auto length = static_cast<std::int32_t>(chunk.size());
    units.clear();
    bytes.clear();
    invalid.clear();
    for (std::int32_t i = 0; i < length;) {
        const auto at = static_cast<std::uint32_t>(i);
        UChar32 c;
        U8_NEXT(from, i, length, c);
        if (c < 0) {
            invalid.push_back(at);
            c = 0xFFFD;
        }
        if (c > 0xFFFF) {
            units.push_back(U16_LEAD(c));
            bytes.push_back(at);
            c = U16_TRAIL(c);
        }
        auto unit = static_cast<char16_t>(c);
        if (unit >= 0x80) {
            unit = plain_sign(unit);
            const char16_t digit = raised_digit(unit);
            if (digit != 0 && belongs_to_base(units)) unit = digit;
        }
        units.push_back(unit);
        bytes.push_back(at);
    }
    bytes.push_back(static_cast<std::uint32_t>(length));
}

void WordSegmenter::State::append_word(std::u16string_view text, std::int32_t begin, std::int32_t end, std::size_t base,
                                       TokenList& words, TokenizerReport& report) {
    word.clear();
    for (std::size_t i = 0; i < text.size() && word.size() <= longest_word;) {
        UChar32 c;
        U16_NEXT(text.data(), i, text.size(), c);
        std::array<char, 4> encoded;
        std::size_t length = 0;
        U8_APPEND_UNSAFE(encoded.data(), length, c);
        word.append(encoded.data(), length);
    }
    if (word.size() > longest_word)
        ++report.overlong_words;
    else
        words.append(word, {static_cast<std::uint32_t>(base + bytes[static_cast<std::size_t>(begin)]),
                            static_cast<std::uint32_t>(base + bytes[static_cast<std::size_t>(end)])});
}

/// Appends the segment if all its characters are in the table; false if one is not.
bool WordSegmenter::State::append_plain(std::int32_t begin, std::int32_t end, std::size_t base, TokenList& words,
                                        TokenizerReport& report) {
    static const FoldTable& table = fold_table();
    parts.text.clear();
    for (std::int32_t i = begin; i < end; ++i) {
        const char16_t unit = units[static_cast<std::size_t>(i)];
        const char16_t one = unit < table.size() ? table[unit] : u'\0';
        if (one == 0) return false;
        parts.text.push_back(one);
    }
    append_word(parts.text, begin, end, base, words, report);
    return true;
}

/// Puts units [begin, end) folded into `folded`, with no dot above an i.
void WordSegmenter::State::fold(std::int32_t begin, std::int32_t end) {
    const icu::UnicodeString source(false, units.data() + begin, end - begin);
    folding().normalize(source, folded, status);
    check(status, "case folding");
    folded.findAndReplace(icu::UnicodeString(u"i\u0307"), icu::UnicodeString(u'i'));
}

/// Puts units [begin, end) folded into `parts`, one piece after another that no normalization can join.
void WordSegmenter::State::fold_by_pieces(std::int32_t begin, std::int32_t end) {
    parts.clear();
    for (std::int32_t piece = begin; piece < end;) {
        std::int32_t next = piece;
        for (UChar32 c; next < end;) {
            const std::int32_t at = next;
            U16_NEXT(units.data(), next, end, c);
            if (at > piece && folding().hasBoundaryBefore(c)) {
                next = at;
                break;
            }
        }
        fold(piece, next);
        const auto length = static_cast<std::size_t>(folded.length());
        parts.text.append(folded.getBuffer(), length);
        parts.begin.resize(parts.text.size(), piece);
        parts.end.resize(parts.text.size(), next);
        piece = next;
    }
}

/// Appends the words that `parts` holds; whether there was one.
bool WordSegmenter::State::append_parts(std::size_t base, TokenList& words, TokenizerReport& report) {
    const std::u16string_view text = parts.text;
    const auto size = static_cast<std::int32_t>(text.size());
    bool found = false;
    std::int32_t word_begin = -1;  // none is open
    Kind before = Kind::other;
    for (std::int32_t i = 0; i <= size;) {
        const std::int32_t at = i;
        UChar32 c = 0;
        if (i < size)
            U16_NEXT(text.data(), i, size, c);
        else
            ++i;
        Kind kind = kind_of(c);
        if (kind == Kind::mark && word_begin < 0) continue;
        if (kind == Kind::other) {
            UChar32 following = 0;
            if (i < size) U16_GET(text.data(), 0, i, size, following);
            if (word_begin >= 0 && holds_together(c, before, kind_of(following))) continue;
            if (word_begin >= 0) {
                append_word(
                    text.substr(static_cast<std::size_t>(word_begin), static_cast<std::size_t>(at - word_begin)),
                    parts.begin[static_cast<std::size_t>(word_begin)], parts.end[static_cast<std::size_t>(at - 1)],
                    base, words, report);
                found = true;
            }
            word_begin = -1;
            continue;
        }
        if (word_begin < 0) word_begin = at;
        if (kind != Kind::mark) before = kind;
    }
    return found;
}

/// Appends the words of the segment [begin, end) of the chunk; whether there was one.
bool WordSegmenter::State::append_segment(std::int32_t begin, std::int32_t end, std::size_t base, TokenList& words,
                                          TokenizerReport& report) {
    if (is_ascii_gap({units.data() + begin, static_cast<std::size_t>(end - begin)})) return false;
    if (append_plain(begin, end, base, words, report)) return true;
    fold(begin, end);
    bool one_word = !folded.isEmpty();
    for (std::int32_t i = 0; i < folded.length() && one_word; i = folded.moveIndex32(i, 1)) {
        const Kind kind = kind_of(folded.char32At(i));
        one_word = kind == Kind::letter || kind == Kind::digit || (kind == Kind::mark && i > 0);
    }
    if (one_word) {
        append_word({folded.getBuffer(), static_cast<std::size_t>(folded.length())}, begin, end, base, words, report);
        return true;
    }
    fold_by_pieces(begin, end);
    return append_parts(base, words, report);
}

WordSegmenter::WordSegmenter() : state_(std::make_unique<State>()) {
    check(state_->status, "opening a text");
}

WordSegmenter::~WordSegmenter() = default;

bool WordSegmenter::in_overlong_word() const {
    return state_->in_overlong_word;
}

void WordSegmenter::begin_stretch() {
    state_->in_overlong_word = false;
}

std::size_t WordSegmenter::append_words(std::string_view chunk, std::size_t base, bool whole, TokenList& words,
                                        TokenizerReport& report) {
    State& state = *state_;
    if (chunk.empty()) return 0;
    state.decode(chunk);
    state.utext =
        utext_openUChars(state.utext, state.units.data(), static_cast<std::int64_t>(state.units.size()), &state.status);
    state.breaks->setText(state.utext, state.status);
    check(state.status, "word breaks");

    // Without the rest of the text, what is done ends before the last segment without a word in the second half, or
    // else with the last segment that ends before the margin.
    const std::size_t safe = whole ? chunk.size() : chunk.size() - std::min(margin, chunk.size() / 2);
    std::size_t done = 0;
    std::size_t words_done = words.size();
    std::int64_t overlong_done = report.overlong_words;
    bool at_gap = false;
    std::int32_t begin = state.breaks->first();
    for (std::int32_t end = state.breaks->next(); end != icu::BreakIterator::DONE;
         begin = end, end = state.breaks->next()) {
        const std::size_t begin_byte = state.bytes[static_cast<std::size_t>(begin)];
        const std::size_t end_byte = state.bytes[static_cast<std::size_t>(end)];
        if (end_byte > safe) break;
        const std::size_t words_before = words.size();
        const std::int64_t overlong_before = report.overlong_words;
        const bool has_word = state.append_segment(begin, end, base, words, report);
        if (!has_word) state.in_overlong_word = false;
        if (state.in_overlong_word) {
            words.truncate(words_before);
            report.overlong_words = overlong_before;
        }
        if (!has_word && begin_byte >= chunk.size() / 2) {
            done = begin_byte;
            words_done = words_before;
            overlong_done = overlong_before;
            at_gap = true;
        } else if (!at_gap) {
            done = end_byte;
            words_done = words.size();
            overlong_done = report.overlong_words;
        }
    }
    if (whole) {
        report.invalid_sequences += static_cast<std::int64_t>(state.invalid.size());
        return chunk.size();
    }
    words.truncate(words_done);
    report.overlong_words = overlong_done;
    if (done < chunk.size() / 4) {  // one word fills the rest
        if (!state.in_overlong_word) ++report.overlong_words;
        state.in_overlong_word = true;
        done = chunk.size();
    }
    report.invalid_sequences +=
        std::lower_bound(state.invalid.begin(), state.invalid.end(), done) - state.invalid.begin();
    return done;
}

}  // namespace eckart::text
