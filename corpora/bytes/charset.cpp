#include "corpora/bytes/charset.h"

#include <simdjson.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace eckart::corpora {
namespace {

constexpr std::size_t sample_bytes = 8 * 1024;
constexpr std::size_t detector_bytes = 64 * 1024;
constexpr int least_confidence = 20;  // of 100; ICU's word for "a guess" is about 10

struct ConverterCloser {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

struct DetectorCloser {
    void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};

struct Mark {
    std::string_view bytes;
    const char* charset;
};

// The mark of UTF-32 begins with that of UTF-16, so it is looked for first.
constexpr std::array<Mark, 5> byte_order_marks = {{{"\xef\xbb\xbf", "UTF-8"},
                                                   {{"\xff\xfe\0\0", 4}, "UTF-32LE"},
                                                   {{"\0\0\xfe\xff", 4}, "UTF-32BE"},
                                                   {"\xff\xfe", "UTF-16LE"},
                                                   {"\xfe\xff", "UTF-16BE"}}};

const Mark* known_mark(std::string_view bytes) {
    for (const Mark& mark : byte_order_marks) {
        if (bytes.substr(0, mark.bytes.size()) == mark.bytes) return &mark;
    }
    return nullptr;
}

/// Text in UTF-16 without a mark, in a script of one byte, has NUL in almost every other byte and in no other place.
const char* unmarked_utf16(std::string_view bytes) {
    const std::string_view sample = bytes.substr(0, sample_bytes);
    if (sample.size() < 4 || sample.find('\0') == std::string_view::npos) return nullptr;
    std::array<std::size_t, 2> nul = {0, 0};
    for (std::size_t i = 0; i < sample.size(); ++i) nul[i % 2] += sample[i] == '\0' ? 1 : 0;
    const std::size_t many = sample.size() / 2 * 7 / 10;
    if (nul[0] == 0 && nul[1] > many) return "UTF-16LE";
    if (nul[1] == 0 && nul[0] > many) return "UTF-16BE";
    return nullptr;
}

bool never_in_text(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(byte >= '\b' && byte <= '\r') && byte != 0x1b) || byte == 0x7f;
}

/// Whether the bytes are UTF-8 but for a few: text in another charset has hardly any sequences of UTF-8 by chance.
bool is_damaged_utf8(std::string_view bytes) {
    const auto* const units = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto size = static_cast<std::int32_t>(std::min(bytes.size(), detector_bytes));
    std::int64_t sequences = 0, damages = 0;
    for (std::int32_t i = 0; i < size;) {
        UChar32 character = 0;
        U8_NEXT(units, i, size, character);
        sequences += character >= 0x80 ? 1 : 0;
        damages += character < 0 ? 1 : 0;
    }
    return sequences >= 3 * damages && sequences > 0;
}

std::string detected_charset(std::string_view bytes) {
    if (is_damaged_utf8(bytes)) return "UTF-8";
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, DetectorCloser> detector(ucsdet_open(&status));
    const std::string_view sample = bytes.substr(0, detector_bytes);
    ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &status);
    const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
    if (U_FAILURE(status) || match == nullptr) return "windows-1252";
    const std::int32_t confidence = ucsdet_getConfidence(match, &status);
    const char* name = ucsdet_getName(match, &status);
    if (U_FAILURE(status) || confidence < least_confidence) return "windows-1252";
    return std::string_view(name) == "ISO-8859-1" ? "windows-1252" : name;
}

/// Converts block by block, so that besides the two texts only small buffers are held.
std::string converted(UConverter* source, UConverter* target, std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 4);
    std::vector<char> block(64 * 1024);
    std::array<UChar, 8 * 1024> pivot;
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    const char* next = bytes.data();
    for (bool first = true;; first = false) {
        UErrorCode status = U_ZERO_ERROR;
        char* out = block.data();
        ucnv_convertEx(target, source, &out, block.data() + block.size(), &next, bytes.data() + bytes.size(),
                       pivot.data(), &pivot_source, &pivot_target, pivot.data() + pivot.size(), first, true, &status);
        text.append(block.data(), out);
        if (status != U_BUFFER_OVERFLOW_ERROR) return text;
    }
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

bool looks_binary(std::string_view bytes) {
    if (known_mark(bytes) != nullptr || unmarked_utf16(bytes) != nullptr) return false;
    const std::string_view sample = bytes.substr(0, sample_bytes);
    const auto strange = static_cast<std::size_t>(std::count_if(sample.begin(), sample.end(), never_in_text));
    if (strange * 8 > sample.size()) return true;
    return strange * 32 > sample.size() && !is_valid_utf8(bytes);
}

std::string make_utf8(std::string& bytes) {
    std::string charset = "UTF-8";
    if (const Mark* mark = known_mark(bytes)) {
        bytes.erase(0, mark->bytes.size());
        charset = mark->charset;
    } else if (const char* utf16 = unmarked_utf16(bytes)) {
        charset = utf16;
    } else if (!is_valid_utf8(bytes)) {
        charset = detected_charset(bytes);
    }
    if (charset == "UTF-8" || convert_to_utf8(bytes, charset)) return charset;
    // ICU detects some charsets of mainframes for which it has no converter.
    convert_to_utf8(bytes, "windows-1252");
    return "windows-1252";
}

bool convert_to_utf8(std::string& bytes, const std::string& charset) {
    UErrorCode status = U_ZERO_ERROR;
    const Converter source(ucnv_open(charset.c_str(), &status));
    const Converter target(ucnv_open("UTF-8", &status));
    if (U_FAILURE(status)) return false;
    bytes = converted(source.get(), target.get(), bytes);
    return true;
}

}  // namespace eckart::corpora
