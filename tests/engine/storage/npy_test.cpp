#include "engine/storage/npy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// A file of version 1 with the header `text`, not padded, and `data`.
std::string npy_bytes(const std::string& text, const std::string& data = "", char major = 1) {
    std::string bytes("\x93NUMPY");
    bytes += {major, '\0', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
    if (major > 1) bytes += {'\0', '\0'};
    return bytes + text + data;
}

NpyHeader parsed(const std::string& bytes) {
    return parse_npy_header(std::as_bytes(std::span(bytes)), "a.npy");
}

/// Elements of the array at `path`; 3 if it is refused as damaged.
std::size_t elements_or_damaged(const std::string& path) {
    try {
        return MappedArray<float>(path).values().size();
    } catch (const DamagedError&) {
        return 3;
    }
}

template <typename T>
void check_round_trip() {
    const TemporaryFolder folder;
    const std::vector<T> values = {T(0), T(1), T(2), T(250), T(4), T(5)};

    write_npy<T>(folder / "a.npy", values, {2, 3});
    const MappedArray<T> array(folder / "a.npy", {2, any_extent});

    CHECK(std::equal(values.begin(), values.end(), array.values().begin(), array.values().end()));
    CHECK(array.shape() == std::vector<std::int64_t>{2, 3});
    CHECK(reinterpret_cast<std::uintptr_t>(array.values().data()) % 64 == 0);
}

}  // namespace

TEST_CASE("an array that is written is read back, in every type") {
    check_round_trip<float>();
    check_round_trip<double>();
    check_round_trip<std::int32_t>();
    check_round_trip<std::int64_t>();
    check_round_trip<std::uint8_t>();
    check_round_trip<std::uint16_t>();
    check_round_trip<std::uint32_t>();
    check_round_trip<std::uint64_t>();
}

TEST_CASE("the bytes of a small array are those of the format") {
    const TemporaryFolder folder;
    write_npy<std::int32_t>(folder / "a.npy", std::vector<std::int32_t>{1, -2});

    const std::string bytes = read_bytes(folder / "a.npy");

    REQUIRE(bytes.size() == 128 + 8);
    CHECK(bytes.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
    const std::string text = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }";
    CHECK(bytes.substr(10, text.size()) == text);
    CHECK(bytes.substr(10 + text.size(), 117 - text.size()) == std::string(117 - text.size(), ' '));
    CHECK(bytes[127] == '\n');
    CHECK(bytes.substr(128) == std::string("\x01\x00\x00\x00\xFE\xFF\xFF\xFF", 8));
}

TEST_CASE("an array written in pieces has the same bytes as one written at once") {
    const TemporaryFolder folder;
    std::vector<float> values(300001 * 3);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    const std::span<const float> all(values);

    write_npy(folder / "once.npy", all, {300001, 3});
    NpyWriter<float> writer(folder / "pieces.npy", {3});
    for (std::size_t at = 0, step = 1; at < all.size(); at += step, step = step * 3 + 1) {
        step = std::min(step, all.size() - at);
        writer.append(all.subspan(at, step));
    }
    writer.finish();

    CHECK(read_bytes(folder / "once.npy") == read_bytes(folder / "pieces.npy"));
}

TEST_CASE("arrays without elements keep their shape") {
    const TemporaryFolder folder;
    write_npy<float>(folder / "a.npy", std::span<const float>(), {0, 200});
    NpyWriter<double> writer(folder / "b.npy");
    writer.finish();

    CHECK(MappedArray<float>(folder / "a.npy").shape() == std::vector<std::int64_t>{0, 200});
    CHECK(MappedArray<double>(folder / "b.npy").values().empty());
}

TEST_CASE("a shape that does not fit the elements is refused before anything is written") {
    const TemporaryFolder folder;
    const std::vector<float> six(6);

    CHECK_THROWS_AS(write_npy<float>(folder / "a.npy", six, {2, 2}), UsageError);
    CHECK_THROWS_AS(write_npy<float>(folder / "a.npy", six, {-2, -3}), UsageError);
    CHECK_FALSE(std::filesystem::exists(folder / "a.npy"));

    NpyWriter<float> writer(folder / "b.npy", {4});
    writer.append(six);
    CHECK_THROWS_AS(writer.finish(), UsageError);
}

TEST_CASE("a file whose writer did not finish is refused") {
    const TemporaryFolder folder;
    {
        NpyWriter<float> writer(folder / "a.npy");
        writer.append(std::vector<float>(300000));
    }

    CHECK_THROWS_AS(MappedArray<float>(folder / "a.npy"), DamagedError);
}

TEST_CASE("headers as other programs write them are read") {
    CHECK(parsed(npy_bytes("{'descr':'<f8','fortran_order':False,'shape':(3,)}")).elements == 3);
    CHECK(parsed(npy_bytes("{\"shape\": (), \"descr\": \"<f4\", \"fortran_order\": False}\n")).elements == 1);
    CHECK(parsed(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 5), }", "", 2)).elements == 10);
    CHECK(parsed(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (7,3)}", "", 3)).elements == 21);
}

TEST_CASE("an array stored columns first is told, and cannot be mapped") {
    const TemporaryFolder folder;
    const std::string bytes = npy_bytes("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2), }", "12345678");
    write_bytes(folder / "a.npy", bytes);

    CHECK(parsed(bytes).columns_first);
    CHECK(message_of<DamagedError>([&] { MappedArray<float> array(folder / "a.npy"); }) ==
          (folder / "a.npy") + ": found an array stored columns first, expected rows first");
}

TEST_CASE("headers that are damaged are refused and named") {
    const auto refused = [](const std::string& bytes) {
        return message_of<DamagedError>([&] { parsed(bytes); }).starts_with("a.npy: found ");
    };
    const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 5), }";

    CHECK(refused(""));
    CHECK(refused("PK\x03\x04 and so on and so on"));
    CHECK(refused(npy_bytes(good, "", 4)));
    CHECK(refused(npy_bytes(good).substr(0, 40)));
    CHECK(refused(npy_bytes(good + "x")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 5), }")));
    CHECK(refused(npy_bytes("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': False, }")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2")));
    CHECK(refused(npy_bytes("{'descr': '<f4")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }")));
    CHECK(refused(npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }")));
}

TEST_CASE("every cut and every flipped bit of a header is refused or leaves an array of the file's size") {
    const TemporaryFolder folder;
    const std::vector<float> values = {1, 2, 3};
    write_npy<float>(folder / "a.npy", values);
    const std::string good = read_bytes(folder / "a.npy");

    for (std::size_t size = 0; size < good.size(); ++size) {
        write_bytes(folder / "b.npy", good.substr(0, size));
        CHECK_THROWS_AS(MappedArray<float>(folder / "b.npy"), DamagedError);
    }
    for (std::size_t bit = 0; bit < 8 * 128; ++bit) {
        std::string bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
        write_bytes(folder / "b.npy", bad);
        CHECK(elements_or_damaged(folder / "b.npy") == 3);
    }
}

TEST_CASE("an array of another type, shape or size says what was found and what was expected") {
    const TemporaryFolder folder;
    const std::string path = folder / "a.npy";
    write_npy<float>(path, std::vector<float>(6), {2, 3});

    CHECK(message_of<DamagedError>([&] { MappedArray<double> array(path); }) ==
          path + ": found elements of type <f4, expected <f8");
    CHECK(message_of<DamagedError>([&] {
              MappedArray<float> array(path, {2, 4});
          }) == path + ": found the shape (2, 3), expected (2, 4)");
    CHECK(message_of<DamagedError>([&] { MappedArray<float> array(path, {any_extent}); }) ==
          path + ": found the shape (2, 3), expected (any,)");
    write_bytes(path, read_bytes(path) + "x");
    CHECK(message_of<DamagedError>([&] { MappedArray<float> array(path); }) ==
          path + ": found 25 bytes of elements, expected 6 elements of 4 bytes each");
}
