#include "engine/autoencoder/sparse_autoencoder.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/autoencoder/dropout.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/products.h"
#include "engine/neighbors/column_neighbors.h"
#include "engine/neighbors/kept_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

// Notation, as in the header: A = X'X + L, L = lambda I + p / (1 - p) diag(X'X); N the nearest columns of column j;
// A_NN b_N = g_N.

constexpr std::int64_t column_block = 16;
constexpr std::int64_t blocks_at_once = 16;  ///< between two reports of progress
constexpr std::int64_t measured_columns = 64;

void check(const SparseAutoencoderOptions& options) {
    if (!(options.regularization > 0) || !std::isfinite(options.regularization)) {
        throw UsageError("the regularization of a linear autoencoder must be a number above 0");
    }
    if (options.neighbors < 1) throw UsageError("a column must have at least 1 neighbor to explain it");
}

class LocalSolver {
  public:
    LocalSolver(const CsrView& x, const CsrView& xt, const Eigen::VectorXd& norms, const Eigen::VectorXd& penalty,
                const CsrView& nearest)
        : x_(x), xt_(xt), norms_(norms), penalty_(penalty), nearest_(nearest) {}

    /// Columns `range` of B, each as a row.
    KeptRows columns(Range range) const {
        KeptRows found;
        std::vector<std::int32_t> places(x_.cols, -1);
        for (std::int64_t j = range.begin; j < range.end; ++j) {
            const CsrRow near = nearest_.row(j);
            const auto n = near.columns;
            const Eigen::VectorXd b = solve_definite(local_gram(n, places), right_side(j, near));
            std::vector<Scored<double>> entries;
            for (std::size_t k = 0; k < n.size(); ++k) entries.push_back({n[k], b[static_cast<Eigen::Index>(k)]});
            found.add(std::move(entries));
        }
        return found;
    }

  private:
    /// A_NN, the lower triangle. `places` is -1 everywhere before and after.
    Eigen::MatrixXd local_gram(std::span<const std::int32_t> n, std::vector<std::int32_t>& places) const {
        const auto m = static_cast<std::int32_t>(n.size());
        RowMajorMatrix<double> gram = RowMajorMatrix<double>::Zero(m, m);
        for (std::int32_t k = 0; k < m; ++k) {
            const std::int32_t i = n[k];
            places[i] = k;  // only those up to k: the lower triangle
            add_products(i, places, gram.row(k).data());
            gram(k, k) += penalty_[i];
        }
        for (const std::int32_t i : n) places[i] = -1;
        return gram;
    }

    void add_products(std::int64_t i, const std::vector<std::int32_t>& places, double* sums) const {
        const CsrRow column = xt_.row(i);
        for (std::size_t q = 0; q < column.size(); ++q) {
            const double value = column.values[q];
            const CsrRow row = x_.row(column.columns[q]);
            for (std::size_t p = 0; p < row.size(); ++p) {
                const std::int32_t place = places[row.columns[p]];
                if (place >= 0) sums[place] += value * static_cast<double>(row.values[p]);
            }
        }
    }

    /// g_N: cosines times the norms.
    Eigen::VectorXd right_side(std::int64_t j, const CsrRow& near) const {
        Eigen::VectorXd g(std::ssize(near.values));
        for (Eigen::Index k = 0; k < g.size(); ++k) {
            g[k] = static_cast<double>(near.values[k]) * std::sqrt(norms_[j] * norms_[near.columns[k]]);
        }
        return g;
    }

    CsrView x_;
    CsrView xt_;
    const Eigen::VectorXd& norms_;
    const Eigen::VectorXd& penalty_;
    CsrView nearest_;
};

/// The header's `residual`.
double mean_residual(const CsrView& x, const CsrView& xt, const Eigen::VectorXd& penalty, const CsrView& columns) {
    const std::int64_t count = std::min(x.cols, measured_columns);
    DenseMatrixF64 b = DenseMatrixF64::Zero(x.cols, 2 * count), by_row(x.rows, 2 * count), result(x.cols, 2 * count);
    const auto sampled = [&](std::int64_t k) { return k * x.cols / count; };
    for (std::int64_t k = 0; k < count; ++k) {
        const CsrRow column = columns.row(sampled(k));
        for (std::size_t e = 0; e < column.size(); ++e) b(column.columns[e], k) = column.values[e];
        b(sampled(k), count + k) = 1;
    }
    multiply(x, b, by_row);
    multiply(xt, by_row, result);  // X'X b_j, and beside it g_j
    double sum = 0;
    for (std::int64_t k = 0; k < count; ++k) {
        Eigen::VectorXd gram = result.col(count + k);
        Eigen::VectorXd left = result.col(k) + penalty.cwiseProduct(b.col(k)) - gram;
        left[sampled(k)] = gram[sampled(k)] = 0;
        if (gram.norm() > 0) sum += left.norm() / gram.norm();
    }
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

}  // namespace

SparseAutoencoder fit_sparse_autoencoder(const CsrView& x, const SparseAutoencoderOptions& options,
                                         const Progress& progress) {
    check(options);
    const Eigen::VectorXd norms = squared_column_norms(x);
    const Eigen::VectorXd penalty = dropout_penalty(norms, options.dropout, options.regularization);
    SparseAutoencoder result;
    result.neighbors = std::min(options.neighbors, std::max<std::int64_t>(x.cols, 1));
    const auto bytes = [&] { return sparse_autoencoder_memory(x.rows, x.cols, x.nonzeros(), result.neighbors); };
    while (options.memory.bytes != 0 && bytes() > options.memory.bytes && result.neighbors > 1) result.neighbors /= 2;
    options.memory.require(bytes(), "a sparse linear autoencoder");

    const CsrMatrix xt = transposed(x);
    const CsrMatrix nearest = column_neighbors(x, {.neighbors = result.neighbors}, progress);
    const LocalSolver solver(x, xt, norms, penalty, nearest);
    const std::int64_t blocks = (x.cols + column_block - 1) / column_block;
    std::vector<KeptRows> found(blocks);
    for (std::int64_t first = 0; first < blocks; first += blocks_at_once) {
        progress.report("solving", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(blocks));
        parallel_for(std::min(blocks_at_once, blocks - first), [&](std::int64_t k) {
            const std::int64_t begin = (first + k) * column_block;
            found[first + k] = solver.columns({begin, std::min(begin + column_block, x.cols)});
        });
    }
    const CsrMatrix columns = joined(found, x.cols);
    result.residual = mean_residual(x, xt, penalty, columns);
    result.weights = transposed(columns);
    return result;
}

std::uint64_t sparse_autoencoder_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t m) {
    const auto n = static_cast<std::uint64_t>(cols), kept = n * static_cast<std::uint64_t>(std::min(m, cols));
    const auto square = static_cast<std::uint64_t>(m) * static_cast<std::uint64_t>(m);
    const std::uint64_t measured =
        16 * static_cast<std::uint64_t>(measured_columns) * (2 * n + static_cast<std::uint64_t>(rows));
    const std::uint64_t local = static_cast<std::uint64_t>(thread_count()) * (24 * square + 4 * n);
    const std::uint64_t search = column_neighbors_memory(cols, nonzeros, m);
    return std::max(search, 24 * kept + measured + local + 24 * n) + 8 * static_cast<std::uint64_t>(nonzeros);
}

}  // namespace eckart
