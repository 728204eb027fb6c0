#include "recsys/item_factors.h"

#include <cmath>

namespace eckart::recsys {
namespace {

constexpr std::string_view kFactorsFile = "item_factors.npy";

}  // namespace

ItemFactors::ItemFactors(const StoreReader& store)
    : owned_(MappedArray<float>(store.file(kFactorsFile), {any_extent, any_extent})) {}

void ItemFactors::save(const StoreWriter& store) const {
    const ConstMatrixMap factors = matrix();
    const std::span<const float> values(factors.data(), static_cast<std::size_t>(factors.size()));
    write_npy(store.file(kFactorsFile), values, {factors.rows(), factors.cols()});
}

ConstMatrixMap ItemFactors::matrix() const {
    if (const auto* mapped = std::get_if<MappedArray<float>>(&owned_)) {
        return {mapped->values().data(), mapped->shape()[0], mapped->shape()[1]};
    }
    const auto& factors = std::get<DenseMatrix>(owned_);
    return {factors.data(), factors.rows(), factors.cols()};
}

std::vector<float> ItemFactors::similar(std::int32_t item) const {
    const ConstMatrixMap factors = matrix();
    const Eigen::RowVectorXf own = factors.row(item);
    const float norm = own.norm();
    std::vector<float> cosines(static_cast<std::size_t>(factors.rows()), 0.0F);
    for (Eigen::Index other = 0; other < factors.rows(); ++other) {
        const float scale = norm * factors.row(other).norm();
        if (scale > 0) cosines[static_cast<std::size_t>(other)] = factors.row(other).dot(own) / scale;
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

}  // namespace eckart::recsys
