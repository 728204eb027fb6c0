#include "engine/autoencoder/linear_autoencoder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/autoencoder/dropout.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/gram.h"
#include "engine/matrix/products.h"
#include "engine/matrix/symmetric_inverse.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

// Notation, as in the header and in the papers:
//   A = X'X + L, L = lambda I + p / (1 - p) diag(X'X);  P = A^-1;  B_ij = -P_ij / P_jj, B_jj = 0
// and, with Y = X L^-1/2, by the identity of Sherman, Morrison and Woodbury
//   P = L^-1/2 (I - Y' K Y) L^-1/2,  K = (I + Y Y')^-1,
// which has its inverse on the side of the rows. The products with Y are sparse, and so next to free.

constexpr std::int64_t sampled_columns = 32;
constexpr std::int64_t columns_at_once = 64;
constexpr double float32_residual = 1e-3;  ///< residual from which on float32 is given up: three digits of every weight

/// Bytes that each way takes, in numbers of `number` bytes; and which is faster.
struct Need {
    Need(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::uint64_t number)
        : prefers_rows(static_cast<double>(rows) < 0.9 * static_cast<double>(cols)) {
        const auto m = static_cast<std::uint64_t>(rows), n = static_cast<std::uint64_t>(cols);
        const auto inverse = [&](std::uint64_t order) {
            return number * order * (order + std::min<std::uint64_t>(order, 256)) +
                   gram_memory(static_cast<std::int64_t>(order), nonzeros);
        };
        const std::uint64_t measured = 8 * (m + 2 * n) * static_cast<std::uint64_t>(sampled_columns);
        const std::uint64_t result = number == 8 ? 4 * n * n : 0;
        const std::uint64_t blocks =
            number * (2 * m + n) * columns_at_once * static_cast<std::uint64_t>(thread_count());
        by_columns = inverse(n) + measured + result;
        by_rows = inverse(m) + number * n * n + blocks + measured + result + 32 * static_cast<std::uint64_t>(nonzeros);
    }

    std::uint64_t by_columns = 0;
    std::uint64_t by_rows = 0;
    bool prefers_rows;
};

bool within(std::uint64_t bytes, const MemoryBudget& budget) {
    return budget.bytes == 0 || bytes <= budget.bytes;
}

void check(const CsrView& x, const LinearAutoencoderOptions& options) {
    if (!(options.regularization > 0) || !std::isfinite(options.regularization)) {
        throw UsageError("the regularization of a linear autoencoder must be a number above 0");
    }
    require_finite(x, "a linear autoencoder");
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

/// Y = X L^-1/2.
CsrMatrix scaled_columns(const CsrView& x, const Eigen::VectorXd& penalty) {
    CsrMatrix y{x.rows,
                x.cols,
                {x.row_offsets.begin(), x.row_offsets.end()},
                {x.column_indices.begin(), x.column_indices.end()},
                {x.values.begin(), x.values.end()}};
    for (std::size_t p = 0; p < y.values.size(); ++p) {
        y.values[p] = static_cast<float>(static_cast<double>(y.values[p]) / std::sqrt(penalty[y.column_indices[p]]));
    }
    return y;
}

/// Rows `range` of a sparse matrix.
CsrMatrix row_block(const CsrView& a, Range range) {
    const std::int64_t begin = a.row_offsets[range.begin], end = a.row_offsets[range.end];
    CsrMatrix block{range.end - range.begin, a.cols, {}, {}, {}};
    block.row_offsets.assign(a.row_offsets.begin() + range.begin, a.row_offsets.begin() + range.end + 1);
    for (std::int64_t& offset : block.row_offsets) offset -= begin;
    block.column_indices.assign(a.column_indices.begin() + begin, a.column_indices.begin() + end);
    block.values.assign(a.values.begin() + begin, a.values.begin() + end);
    return block;
}

/// Rows `range` of P, given K.
template <class Real>
void rows_of_inverse(const CsrView& yt, const RowMajorMatrix<Real>& k, const Eigen::VectorXd& penalty, Range range,
                     RowMajorMatrix<Real>& p) {
    const std::int64_t width = range.end - range.begin;
    RowMajorMatrix<Real> left(width, k.cols()), product(yt.rows, width);
    multiply(row_block(yt, range), k, left);  // (Y e_i)' K
    multiply(yt, RowMajorMatrix<Real>(left.transpose()), product);
    for (std::int64_t c = 0; c < width; ++c) {
        const std::int64_t i = range.begin + c;
        for (std::int64_t j = 0; j < yt.rows; ++j) {
            const double whole = (i == j ? 1.0 : 0.0) - static_cast<double>(product(j, c));
            p(i, j) = static_cast<Real>(whole / std::sqrt(penalty[i] * penalty[j]));
        }
    }
}

/// P, or a matrix of no size if I + Y Y' is not positive definite in `Real`.
template <class Real>
RowMajorMatrix<Real> inverse_by_rows(const CsrView& x, const Eigen::VectorXd& penalty, const Progress& progress) {
    const CsrMatrix y = scaled_columns(x, penalty), yt = transposed(y);
    RowMajorMatrix<Real> k(x.rows, x.rows);
    progress.report("gram", 0, 1);
    gram_lower(yt, k);
    k.diagonal().array() += Real{1};
    if (!invert_positive_definite(k, progress)) return {};
    RowMajorMatrix<Real> p(x.cols, x.cols);
    parallel_blocks(x.cols, columns_at_once, [&](Range range) { rows_of_inverse<Real>(yt, k, penalty, range, p); });
    return p;
}

/// max |A P e_j - e_j| over columns j that are spread over all.
template <class Real>
double sampled_residual(const CsrView& x, const Eigen::VectorXd& penalty, const RowMajorMatrix<Real>& p) {
    const std::int64_t count = std::min(x.cols, sampled_columns);
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
    RowMajorMatrix<Real> p =
        result.by_rows ? inverse_by_rows<Real>(x, penalty, progress) : inverse_of_gram<Real>(x, penalty, progress);
    if (p.rows() != x.cols) return false;
    result.residual = sampled_residual(x, penalty, p);
    if (can_do_better && !(result.residual <= float32_residual)) return false;
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
    const Eigen::VectorXd penalty = dropout_penalty(squared_column_norms(x), options.dropout, options.regularization);
    const bool wide = options.arithmetic == Arithmetic::float64;
    const Need narrow_need(x.rows, x.cols, x.nonzeros(), 4), wide_need(x.rows, x.cols, x.nonzeros(), 8);
    const auto& needed = wide ? wide_need : narrow_need;
    options.memory.require(needed.by_columns, "the item-item matrix");
    const bool may_widen = options.arithmetic == Arithmetic::automatic && within(wide_need.by_columns, options.memory);

    LinearAutoencoder result;
    if (x.cols == 0) return result;
    result.by_rows = needed.prefers_rows && within(needed.by_rows, options.memory);
    if (!wide && solve<float>(x, penalty, may_widen, progress, result)) return result;
    result.arithmetic = Arithmetic::float64;
    result.by_rows = result.by_rows && within(wide_need.by_rows, options.memory);
    if ((wide || may_widen) && solve<double>(x, penalty, false, progress, result)) return result;
    throw UsageError("X'X + lambda I is not positive definite to the precision of " +
                     std::string(wide || may_widen ? "float64" : "float32") + ": a larger lambda is needed");
}

std::uint64_t linear_autoencoder_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros,
                                        const LinearAutoencoderOptions& options) {
    const Need need(rows, cols, nonzeros, options.arithmetic == Arithmetic::float64 ? 8 : 4);
    return need.prefers_rows && within(need.by_rows, options.memory) ? need.by_rows : need.by_columns;
}

}  // namespace eckart
