#include "engine/completion/set_regression.h"

#include <algorithm>
#include <cmath>

#include "engine/matrix/products.h"
#include "engine/support/parallel.h"

// Notation, as in the header: W rows x columns, 1 / sqrt(n_u) at the entries of row u; A = W'W + ridge I, D its
// diagonal. Conjugate gradients on A y = right, each column of y on its own, with r the residual and z = D^-1 r:
//   a = r.z / p.Ap,   y += a p,   r -= a A p,   p = z + (r.z new / r.z old) p

namespace eckart {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr std::int64_t set_rows = 256;

/// sum over the rows of a_k b_k for each column k, in float64, blocks of rows added in their order.
ArrayXd column_dots(const DenseMatrix& a, const DenseMatrix& b) {
    const Index blocks = (a.rows() + set_rows - 1) / set_rows;
    DenseMatrixF64 partial(std::max<Index>(blocks, 1), a.cols());
    partial.setZero();
    parallel_blocks(a.rows(), set_rows, [&](Range rows) {
        auto sum = partial.row(rows.begin / set_rows);
        for (Index row = rows.begin; row < rows.end; ++row) {
            sum.array() += a.row(row).cast<double>().array() * b.row(row).cast<double>().array();
        }
    });
    ArrayXd total = ArrayXd::Zero(a.cols());
    for (Index block = 0; block < partial.rows(); ++block) total += partial.row(block).transpose().array();
    return total;
}

/// y += x diag(weights).
void add_scaled_columns(const DenseMatrix& x, const ArrayXd& weights, DenseMatrix& y) {
    const Eigen::RowVectorXf scale = weights.cast<float>().matrix().transpose();
    parallel_blocks(y.rows(), set_rows, [&](Range rows) {
        for (Index row = rows.begin; row < rows.end; ++row) y.row(row) += x.row(row).cwiseProduct(scale);
    });
}

std::vector<float> set_weights(const CsrView& matrix) {
    std::vector<float> weights(matrix.values.size());
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const std::int64_t begin = matrix.row_offsets[row], end = matrix.row_offsets[row + 1];
        if (begin == end) continue;
        std::fill(weights.begin() + begin, weights.begin() + end,
                  static_cast<float>(1 / std::sqrt(static_cast<double>(end - begin))));
    }
    return weights;
}

}  // namespace

SetRegression::SetRegression(const CsrView& matrix)
    : view_(matrix), weights_(set_weights(matrix)), diagonal_(matrix.cols, 0.0F) {
    view_.values = weights_;
    transposed_ = transposed(view_);
    for (std::size_t p = 0; p < weights_.size(); ++p) {
        diagonal_[matrix.column_indices[p]] += weights_[p] * weights_[p];
    }
}

DenseMatrix SetRegression::sums(const DenseMatrix& y) const {
    DenseMatrix result(view_.rows, y.cols());
    multiply(view_, y, result);
    return result;
}

DenseMatrix SetRegression::adjoint(const DenseMatrix& z) const {
    DenseMatrix result(view_.cols, z.cols());
    multiply(transposed_, z, result);
    return result;
}

double SetRegression::solve(const DenseMatrix& right, double ridge, std::int64_t steps, DenseMatrix& y) const {
    const auto shift = static_cast<float>(ridge);
    const auto apply = [&](const DenseMatrix& x) {
        DenseMatrix product = adjoint(sums(x));
        product += shift * x;
        return product;
    };
    const Eigen::VectorXf scale =
        (Eigen::Map<const Eigen::ArrayXf>(diagonal_.data(), y.rows()) + shift).max(1e-20F).inverse().matrix();
    DenseMatrix residual = right - apply(y);
    DenseMatrix scaled = scale.asDiagonal() * residual;
    DenseMatrix direction = scaled;
    ArrayXd rho = column_dots(residual, scaled);
    for (std::int64_t step = 0; step < steps; ++step) {
        const DenseMatrix image = apply(direction);
        const ArrayXd curvature = column_dots(direction, image);
        const ArrayXd length = (curvature > 0).select(rho / curvature.max(1e-300), 0.0);
        add_scaled_columns(direction, length, y);
        add_scaled_columns(image, -length, residual);
        scaled = scale.asDiagonal() * residual;
        const ArrayXd next = column_dots(residual, scaled);
        const ArrayXd turn = (rho > 0).select(next / rho.max(1e-300), 0.0);
        DenseMatrix turned = scaled;
        add_scaled_columns(direction, turn, turned);
        direction = std::move(turned);
        rho = next;
    }
    const ArrayXd norms = column_dots(right, right).sqrt();
    const ArrayXd left = column_dots(residual, residual).sqrt();
    return (norms > 0).select(left / norms.max(1e-300), 0.0).maxCoeff();
}

DenseMatrix set_sums(const CsrView& matrix, ConstPanelRef<float> y) {
    const std::vector<float> weights = set_weights(matrix);
    CsrView sets = matrix;
    sets.values = weights;
    DenseMatrix result(matrix.rows, y.cols());
    multiply(sets, y, result);
    return result;
}

std::uint64_t set_regression_memory(std::int64_t columns, std::int64_t entries) {
    return static_cast<std::uint64_t>(entries) * 12 + static_cast<std::uint64_t>(columns) * 12;
}

}  // namespace eckart
