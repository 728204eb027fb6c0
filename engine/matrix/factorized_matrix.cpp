#include "engine/matrix/factorized_matrix.h"

#include <utility>

#include "engine/matrix/centering.h"
#include "engine/matrix/entries.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

std::uint64_t csr_bytes(const CsrMatrix& matrix) {
    return matrix.values.capacity() * sizeof(float) + matrix.column_indices.capacity() * sizeof(std::int32_t) +
           matrix.row_offsets.capacity() * sizeof(std::int64_t);
}

std::uint64_t transpose_bytes(const CsrMatrix& matrix) {
    return static_cast<std::uint64_t>(matrix.nonzeros()) * (sizeof(float) + sizeof(std::int32_t)) +
           static_cast<std::uint64_t>(matrix.cols + 1) * sizeof(std::int64_t);
}

std::uint64_t dense_bytes(const DenseMatrix& matrix) {
    return static_cast<std::uint64_t>(matrix.size()) * sizeof(float);
}

}  // namespace

FactorizedMatrix::FactorizedMatrix(std::variant<DenseMatrix, CsrMatrix> x, bool centered, Eigen::VectorXd offset)
    : centered_(centered), x_(std::move(x)), offset_(std::move(offset)) {
    if (const auto* const sparse = std::get_if<CsrMatrix>(&x_)) {
        if (offset_.size() > 0) throw UsageError("a sparse matrix has no offset");
        transpose_ = transposed(*sparse);
        means_ = column_means(sparse->view());
        plain_ = std::make_unique<SparseOperator>(*sparse, transpose_);
        centered_operator_ = std::make_unique<CenteredScaledOperator>(
            *plain_, means_, Eigen::VectorXd(), Eigen::VectorXd(), centered_squared_norm(sparse->view(), means_));
        return;
    }
    auto& dense = std::get<DenseMatrix>(x_);
    means_ = column_means(dense);
    if (centered_) {
        subtract_from_rows(means_, dense);
        means_ = column_means(dense);
        offset_.resize(0);
    }
    plain_ = std::make_unique<CenteredDenseOperator>(dense, -offset_);
    centered_operator_ = std::make_unique<CenteredDenseOperator>(dense, means_);
}

FactorizedMatrix::~FactorizedMatrix() = default;

Eigen::VectorXd FactorizedMatrix::shift() const {
    return is_sparse() && centered_ ? means_ : Eigen::VectorXd();
}

const LinearOperator& FactorizedMatrix::matrix() const {
    return is_sparse() && centered_ ? *centered_operator_ : *plain_;
}

Eigen::VectorXd FactorizedMatrix::squared_column_norms() const {
    if (!is_sparse()) {
        Eigen::VectorXd squares = dense().cast<double>().colwise().squaredNorm();
        if (offset_.size() == 0) return squares;
        // sum over i of (r_i + o)^2
        return squares + static_cast<double>(rows()) * offset_.cwiseProduct(2 * means_ + offset_);
    }
    Eigen::VectorXd norms = eckart::squared_column_norms(sparse());
    if (!centered_) return norms;
    return (norms - static_cast<double>(rows()) * means_.cwiseAbs2()).cwiseMax(0.0);
}

std::uint64_t FactorizedMatrix::bytes() const {
    if (!is_sparse()) return dense_bytes(dense());
    return csr_bytes(std::get<CsrMatrix>(x_)) + csr_bytes(transpose_);
}

std::uint64_t factorized_matrix_memory(const std::variant<DenseMatrix, CsrMatrix>& x) {
    if (const auto* const dense = std::get_if<DenseMatrix>(&x)) return dense_bytes(*dense);
    const auto& sparse = std::get<CsrMatrix>(x);
    return csr_bytes(sparse) + transpose_bytes(sparse);
}

void subtract_from_rows(const Eigen::VectorXd& row, DenseMatrix& matrix) {
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        matrix.row(i) = (matrix.row(i).cast<double>() - row.transpose()).cast<float>();
    }
}

}  // namespace eckart
