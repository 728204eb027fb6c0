#include "recsys/attributes/attributed_items.h"

#include <string>
#include <utility>

#include "engine/support/error.h"
#include "recsys/models/models.h"

// Notation: Y item factors, c offsets, E = (Y c) of the rated items; A their attributes; y' = b + W'a what they say.

namespace eckart::recsys {
namespace {

constexpr float half_weight = 10;   // ratings that make an item weigh half of what it can
constexpr float few = 10;           // ratings from which on an item's own factors stand alone
constexpr float prior_ratings = 3;  // ratings that what attributes say counts for

/// The rows of items that can teach: rated, with attributes.
std::vector<std::int64_t> teachers(std::span<const float> popularity, const CsrView& attributes) {
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < attributes.rows; ++i) {
        if (popularity[i] > 0 && attributes.row(i).size() > 0) rows.push_back(i);
    }
    return rows;
}

CsrMatrix rows_of(const CsrView& matrix, std::span<const std::int64_t> rows) {
    std::vector<Entry> entries;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const CsrRow row = matrix.row(rows[r]);
        for (std::size_t p = 0; p < row.size(); ++p) {
            entries.push_back({static_cast<std::int64_t>(r), row.columns[p], row.values[p]});
        }
    }
    return csr_from_entries(static_cast<std::int64_t>(rows.size()), matrix.cols, std::move(entries));
}

/// (Y c) of all items; without c where the model has no offsets.
DenseMatrix targets_of(const FactoredItems& items) {
    const bool has_offsets = !items.offsets.empty();
    DenseMatrix all(items.factors.rows(), items.factors.cols() + (has_offsets ? 1 : 0));
    all.leftCols(items.factors.cols()) = items.factors;
    for (Eigen::Index i = 0; has_offsets && i < all.rows(); ++i) all(i, all.cols() - 1) = items.offsets[i];
    return all;
}

RidgeMap map_of(const DenseMatrix& targets, std::span<const float> popularity, const CsrView& attributes,
                const RidgeFit& fit, const Progress& progress) {
    const std::vector<std::int64_t> rows = teachers(popularity, attributes);
    if (rows.size() < 2) {
        throw UsageError("attributes: found " + std::to_string(rows.size()) +
                         " rated items with attributes, expected 2 or more to learn from");
    }
    DenseMatrixF64 e(static_cast<Eigen::Index>(rows.size()), targets.cols());
    std::vector<float> weights;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        e.row(static_cast<Eigen::Index>(r)) = targets.row(rows[r]).cast<double>();
        weights.push_back(popularity[rows[r]] / (popularity[rows[r]] + half_weight));
    }
    return fit(rows_of(attributes, rows), e, {.weights = weights, .progress = progress});
}

}  // namespace

bool teach(std::span<const float> popularity, const CsrView& attributes) {
    return teachers(popularity, attributes).size() >= 2;
}

AttributedItems attributed_items(const Recommender& model, std::span<const float> popularity, const CsrView& attributes,
                                 const RidgeFit& fit, const Progress& progress) {
    const auto items = model.factored_items();
    if (!items || !model_kind(model.name()).takes_attributes) throw maps_no_attributes(model.name());
    const auto count = static_cast<std::size_t>(model.items());
    if (popularity.size() != count || attributes.rows != model.items()) {
        throw UsageError("attributes, counts of ratings and model have different numbers of items");
    }
    DenseMatrix targets = targets_of(*items);
    const RidgeMap map = map_of(targets, popularity, attributes, fit, progress);
    const DenseMatrix said = mapped_rows(map, attributes).cast<float>();
    AttributedItems all;
    all.sources.resize(count);
    all.lambda = map.lambda;
    all.explained = map.explained;
    for (std::size_t i = 0; i < count; ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const float n = popularity[i];
        if (attributes.row(row).size() == 0) {
            all.unknown += n > 0 ? 0 : 1;
        } else if (n < few) {
            targets.row(row) = (n * targets.row(row) + prior_ratings * said.row(row)) / (n + prior_ratings);
            all.sources[i] = n > 0 ? ItemSource::both : ItemSource::attributes;
            ++(n > 0 ? all.mixed : all.cold);
        }
    }
    std::vector<float> offsets(items->offsets.size());
    for (std::size_t i = 0; i < offsets.size(); ++i)
        offsets[i] = targets(static_cast<Eigen::Index>(i), targets.cols() - 1);
    all.model = model.with_items(DenseMatrix(targets.leftCols(items->factors.cols())), std::move(offsets));
    return all;
}

}  // namespace eckart::recsys
