#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/storage/mapped_file.h"
#include "engine/storage/output_file.h"

// Arrays as NumPy keeps them in files: the .npy format, version 1.0 (NumPy Enhancement Proposal 1). A file is
//
//     byte 0    \x93NUMPY, then the version: \x01 \x00
//     byte 8    length of the header, 16 bits, low byte first
//     byte 10   the header, text: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }, spaces, a line feed
//     byte 64n  the elements, rows first, low byte first
//
// Files written here have their elements at byte 128, or at the next multiple of 64 if the shape is long.

namespace eckart {

/// Types that an array on disk can have.
template <typename T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> ||
    std::same_as<T, std::uint32_t> || std::same_as<T, std::uint64_t>;

/// What a header says.
struct NpyHeader {
    std::string dtype;                ///< as NumPy spells it: "<f4" is a float of 4 bytes, "|u1" an unsigned byte
    std::vector<std::int64_t> shape;  ///< extents, the slowest first; empty for a single number
    bool columns_first = false;       ///< the elements are in Fortran's order, the first extent's the fastest
    std::uint64_t elements = 1;       ///< product of `shape`
    std::size_t data_offset = 0;      ///< where the elements begin
};

/// Reads the header at the beginning of `file` (versions 1, 2 and 3). Throws DamagedError, beginning with `name`, if it
/// is not one, or if the number of elements does not fit in 63 bits.
NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& name = "array");

/// NumPy's name of an element type.
template <NpyElement T>
constexpr std::string_view npy_dtype() {
    if constexpr (std::same_as<T, float>) return "<f4";
    if constexpr (std::same_as<T, double>) return "<f8";
    if constexpr (std::same_as<T, std::int32_t>) return "<i4";
    if constexpr (std::same_as<T, std::int64_t>) return "<i8";
    if constexpr (std::same_as<T, std::uint8_t>) return "|u1";
    if constexpr (std::same_as<T, std::uint16_t>) return "<u2";
    if constexpr (std::same_as<T, std::uint32_t>) return "<u4";
    if constexpr (std::same_as<T, std::uint64_t>) return "<u8";
}

/// Writes an array whose elements come in pieces and whose first extent is known at the end only. Same bytes as
/// `write_npy`. A file whose writer was not finished has a first extent of 0 and is refused when it is opened.
template <NpyElement T>
class NpyWriter;

namespace detail {

/// NpyWriter without the type.
class NpyStream {
  public:
    NpyStream(std::string path, std::string_view dtype, std::size_t element_bytes, std::vector<std::int64_t> row_shape);
    void append(std::span<const std::byte> elements) { file_.append(elements); }
    void finish();

  private:
    std::string dtype_;
    std::vector<std::int64_t> row_shape_;
    std::uint64_t row_bytes_;
    std::size_t header_bytes_;
    OutputFile file_;
};

void write_npy(const std::string& path, std::string_view dtype, std::size_t element_bytes,
               std::span<const std::byte> elements, const std::vector<std::int64_t>& shape);

/// Throws DamagedError unless `file` is an array of `dtype` that fills it and has the shape `expected`.
NpyHeader checked_npy_header(const MappedFile& file, std::string_view dtype, std::size_t element_bytes,
                             const std::vector<std::int64_t>* expected);

}  // namespace detail

template <NpyElement T>
class NpyWriter {
  public:
    /// `row_shape` is the shape without its first extent: {} for a vector, {k} for a matrix of k columns.
    explicit NpyWriter(std::string path, std::vector<std::int64_t> row_shape = {})
        : stream_(std::move(path), npy_dtype<T>(), sizeof(T), std::move(row_shape)) {}

    /// Any number of elements; rows may be cut anywhere.
    void append(std::span<const T> elements) { stream_.append(std::as_bytes(elements)); }

    /// Completes the header and closes the file. Throws UsageError if the last row is incomplete.
    void finish() { stream_.finish(); }

  private:
    detail::NpyStream stream_;
};

/// Writes `elements` as an array of `shape`, rows first. Throws UsageError if the shape has another number of elements,
/// InputError if the file cannot be written.
template <NpyElement T>
void write_npy(const std::string& path, std::span<const T> elements, const std::vector<std::int64_t>& shape) {
    detail::write_npy(path, npy_dtype<T>(), sizeof(T), std::as_bytes(elements), shape);
}

/// Writes a vector.
template <NpyElement T>
void write_npy(const std::string& path, const std::vector<T>& elements) {
    write_npy(path, std::span<const T>(elements), {static_cast<std::int64_t>(elements.size())});
}

/// Stands, in the shape that an array is expected to have, for any extent.
inline constexpr std::int64_t any_extent = -1;

/// An array mapped from a .npy file. Invariant: the file is whole as far as its header can tell: the elements are T,
/// rows first, aligned, and as many as the shape says.
template <NpyElement T>
class MappedArray {
  public:
    MappedArray() = default;

    /// Opens in microseconds, whatever the size. Throws InputError if the file cannot be read, and DamagedError naming
    /// it, what was found and what was expected, if the invariant does not hold.
    explicit MappedArray(std::string path) : MappedArray(std::move(path), nullptr) {}

    /// The same, and the shape must be `expected`, where any_extent stands for any.
    MappedArray(std::string path, const std::vector<std::int64_t>& expected)
        : MappedArray(std::move(path), &expected) {}

    /// All elements; valid while this array, or the one that it was moved to, lives.
    std::span<const T> values() const { return values_; }
    const std::vector<std::int64_t>& shape() const { return shape_; }
    const std::string& path() const { return file_.path(); }

  private:
    MappedArray(std::string path, const std::vector<std::int64_t>* expected) : file_(std::move(path)) {
        NpyHeader header = detail::checked_npy_header(file_, npy_dtype<T>(), sizeof(T), expected);
        const std::byte* elements = file_.bytes().data() + header.data_offset;
        values_ = {reinterpret_cast<const T*>(elements), static_cast<std::size_t>(header.elements)};
        shape_ = std::move(header.shape);
    }

    MappedFile file_;
    std::span<const T> values_;
    std::vector<std::int64_t> shape_;
};

}  // namespace eckart
