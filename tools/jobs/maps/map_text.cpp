#include "tools/jobs/maps/map_text.h"

#include <array>
#include <cstdint>

#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CodePoint {
    std::uint32_t code;
    std::size_t bytes;  ///< that it takes; of a broken sequence, those to pass over
    bool good;
};

/// The character at the beginning of `text`, which is not empty.
CodePoint first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return {byte(0), 1, true};
    const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC2 || byte(0) > 0xF4) return {0, 1, false};
    std::uint32_t code = byte(0) & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xC0) != 0x80) return {0, i, false};
        code = (code << 6) | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return {code, length, !overlong && !surrogate && code <= 0x10FFFF};
}

bool to_be_blank(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFFFE || code == 0xFFFF;
}

std::string_view entity(std::uint32_t code) {
    switch (code) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return "";
    }
}

std::array<std::int8_t, 256> values_of_alphabet() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}

std::string_view without_blanks_around(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

std::string escaped_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        switch (c) {
            case '\\':
                line += "\\\\";
                break;
            case '\n':
                line += "\\n";
                break;
            case '\r':
                line += "\\r";
                break;
            case '\t':
                line += "\\t";
                break;
            default:
                line += c;
        }
    }
    return line;
}

std::string unescaped_line(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char next = line[i] == '\\' && i + 1 < line.size() ? line[i + 1] : '\0';
        const char meant = next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : next == '\\' ? '\\' : '\0';
        text += meant == '\0' ? line[i] : meant;
        if (meant != '\0') ++i;
    }
    return text;
}

std::string base64(std::span<const std::byte> bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto part = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<std::uint32_t>(bytes[i + k]) : 0U;
        };
        const std::uint32_t word = (part(0) << 16) | (part(1) << 8) | part(2);
        text += alphabet[word >> 18];
        text += alphabet[(word >> 12) & 63];
        text += i + 1 < bytes.size() ? alphabet[(word >> 6) & 63] : '=';
        text += i + 2 < bytes.size() ? alphabet[word & 63] : '=';
    }
    return text;
}

std::string from_base64(std::string_view text, const std::string& name) {
    static const std::array<std::int8_t, 256> values = values_of_alphabet();
    text = without_blanks_around(text);
    const auto bad = [&]() { return InputError(name + ": found something that is not base64"); };
    if (text.size() % 4 != 0) throw bad();
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::size_t kept = 4;
        if (i + 4 == text.size()) kept -= (text[i + 3] == '=') + (text[i + 2] == '=' && text[i + 3] == '=');
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const std::int8_t value = k < kept ? values[static_cast<unsigned char>(text[i + k])] : std::int8_t{0};
            if (value < 0) throw bad();
            word = (word << 6) | static_cast<std::uint32_t>(value);
        }
        for (std::size_t k = 0; k + 1 < kept; ++k) bytes += static_cast<char>((word >> (16 - 8 * k)) & 255);
    }
    return bytes;
}

std::string markup_text(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const CodePoint character = first_code_point(text);
        const std::string_view escape = entity(character.code);
        if (!character.good) {
            result += replacement;
        } else if (to_be_blank(character.code)) {
            result += ' ';
        } else {
            result += escape.empty() ? text.substr(0, character.bytes) : escape;
        }
        text.remove_prefix(character.bytes);
    }
    return result;
}

std::string script_json(std::string_view json) {
    std::string safe;
    for (const char c : json) {
        if (c == '<') {
            safe += "\\u003c";
        } else {
            safe += c;
        }
    }
    return safe;
}

}  // namespace eckart::jobs
