#include "text/words/unicode.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "engine/support/error.h"
#include "text/words/marks.h"

namespace eckart::text {
namespace {

std::int32_t checked_length(std::string_view text) {
    if (text.size() > std::numeric_limits<std::int32_t>::max())
        throw UsageError("text of " + std::to_string(text.size()) + " bytes; at most 2 GiB can be converted at once");
    return static_cast<std::int32_t>(text.size());
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Of the block that European scripts share: those of other scripts are vowels, and tell words apart.
bool is_accent(UChar32 character) {
    return character >= 0x300 && character <= 0x36F;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    const std::int32_t length = checked_length(text);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    for (std::int32_t i = 0; i < length;) {
        UChar32 c;
        U8_NEXT(bytes, i, length, c);
        if (c < 0) return false;
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    const std::int32_t length = checked_length(text);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    std::string valid;
    valid.reserve(text.size());
    for (std::int32_t i = 0; i < length;) {
        const std::int32_t begin = i;
        UChar32 c;
        U8_NEXT(bytes, i, length, c);
        if (c < 0)
            valid += "\xEF\xBF\xBD";
        else
            valid.append(text, static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
    }
    return valid;
}

std::size_t character_boundary(std::string_view text, std::size_t position) {
    if (position >= text.size()) return text.size();
    std::size_t boundary = position;
    while (boundary > 0 && position - boundary < 3 && is_continuation(text[boundary])) --boundary;
    return is_continuation(text[boundary]) ? position : boundary;
}

std::string without_accents(std::string_view text) {
    const std::string valid = valid_utf8(text);
    UErrorCode status = U_ZERO_ERROR;
    std::string decomposed, bare;
    icu::StringByteSink<std::string> sink(&decomposed);
    icu::Normalizer2::getNFDInstance(status)->normalizeUTF8(0, valid, sink, nullptr, status);
    if (U_FAILURE(status)) throw UsageError(std::string("ICU cannot decompose a text: ") + u_errorName(status));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(decomposed.data());
    const std::int32_t length = checked_length(decomposed);
    for (std::int32_t i = 0; i < length;) {
        const std::int32_t begin = i;
        UChar32 c;
        U8_NEXT(bytes, i, length, c);
        if (is_accent(c)) continue;
        if (const char* letter = bare_letter(static_cast<char32_t>(c))) {
            bare += letter;
        } else {
            bare.append(decomposed, static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
        }
    }
    return bare;
}

}  // namespace eckart::text
