#include "engine/cluster/kmeans_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "engine/matrix/lanes.h"
#include "engine/matrix/products.h"
#include "engine/support/error.h"

// Notation, as in the header: x a row, c a centroid, m the origin. With c' = c - m,
//
//     score = (|x - c|^2 - |x - m|^2) / 2 = |c'|^2 / 2 + m . c' - x . c'
//
// so that rows are read as they are and centroids alone are moved. In float32, with u = 2^-24 and the d products summed
// in any order, the sum is off by (d + 2) u |x| |c'| at most, and what is before it by 2 u times its size (Higham,
// "Accuracy and stability of numerical algorithms", 2nd edition, section 3.1); besides there is what underflows.

namespace eckart {
namespace {

constexpr std::int64_t prepared_rows = 1024;  // rows a task
constexpr double longest = 0x1p60;            // squares of what is longer are no float32
constexpr double roundoff = 0x1p-24;          // u
constexpr double underflow = 0x1p-126;        // smallest normal float32
constexpr std::int64_t lane_count = 8;        // float64 sums side by side

/// The sum of (x_l - c_l)^2 in float64, in lane_count sums that are added in order. C: float or double.
template <class C>
double squared_difference(const float* x, const C* c, std::int64_t size) {
    double sums[lane_count] = {};
    std::int64_t l = 0;
    for (; l + lane_count <= size; l += lane_count) {
        for (std::int64_t i = 0; i < lane_count; ++i) {
            const double difference = static_cast<double>(x[l + i]) - static_cast<double>(c[l + i]);
            sums[i] += difference * difference;
        }
    }
    for (; l < size; ++l) {
        const double difference = static_cast<double>(x[l]) - static_cast<double>(c[l]);
        sums[l % lane_count] += difference * difference;
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

/// The same in float32, by whole registers.
float squared_difference_f32(const float* x, const float* c, std::int64_t size) {
    using lanes::load;
    constexpr std::int64_t width = lanes::vector_width<float>;
    lanes::Vector<float> sums[4] = {};
    std::int64_t l = 0;
    for (; l + 4 * width <= size; l += 4 * width) {
#pragma GCC unroll 4
        for (std::int64_t i = 0; i < 4; ++i) {
            const auto difference = load(x + l + i * width) - load(c + l + i * width);
            sums[i] += difference * difference;
        }
    }
    for (; l + width <= size; l += width) {
        const auto difference = load(x + l) - load(c + l);
        sums[0] += difference * difference;
    }
    const auto all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float sum = 0;
    for (std::int64_t i = 0; i < width; ++i) sum += all[i];
    for (; l < size; ++l) sum += (x[l] - c[l]) * (x[l] - c[l]);
    return sum;
}

double squared_norm_of(const float* x, std::int64_t size) {
    double sum = 0;
    for (std::int64_t l = 0; l < size; ++l) sum += static_cast<double>(x[l]) * static_cast<double>(x[l]);
    return sum;
}

/// Throws UsageError, naming the row, if an entry in the range is not finite.
void refuse_not_finite(ConstPanelRef<float> x, Range range) {
    for (std::int64_t i = range.begin; i < range.end; ++i) {
        if (!x.row(i).allFinite()) throw UsageError("row " + std::to_string(i) + " has an entry that is not finite");
    }
}

/// Mean of the rows as float32, in blocks that are added in order.
std::vector<double> mean_row(ConstPanelRef<float> x) {
    std::vector<Eigen::VectorXd> parts((x.rows() + prepared_rows - 1) / prepared_rows);
    parallel_blocks(x.rows(), prepared_rows, [&](Range range) {
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(x.cols());
        for (std::int64_t i = range.begin; i < range.end; ++i) sum += x.row(i).transpose().cast<double>();
        if (!sum.allFinite()) refuse_not_finite(x, range);
        parts[range.begin / prepared_rows] = std::move(sum);
    });
    for (std::size_t i = 1; i < parts.size(); ++i) parts[0] += parts[i];
    std::vector<double> mean(x.cols());
    for (std::size_t l = 0; l < mean.size(); ++l) {
        mean[l] = static_cast<double>(
            static_cast<float>(parts[0](static_cast<Eigen::Index>(l)) / static_cast<double>(x.rows())));
    }
    return mean;
}

}  // namespace

CentroidLayout plain_layout(std::vector<double> origin, bool sparse, std::int64_t count) {
    CentroidLayout layout{std::move(origin), sparse, {}};
    layout.lanes.assign(panel_count(count) * panel_lanes, -1);
    for (std::int64_t j = 0; j < count; ++j) layout.lanes[j] = static_cast<std::int32_t>(j);
    return layout;
}

Centroids::Centroids(DenseMatrix centroids, const CentroidLayout& layout)
    : layout_(layout),
      rows_(std::move(centroids)),
      packed_(static_cast<std::int64_t>(layout.lanes.size()) * rows_.cols()),
      offsets_(layout.lanes.size(), std::numeric_limits<float>::infinity()),
      squared_norms_(rows_.rows()),
      moved_norms_(rows_.rows()) {
    parallel_for(panels(), [&](std::int64_t panel) {
        for (std::int64_t lane = panel * panel_lanes; lane < (panel + 1) * panel_lanes; ++lane) {
            if (at_lane(lane) >= 0) pack(lane);
        }
    });
    for (const double norm : moved_norms_) largest_norm_ = std::max(largest_norm_, std::sqrt(norm));
    for (const float offset : offsets_) {
        if (std::isfinite(offset)) largest_offset_ = std::max(largest_offset_, std::abs(static_cast<double>(offset)));
    }
}

void Centroids::pack(std::int64_t lane) {
    const std::int64_t j = at_lane(lane), d = rows_.cols(), lanes = panels() * panel_lanes;
    const float* c = row(j);
    double offset = 0, norm = 0;
    for (std::int64_t l = 0; l < d; ++l) {
        const double m = layout_.origin[l], entry = static_cast<double>(c[l]);
        const auto moved = static_cast<float>(entry - m);
        const std::int64_t at =
            layout_.sparse ? l * lanes + lane : (lane / panel_lanes * d + l) * panel_lanes + lane % panel_lanes;
        packed_[at] = moved;
        offset += static_cast<double>(moved) * (static_cast<double>(moved) / 2 + m);
        norm += entry * entry;
    }
    offsets_[lane] = static_cast<float>(offset);
    squared_norms_[j] = norm;
    moved_norms_[j] = squared_difference(c, layout_.origin.data(), d);
}

void KmeansRows::keep(std::vector<double> origin, std::vector<double> squared_norms) {
    origin_ = std::move(origin);
    squared_norms_ = std::move(squared_norms);
    double norm = 0;
    for (const double m : origin_) norm += m * m;
    origin_norm_ = std::sqrt(norm);
    for (std::size_t i = 0; i < squared_norms_.size(); ++i) {
        largest_norm_ = std::max(largest_norm_, std::sqrt(squared_norms_[i]) + origin_norm_);
        if (squared_norms_[i] <= longest * longest) continue;
        throw UsageError("row " + std::to_string(i) +
                         (std::isfinite(squared_norms_[i]) ? " is too long to be squared in float32; scale the rows"
                                                           : " has an entry that is not finite"));
    }
}

double KmeansRows::score_error(std::int64_t terms, double norm, const Centroids& centroids) const {
    const auto n = static_cast<double>(terms + 8);
    const double x = norm + origin_norm_, c = centroids.largest_norm();
    // A centroid moved by m is rounded too, which changes its score by u |c'| |x - c| at most; and what the score is
    // compared with is a float64 sum.
    return roundoff * ((n + 2) * x * c + 2 * c * c + 2 * centroids.largest_offset()) + 0x1p-46 * (x * x + c * c) +
           n * underflow;
}

DenseRows::DenseRows(ConstPanelRef<float> x) : x_(x.data(), x.rows(), x.cols(), Eigen::OuterStride<>(x.outerStride())) {
    std::vector<double> origin = mean_row(x), norms(x.rows());
    parallel_blocks(x.rows(), prepared_rows, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            norms[i] = squared_difference(row(i), origin.data(), x_.cols());
        }
    });
    keep(std::move(origin), std::move(norms));
}

double DenseRows::raw_squared_norm(std::int64_t i) const {
    return squared_norm_of(row(i), cols());
}

void DenseRows::scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                       std::int64_t stride) const {
    constexpr std::size_t most = 64;
    const float* pointers[most];
    for (std::size_t first = 0; first < rows.size(); first += most) {
        const std::size_t count = std::min(most, rows.size() - first);
        for (std::size_t r = 0; r < count; ++r) pointers[r] = row(rows[first + r]);
        subtract_row_products({pointers, count}, cols(), centroids.packed() + of.begin * panel_lanes * cols(),
                              centroids.offsets() + of.begin * panel_lanes, of.end - of.begin,
                              out + static_cast<std::int64_t>(first) * stride, stride);
    }
}

double DenseRows::squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    return squared_difference(row(i), centroids.row(j), cols());
}

double DenseRows::rough_squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    // In float32 each difference is off by u of itself at most, and the sum of their squares by (d + 4) u.
    const double computed = static_cast<double>(squared_difference_f32(row(i), centroids.row(j), cols()));
    return computed * std::sqrt(rough_excess()) + static_cast<double>(cols()) * underflow;
}

double DenseRows::rough_excess() const {
    return 1 + 3 * static_cast<double>(cols() + 4) * roundoff;
}

void DenseRows::add(std::int64_t i, double weight, double* sum) const {
    const float* from = row(i);
    const double* m = origin().data();
    for (std::int64_t l = 0; l < cols(); ++l) sum[l] += weight * (static_cast<double>(from[l]) - m[l]);
}

DenseMatrix DenseRows::copies(std::span<const std::int64_t> rows) const {
    DenseMatrix result(static_cast<Eigen::Index>(rows.size()), cols());
    for (std::size_t r = 0; r < rows.size(); ++r) result.row(static_cast<Eigen::Index>(r)) = x_.row(rows[r]);
    return result;
}

SparseRows::SparseRows(const CsrView& x) : x_(x) {
    std::vector<double> norms(x.rows);
    parallel_blocks(x.rows, prepared_rows, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const auto values = x_.row(i).values;
            norms[i] = squared_norm_of(values.data(), std::ssize(values));
        }
    });
    keep(std::vector<double>(x.cols), std::move(norms));
}

std::int64_t SparseRows::terms(std::int64_t row) const {
    return std::ssize(x_.row(row).values);
}

void SparseRows::scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                        std::int64_t stride) const {
    using Strided = Eigen::OuterStride<>;
    const std::int64_t width = (of.end - of.begin) * panel_lanes, lanes = centroids.panels() * panel_lanes;
    const Eigen::Map<const DenseMatrix, 0, Strided> columns(centroids.packed() + of.begin * panel_lanes, cols(), width,
                                                            Strided(lanes));
    const Eigen::Map<const Eigen::RowVectorXf> offsets(centroids.offsets() + of.begin * panel_lanes, width);
    CsrView part = x_;
    for (std::size_t r = 0, next; r < rows.size(); r = next) {  // rows that follow each other, together
        for (next = r + 1; next < rows.size() && rows[next] == rows[next - 1] + 1;) ++next;
        part.rows = static_cast<std::int64_t>(next - r);
        part.row_offsets = x_.row_offsets.subspan(rows[r], next - r + 1);
        Eigen::Map<DenseMatrix, 0, Strided> products(out + static_cast<std::int64_t>(r) * stride, part.rows, width,
                                                     Strided(stride));
        multiply(part, columns, products);
        for (std::int64_t i = 0; i < part.rows; ++i) products.row(i) = offsets - products.row(i);
    }
}

double SparseRows::squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    const CsrRow x = x_.row(i);
    const float* c = centroids.row(j);
    double sum = centroids.squared_norm(j);
    for (std::size_t e = 0; e < x.size(); ++e) {  // (x - c)^2 = x (x - 2 c) + c^2
        const auto value = static_cast<double>(x.values[e]);
        sum += value * (value - 2 * static_cast<double>(c[x.columns[e]]));
    }
    return std::max(0.0, sum);
}

double SparseRows::rough_squared_distance(std::int64_t i, const Centroids& centroids, std::int64_t j) const {
    return squared_distance(i, centroids, j);
}

double SparseRows::rough_excess() const {
    return 1;
}

void SparseRows::add(std::int64_t i, double weight, double* sum) const {
    const CsrRow x = x_.row(i);
    for (std::size_t e = 0; e < x.size(); ++e) sum[x.columns[e]] += weight * static_cast<double>(x.values[e]);
}

DenseMatrix SparseRows::copies(std::span<const std::int64_t> rows) const {
    DenseMatrix result = DenseMatrix::Zero(static_cast<Eigen::Index>(rows.size()), cols());
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const CsrRow x = x_.row(rows[r]);
        for (std::size_t e = 0; e < x.size(); ++e) result(static_cast<Eigen::Index>(r), x.columns[e]) = x.values[e];
    }
    return result;
}

}  // namespace eckart
