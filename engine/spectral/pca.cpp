// Notation, as in the header:
//   X    data, m x n;  mu its column means;  A = X - 1 mu' = U S V'
//   C    = A'A / (m - 1);  C W = W diag(l),  so  W = V,  l_i = s_i^2 / (m - 1)
//   k components; what W loses, ||A - A W W'||^2 = ||A||^2 - s_1^2 - .. - s_k^2  (Eckart and Young)

#include "engine/spectral/pca.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/matrix/centering.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::int64_t always_by_covariance = 1024;  // columns
constexpr std::int64_t never_by_covariance = 4096;
constexpr std::int64_t columns_a_component = 16;  // up to so many columns a component the covariance is cheaper
constexpr double least_variance = 1e-14;          // of the largest: squares of the 1e-7 of truncated_svd
constexpr double no_variance = 1e-24;             // of the squared norm: equal rows, but for the roundoff of their mean
constexpr double large_mean = 100;   // of ||X||^2 / ||A||^2, from which sparse products must be made in float64
constexpr double in_float64 = 4e-7;  // a tolerance at which truncated_svd calculates in float64
constexpr std::int64_t score_rows = 64;

void check(const PcaOptions& options, std::int64_t rows, std::int64_t cols) {
    if (options.components < 1) {
        throw UsageError("the number of components is " + std::to_string(options.components) +
                         "; it must be at least 1");
    }
    if (!(options.tolerance > 0) || !(options.tolerance < 1)) {
        throw UsageError("the tolerance is " + std::to_string(options.tolerance) + "; it must lie between 0 and 1");
    }
    if (rows < 1 || cols < 1) {
        throw UsageError("a matrix of " + std::to_string(rows) + " x " + std::to_string(cols) +
                         " has no principal components");
    }
}

/// What both kinds of data begin with: the mean and the variance that there is to explain.
template <class Data>
Pca begun(const Data& x, std::int64_t rows, std::int64_t cols, const PcaOptions& options) {
    check(options, rows, cols);
    Pca result;
    result.mean = column_means(x);
    if (!result.mean.allFinite()) throw UsageError("the data holds a value that is not finite");
    result.rows = rows;
    result.whitened = options.whiten;
    result.components.resize(cols, 0);
    return result;
}

/// Sets the totals by ||A||^2; rows that are all equal have none.
void set_totals(Pca& pca, double centered) {
    const auto m = static_cast<double>(pca.rows);
    pca.squared_norm = centered + m * pca.mean.squaredNorm();
    if (centered <= no_variance * pca.squared_norm) centered = 0;
    pca.total_variance = pca.rows > 1 ? centered / (m - 1) : 0;
}

void finish(Pca& pca) {
    const double lost = pca.squared_error();
    pca.energy = pca.squared_norm > 0 ? std::clamp(1 - lost / pca.squared_norm, 0.0, 1.0) : 0;
}

/// Makes the entry of largest magnitude of each column positive, the first if several are equal.
void fix_signs(MatrixXd& w) {
    for (Index j = 0; j < w.cols(); ++j) {
        Index largest = 0;
        w.col(j).cwiseAbs().maxCoeff(&largest);
        if (w(largest, j) < 0) w.col(j) = -w.col(j);
    }
}

double orthogonality_loss(const DenseMatrix& w) {
    if (w.cols() == 0) return 0;
    const MatrixXd overlap = inner_products(w, w);
    return (overlap - MatrixXd::Identity(w.cols(), w.cols())).cwiseAbs().maxCoeff();
}

/// Components from C, which must have some variance.
void by_covariance(const MatrixXd& covariance, std::int64_t count, Pca& pca) {
    SymmetricEigen eigen = leading_eigenpairs(covariance, count);
    Index rank = 0;
    while (rank < eigen.values.size() && eigen.values(rank) > least_variance * eigen.values(0)) ++rank;
    MatrixXd w = eigen.vectors.leftCols(rank);
    fix_signs(w);
    pca.components = w.cast<float>();
    pca.variances = eigen.values.head(rank);
    const MatrixXd stored = pca.components.cast<double>();
    const MatrixXd residual = covariance * stored - stored * pca.variances.asDiagonal();
    pca.certificate.max_residual = residual.colwise().norm().maxCoeff() / pca.variances(0);
    pca.certificate.orthogonality_loss = orthogonality_loss(pca.components);
}

SvdOptions svd_options(const PcaOptions& options) {
    return {.rank = options.components, .tolerance = options.tolerance, .seed = options.seed, .memory = options.memory};
}

/// Components from the centered operator, which must have some variance.
void by_svd(const LinearOperator& centered, const SvdOptions& options, const Progress& progress, Pca& pca) {
    TruncatedSvd svd = truncated_svd(centered, options, progress);
    const SvdCertificate& c = svd.certificate;
    pca.components = std::move(svd.v);
    pca.variances = svd.singular_values.array().square() / static_cast<double>(pca.rows - 1);
    // A'A v - s^2 v = A'(A v - s u) + s (A'u - s v)
    pca.certificate = {c.max_right_residual + c.max_left_residual, c.orthogonality_loss_v, c.converged};
    pca.solver = PcaSolver::truncated_svd;
    pca.note = svd.note;
}

std::uint64_t covariance_memory(std::int64_t cols) {
    return static_cast<std::uint64_t>(5 * cols * cols) * sizeof(double) + (std::uint64_t{1} << 24);
}

/// Whether the covariance is what automatic takes, and what was asked for otherwise.
bool covariance_wins(std::int64_t cols, const PcaOptions& options) {
    if (options.solver != PcaSolver::automatic) return options.solver == PcaSolver::covariance;
    return cols <= always_by_covariance ||
           (cols <= never_by_covariance && cols <= columns_a_component * options.components);
}

bool covariance_fits(std::int64_t cols, const PcaOptions& options) {
    return options.memory.bytes == 0 || covariance_memory(cols) <= options.memory.bytes;
}

std::uint64_t transpose_memory(std::int64_t cols, std::int64_t nonzeros) {
    return 8 * static_cast<std::uint64_t>(nonzeros) + 8 * static_cast<std::uint64_t>(cols + 1);
}

void require_columns(const Pca& pca, std::int64_t cols) {
    if (cols != pca.mean.size()) {
        throw UsageError("rows of " + std::to_string(cols) + " columns do not fit components of " +
                         std::to_string(pca.mean.size()));
    }
}

/// What a score is multiplied by: 1, or whitening.
VectorXd score_scale(const Pca& pca) {
    if (!pca.whitened) return VectorXd::Ones(pca.rank());
    return pca.variances.cwiseSqrt().cwiseInverse();
}

}  // namespace

std::string_view name(PcaSolver solver) {
    switch (solver) {
        case PcaSolver::automatic:
            return "automatic";
        case PcaSolver::covariance:
            return "covariance";
        case PcaSolver::truncated_svd:
            return "truncated-svd";
    }
    return "automatic";
}

PcaSolver parse_pca_solver(std::string_view given) {
    if (given == "auto") return PcaSolver::automatic;
    for (const auto solver : {PcaSolver::automatic, PcaSolver::covariance, PcaSolver::truncated_svd}) {
        if (given == name(solver)) return solver;
    }
    throw UsageError("'" + std::string(given) + "' is not a solver; choose auto, covariance or truncated-svd");
}

double Pca::squared_error() const {
    return static_cast<double>(rows - 1) * std::max(0.0, total_variance - variances.sum());
}

Pca pca(ConstPanelRef<float> x, const PcaOptions& options, const Progress& progress) {
    Pca result = begun(x, x.rows(), x.cols(), options);
    const bool covariance = covariance_wins(x.cols(), options), fits = covariance_fits(x.cols(), options);
    if (covariance && (fits || options.solver == PcaSolver::covariance)) {
        options.memory.require(covariance_memory(x.cols()), "a covariance of " + std::to_string(x.cols()) + " columns");
        progress.report("covariance", 0, 1);
        MatrixXd gram = centered_gram(x, result.mean);
        set_totals(result, gram.trace());
        result.solver = PcaSolver::covariance;
        gram /= static_cast<double>(std::max<std::int64_t>(1, x.rows() - 1));
        if (result.total_variance > 0) by_covariance(gram, options.components, result);
        progress.report("covariance", 1, 1);
    } else {
        const CenteredDenseOperator centered(x, result.mean);
        set_totals(result, centered.squared_norm());
        result.solver = PcaSolver::truncated_svd;
        if (result.total_variance > 0) by_svd(centered, svd_options(options), progress, result);
        if (covariance) result.note = "the covariance does not fit in the memory allowed, so truncated-svd did it";
    }
    finish(result);
    return result;
}

Pca pca(const CsrView& x, const PcaOptions& options, const Progress& progress) {
    if (options.solver == PcaSolver::covariance) {
        throw UsageError("the covariance of sparse data is not made; choose auto or truncated-svd");
    }
    Pca result = begun(x, x.rows, x.cols, options);
    const double centered_norm = centered_squared_norm(x, result.mean);
    set_totals(result, centered_norm);
    result.solver = PcaSolver::truncated_svd;
    if (result.total_variance > 0) {
        SvdOptions svd = svd_options(options);
        if (svd.memory.bytes > 0) {
            const std::uint64_t transpose = transpose_memory(x.cols, x.nonzeros());
            svd.memory.require(transpose, "the transpose of a sparse matrix");
            svd.memory.bytes = std::max<std::uint64_t>(1, svd.memory.bytes - transpose);
        }
        // x w - mu'w would lose in float32 the digits that they share
        if (result.squared_norm > large_mean * centered_norm) svd.tolerance = std::min(svd.tolerance, in_float64);
        const CsrMatrix xt = transposed(x);
        const SparseOperator sparse(x, xt);
        by_svd(CenteredScaledOperator(sparse, result.mean, {}, {}, centered_norm), svd, progress, result);
    }
    finish(result);
    return result;
}

std::uint64_t pca_memory(std::int64_t rows, std::int64_t cols, const PcaOptions& options) {
    if (covariance_wins(cols, options) && (options.solver == PcaSolver::covariance || covariance_fits(cols, options))) {
        return covariance_memory(cols);
    }
    return svd_memory(rows, cols, svd_options(options));
}

std::uint64_t pca_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const PcaOptions& options) {
    const std::uint64_t transpose = transpose_memory(cols, nonzeros);
    SvdOptions svd = svd_options(options);
    if (svd.memory.bytes > 0) svd.memory.bytes -= std::min(svd.memory.bytes - 1, transpose);
    return transpose + svd_memory(rows, cols, svd);
}

DenseMatrix project(const Pca& pca, ConstPanelRef<float> x) {
    require_columns(pca, x.cols());
    const DenseMatrixF64 scaled = pca.components.cast<double>() * score_scale(pca).asDiagonal();
    DenseMatrix scores(x.rows(), pca.rank());
    parallel_blocks(x.rows(), score_rows, [&](Range rows) {
        const DenseMatrixF64 block =
            x.middleRows(rows.begin, rows.end - rows.begin).cast<double>().rowwise() - pca.mean.transpose();
        scores.middleRows(rows.begin, rows.end - rows.begin) = (block * scaled).cast<float>();
    });
    if (!scores.allFinite()) throw UsageError("a row to project holds a value that is not finite");
    return scores;
}

DenseMatrix project(const Pca& pca, const CsrView& x) {
    require_columns(pca, x.cols);
    const VectorXd scale = score_scale(pca);
    const VectorXd origin = pca.components.cast<double>().transpose() * pca.mean;  // mu' W
    DenseMatrix scores(x.rows, pca.rank());
    parallel_blocks(x.rows, score_rows, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            VectorXd sum = -origin;
            const CsrRow row = x.row(i);
            for (std::size_t e = 0; e < row.size(); ++e) {
                sum +=
                    static_cast<double>(row.values[e]) * pca.components.row(row.columns[e]).transpose().cast<double>();
            }
            scores.row(i) = sum.cwiseProduct(scale).transpose().cast<float>();
        }
    });
    if (!scores.allFinite()) throw UsageError("a row to project holds a value that is not finite");
    return scores;
}

DenseMatrix reconstruct(const Pca& pca, ConstPanelRef<float> scores) {
    if (scores.cols() != pca.rank()) {
        throw UsageError("scores of " + std::to_string(scores.cols()) + " columns do not fit " +
                         std::to_string(pca.rank()) + " components");
    }
    const DenseMatrixF64 back =
        score_scale(pca).cwiseInverse().asDiagonal() * pca.components.cast<double>().transpose();
    DenseMatrix rows(scores.rows(), pca.mean.size());
    parallel_blocks(scores.rows(), score_rows, [&](Range range) {
        const Index count = range.end - range.begin;
        const DenseMatrixF64 block = scores.middleRows(range.begin, count).cast<double>();
        rows.middleRows(range.begin, count) = ((block * back).rowwise() + pca.mean.transpose()).cast<float>();
    });
    return rows;
}

}  // namespace eckart
