#include "engine/autoencoder/penalized_gram.h"

#include <algorithm>
#include <utility>

#include "engine/matrix/conjugate_gradients.h"
#include "engine/matrix/symmetric_inverse.h"
#include "engine/support/parallel.h"

// Notation, as in the header:
//   X, L       rows x n, and the diagonal penalty, n x n; A = X'X + L
//   P          panels of n rows; X'X P is X' (X P), a few columns at a time, so that X P stays small

namespace eckart {
namespace {

constexpr std::int64_t inverted = 4096;  ///< largest order at which the inverse, n^3, is cheaper than many systems
constexpr std::int64_t square_columns = 64;
constexpr std::int64_t product_columns = 32;  ///< so that what a sparse row gathers stays in the cache

/// a b, a block of rows after another.
DenseMatrixF64 dense_product(const DenseMatrixF64& a, const DenseMatrixF64& b) {
    DenseMatrixF64 result(a.rows(), b.cols());
    parallel_blocks(a.rows(), square_columns, [&](Range rows) {
        const auto count = rows.end - rows.begin;
        result.middleRows(rows.begin, count).noalias() = a.middleRows(rows.begin, count) * b;
    });
    return result;
}

}  // namespace

PenalizedGram::Plan PenalizedGram::plan(std::int64_t order, std::uint64_t beside, const MemoryBudget& budget) {
    const auto n = static_cast<std::uint64_t>(order);
    const std::uint64_t least = beside + 2 * sizeof(double) * n, most = least + sizeof(double) * n * (n + 256);
    const bool inverse = order <= inverted && (budget.bytes == 0 || most <= budget.bytes);
    return {inverse, inverse ? most : least};
}

PenalizedGram::PenalizedGram(const LinearOperator& x, const Eigen::VectorXd& squared_column_norms,
                             Eigen::VectorXd penalty, const Plan& plan, const Progress& progress)
    : x_(x), penalty_(std::move(penalty)), diagonal_(squared_column_norms + penalty_) {
    if (plan.inverse) invert(progress);
}

void PenalizedGram::invert(const Progress& progress) {
    DenseMatrixF64 a(size(), size());
    for (std::int64_t first = 0; first < size(); first += square_columns) {
        const std::int64_t count = std::min(square_columns, size() - first);
        DenseMatrixF64 units = DenseMatrixF64::Zero(size(), count);
        units.middleRows(first, count).setIdentity();
        a.middleRows(first, count) = product(units).transpose();  // A is symmetric
    }
    if (invert_positive_definite(a, progress)) inverse_ = std::move(a);
}

DenseMatrixF64 PenalizedGram::gram_product(const DenseMatrixF64& p) const {
    DenseMatrixF64 codes(x_.rows(), std::min(product_columns, p.cols())), result(size(), p.cols());
    for (std::int64_t first = 0; first < p.cols(); first += product_columns) {
        const std::int64_t count = std::min(product_columns, p.cols() - first);
        x_.apply(p.middleCols(first, count), codes.leftCols(count));
        x_.apply_adjoint(codes.leftCols(count), result.middleCols(first, count));
    }
    return result;
}

DenseMatrixF64 PenalizedGram::product(const DenseMatrixF64& p) const {
    DenseMatrixF64 result = gram_product(p);
    result += penalty_.asDiagonal() * p;
    return result;
}

DenseMatrixF64 PenalizedGram::preconditioned(const DenseMatrixF64& p) const {
    if (inverse_.size() > 0) return dense_product(inverse_, p);
    return diagonal_.cwiseInverse().asDiagonal() * p;
}

DenseMatrixF64 PenalizedGram::solution(const DenseMatrixF64& p, double tolerance) const {
    if (inverse_.size() > 0) return dense_product(inverse_, p);
    const Eigen::VectorXd norms = p.colwise().norm();
    const Eigen::VectorXd lengths = (norms.array() > 0).select(norms, 1.0);
    const DenseMatrixF64 b = p * lengths.cwiseInverse().asDiagonal();
    DenseMatrixF64 x = preconditioned(b);
    conjugate_gradients([&](const DenseMatrixF64& y) { return product(y); },
                        [&](const DenseMatrixF64& y) { return preconditioned(y); }, b, {.tolerance = tolerance}, x);
    return x * lengths.asDiagonal();
}

}  // namespace eckart
