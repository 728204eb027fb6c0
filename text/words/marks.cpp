#include "text/words/marks.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "engine/support/error.h"

namespace eckart::text {
namespace {

/// Appends `text` as `normalizer` has it.
void append_normalized(const icu::Normalizer2* normalizer, std::string_view text, UErrorCode& status, std::string& to) {
    icu::StringByteSink<std::string> sink(&to);
    if (U_SUCCESS(status))
        normalizer->normalizeUTF8(0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, status);
}

/// Whether the mark makes another letter of the one before it: й, ў, ї.
bool is_of_letter(char32_t before, char32_t mark) {
    switch (before) {
        case 0x418:  // И
        case 0x438:
        case 0x423:  // У
        case 0x443:
            return mark == 0x306;
        case 0x406:  // І
        case 0x456:
            return mark == 0x308;
        default:
            return false;
    }
}

/// Appends the decomposed `text` without optional marks; whether there were any.
bool append_bare(std::string_view text, std::string& to) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int32_t>(text.size());
    bool found = false;
    char32_t before = 0;
    for (std::int32_t i = 0; i < length;) {
        const std::int32_t begin = i;
        UChar32 c;
        U8_NEXT_OR_FFFD(bytes, i, length, c);
        const auto character = static_cast<char32_t>(c);
        const char* const letter = bare_letter(character);
        if (letter != nullptr) {
            to += letter;
            found = true;
        } else if (is_optional_mark(character) && !is_of_letter(before, character)) {
            found = true;
        } else {
            to.append(text, static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
        }
        before = character;
    }
    return found;
}

bool is_ascii(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

bool is_optional_mark(char32_t character) {
    return std::any_of(optional_marks.begin(), optional_marks.end(), [character](const OptionalMarks& marks) {
        return character >= marks.first && character <= marks.last;
    });
}

const char* bare_letter(char32_t letter) {
    switch (letter) {
        case 0xC6:  // Æ
            return "AE";
        case 0xE6:
            return "ae";
        case 0xD8:  // Ø
            return "O";
        case 0xF8:
            return "o";
        case 0x110:  // Đ
            return "D";
        case 0x111:
            return "d";
        case 0x131:  // dotless i
            return "i";
        case 0x141:  // Ł
            return "L";
        case 0x142:
            return "l";
        case 0x152:  // Œ
            return "OE";
        case 0x153:
            return "oe";
        default:
            return nullptr;
    }
}

char16_t plain_sign(char16_t character) {
    switch (character) {
        case 0x02BB:  // okina
        case 0x02BC:  // apostrophe that is a letter
        case 0x05F3:  // geresh
        case 0x2018:
        case 0x2019:
        case 0x201B:
        case 0xFF07:
            return u'\'';
        case 0x05F4:  // gershayim
        case 0x201C:
        case 0x201D:
        case 0x201E:
        case 0x201F:
        case 0xFF02:
            return u'"';
        default:
            break;
    }
    return character >= 0x2080 && character <= 0x2089 ? static_cast<char16_t>(u'0' + (character - 0x2080)) : character;
}

char16_t raised_digit(char16_t character) {
    if (character == 0xB9) return u'1';
    if (character == 0xB2 || character == 0xB3) return static_cast<char16_t>(u'2' + (character - 0xB2));
    const bool raised = character == 0x2070 || (character >= 0x2074 && character <= 0x2079);
    return raised ? static_cast<char16_t>(u'0' + (character - 0x2070)) : u'\0';
}

std::string_view bare_form(std::string_view word, std::string& buffer) {
    if (is_ascii(word)) return word;
    UErrorCode status = U_ZERO_ERROR;
    std::string decomposed, bare;
    append_normalized(icu::Normalizer2::getNFDInstance(status), word, status, decomposed);
    if (!append_bare(decomposed, bare) || bare.empty()) return word;
    buffer.clear();
    append_normalized(icu::Normalizer2::getNFCInstance(status), bare, status, buffer);
    if (U_FAILURE(status)) throw InputError(std::string("ICU cannot decompose a word: ") + u_errorName(status));
    return buffer;
}

std::string bare_form(std::string_view word) {
    std::string buffer;
    return std::string(bare_form(word, buffer));
}

}  // namespace eckart::text
