#include "engine/factor/linear_autoencoder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/factor/symmetric_inverse.h"
#include "engine/matrix/gram.h"
#include "engine/matrix/products.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

// Notation, as in the header and in the papers:
//   A = X'X + L, L = lambda I + p / (1 - p) diag(X'X);  P = A^-1;  B_ij = -P_ij / P_jj, B_jj = 0

constexpr std::int64_t kSampledColumns = 32;
constexpr double kTolerance = 1e-3;  ///< residual from which on float32 is given up: three digits of every weight

void check(const CsrView& x, const LinearAutoencoderOptions& options) {
    if (!(options.regularization > 0) || !std::isfinite(options.regularization)) {
        throw UsageError("the regularization of a linear autoencoder must be a number above 0");
    }
    if (!(options.dropout >= 0 && options.dropout < 1)) {
        throw UsageError("the dropout of a linear autoencoder must be at least 0 and below 1");
    }
    if (!std::all_of(x.values.begin(), x.values.end(), [](float value) { return std::isfinite(value); })) {
        throw UsageError("a linear autoencoder was given a value that is not finite");
    }
}

/// diag(X'X).
Eigen::VectorXd squared_column_norms(const CsrView& x) {
    Eigen::VectorXd norms = Eigen::VectorXd::Zero(x.cols);
    for (std::size_t p = 0; p < x.values.size(); ++p) {
        norms[x.column_indices[p]] += static_cast<double>(x.values[p]) * static_cast<double>(x.values[p]);
    }
    return norms;
}

/// The diagonal of L.
Eigen::VectorXd penalties(const CsrView& x, const LinearAutoencoderOptions& options) {
    const double noise = options.dropout / (1 - options.dropout);
    return noise * squared_column_norms(x).array() + options.regularization;
}

/// P, or a matrix of no size if A is not positive definite in `Real`.
template <class Real>
RowMajorMatrix<Real> inverse_of_gram(const CsrView& x, const Eigen::VectorXd& penalty, const Progress& progress) {
    RowMajorMatrix<Real> a(x.cols, x.cols);
    progress.report("gram", 0, 1);
    gram_lower(x, a);
    a.diagonal() += penalty.cast<Real>();
    if (!invert_positive_definite(a, progress)) return {};
    return a;
}

/// max |A P e_j - e_j| over columns j that are spread over all.
template <class Real>
double sampled_residual(const CsrView& x, const Eigen::VectorXd& penalty, const RowMajorMatrix<Real>& p) {
    const std::int64_t count = std::min(x.cols, kSampledColumns);
    DenseMatrixF64 columns(x.cols, count), product(x.rows, count), residual(x.cols, count);
    const auto sampled = [&](std::int64_t k) { return k * x.cols / count; };
    for (std::int64_t k = 0; k < count; ++k) columns.col(k) = p.row(sampled(k)).transpose().template cast<double>();
    multiply(x, columns, product);
    multiply(transposed(x), product, residual);
    residual += penalty.asDiagonal() * columns;
    for (std::int64_t k = 0; k < count; ++k) residual(sampled(k), k) -= 1;
    return count > 0 ? residual.cwiseAbs().maxCoeff() : 0;
}

/// B of P. In the same array, where both have float32.
template <class Real>
void weights_of_inverse(const RowMajorMatrix<Real>& p, const Eigen::VectorXd& diagonal, DenseMatrix& weights) {
    parallel_blocks(p.rows(), 16, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            for (std::int64_t j = 0; j < p.cols(); ++j) {
                weights(i, j) = static_cast<float>(-static_cast<double>(p(i, j)) / diagonal[j]);
            }
            weights(i, i) = 0;
        }
    });
}

/// Solves in `Real`; false if A is not positive definite in it, or (in float32, if there is more precision to have) the
/// residual is too large.
template <class Real>
bool solve(const CsrView& x, const Eigen::VectorXd& penalty, bool can_do_better, const Progress& progress,
           LinearAutoencoder& result) {
    RowMajorMatrix<Real> p = inverse_of_gram<Real>(x, penalty, progress);
    if (p.rows() != x.cols) return false;
    result.residual = sampled_residual(x, penalty, p);
    if (can_do_better && !(result.residual <= kTolerance)) return false;
    const Eigen::VectorXd diagonal = p.diagonal().template cast<double>();
    if (!(diagonal.minCoeff() > 0)) return false;
    if constexpr (std::is_same_v<Real, float>) {
        weights_of_inverse(p, diagonal, p);
        result.weights = std::move(p);
    } else {
        result.weights.resize(x.cols, x.cols);
        weights_of_inverse(p, diagonal, result.weights);
    }
    return true;
}

}  // namespace

std::string_view name(Arithmetic arithmetic) {
    if (arithmetic == Arithmetic::float32) return "float32";
    return arithmetic == Arithmetic::float64 ? "float64" : "automatic";
}

Arithmetic parse_arithmetic(std::string_view word) {
    for (const Arithmetic one : {Arithmetic::automatic, Arithmetic::float32, Arithmetic::float64}) {
        if (word == name(one)) return one;
    }
    throw UsageError("found \"" + std::string(word) + "\", expected automatic, float32 or float64");
}

LinearAutoencoder fit_linear_autoencoder(const CsrView& x, const LinearAutoencoderOptions& options,
                                         const Progress& progress) {
    check(x, options);
    const auto bytes = [&](Arithmetic in) { return linear_autoencoder_memory(x.cols, x.nonzeros(), in); };
    const bool wide = options.arithmetic == Arithmetic::float64;
    options.memory.require(bytes(wide ? Arithmetic::float64 : Arithmetic::float32), "the item-item matrix");
    const bool may_widen = options.arithmetic == Arithmetic::automatic &&
                           (options.memory.bytes == 0 || bytes(Arithmetic::float64) <= options.memory.bytes);

    const Eigen::VectorXd penalty = penalties(x, options);
    LinearAutoencoder result;
    result.arithmetic = Arithmetic::float32;
    if (x.cols == 0) return result;
    if (!wide && solve<float>(x, penalty, may_widen, progress, result)) return result;
    result.arithmetic = Arithmetic::float64;
    if ((wide || may_widen) && solve<double>(x, penalty, false, progress, result)) return result;
    throw UsageError("X'X + lambda I is not positive definite to the precision of " +
                     std::string(wide || may_widen ? "float64" : "float32") + ": a larger lambda is needed");
}

std::uint64_t linear_autoencoder_memory(std::int64_t cols, std::int64_t nonzeros, Arithmetic arithmetic) {
    const auto n = static_cast<std::uint64_t>(cols);
    const std::uint64_t number = arithmetic == Arithmetic::float64 ? 8 : 4;
    const std::uint64_t result = arithmetic == Arithmetic::float64 ? 4 * n * n : 0;
    const std::uint64_t panel = number * n * std::min<std::uint64_t>(n, 256);
    return number * n * n + result + panel + gram_memory(cols, nonzeros) + 24 * n * kSampledColumns;
}

}  // namespace eckart
