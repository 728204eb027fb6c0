#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"

// Arrays that are the same to their users whether they were just made or are mapped from a store.

namespace eckart {

/// A float32 matrix, in memory or mapped from a store.
class StoredMatrix {
  public:
    explicit StoredMatrix(DenseMatrix matrix) : owned_(std::move(matrix)) {}

    /// Maps a file of `rows` x `columns` numbers; `any_extent` where it may have any number of them. Throws
    /// DamagedError if it has others.
    StoredMatrix(const StoreReader& store, std::string_view file, std::int64_t rows, std::int64_t columns)
        : owned_(MappedArray<float>(store.file(file), {rows, columns})) {}

    void save(const StoreWriter& store, std::string_view file) const {
        const ConstMatrixMap values = matrix();
        const std::span<const float> all(values.data(), static_cast<std::size_t>(values.size()));
        write_npy(store.file(file), all, {values.rows(), values.cols()});
    }

    /// Borrowed from this object.
    ConstMatrixMap matrix() const {
        if (const auto* mapped = std::get_if<MappedArray<float>>(&owned_)) {
            return {mapped->values().data(), mapped->shape()[0], mapped->shape()[1]};
        }
        const auto& owned = std::get<DenseMatrix>(owned_);
        return {owned.data(), owned.rows(), owned.cols()};
    }

  private:
    std::variant<DenseMatrix, MappedArray<float>> owned_;
};

/// Numbers, in memory or mapped from a store.
template <NpyElement T>
class StoredVector {
  public:
    explicit StoredVector(std::vector<T> values) : owned_(std::move(values)) {}

    /// Maps a file of `size` numbers; `any_extent` where it may have any number. Throws DamagedError if it has others.
    StoredVector(const StoreReader& store, std::string_view file, std::int64_t size)
        : owned_(MappedArray<T>(store.file(file), {size})) {}

    void save(const StoreWriter& store, std::string_view file) const {
        write_npy(store.file(file), values(), {static_cast<std::int64_t>(values().size())});
    }

    /// Borrowed from this object.
    std::span<const T> values() const {
        const auto* mapped = std::get_if<MappedArray<T>>(&owned_);
        return mapped != nullptr ? mapped->values() : std::span<const T>(std::get<std::vector<T>>(owned_));
    }

  private:
    std::variant<std::vector<T>, MappedArray<T>> owned_;
};

}  // namespace eckart
