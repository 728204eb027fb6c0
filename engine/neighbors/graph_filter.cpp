#include "engine/neighbors/graph_filter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Core>

#include "engine/matrix/entries.h"
#include "engine/matrix/products.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

// Notation, as in the header: R = D_u^-a X D_i^-b / s with ||R||_2 = 1, P = R'R, gains D^g.

constexpr int power_steps = 100;  ///< for s^2; the first gap of such graphs is wide

using Panel = Eigen::Map<DenseMatrix>;
using ConstPanel = Eigen::Map<const DenseMatrix>;

void check(const CsrView& x, const GraphFilterOptions& options) {
    const auto within = [](double value, double least, double most) { return value >= least && value <= most; };
    if (!within(options.row_power, 0, 1) || !within(options.column_power, 0, 1)) {
        throw UsageError("the powers of a graph filter must lie between 0 and 1");
    }
    if (!within(options.popularity, -1, 1)) throw UsageError("the popularity of a graph filter lies between -1 and 1");
    require_finite(x, "a graph filter");
}

struct Degrees {
    Eigen::VectorXd rows;
    Eigen::VectorXd columns;
};

/// Squared norms of rows and columns.
Degrees degrees_of(const CsrView& x) {
    Degrees degrees{Eigen::VectorXd::Zero(x.rows), Eigen::VectorXd::Zero(x.cols)};
    for (std::int64_t u = 0; u < x.rows; ++u) {
        const CsrRow row = x.row(u);
        for (std::size_t e = 0; e < row.size(); ++e) {
            const double value = row.values[e];
            degrees.rows[u] += value * value;
            degrees.columns[row.columns[e]] += value * value;
        }
    }
    return degrees;
}

/// Each degree to a power; 0 where the degree is.
Eigen::VectorXd powers(const Eigen::VectorXd& degrees, double power) {
    return degrees.unaryExpr([&](double degree) { return degree > 0 ? std::pow(degree, power) : 0.0; });
}

/// s R.
CsrMatrix normalized(const CsrView& x, const Degrees& degrees, const GraphFilterOptions& options) {
    CsrMatrix r{x.rows,
                x.cols,
                {x.row_offsets.begin(), x.row_offsets.end()},
                {x.column_indices.begin(), x.column_indices.end()},
                {x.values.begin(), x.values.end()}};
    const Eigen::VectorXd row_scales = powers(degrees.rows, -options.row_power);
    const Eigen::VectorXd column_scales = powers(degrees.columns, -options.column_power);
    for (std::int64_t u = 0; u < x.rows; ++u) {
        for (std::int64_t p = r.row_offsets[u]; p < r.row_offsets[u + 1]; ++p) {
            const double scale = row_scales[u] * column_scales[r.column_indices[p]];
            r.values[p] = static_cast<float>(scale * static_cast<double>(r.values[p]));
        }
    }
    return r;
}

/// ||R||_2^2 by the power method from a vector that no leading vector of a graph is orthogonal to: all positive.
double squared_spectral_norm(const CsrView& r, const CsrView& rt) {
    DenseMatrixF64 v = DenseMatrixF64::Ones(r.cols, 1), u(r.rows, 1);
    double square = 0;
    for (int step = 0; step < power_steps; ++step) {
        if (v.norm() == 0) return 0;
        v /= v.norm();
        multiply(r, v, u);
        multiply(rt, u, v);
        const double next = v.norm();
        const bool settled = std::abs(next - square) <= 1e-7 * next;
        square = next;
        if (settled) break;
    }
    return square;
}

/// y += A' x, by the rows of A where x is not 0. All is loaded before it is multiplied, so that an address check
/// between the two never keeps them from being fused as the kernels of multiply() are: the bytes would differ.
void add_rows(const CsrView& a, std::span<const float> x, std::span<float> y) {
    for (std::int64_t i = 0; i < a.rows; ++i) {
        const float scale = x[i];
        if (scale == 0) continue;
        const CsrRow row = a.row(i);
        for (std::size_t e = 0; e < row.size(); ++e) {
            const float weight = row.values[e];
            float& sum = y[row.columns[e]];
            const float before = sum;
            sum = before + weight * scale;
        }
    }
}

/// y -= t x, loaded as in add_rows(), and the same for both ways to apply a filter.
void subtract_scaled(std::span<const float> x, float t, std::span<float> y) {
    for (std::size_t i = 0; i < y.size(); ++i) {
        const float before = y[i], subtracted = x[i];
        y[i] = before - t * subtracted;
    }
}

}  // namespace

GraphFilter graph_filter(const CsrView& x, const GraphFilterOptions& options) {
    check(x, options);
    Degrees degrees = degrees_of(x);
    CsrMatrix r = normalized(x, degrees, options);
    CsrMatrix rt = transposed(r);
    if (const double square = squared_spectral_norm(r, rt); square > 0) {
        const auto scale = static_cast<float>(1 / std::sqrt(square));
        for (float& value : r.values) value *= scale;
        for (float& value : rt.values) value *= scale;
    }
    if (const double total = degrees.columns.sum(); total > 0) {
        degrees.columns *= static_cast<double>(x.cols) / total;
    }
    const Eigen::VectorXf gains = powers(degrees.columns, options.popularity).cast<float>();
    return {std::move(r), std::move(rt), {gains.begin(), gains.end()}};
}

std::uint64_t graph_filter_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros) {
    const auto m = static_cast<std::uint64_t>(rows), n = static_cast<std::uint64_t>(cols);
    // R and its transpose, offsets; degrees, powers and two vectors of the power method.
    return 16 * static_cast<std::uint64_t>(nonzeros) + 8 * (m + n + 2) + 32 * (m + n) + 4 * n;
}

void apply_graph_filter(const GraphFilterView& filter, double sharpening, ConstPanelRef<float> x, PanelRef<float> y) {
    DenseMatrix by_row(filter.r.rows, x.cols());
    multiply(filter.r, x, by_row);
    multiply(filter.rt, by_row, y);  // P x
    if (sharpening == 0) return;
    DenseMatrix twice(y.rows(), y.cols());  // P^2 x
    multiply(filter.r, y, by_row);
    multiply(filter.rt, by_row, twice);
    const auto t = static_cast<float>(sharpening);
    for (Eigen::Index row = 0; row < y.rows(); ++row) {
        subtract_scaled({twice.data() + row * twice.outerStride(), static_cast<std::size_t>(twice.cols())}, t,
                        {y.data() + row * y.outerStride(), static_cast<std::size_t>(y.cols())});
    }
}

void apply_graph_filter(const GraphFilterView& filter, double sharpening, std::span<const std::int32_t> ones,
                        std::span<float> y) {
    std::vector<float> by_row(filter.r.rows), x(y.size());
    for (const std::int32_t column : ones) x[column] = 1;
    add_rows(filter.rt, x, by_row);
    std::fill(y.begin(), y.end(), 0.0F);
    add_rows(filter.r, by_row, y);  // P x
    if (sharpening == 0) return;
    const auto cols = static_cast<Eigen::Index>(y.size());
    Panel rows_panel(by_row.data(), filter.r.rows, 1), twice(x.data(), cols, 1);
    multiply(filter.r, ConstPanel(y.data(), cols, 1), rows_panel);
    multiply(filter.rt, rows_panel, twice);  // P^2 x
    subtract_scaled(x, static_cast<float>(sharpening), y);
}

}  // namespace eckart
