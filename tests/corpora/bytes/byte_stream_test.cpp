#include "corpora/bytes/byte_stream.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

std::string read_from(std::string_view bytes) {
    std::string text;
    read_all(*memory_byte_stream(bytes, "test"), 1 << 28, text);
    return text;
}

std::string long_text() {
    std::string text;
    for (int i = 0; i < 200000; ++i) text += std::to_string(i * 7919) + (i % 9 == 0 ? "\n" : " ");
    return text;
}

TEST_CASE("a stream gives the bytes of a plain, a gzip and a zstd source alike") {
    const std::string text = long_text();

    CHECK(read_from(text) == text);
    CHECK(read_from(gzipped(text)) == text);
    CHECK(read_from(zstd_compressed(text)) == text);
    CHECK(read_from("").empty());
    CHECK(read_from(gzipped("")).empty());
    CHECK(read_from(zstd_compressed("")).empty());
    CHECK(read_from("\x1f") == "\x1f");
}

TEST_CASE("members compressed one by one are one stream") {
    CHECK(read_from(gzipped("one ") + gzipped("two")) == "one two");
    CHECK(read_from(gzipped("one") + std::string(512, '\0')) == "one");
    CHECK(read_from(zstd_compressed("one ") + zstd_compressed("two")) == "one two");
}

/// A frame that programs skip, with one of the 16 marks that it may have.
std::string skippable_frame(char mark, std::string_view bytes) {
    const auto size = static_cast<char>(bytes.size());
    return std::string{mark, '\x2a', '\x4d', '\x18', size, 0, 0, 0} + std::string(bytes);
}

TEST_CASE("skippable frames of zstd are skipped wherever they stand") {
    const std::string one = zstd_compressed("one "), two = zstd_compressed("two");

    for (char mark = '\x50'; mark < '\x60'; ++mark) {
        const std::string skipped = skippable_frame(mark, "not data");
        CHECK(read_from(skipped + one + skipped + two + skipped) == "one two");
        CHECK(read_from(skipped).empty());
        CHECK(read_from(skippable_frame(mark, "") + one) == "one ");
    }
    CHECK(read_from("P*M text") == "P*M text");
    CHECK(input_error([&] {
              read_from(skippable_frame('P', "12345678").substr(0, 12));
          }).find("test: found the end of the file within zstd") == 0);
}

TEST_CASE("bytes behind a gzip member that begin no other are ignored, as gzip does") {
    for (const std::string_view rest : {"rubbish", "\x1f", "\x1fx", "\n"}) {
        CHECK(read_from(gzipped("words") + std::string(rest)) == "words");
        CHECK(read_from(gzipped("a ") + gzipped("b") + std::string(5, '\0') + std::string(rest)) == "a b");
    }
    CHECK(read_from(gzipped("a ") + std::string(70000, '\0') + gzipped("b")) == "a b");
}

TEST_CASE("compressed data that are cut short or damaged are an error that names the file") {
    const std::string text = long_text();
    const std::string gzip = gzipped(text), zstd = zstd_compressed(text);

    for (const std::size_t cut : {std::size_t{5}, std::size_t{100}, gzip.size() / 2, gzip.size() - 1}) {
        CHECK(input_error([&] {
                  read_from(gzip.substr(0, cut));
              }).find("test: found the end of the file within gzip") == 0);
    }
    for (const std::size_t cut : {std::size_t{5}, std::size_t{100}, zstd.size() / 2, zstd.size() - 1}) {
        CHECK(input_error([&] {
                  read_from(zstd.substr(0, cut));
              }).find("test: found the end of the file within zstd") == 0);
    }
    std::string damaged = gzip;
    damaged[gzip.size() / 2] ^= 0x55;
    CHECK(input_error([&] { read_from(damaged); }).find("test: found damaged gzip data") == 0);
    CHECK(input_error([&] { read_from(gzip + "\x1f\x8brubbish"); }).find("test: found damaged gzip data") == 0);
    CHECK(input_error([&] { read_from(zstd + "rubbish"); }).find("test: found damaged zstd data") == 0);
}

TEST_CASE("read_all stops at its bound") {
    std::string text;

    CHECK_FALSE(read_all(*memory_byte_stream("123456", "test"), 5, text));
    CHECK(text == "12345");
    CHECK(read_all(*memory_byte_stream("12345", "test"), 5, text));
    CHECK(text == "12345");
}

TEST_CASE("a missing file and a folder are errors that name the path") {
    const ScratchFolder folder;

    CHECK(input_error([&] { open_byte_stream(folder.path("absent")); }) ==
          folder.path("absent") + ": No such file or directory");
    CHECK(input_error([&] { open_byte_stream(folder.path()); }) == folder.path() + ": found a folder, expected a file");
}

TEST_CASE("a file says how far it is read") {
    const ScratchFolder folder;
    const auto stream = open_byte_stream(folder.write("a", std::string(1 << 20, 'x')));
    std::string block(1 << 16, '\0');
    double last = 0;
    bool rises = true;

    while (stream->read(block) > 0) {
        rises = rises && stream->fraction_done() >= last && stream->fraction_done() <= 1;
        last = stream->fraction_done();
    }

    CHECK(rises);
    CHECK(last == 1);
}

}  // namespace
}  // namespace eckart::corpora
