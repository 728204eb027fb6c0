#include "engine/neighbors/row_scores.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/matrix/blas.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t tile_rows = 512;
constexpr std::int64_t norm_block = 4096;

using Rows = Eigen::Map<const DenseMatrix>;

/// Offers to `best` what of the products q . x can still be kept: sixteen at a time are passed over.
void offer_products(const RankedRows& rows, std::int64_t begin, std::int64_t count, const float* products,
                    TopK<float>& best) {
    constexpr std::int64_t width = 16;
    const auto score = [&](std::int64_t i) {
        const float scaled = rows.scales != nullptr ? products[i] * rows.scales[begin + i] : products[i];
        return rows.offsets != nullptr ? scaled - rows.offsets[begin + i] : scaled;
    };
    const auto offer = [&](std::int64_t i, float value) {
        const std::int64_t at = begin + i;
        best.offer(rows.originals != nullptr ? rows.originals[at] : rows.first + static_cast<std::int32_t>(at), value);
    };
    std::int64_t i = 0;
    for (; i + width <= count; i += width) {
        float scores[width];
        for (std::int64_t k = 0; k < width; ++k) scores[k] = score(i + k);
        const float bound = best.threshold();
        int kept = 0;
        for (const float found : scores) kept |= static_cast<int>(found >= bound);
        if (kept == 0) continue;
        for (std::int64_t k = 0; k < width; ++k) offer(i + k, scores[k]);
    }
    for (; i < count; ++i) offer(i, score(i));
}

/// out = a b' for a (m x d), b (n x d); rows of out are n apart.
void multiply_rows(const float* a, std::int64_t m, const float* b, std::int64_t n, std::int64_t d, float* out) {
    blas::pin_to_one_thread();
    const int rows = static_cast<int>(m), cols = static_cast<int>(n), inner = static_cast<int>(d);
    blas::multiply(false, true, rows, cols, inner, 1, a, inner, b, inner, 0, out, cols);
}

/// |row|^2 to the roundoff of a product, which is good enough to rank by: what is found is scored anew. In float64 only
/// where float32 would lose it.
double squared_length(ConstPanelRef<float> row) {
    const auto square = static_cast<double>(row.squaredNorm());
    return square > 1e-24 && square < 1e24 ? square : row.cast<double>().squaredNorm();
}

}  // namespace

RowFactors row_factors(ConstPanelRef<float> x, Similarity similarity) {
    RowFactors factors;
    if (similarity == Similarity::inner_product) return factors;
    auto& target = similarity == Similarity::cosine ? factors.scales : factors.offsets;
    target.resize(x.rows());
    parallel_blocks(x.rows(), norm_block, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            const double square = squared_length(x.row(i));
            // What a row of zeros is multiplied by makes NaN of its product, which is never kept.
            target[i] = static_cast<float>(similarity == Similarity::distance ? square / 2
                                           : square > 0                       ? 1 / std::sqrt(square)
                                                                              : std::nan(""));
        }
    });
    return factors;
}

void rank_rows(const RankedRows& rows, const float* query, TopK<float>& best) {
    const Eigen::Map<const Eigen::VectorXf> q(query, rows.d);
    Eigen::Matrix<float, tile_rows, 1> products;
    for (std::int64_t begin = 0; begin < rows.count; begin += tile_rows) {
        const std::int64_t count = std::min(tile_rows, rows.count - begin);
        products.head(count).noalias() = Rows(rows.rows + begin * rows.d, count, rows.d) * q;
        offer_products(rows, begin, count, products.data(), best);
    }
}

void rank_by_difference(const RankedRows& rows, const float* query, TopK<float>& best) {
    const Eigen::Map<const Eigen::RowVectorXf> q(query, rows.d);
    const Rows x(rows.rows, rows.count, rows.d);
    for (std::int64_t i = 0; i < rows.count; ++i) {
        const float score = -(x.row(i) - q).squaredNorm();
        if (!(score < best.threshold())) best.offer(rows.first + static_cast<std::int32_t>(i), score);
    }
}

void rank_rows(const RankedRows& rows, const float* queries, std::int64_t m, std::span<TopK<float>* const> best) {
    std::vector<float> products(m * std::min(tile_rows, rows.count));
    for (std::int64_t begin = 0; begin < rows.count; begin += tile_rows) {
        const std::int64_t count = std::min(tile_rows, rows.count - begin);
        multiply_rows(queries, m, rows.rows + begin * rows.d, count, rows.d, products.data());
        for (std::int64_t i = 0; i < m; ++i) {
            offer_products(rows, begin, count, products.data() + i * count, *best[i]);
        }
    }
}

double exact_score(const float* query, const float* row, std::int64_t d, Similarity similarity) {
    const Eigen::Map<const Eigen::VectorXf> q(query, d), x(row, d);
    if (similarity == Similarity::distance) return -(q.cast<double>() - x.cast<double>()).squaredNorm();
    const double product = q.cast<double>().dot(x.cast<double>());
    if (similarity == Similarity::inner_product) return product;
    return product / (q.cast<double>().norm() * x.cast<double>().norm());
}

void rescore(ConstPanelRef<float> x, const float* query, Similarity similarity, std::span<const std::int32_t> places,
             Neighbors& found) {
    for (Scored<float>& entry : found) {
        const float* row = x.data() + entry.index * x.outerStride();
        entry.score = static_cast<float>(exact_score(query, row, x.cols(), similarity));
    }
    std::erase_if(found, [](const Scored<float>& entry) { return !std::isfinite(entry.score); });
    const auto place = [&](std::int32_t index) { return places.empty() ? index : places[index]; };
    std::sort(found.begin(), found.end(), [&](const Scored<float>& a, const Scored<float>& b) {
        return a.score > b.score || (a.score == b.score && place(a.index) < place(b.index));
    });
}

void check_queries(ConstPanelRef<float> queries, std::int64_t d) {
    if (queries.cols() != d) {
        throw UsageError("a query of " + std::to_string(queries.cols()) + " entries among rows of " +
                         std::to_string(d));
    }
    if (!queries.allFinite()) throw UsageError("a query has an entry that is not finite");
}

}  // namespace eckart
