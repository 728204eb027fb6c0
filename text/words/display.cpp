#include "text/words/display.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>

namespace eckart::text {
namespace {

constexpr UChar32 replacement = 0xFFFD;

/// The character at `i`, which moves behind it; U+FFFD for a sequence that is not UTF-8.
UChar32 next_character(std::string_view text, std::size_t& i) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    UChar32 c;
    U8_NEXT(bytes, i, text.size(), c);
    return c < 0 ? replacement : c;
}

bool is_left_out(UChar32 c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool ends_sentence(UChar32 c) {
    if (c < 0x80) return c == '.' || c == '!' || c == '?';
    return u_hasBinaryProperty(c, UCHAR_S_TERM) != 0 || c == 0x17D4 || c == 0x17D5;  // Khmer's, which ICU 72 leaves out
}

bool closes(UChar32 c, bool after_ascii) {
    const int type = u_charType(c);
    const bool german = type == U_INITIAL_PUNCTUATION && after_ascii;  // “ ends a quotation there, and begins others
    return c == '"' || c == '\'' || type == U_END_PUNCTUATION || type == U_FINAL_PUNCTUATION || german;
}

/// Reads the gap between two words for sentences that end in it.
class SentenceEnds {
  public:
    void take(UChar32 c, std::size_t position) {
        if (c == 0xA0 || c == 0x202F) return;  // before a mark in French
        if (is_blank(static_cast<char32_t>(c)) || u_isUWhiteSpace(c) != 0) return take_space(c);
        if (ends_sentence(c)) {
            ended_ = true;
            ascii_ = c < 0x80;
        } else if (!(ended_ && !begins_ && closes(c, ascii_))) {
            begin_at(position);
        }
        newlines_ = spaces_ = 0;
    }

    /// Something begins at `position`: a sentence, if one has ended before.
    void begin_at(std::size_t position) {
        if (begins_ || (ended_ && !ascii_)) start_ = position;
        ended_ = begins_ = false;
    }

    std::optional<std::size_t> start() const { return start_; }

  private:
    void take_space(UChar32 c) {
        if (c == '\n')
            ++newlines_, spaces_ = 0;
        else if (newlines_ > 0)
            spaces_ += c == '\t' ? 2 : 1;
        if (ended_ || newlines_ > 1 || spaces_ > 1) begins_ = true;
    }

    bool ended_ = false;   // a sentence, at a mark
    bool ascii_ = false;   // at a mark that counts only before white space
    bool begins_ = false;  // a sentence or paragraph, with the next character that is seen
    int newlines_ = 0, spaces_ = 0;
    std::optional<std::size_t> start_;
};

}  // namespace

bool is_blank(char32_t c) {
    return c <= 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029;
}

std::size_t column_width(char32_t character) {
    if (character < 0x300) return character == 0xAD ? 0 : 1;
    const auto c = static_cast<UChar32>(character);
    if ((U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK)) != 0) return 0;
    const int syllable = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
    if (syllable == U_HST_VOWEL_JAMO || syllable == U_HST_TRAILING_JAMO) return 0;
    const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

/// Columns that the next character adds; `next` is where the one behind it begins.
std::size_t ColumnCounter::width_of_next(std::size_t& next) const {
    next = position_;
    const auto c = static_cast<char32_t>(next_character(text_, next));
    if (is_blank(c)) return after_blank_ ? 0 : 1;
    return c < 0x80 ? 1 : column_width(c);
}

void ColumnCounter::advance_to(std::size_t position) {
    for (std::size_t next = 0; position_ < position && position_ < text_.size(); position_ = next) {
        columns_ += width_of_next(next);
        after_blank_ = next == position_ + 1 && is_blank(static_cast<char32_t>(text_[position_]));
    }
}

std::size_t ColumnCounter::advance_within(std::size_t columns) {
    for (std::size_t next = 0; position_ < text_.size();) {
        const std::size_t width = width_of_next(next);
        if (columns_ + width > columns) break;
        advance_to(next);
    }
    return position_;
}

std::size_t columns(std::string_view text) {
    ColumnCounter counter(text);
    counter.advance_to(text.size());
    return counter.columns();
}

bool is_blank(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        if (!is_blank(static_cast<char32_t>(next_character(text, i)))) return false;
    }
    return true;
}

bool begins_with_mark(std::string_view text) {
    std::size_t i = 0;
    if (text.empty()) return false;
    const int kind = u_getIntPropertyValue(next_character(text, i), UCHAR_GRAPHEME_CLUSTER_BREAK);
    return kind == U_GCB_EXTEND || kind == U_GCB_SPACING_MARK || kind == U_GCB_ZWJ;
}

void append_shown(std::string& to, std::string_view part) {
    for (std::size_t i = 0; i < part.size();) {
        const std::size_t begin = i;
        const UChar32 c = next_character(part, i);
        if (is_blank(static_cast<char32_t>(c))) {
            if (!to.empty() && to.back() != ' ') to += ' ';
        } else if (c == replacement) {
            to += "\xEF\xBF\xBD";
        } else if (!is_left_out(c)) {
            to.append(part, begin, i - begin);
        }
    }
}

std::optional<std::size_t> sentence_start(std::string_view text, std::size_t from, std::size_t to) {
    SentenceEnds ends;
    for (std::size_t i = from; i < to;) {
        const std::size_t at = i;
        ends.take(next_character(text, i), at);
    }
    ends.begin_at(to);
    return ends.start();
}

}  // namespace eckart::text
