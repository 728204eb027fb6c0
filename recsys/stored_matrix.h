#pragma once

#include <string_view>
#include <utility>
#include <variant>

#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// A float32 matrix of a model, in memory or mapped from a store.
class StoredMatrix {
  public:
    explicit StoredMatrix(DenseMatrix matrix) : owned_(std::move(matrix)) {}

    /// Maps a file of `rows` x `columns` numbers.
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

}  // namespace eckart::recsys
