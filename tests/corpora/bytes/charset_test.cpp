#include "corpora/bytes/charset.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

using namespace std::string_literals;

std::string utf8_of(std::string bytes, const std::string& expected_charset) {
    CHECK(make_utf8(bytes) == expected_charset);
    return bytes;
}

std::string utf16(std::u16string_view text, bool big) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xff);
        bytes += big ? high : low;
        bytes += big ? low : high;
    }
    return bytes;
}

TEST_CASE("UTF-8 is well formed or it is not") {
    CHECK(is_valid_utf8(""));
    CHECK(is_valid_utf8("plain"));
    CHECK(is_valid_utf8("h\u00e9llo \u65e5\u672c \U0001f600"));
    CHECK_FALSE(is_valid_utf8("\xe9"));
    CHECK_FALSE(is_valid_utf8("\xc0\xaf"));          // overlong
    CHECK_FALSE(is_valid_utf8("\xed\xa0\x80"));      // a surrogate
    CHECK_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
    CHECK_FALSE(is_valid_utf8("cut \xe6\x97"));
}

TEST_CASE("valid UTF-8 stays as it is, without its mark") {
    CHECK(utf8_of("\u00fcber", "UTF-8") == "\u00fcber");
    CHECK(utf8_of("\xef\xbb\xbf\u00fcber", "UTF-8") == "\u00fcber");
    CHECK(utf8_of("", "UTF-8").empty());
}

TEST_CASE("UTF-16 and UTF-32 are told by their marks") {
    CHECK(utf8_of("\xff\xfe" + utf16(u"a\u65e5", false), "UTF-16LE") == "a\u65e5");
    CHECK(utf8_of("\xfe\xff" + utf16(u"a\u65e5", true), "UTF-16BE") == "a\u65e5");
    CHECK(utf8_of("\xff\xfe\0\0a\0\0\0"s, "UTF-32LE") == "a");
    CHECK(utf8_of("\0\0\xfe\xff\0\0\0a"s, "UTF-32BE") == "a");
}

TEST_CASE("UTF-16 without a mark is told by its NUL bytes") {
    CHECK(utf8_of(utf16(u"plain words", false), "UTF-16LE") == "plain words");
    CHECK(utf8_of(utf16(u"plain words", true), "UTF-16BE") == "plain words");
}

TEST_CASE("Latin-1 text becomes the letters it means") {
    CHECK(utf8_of("Le caf\xe9 \xe9tait tr\xe8s agr\xe9"
                  "able et la m\xe8re \xe0 c\xf4t\xe9 du gar\xe7on",
                  "windows-1252") ==
          "Le caf\u00e9 \u00e9tait tr\u00e8s agr\u00e9able et la m\u00e8re \u00e0 c\u00f4t\u00e9 du gar\u00e7on");
    CHECK(utf8_of("\xa3", "windows-1252") == "\u00a3");
}

TEST_CASE("a charset that is detected but cannot be converted is not taken") {
    CHECK(utf8_of("d\xe9"
                  "d \xe9JEF ",
                  "windows-1252") == "d\u00e9d \u00e9JEF ");
}

TEST_CASE("UTF-8 with a few bad bytes stays UTF-8") {
    const std::string text = "\u65e5\u672c\u8a9e \u65e5\u672c\u8a9e \xff";

    CHECK(utf8_of(text, "UTF-8") == text);
}

TEST_CASE("a text of several charsets' size is converted whole") {
    std::string bytes;
    for (int i = 0; i < 50000; ++i) bytes += "d\xe9j\xe0 vu ";

    CHECK(make_utf8(bytes) == "windows-1252");

    CHECK(bytes.size() == 50000 * 10);
    CHECK(bytes.substr(bytes.size() - 10) == "d\u00e9j\u00e0 vu ");
    CHECK(is_valid_utf8(bytes));
}

TEST_CASE("a named charset is obeyed, and an unknown one refused") {
    std::string russian = "\xd0\xd2\xc9\xd7\xc5\xd4";

    CHECK(convert_to_utf8(russian, "KOI8-R"));
    CHECK(russian == "\u043f\u0440\u0438\u0432\u0435\u0442");
    CHECK_FALSE(convert_to_utf8(russian, "no-such-charset"));
    CHECK(russian == "\u043f\u0440\u0438\u0432\u0435\u0442");
}

TEST_CASE("bytes that text has no use for make a file binary, a few of them do not") {
    CHECK(
        looks_binary("\x7f"
                     "ELF\2\1\1\0\0\0\0\0\0\0\0\0"s));
    CHECK(looks_binary(std::string(100, '\0')));
    CHECK_FALSE(looks_binary(""));
    CHECK_FALSE(looks_binary("plain\n\ttext\f\x1b[1m"));
    CHECK_FALSE(looks_binary("one NUL in forty bytes does not make a binary file\0."s));
    CHECK_FALSE(looks_binary("\xff\xfe\0\0a\0\0\0"s));
    CHECK_FALSE(looks_binary(utf16(u"plain words", true)));
}

}  // namespace
}  // namespace eckart::corpora
