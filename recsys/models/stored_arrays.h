#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/matrix/csr.h"
#include "engine/storage/stored_arrays.h"
#include "engine/support/error.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

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
            throw DamagedError(store.path() + ": " + name + ": " + problem.what() + "; train the model again");
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
