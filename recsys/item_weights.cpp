#include "recsys/item_weights.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart::recsys {
namespace {

constexpr std::int64_t kProfilesAtOnce = 8;

std::span<const std::int32_t> columns_of(const CsrView& w, std::int64_t row) {
    const auto r = static_cast<std::size_t>(row);
    return w.column_indices.subspan(static_cast<std::size_t>(w.row_offsets[r]),
                                    static_cast<std::size_t>(w.row_offsets[r + 1] - w.row_offsets[r]));
}

/// Offsets that never fall and end at the number of entries; columns that rise within a row and are items.
bool fits(const CsrView& w) {
    if (w.row_offsets.size() != static_cast<std::size_t>(w.rows) + 1 || w.row_offsets.front() != 0 ||
        w.row_offsets.back() != w.nonzeros() || w.column_indices.size() != w.values.size()) {
        return false;
    }
    if (!std::is_sorted(w.row_offsets.begin(), w.row_offsets.end())) return false;
    for (std::int64_t row = 0; row < w.rows; ++row) {
        const auto columns = columns_of(w, row);
        if (columns.empty()) continue;
        if (columns.front() < 0 || columns.back() >= w.cols) return false;
        if (std::adjacent_find(columns.begin(), columns.end(), std::greater_equal<>()) != columns.end()) return false;
    }
    return true;
}

}  // namespace

ItemWeights::ItemWeights(DenseMatrix weights) : owned_(std::move(weights)) {
    const auto& held = std::get<DenseMatrix>(owned_);
    if (held.rows() != held.cols()) throw UsageError("weights between items must be a square matrix");
    items_ = held.rows();
    dense_ = held.data();
}

ItemWeights::ItemWeights(CsrMatrix weights) : owned_(std::move(weights)) {
    sparse_ = std::get<CsrMatrix>(owned_).view();
    if (sparse_.rows != sparse_.cols) throw UsageError("weights between items must be a square matrix");
    items_ = sparse_.rows;
}

ItemWeights::ItemWeights(MappedDense mapped) : owned_(std::move(mapped)) {
    const MappedArray<float>& array = std::get<MappedDense>(owned_).array;
    if (array.shape()[0] != array.shape()[1]) throw DamagedError(array.path() + ": expected a square matrix");
    items_ = array.shape()[0];
    dense_ = array.values().data();
}

ItemWeights::ItemWeights(MappedSparse mapped) : owned_(std::move(mapped)) {
    const auto& held = std::get<MappedSparse>(owned_);
    if (held.offsets.values().empty()) throw DamagedError(held.offsets.path() + ": expected at least one offset");
    items_ = held.offsets.shape()[0] - 1;
    sparse_ = {items_, items_, held.offsets.values(), held.columns.values(), held.values.values()};
    if (!fits(sparse_)) throw DamagedError(held.offsets.path() + ": its weights are not those of a sparse matrix");
}

ItemWeights ItemWeights::open(const StoreReader& store, std::string_view name) {
    const std::string prefix(name);
    if (store.has_file(prefix + "_weights.npy")) {
        return ItemWeights(MappedDense{{store.file(prefix + "_weights.npy"), {any_extent, any_extent}}});
    }
    return ItemWeights(MappedSparse{{store.file(prefix + "_offsets.npy"), {any_extent}},
                                    {store.file(prefix + "_columns.npy"), {any_extent}},
                                    {store.file(prefix + "_values.npy"), {any_extent}}});
}

void ItemWeights::save(const StoreWriter& store, std::string_view name) const {
    const std::string prefix(name);
    if (dense()) {
        const auto size = static_cast<std::size_t>(items_ * items_);
        write_npy<float>(store.file(prefix + "_weights.npy"), {dense_, size}, {items_, items_});
        return;
    }
    write_npy<std::int64_t>(store.file(prefix + "_offsets.npy"), sparse_.row_offsets, {items_ + 1});
    write_npy<std::int32_t>(store.file(prefix + "_columns.npy"), sparse_.column_indices, {sparse_.nonzeros()});
    write_npy<float>(store.file(prefix + "_values.npy"), sparse_.values, {sparse_.nonzeros()});
}

std::int64_t ItemWeights::stored() const {
    return dense() ? items_ * items_ : sparse_.nonzeros();
}

void ItemWeights::add_row(std::int32_t j, float scale, std::span<float> scores) const {
    if (dense()) {
        const float* row = dense_ + std::ptrdiff_t{j} * items_;
        for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += scale * row[i];
        return;
    }
    const auto begin = static_cast<std::size_t>(sparse_.row_offsets[static_cast<std::size_t>(j)]);
    const auto end = static_cast<std::size_t>(sparse_.row_offsets[static_cast<std::size_t>(j) + 1]);
    for (std::size_t p = begin; p < end; ++p) {
        scores[static_cast<std::size_t>(sparse_.column_indices[p])] += scale * sparse_.values[p];
    }
}

float ItemWeights::at(std::int32_t j, std::int32_t i) const {
    if (dense()) return dense_[std::ptrdiff_t{j} * items_ + i];
    const auto columns = columns_of(sparse_, j);
    const auto place = std::lower_bound(columns.begin(), columns.end(), i);
    if (place == columns.end() || *place != i) return 0;
    return sparse_.values[static_cast<std::size_t>(&*place - sparse_.column_indices.data())];
}

std::vector<float> ItemWeights::similar(std::int32_t item) const {
    std::vector<float> result(static_cast<std::size_t>(items_));
    for (std::size_t k = 0; k < result.size(); ++k) {
        const auto j = static_cast<std::int32_t>(k);
        const float into = at(j, item);
        if (dense()) {
            const float product = into * at(item, j);
            result[k] = std::copysign(std::sqrt(std::max(product, 0.0F)), into);
        } else {
            result[k] = into;
        }
    }
    return result;
}

ItemWeightsModel::ItemWeightsModel(std::string name, ItemWeights weights, std::string figures)
    : name_(std::move(name)), weights_(std::move(weights)), figures_(std::move(figures)) {}

void ItemWeightsModel::score(std::span<const Profile> profiles, PanelRef<float> scores) const {
    const auto count = static_cast<std::int64_t>(profiles.size());
    parallel_blocks(count, kProfilesAtOnce, [&](Range block) {
        for (std::int64_t p = block.begin; p < block.end; ++p) {
            auto row = scores.row(p);
            row.setZero();
            for (const std::int32_t j : profiles[static_cast<std::size_t>(p)].items) {
                weights_.add_row(j, 1, {row.data(), static_cast<std::size_t>(items())});
            }
        }
    });
}

Explanation ItemWeightsModel::explain(const Profile& profile, std::int32_t item) const {
    Explanation result;
    for (std::size_t p = 0; p < profile.size(); ++p) {
        const double weight = weights_.at(profile.items[p], item);
        result.contributions.push_back({profile.items[p], profile.values[p], weight});
        result.score += weight;
    }
    return result;
}

}  // namespace eckart::recsys
