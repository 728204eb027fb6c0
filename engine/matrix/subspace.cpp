#include "engine/matrix/subspace.h"

#include <algorithm>
#include <cmath>

#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"

// Notation: a (n x p), b (n x q), their bases Q_a, Q_b of orthonormal columns.
//   Q = a (a'a)^-1/2, from the eigenvectors of a'a, twice
//   cos of the angles: singular values of Q_a' Q_b;   sin: those of Q_b - Q_a Q_a' Q_b

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double dependent = 1e-14;  // of the largest eigenvalue of a Gram matrix: squares of 1e-7

DenseMatrixF64 product(const DenseMatrixF64& a, const MatrixXd& p) {
    DenseMatrixF64 result = DenseMatrixF64::Zero(a.rows(), p.cols());
    add_product(a, DenseMatrixF64(p), 1.0, result);
    return result;
}

/// a (a'a)^-1/2, or, where columns depend on each other, fewer columns of the same span.
DenseMatrixF64 whitened(const DenseMatrixF64& a) {
    const SymmetricEigen eigen = symmetric_eigen(inner_products(a, a));
    Index rank = 0;
    while (rank < eigen.values.size() && eigen.values(rank) > dependent * eigen.values(0)) ++rank;
    const MatrixXd kept = eigen.vectors.leftCols(rank);
    const MatrixXd scaled = kept * eigen.values.head(rank).cwiseSqrt().cwiseInverse().asDiagonal();
    return product(a, rank == a.cols() ? MatrixXd(scaled * kept.transpose()) : scaled);
}

/// Singular values of a small matrix, descending, to 1e-8 of the largest.
VectorXd singular_values(const MatrixXd& a) {
    return symmetric_eigen(a.transpose() * a).values.cwiseMax(0).cwiseSqrt();
}

}  // namespace

DenseMatrixF64 orthonormal_basis(ConstPanelRef<double> a) {
    VectorXd norms = a.colwise().norm();
    if (!norms.allFinite()) throw UsageError("the columns of a subspace hold a value that is not finite");
    if (a.cols() == 0 || !(norms.maxCoeff() > 0)) return DenseMatrixF64(a.rows(), 0);
    const double largest = norms.maxCoeff();
    norms = (norms.array() > 0).select(norms, largest);
    const DenseMatrixF64 scaled = a * norms.cwiseInverse().asDiagonal();
    return whitened(whitened(scaled));
}

VectorXd principal_angles(ConstPanelRef<double> a, ConstPanelRef<double> b) {
    if (a.rows() != b.rows()) throw UsageError("subspaces of spaces of different dimensions have no angles");
    DenseMatrixF64 larger = orthonormal_basis(a), smaller = orthonormal_basis(b);
    if (larger.cols() < smaller.cols()) std::swap(larger, smaller);
    if (smaller.cols() == 0) return {};
    const MatrixXd overlap = inner_products(larger, smaller);
    const VectorXd cosines = singular_values(overlap);
    DenseMatrixF64 rest = smaller;
    add_product(larger, DenseMatrixF64(overlap), -1.0, rest);  // what the larger does not hold of the smaller
    const VectorXd sines = symmetric_eigen(inner_products(rest, rest)).values.cwiseMax(0).cwiseSqrt().reverse();
    VectorXd angles(smaller.cols());
    for (Index i = 0; i < angles.size(); ++i) {
        const bool small = sines(i) < cosines(i);
        angles(i) = small ? std::asin(sines(i)) : std::acos(std::min(1.0, cosines(i)));
    }
    return angles;
}

VectorXd principal_angles(ConstPanelRef<float> a, ConstPanelRef<float> b) {
    return principal_angles(DenseMatrixF64(a.cast<double>()), DenseMatrixF64(b.cast<double>()));
}

std::uint64_t principal_angles_memory(std::int64_t n, std::int64_t p, std::int64_t q) {
    return 3 * sizeof(double) * static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(p + q);
}

}  // namespace eckart
