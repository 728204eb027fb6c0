#include "engine/regression/ridge_system.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/matrix/products.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

Eigen::VectorXd checked_weights(std::span<const float> weights, std::int64_t rows) {
    if (weights.empty()) return Eigen::VectorXd::Ones(rows);
    if (static_cast<std::int64_t>(weights.size()) != rows) {
        throw UsageError("found " + std::to_string(weights.size()) + " weights for " + std::to_string(rows) + " rows");
    }
    for (const float weight : weights) {
        if (!(weight > 0) || !std::isfinite(weight)) throw UsageError("weights of rows must be positive and finite");
    }
    return Eigen::Map<const Eigen::VectorXf>(weights.data(), rows).cast<double>();
}

}  // namespace

RidgeSystem::RidgeSystem(const CsrView& a, std::span<const float> weights) : a_(a) {
    validate(a);
    if (a.rows == 0 || a.cols == 0) throw UsageError("a ridge regression needs rows and columns, found none");
    d_ = checked_weights(weights, a.rows);
    transposed_ = transposed(a);
    const double s = total();
    mu_.resize(a.cols);
    diagonal_.resize(a.cols);
    for (std::int64_t j = 0; j < a.cols; ++j) {
        const CsrRow column = transposed_.row(j);
        double sum = 0, squares = 0, present = 0;
        for (std::size_t p = 0; p < column.size(); ++p) {
            sum += d_[column.columns[p]] * static_cast<double>(column.values[p]);
        }
        mu_[j] = sum / s;
        for (std::size_t p = 0; p < column.size(); ++p) {
            const double weight = d_[column.columns[p]];
            const double value = static_cast<double>(column.values[p]) - mu_[j];
            squares += weight * value * value;
            present += weight;
        }
        diagonal_[j] = squares + std::max(0.0, s - present) * mu_[j] * mu_[j];  // rows that do not store column j
    }
}

DenseMatrixF64 RidgeSystem::centered_products(const DenseMatrixF64& x) const {
    DenseMatrixF64 y(rows(), x.cols());
    multiply(a_, x, y);
    const Eigen::RowVectorXd shift = mu_ * x;
    y.rowwise() -= shift;
    return y;
}

DenseMatrixF64 RidgeSystem::weighted_adjoint(const DenseMatrixF64& y) const {
    const DenseMatrixF64 weighted = d_.asDiagonal() * y;
    DenseMatrixF64 x(cols(), y.cols());
    multiply(transposed_, weighted, x);
    const Eigen::RowVectorXd sums = weighted.colwise().sum();
    x.noalias() -= mu_.transpose() * sums;
    return x;
}

DenseMatrixF64 RidgeSystem::apply(double lambda, const DenseMatrixF64& x) const {
    return weighted_adjoint(centered_products(x)) + lambda * x;
}

}  // namespace eckart
