#include "recsys/models/item_weights.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"

// Notation: W (items x items), row j what a like of item j gives to every item; score_i = sum over likes j of W_ji.

namespace eckart::recsys {
namespace {

constexpr std::int64_t profiles_at_once = 8;

/// n_u^-power for each like, their root mean square 1.
std::vector<float> like_values(const CsrView& user_item, double power) {
    std::vector<double> values;
    values.reserve(user_item.values.size());
    double squares = 0;
    for (std::int64_t u = 0; u < user_item.rows; ++u) {
        const std::size_t count = profile_of(user_item, u).size();
        const double value = std::pow(static_cast<double>(std::max<std::size_t>(count, 1)), -power);
        values.insert(values.end(), count, value);
        squares += static_cast<double>(count) * value * value;
    }
    const double scale = std::sqrt(static_cast<double>(values.size()) / squares);
    std::vector<float> scaled(values.size());
    std::transform(values.begin(), values.end(), scaled.begin(),
                   [&](double v) { return static_cast<float>(scale * v); });
    return scaled;
}

void require_square(std::int64_t rows, std::int64_t cols) {
    if (rows != cols) throw UsageError("weights between items must be a square matrix");
}

}  // namespace

Likes::Likes(const CsrView& user_item, double power)
    : values_(power == 0 ? std::vector<float>(user_item.values.size(), 1.0F) : like_values(user_item, power)),
      view_{user_item.rows, user_item.cols, user_item.row_offsets, user_item.column_indices, values_} {}

ItemWeights::ItemWeights(DenseMatrix weights) : weights_(StoredMatrix(std::move(weights))) {
    require_square(dense()->matrix().rows(), dense()->matrix().cols());
}

ItemWeights::ItemWeights(CsrMatrix weights) : weights_(StoredCsr(std::move(weights))) {
    require_square(sparse().rows, sparse().cols);
}

ItemWeights ItemWeights::open(const StoreReader& store, const std::string& name) {
    const std::string whole = name + "_weights.npy";
    if (!store.has_file(whole)) return ItemWeights(StoredCsr(store, name, any_extent, any_extent));
    StoredMatrix weights(store, whole, any_extent, any_extent);
    if (weights.matrix().rows() != weights.matrix().cols()) {
        throw DamagedError(store.path() + ": " + whole + " is not a square matrix; train the model again");
    }
    return ItemWeights(std::move(weights));
}

void ItemWeights::save(const StoreWriter& store, const std::string& name) const {
    if (dense() != nullptr) return dense()->save(store, name + "_weights.npy");
    std::get<StoredCsr>(weights_).save(store, name);
}

std::int64_t ItemWeights::items() const {
    return dense() != nullptr ? dense()->matrix().rows() : sparse().rows;
}

ItemVectors ItemWeights::rows() const {
    if (dense() != nullptr) return dense()->matrix();
    return sparse();
}

void ItemWeights::add_row(std::int32_t j, std::span<float> scores) const {
    if (dense() != nullptr) {
        const float* row = dense()->matrix().row(j).data();
        for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += row[i];
        return;
    }
    const Profile row = profile_of(sparse(), j);
    for (std::size_t p = 0; p < row.size(); ++p) {
        scores[row.items[p]] += row.values[p];
    }
}

float ItemWeights::at(std::int32_t j, std::int32_t i) const {
    if (dense() != nullptr) return dense()->matrix()(j, i);
    const Profile row = profile_of(sparse(), j);
    const auto place = std::lower_bound(row.items.begin(), row.items.end(), i);
    if (place == row.items.end() || *place != i) return 0;
    return row.values[place - row.items.begin()];
}

std::vector<float> ItemWeights::similar(std::int32_t item) const {
    std::vector<float> result(items());
    for (std::size_t k = 0; k < result.size(); ++k) {
        const auto j = static_cast<std::int32_t>(k);
        const float into = at(j, item);
        if (dense() != nullptr) {
            const float product = into * at(item, j);
            result[k] = std::copysign(std::sqrt(std::max(product, 0.0F)), into);
        } else {
            result[k] = into;
        }
    }
    return result;
}

ItemWeightsModel::ItemWeightsModel(std::string name, ItemWeights weights, Figures figures)
    : name_(std::move(name)), weights_(std::move(weights)), figures_(std::move(figures)) {}

void ItemWeightsModel::score(std::span<const Profile> profiles, PanelRef<float> scores) const {
    const auto count = static_cast<std::int64_t>(profiles.size());
    parallel_blocks(count, profiles_at_once, [&](Range block) {
        for (std::int64_t p = block.begin; p < block.end; ++p) {
            auto row = scores.row(p);
            row.setZero();
            for (const std::int32_t j : profiles[p].items) {
                weights_.add_row(j, {row.data(), static_cast<std::size_t>(items())});
            }
        }
    });
}

Explanation ItemWeightsModel::explain(const Profile& profile, std::int32_t item) const {
    std::vector<double> parts(profile.size());
    for (std::size_t p = 0; p < parts.size(); ++p) parts[p] = weights_.at(profile.items[p], item);
    return explanation_of(0, profile, parts);
}

}  // namespace eckart::recsys
