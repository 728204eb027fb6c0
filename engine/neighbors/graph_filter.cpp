#include "engine/neighbors/graph_filter.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Core>

#include "engine/matrix/products.h"
#include "engine/neighbors/kept_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

// Notation, as in the header: R = D_u^-a X D_i^-b, P = R'R / s^2 with s = ||R||_2, W = (P - t P^2) D^g.

constexpr std::int64_t kColumnBlock = 64;
constexpr std::int64_t kBlocksAtOnce = 16;  ///< between two reports of progress
constexpr int kPowerSteps = 100;            ///< for s^2; the first gap of such graphs is wide

void check(const CsrView& x, const GraphFilterOptions& options) {
    const auto within = [](double value, double least, double most) { return value >= least && value <= most; };
    if (!within(options.row_power, 0, 1) || !within(options.column_power, 0, 1)) {
        throw UsageError("the powers of a graph filter must lie between 0 and 1");
    }
    if (!within(options.sharpening, 0, 1)) throw UsageError("the sharpening of a graph filter lies between 0 and 1");
    if (!within(options.popularity, -1, 1)) throw UsageError("the popularity of a graph filter lies between -1 and 1");
    if (options.neighbors < 1) throw UsageError("columns must keep at least 1 neighbour");
    if (!std::all_of(x.values.begin(), x.values.end(), [](float value) { return std::isfinite(value); })) {
        throw UsageError("a graph filter was given a value that is not finite");
    }
}

struct Degrees {
    Eigen::VectorXd rows;
    Eigen::VectorXd columns;
};

/// Squared norms of rows and columns.
Degrees degrees_of(const CsrView& x) {
    Degrees degrees{Eigen::VectorXd::Zero(x.rows), Eigen::VectorXd::Zero(x.cols)};
    for (std::int64_t u = 0; u < x.rows; ++u) {
        const auto row = static_cast<std::size_t>(u);
        for (auto p = x.row_offsets[row]; p < x.row_offsets[row + 1]; ++p) {
            const double value = x.values[static_cast<std::size_t>(p)];
            degrees.rows[u] += value * value;
            degrees.columns[x.column_indices[static_cast<std::size_t>(p)]] += value * value;
        }
    }
    return degrees;
}

/// R.
CsrMatrix normalized(const CsrView& x, const Degrees& degrees, const GraphFilterOptions& options) {
    CsrMatrix r{x.rows,
                x.cols,
                {x.row_offsets.begin(), x.row_offsets.end()},
                {x.column_indices.begin(), x.column_indices.end()},
                {x.values.begin(), x.values.end()}};
    for (std::int64_t u = 0; u < x.rows; ++u) {
        const auto row = static_cast<std::size_t>(u);
        const double row_scale = std::pow(degrees.rows[u], -options.row_power);
        for (auto p = x.row_offsets[row]; p < x.row_offsets[row + 1]; ++p) {
            const auto at = static_cast<std::size_t>(p);
            if (r.values[at] == 0) continue;
            const double scale = row_scale * std::pow(degrees.columns[r.column_indices[at]], -options.column_power);
            r.values[at] = static_cast<float>(scale * static_cast<double>(r.values[at]));
        }
    }
    return r;
}

/// ||R||_2^2 by the power method from a vector that no leading vector of a graph is orthogonal to: all positive.
double squared_spectral_norm(const CsrView& r, const CsrView& rt) {
    DenseMatrixF64 v = DenseMatrixF64::Ones(r.cols, 1), u(r.rows, 1);
    double square = 0;
    for (int step = 0; step < kPowerSteps; ++step) {
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

class Filter {
  public:
    Filter(const CsrView& x, const GraphFilterOptions& options)
        : options_(options), degrees_(degrees_of(x)), r_(normalized(x, degrees_, options)), rt_(transposed(r_)) {
        const double square = squared_spectral_norm(r_, rt_);
        if (square > 0) scale_ = 1 / square;
        const double total = degrees_.columns.sum();
        if (total > 0) degrees_.columns *= static_cast<double>(x.cols) / total;
    }

    /// The weights that are kept of some columns of W, each as a row.
    KeptRows columns(Range range) const {
        const DenseMatrix w = filtered(range);
        KeptRows kept;
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const std::int64_t c = i - range.begin;
            TopK<double> best(static_cast<std::size_t>(options_.neighbors));
            for (std::int64_t j = 0; j < w.rows(); ++j) {
                if (w(j, c) != 0 && j != i) best.offer(static_cast<std::int32_t>(j), std::abs(w(j, c)));
            }
            auto entries = best.take();
            const double popularity = std::pow(degrees_.columns[i], options_.popularity);
            for (auto& entry : entries) entry.score = popularity * static_cast<double>(w(entry.index, c));
            kept.add(std::move(entries));
        }
        return kept;
    }

  private:
    /// Columns `range` of P - t P^2.
    DenseMatrix filtered(Range range) const {
        const auto scale = static_cast<float>(scale_);
        DenseMatrix by_row = DenseMatrix::Zero(r_.rows, range.end - range.begin);  // R e_i
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const auto column = static_cast<std::size_t>(i);
            for (auto p = rt_.row_offsets[column]; p < rt_.row_offsets[column + 1]; ++p) {
                const auto at = static_cast<std::size_t>(p);
                by_row(rt_.column_indices[at], i - range.begin) = rt_.values[at];
            }
        }
        DenseMatrix once(r_.cols, by_row.cols());  // P e_i
        multiply(rt_, by_row, once);
        once *= scale;
        if (options_.sharpening == 0) return once;
        DenseMatrix twice(r_.cols, by_row.cols());  // P^2 e_i
        multiply(r_, once, by_row);
        multiply(rt_, by_row, twice);
        once -= static_cast<float>(options_.sharpening) * scale * twice;
        return once;
    }

    GraphFilterOptions options_;
    Degrees degrees_;
    CsrMatrix r_;
    CsrMatrix rt_;
    double scale_ = 0;  ///< 1 / s^2
};

}  // namespace

CsrMatrix graph_filter_weights(const CsrView& x, const GraphFilterOptions& options, const Progress& progress) {
    check(x, options);
    const Filter filter(x, options);
    const std::int64_t blocks = (x.cols + kColumnBlock - 1) / kColumnBlock;
    std::vector<KeptRows> found(static_cast<std::size_t>(blocks));
    for (std::int64_t first = 0; first < blocks; first += kBlocksAtOnce) {
        progress.report("filtering", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(blocks));
        parallel_for(std::min(kBlocksAtOnce, blocks - first), [&](std::int64_t k) {
            const std::int64_t begin = (first + k) * kColumnBlock;
            found[static_cast<std::size_t>(first + k)] =
                filter.columns({begin, std::min(begin + kColumnBlock, x.cols)});
        });
    }
    return transposed(joined(found, x.cols));
}

std::uint64_t graph_filter_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t neighbors) {
    const auto m = static_cast<std::uint64_t>(rows), n = static_cast<std::uint64_t>(cols);
    const auto kept = n * static_cast<std::uint64_t>(std::min(neighbors, cols));
    const auto threads = static_cast<std::uint64_t>(thread_count());
    // What is kept, joined or transposed; R and its transpose; three panels a thread.
    return 16 * kept + 16 * static_cast<std::uint64_t>(nonzeros) + 24 * (m + n) + threads * 4 * 64 * (m + 2 * n);
}

}  // namespace eckart
