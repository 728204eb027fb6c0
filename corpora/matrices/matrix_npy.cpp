#include "corpora/matrices/matrix_npy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "corpora/matrices/matrix_elements.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

constexpr std::size_t most_header_bytes = std::size_t{1} << 20;
constexpr std::size_t block_elements = 8192;

[[noreturn]] void fail(const ByteStream& stream, const std::string& message) {
    throw InputError(stream.name() + ": " + message);
}

/// Fills `buffer`, unless the stream ends before it is full, and returns how many bytes there were.
std::size_t read_up_to(ByteStream& stream, std::span<char> buffer) {
    std::size_t size = 0;
    while (size < buffer.size()) {
        const std::size_t count = stream.read(buffer.subspan(size));
        if (count == 0) break;
        size += count;
    }
    return size;
}

/// A float of 2 bytes (IEEE 754 binary16).
struct Half {
    std::uint16_t bits;
};

double value_of(Half half) {
    const int exponent = half.bits >> 10 & 31;
    const int fraction = half.bits & 1023;
    double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    if (exponent == 31) magnitude = fraction == 0 ? HUGE_VAL : NAN;
    return half.bits >> 15 ? -magnitude : magnitude;
}

/// The element as Real; nothing if it is not finite or too large for float32.
template <class Real, class T>
std::optional<Real> number_of(T value) {
    if constexpr (std::is_same_v<T, Half>) {
        return number_of<Real>(value_of(value));
    } else if constexpr (std::is_same_v<T, float>) {
        return std::isfinite(value) ? std::optional<Real>(value) : std::nullopt;
    } else {
        const auto wide = static_cast<double>(value);
        const std::optional<float> narrow = matrix_value(wide);
        if (!narrow) return std::nullopt;
        return std::is_same_v<Real, float> ? static_cast<Real>(*narrow) : static_cast<Real>(wide);
    }
}

template <class T>
std::string text_of(T value) {
    if constexpr (std::is_same_v<T, Half>) {
        return text_of(value_of(value));
    } else {
        if (std::isnan(value)) return "nan";
        return std::to_string(value);
    }
}

/// Calls `body(values)` for spans of the elements in the order of the stream, which must hold all of them.
template <class T, class Body>
void for_each_block(ByteStream& stream, const NpyHeader& header, const Body& body) {
    std::vector<T> block(std::min<std::uint64_t>(block_elements, header.elements));
    for (std::uint64_t done = 0; done < header.elements;) {
        const std::size_t wanted = std::min<std::uint64_t>(block.size(), header.elements - done);
        const std::size_t bytes = read_up_to(stream, {reinterpret_cast<char*>(block.data()), wanted * sizeof(T)});
        if (bytes < wanted * sizeof(T)) {
            fail(stream, "found the end of the array after " + std::to_string(done + bytes / sizeof(T)) +
                             " elements, expected " + std::to_string(header.elements));
        }
        body(std::span<const T>(block).first(wanted));
        done += wanted;
    }
}

/// Calls `body(T{})` with the type of the integers; false if the elements are none.
template <class Body>
bool with_integer_type(std::string_view dtype, const Body& body) {
    if (dtype == "|b1" || dtype == "|u1") return body(std::uint8_t{}), true;
    if (dtype == "|i1") return body(std::int8_t{}), true;
    if (dtype == "<i2") return body(std::int16_t{}), true;
    if (dtype == "<u2") return body(std::uint16_t{}), true;
    if (dtype == "<i4") return body(std::int32_t{}), true;
    if (dtype == "<u4") return body(std::uint32_t{}), true;
    if (dtype == "<i8") return body(std::int64_t{}), true;
    if (dtype == "<u8") return body(std::uint64_t{}), true;
    return false;
}

template <class Body>
bool with_number_type(std::string_view dtype, const Body& body) {
    if (dtype == "<f4") return body(float{}), true;
    if (dtype == "<f8") return body(double{}), true;
    if (dtype == "<f2") return body(Half{}), true;
    return with_integer_type(dtype, body);
}

[[noreturn]] void fail_type(const ByteStream& stream, const NpyHeader& header, const std::string& expected) {
    if (header.dtype.starts_with('>')) {
        fail(stream, "found elements of type " + header.dtype + ", high byte first, expected low byte first");
    }
    fail(stream, "found elements of type " + header.dtype + ", expected " + expected);
}

std::string shape_text(const NpyHeader& header) {
    std::string text;
    for (const std::int64_t extent : header.shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
    return text.empty() ? "no extent" : "the shape " + text;
}

void require_extents(const ByteStream& stream, const NpyHeader& header, std::size_t count) {
    if (header.shape.size() == count) return;
    fail(stream, "found an array of " + shape_text(header) + ", expected " +
                     (count == 2   ? "two extents, rows and columns"
                      : count == 1 ? "one extent"
                                   : "a single text"));
}

[[noreturn]] void fail_entry(const ByteStream& stream, const NpyHeader& header, const std::string& text,
                             std::int64_t element, std::int64_t inner) {
    std::int64_t row = element / inner, col = element % inner;
    if (header.columns_first) std::swap(row, col);
    fail(stream, bad_entry(text, row + 1, col + 1));
}

/// Calls `take(values)` for spans of the elements as `Real`, in the order of the stream; `inner` of them are a line.
template <class Real, class Take>
void read_values(ByteStream& stream, const NpyHeader& header, std::int64_t inner, const Take& take) {
    std::int64_t done = 0;
    std::vector<Real> values;
    const bool known = with_number_type(header.dtype, [&](auto zero) {
        using T = decltype(zero);
        for_each_block<T>(stream, header, [&](std::span<const T> block) {
            values.resize(block.size());
            for (std::size_t i = 0; i < block.size(); ++i) {
                const auto value = number_of<Real>(block[i]);
                if (!value) fail_entry(stream, header, text_of(block[i]), done + static_cast<std::int64_t>(i), inner);
                values[i] = *value;
            }
            done += static_cast<std::int64_t>(values.size());
            take(std::span<const Real>(values));
        });
    });
    if (!known) fail_type(stream, header, "real numbers");
}

/// Appends the elements as they stand, `inner` of them a line.
void append_values(ByteStream& stream, const NpyHeader& header, std::int64_t inner, ElementBuffer& elements) {
    read_values<float>(stream, header, inner, [&](std::span<const float> values) {
        std::copy(values.begin(), values.end(), elements.add(static_cast<std::int64_t>(values.size())));
    });
}

/// Whether elements have more digits than float32.
bool are_wide(const NpyHeader& header) {
    const std::string_view type = header.dtype;
    return type == "<f8" || type == "<i4" || type == "<u4" || type == "<i8" || type == "<u8";
}

NarrowedMatrix read_wide_columns(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory) {
    NarrowedColumns elements(memory, header.shape[0], header.shape[1]);
    read_values<double>(stream, header, header.shape[0], [&](std::span<const double> values) {
        for (const double value : values) elements.push(value);
    });
    return elements.take();
}

NarrowedMatrix read_wide_rows(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory) {
    NarrowedElements elements(memory, header.shape[1], true, static_cast<std::int64_t>(header.elements));
    read_values<double>(stream, header, header.shape[1], [&](std::span<const double> values) { elements.add(values); });
    return elements.take();
}

}  // namespace

NpyHeader read_npy_header(ByteStream& stream) {
    std::vector<char> bytes(12);
    bytes.resize(read_up_to(stream, bytes));
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    if (bytes.size() == 12) {
        const bool long_length = byte(6) > 1;
        std::size_t length = byte(8) | byte(9) << 8;
        if (long_length) length |= byte(10) << 16 | byte(11) << 24;
        const std::size_t end = (long_length ? 12 : 10) + length;
        if (end > most_header_bytes) fail(stream, "found a header of " + std::to_string(length) + " bytes");
        bytes.resize(std::max<std::size_t>(end, 12));
        bytes.resize(12 + read_up_to(stream, std::span(bytes).subspan(12)));
    }
    try {
        NpyHeader header = parse_npy_header(std::as_bytes(std::span(bytes)), stream.name());
        if (header.data_offset < 12) fail(stream, "found an empty header, expected that of a NumPy array");
        return header;
    } catch (const DamagedError& error) {
        throw InputError(error.what());
    }
}

bool has_npy_numbers(const NpyHeader& header) {
    return with_number_type(header.dtype, [](auto) {});
}

NarrowedMatrix read_npy_matrix(ByteStream& stream, const NpyHeader& header, bool offsets, const MemoryBudget& memory) {
    require_extents(stream, header, 2);
    const std::int64_t rows = header.shape[0], cols = header.shape[1];
    if (offsets && are_wide(header) && header.elements > 0) {
        return header.columns_first ? read_wide_columns(stream, header, memory)
                                    : read_wide_rows(stream, header, memory);
    }
    ElementBuffer elements(memory, static_cast<std::int64_t>(header.elements));
    append_values(stream, header, header.columns_first ? rows : cols, elements);
    if (!header.columns_first) return {elements.take(rows, cols), {}};
    memory.require(2 * header.elements * sizeof(float), "the matrix and its transpose");
    return {elements.take(cols, rows).transpose(), {}};
}

std::vector<float> read_npy_values(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory) {
    require_extents(stream, header, 1);
    ElementBuffer elements(memory, static_cast<std::int64_t>(header.elements));
    append_values(stream, header, 1, elements);
    const auto count = elements.size();
    const DenseMatrix column = elements.take(count, 1);
    return {column.data(), column.data() + count};
}

std::vector<std::int64_t> read_npy_integers(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory) {
    require_extents(stream, header, 1);
    std::vector<std::int64_t> integers;
    const bool known = with_integer_type(header.dtype, [&](auto zero) {
        using T = decltype(zero);
        for_each_block<T>(stream, header, [&](std::span<const T> block) {
            memory.require((integers.size() + block.size()) * sizeof(std::int64_t), "the matrix");
            for (const T value : block) {
                if (!std::in_range<std::int64_t>(value)) fail(stream, "found an integer past 63 bits");
                integers.push_back(static_cast<std::int64_t>(value));
            }
        });
    });
    if (!known) fail_type(stream, header, "integers");
    return integers;
}

std::string read_npy_text(ByteStream& stream, const NpyHeader& header) {
    require_extents(stream, header, 0);
    constexpr std::size_t most_bytes = 64;
    std::array<char, most_bytes + 1> buffer = {};
    const std::string_view kind = std::string_view(header.dtype).substr(0, 2);
    if (kind != "|S" && kind != "<U" && kind != "|U") fail_type(stream, header, "a text");
    const std::size_t size = read_up_to(stream, buffer);
    if (size > most_bytes) fail(stream, "found a text of more than 64 bytes, expected a short one");
    std::string text;
    for (const char c : std::string_view(buffer.data(), size)) {
        if (c != '\0') text += c;  // ASCII takes one byte of four in Unicode, and texts are padded with zeros
    }
    return text;
}

MatrixFile read_npy(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    const NpyHeader header = read_npy_header(*stream);
    NarrowedMatrix read = read_npy_matrix(*stream, header, options.offsets, options.memory);
    MatrixFile file;
    file.matrix = std::move(read.values);
    file.offset = std::move(read.offset);
    char more = 0;
    if (stream->read({&more, 1}) > 0) {
        fail(*stream, "found bytes behind the " + std::to_string(header.elements) + " elements of " +
                          shape_text(header) + ", expected the end of the file");
    }
    return file;
}

}  // namespace eckart::corpora
