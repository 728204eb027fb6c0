#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "recsys/recommender.h"

// For the .cpp files of models with item factors. Not installed.

namespace eckart::recsys {

/// Item factors, items x f, in memory or mapped from a store.
class ItemFactors {
  public:
    explicit ItemFactors(DenseMatrix factors) : owned_(std::move(factors)) {}
    /// Maps what `save` wrote.
    explicit ItemFactors(const StoreReader& store);
    void save(const StoreWriter& store) const;

    /// Borrowed from this object.
    ConstMatrixMap matrix() const;

    /// Cosine of each item's factors with those of `item`; 0 where one of them has none.
    std::vector<float> similar(std::int32_t item) const;

  private:
    std::variant<DenseMatrix, MappedArray<float>> owned_;
};

/// Numbers of a model in memory or mapped from a store.
template <NpyElement T>
class StoredVector {
  public:
    explicit StoredVector(std::vector<T> values) : owned_(std::move(values)) {}
    /// Maps a file of `size` numbers.
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

/// The profiles as rows of a matrix of `items` columns.
CsrMatrix matrix_of(std::span<const Profile> profiles, std::int64_t items);

}  // namespace eckart::recsys
