#include "engine/factor/kmeans_rows.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/matrix/blas.h"
#include "engine/matrix/products.h"
#include "engine/support/error.h"

// Notation, as in the header: X (n x d) the rows, W (k x d) the centroids c_j. A score is |c|^2 / 2 - x . c, which
// orders the centroids as |x - c|^2 does. In float32, with u = 2^-24 and products summed in any order,
//
//     |computed - true| <= (d + 3) u |x| |c| + 2 u |c|^2
//
// (Higham, "Accuracy and stability of numerical algorithms", 2nd edition, section 3.1), and what underflows.

namespace eckart {
namespace {

constexpr std::int64_t kBlock = 1024;    // rows whose norms one task sums
constexpr double kLargestNorm = 0x1p62;  // squares of what is longer overflow float32
constexpr double kRoundoff = 0x1p-24;    // u
constexpr double kUnderflow = 0x1p-126;  // smallest normal float32
constexpr std::int64_t kLanes = 4;       // float64 sums side by side

/// The sum of (x_l - c_l)^2 in float64, in kLanes sums that are added in order.
double squared_difference(const float* x, const float* c, std::int64_t size) {
    double sums[kLanes] = {};
    std::int64_t l = 0;
    for (; l + kLanes <= size; l += kLanes) {
        for (std::int64_t i = 0; i < kLanes; ++i) {
            const double difference = static_cast<double>(x[l + i]) - static_cast<double>(c[l + i]);
            sums[i] += difference * difference;
        }
    }
    for (; l < size; ++l) {
        const double difference = static_cast<double>(x[l]) - static_cast<double>(c[l]);
        sums[l % kLanes] += difference * difference;
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double squared_norm_of(const float* x, std::int64_t size) {
    double sum = 0;
    for (std::int64_t l = 0; l < size; ++l) sum += static_cast<double>(x[l]) * static_cast<double>(x[l]);
    return sum;
}

/// out = the half norms of the centroids of each of `rows` rows.
void fill_half_norms(const Centroids& centroids, Range of, std::int64_t rows, float* out, std::int64_t stride) {
    const float* from = centroids.half_norms.data() + of.begin;
    for (std::int64_t r = 0; r < rows; ++r) std::copy_n(from, of.end - of.begin, out + r * stride);
}

/// Where the stored entries of a row lie.
Range entries(const CsrView& x, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    return {x.row_offsets[at], x.row_offsets[at + 1]};
}

}  // namespace

Centroids::Centroids(DenseMatrix centroids, bool for_sparse) : rows(std::move(centroids)) {
    for (std::int64_t j = 0; j < count(); ++j) {
        const double norm = squared_norm_of(row(j), rows.cols());
        squared_norms.push_back(norm);
        half_norms.push_back(static_cast<float>(norm / 2));
        largest_norm = std::max(largest_norm, std::sqrt(norm));
    }
    if (for_sparse) columns = rows.transpose();
}

void KmeansRows::keep_norms(std::vector<double> squared_norms) {
    squared_norms_ = std::move(squared_norms);
    for (std::size_t i = 0; i < squared_norms_.size(); ++i) {
        if (squared_norms_[i] <= kLargestNorm * kLargestNorm) continue;
        throw UsageError(std::isfinite(squared_norms_[i])
                             ? "row " + std::to_string(i) +
                                   " is longer than 4e18, too long to be squared; scale the rows"
                             : "row " + std::to_string(i) + " has an entry that is not finite");
    }
}

Centroids KmeansRows::copies(std::span<const std::int64_t> rows) const {
    DenseMatrixF64 copies = DenseMatrixF64::Zero(static_cast<Eigen::Index>(rows.size()), cols());
    for (std::size_t j = 0; j < rows.size(); ++j) add(rows[j], 1, copies.row(static_cast<Eigen::Index>(j)).data());
    return Centroids(copies.cast<float>(), sparse());
}

double KmeansRows::score_error(std::int64_t row, const Centroids& centroids) const {
    const auto n = static_cast<double>(terms(row) + 8);
    const double c = centroids.largest_norm;
    return n * kRoundoff * std::sqrt(squared_norm(row)) * c + 4 * kRoundoff * c * c + n * kUnderflow;
}

DenseRows::DenseRows(ConstPanelRef<float> x) : x_(x.data(), x.rows(), x.cols(), Eigen::OuterStride<>(x.outerStride())) {
    blas::pin_to_one_thread();
    std::vector<double> norms(static_cast<std::size_t>(x.rows()));
    parallel_blocks(x.rows(), kBlock, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            norms[static_cast<std::size_t>(i)] = squared_norm_of(row(i), cols());
        }
    });
    keep_norms(std::move(norms));
}

void DenseRows::scores(Range rows, const Centroids& centroids, Range of, float* out, std::int64_t stride) const {
    const std::int64_t count = rows.end - rows.begin;
    fill_half_norms(centroids, of, count, out, stride);
    blas::subtract_product(static_cast<int>(count), static_cast<int>(of.end - of.begin), static_cast<int>(cols()),
                           row(rows.begin), static_cast<int>(std::max<Eigen::Index>(1, x_.outerStride())),
                           centroids.row(of.begin), static_cast<int>(cols()), out, static_cast<int>(stride));
}

void DenseRows::scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                       std::int64_t stride) const {
    const auto count = static_cast<std::int64_t>(rows.size());
    std::vector<float> gathered(static_cast<std::size_t>(count * cols()));
    for (std::int64_t r = 0; r < count; ++r) {
        std::copy_n(row(rows[static_cast<std::size_t>(r)]), cols(), gathered.data() + r * cols());
    }
    fill_half_norms(centroids, of, count, out, stride);
    blas::subtract_product(static_cast<int>(count), static_cast<int>(of.end - of.begin), static_cast<int>(cols()),
                           gathered.data(), static_cast<int>(cols()), centroids.row(of.begin), static_cast<int>(cols()),
                           out, static_cast<int>(stride));
}

double DenseRows::squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    return squared_difference(row(i), centroids.row(j), cols());
}

void DenseRows::add(std::int64_t i, double weight, double* sum) const {
    const float* from = row(i);
    for (std::int64_t l = 0; l < cols(); ++l) sum[l] += weight * static_cast<double>(from[l]);
}

SparseRows::SparseRows(const CsrView& x) : x_(x) {
    std::vector<double> norms(static_cast<std::size_t>(x.rows));
    parallel_blocks(x.rows, kBlock, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const Range at = entries(x_, i);
            norms[static_cast<std::size_t>(i)] = squared_norm_of(x_.values.data() + at.begin, at.end - at.begin);
        }
    });
    keep_norms(std::move(norms));
}

std::int64_t SparseRows::terms(std::int64_t row) const {
    const Range at = entries(x_, row);
    return at.end - at.begin;
}

void SparseRows::scores(Range rows, const Centroids& centroids, Range of, float* out, std::int64_t stride) const {
    const std::int64_t count = rows.end - rows.begin, width = of.end - of.begin;
    CsrView part = x_;
    part.rows = count;
    part.row_offsets =
        x_.row_offsets.subspan(static_cast<std::size_t>(rows.begin), static_cast<std::size_t>(count) + 1);
    Eigen::Map<DenseMatrix, 0, Eigen::OuterStride<>> products(out, count, width, Eigen::OuterStride<>(stride));
    multiply(part, centroids.columns.middleCols(of.begin, width), products);
    const Eigen::Map<const Eigen::RowVectorXf> half(centroids.half_norms.data() + of.begin, width);
    for (std::int64_t r = 0; r < count; ++r) products.row(r) = half - products.row(r);
}

void SparseRows::scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                        std::int64_t stride) const {
    for (std::size_t r = 0; r < rows.size(); ++r) {
        scores(Range{rows[r], rows[r] + 1}, centroids, of, out + static_cast<std::int64_t>(r) * stride, stride);
    }
}

double SparseRows::squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    const Range at = entries(x_, i);
    const float* c = centroids.row(j);
    double sum = centroids.squared_norms[static_cast<std::size_t>(j)];
    for (std::int64_t p = at.begin; p < at.end; ++p) {  // (x - c)^2 = x (x - 2 c) + c^2
        const auto value = static_cast<double>(x_.values[static_cast<std::size_t>(p)]);
        sum += value * (value - 2 * static_cast<double>(c[x_.column_indices[static_cast<std::size_t>(p)]]));
    }
    return std::max(0.0, sum);
}

void SparseRows::add(std::int64_t i, double weight, double* sum) const {
    const Range at = entries(x_, i);
    for (std::int64_t p = at.begin; p < at.end; ++p) {
        const auto e = static_cast<std::size_t>(p);
        sum[x_.column_indices[e]] += weight * static_cast<double>(x_.values[e]);
    }
}

}  // namespace eckart
