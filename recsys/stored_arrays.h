#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// A float32 matrix of a model, in memory or mapped from a store.
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

/// Numbers of a model, in memory or mapped from a store.
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

/// A sparse matrix of a model, in memory or mapped from a store.
class StoredCsr {
  public:
    explicit StoredCsr(CsrMatrix matrix)
        : cols_(matrix.cols),
          offsets_(std::move(matrix.row_offsets)),
          columns_(std::move(matrix.column_indices)),
          values_(std::move(matrix.values)) {}

    /// Maps what `save` wrote under the same name; `any_extent` stands for as many rows as there are, and as many
    /// columns as rows. Throws DamagedError where the arrays are no such matrix: products rely on it, so all are looked
    /// through.
    StoredCsr(const StoreReader& store, const std::string& name, std::int64_t rows, std::int64_t cols)
        : cols_(cols),
          offsets_(store, name + "_offsets.npy", rows == any_extent ? any_extent : rows + 1),
          columns_(store, name + "_columns.npy", any_extent),
          values_(store, name + "_values.npy", any_extent) {
        if (cols_ == any_extent) cols_ = view().rows;
        try {
            validate(view());
        } catch (const UsageError& problem) {
            throw DamagedError(store.path() + ": " + name + ": " + problem.what() + "; train the model anew");
        }
    }

    void save(const StoreWriter& store, const std::string& name) const {
        offsets_.save(store, name + "_offsets.npy");
        columns_.save(store, name + "_columns.npy");
        values_.save(store, name + "_values.npy");
    }

    /// Borrowed from this object.
    CsrView view() const {
        const auto rows = static_cast<std::int64_t>(offsets_.values().size()) - 1;
        return {rows, cols_, offsets_.values(), columns_.values(), values_.values()};
    }

  private:
    std::int64_t cols_;
    StoredVector<std::int64_t> offsets_;
    StoredVector<std::int32_t> columns_;
    StoredVector<float> values_;
};

}  // namespace eckart::recsys
