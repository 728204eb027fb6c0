#include "recsys/models/item_factors.h"

#include <cmath>
#include <utility>

#include "engine/matrix/row_products.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view factors_file = "item_factors.npy";

}  // namespace

ItemFactors::ItemFactors(const StoreReader& store, std::int64_t factors)
    : stored_(store, factors_file, any_extent, factors) {}

void ItemFactors::save(const StoreWriter& store) const {
    stored_.save(store, factors_file);
}

std::vector<float> cosines(const ConstMatrixMap& factors, std::int32_t item) {
    const Eigen::RowVectorXf own = factors.row(item);
    const float norm = own.norm();
    std::vector<float> cosines(factors.rows(), 0.0F);
    for (Eigen::Index other = 0; other < factors.rows(); ++other) {
        const float scale = norm * factors.row(other).norm();
        if (scale > 0) cosines[other] = factors.row(other).dot(own) / scale;
    }
    return cosines;
}

CsrMatrix matrix_of(std::span<const Profile> profiles, std::int64_t items) {
    CsrMatrix matrix;
    matrix.rows = static_cast<std::int64_t>(profiles.size());
    matrix.cols = items;
    for (const Profile& profile : profiles) {
        matrix.column_indices.insert(matrix.column_indices.end(), profile.items.begin(), profile.items.end());
        matrix.values.insert(matrix.values.end(), profile.values.begin(), profile.values.end());
        matrix.row_offsets.push_back(static_cast<std::int64_t>(matrix.values.size()));
    }
    return matrix;
}

FactoredItems factored(const AlsColumns& items) {
    return {items.factors, items.offsets};
}

FactoredPeople factored(AlsRows people, double mean) {
    for (float& offset : people.offsets) offset += static_cast<float>(mean);
    return {std::move(people.factors), std::move(people.offsets)};
}

void score_products(const FactoredPeople& people, const FactoredItems& items, PanelRef<float> scores) {
    row_products(people.factors, items.factors, scores);
    if (items.offsets.empty()) return;
    const Eigen::Map<const Eigen::RowVectorXf> item_offsets(items.offsets.data(),
                                                            static_cast<Eigen::Index>(items.offsets.size()));
    for (Eigen::Index p = 0; p < scores.rows(); ++p) {
        const float level = people.levels.empty() ? 0 : people.levels[p];
        scores.row(p) += (item_offsets.array() + level).matrix();
    }
}

}  // namespace eckart::recsys
