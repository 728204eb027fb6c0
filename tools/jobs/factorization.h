#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "corpora/matrices/matrix_file.h"
#include "engine/autoencoder/scaled_autoencoder.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/spectral/truncated_svd.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// A matrix X as the methods of `factorize` see it: itself, or centred (X - 1 mu'), dense or sparse; and the bounds
/// that they are measured by. A sparse matrix is never made dense.
class FactorizedMatrix {
  public:
    /// Throws MemoryError if X and what its products need are past --memory.
    FactorizedMatrix(corpora::MatrixFile file, bool centred, Session& session);
    ~FactorizedMatrix();

    std::int64_t rows() const { return plain_->rows(); }
    std::int64_t cols() const { return plain_->cols(); }
    bool is_sparse() const { return sparse_.has_value(); }
    bool is_centred() const { return centred_; }

    /// Ask for what `is_sparse` says. The dense matrix is centred if `is_centred`, the sparse one never.
    const DenseMatrix& dense() const { return dense_; }
    CsrView sparse() const { return *sparse_; }
    /// Column means of what `dense` or `sparse` gives.
    const Eigen::VectorXd& means() const { return means_; }
    /// ||x_j - mu_j||^2 or ||x_j||^2 for each column of what is factorized.
    Eigen::VectorXd squared_column_norms() const;
    /// What a sparse matrix is to be read less of: the means if `is_centred`, else nothing.
    Eigen::VectorXd shift() const;

    const LinearOperator& matrix() const;  ///< what is factorized
    /// Throws InputError, naming `source`, if that is a matrix of zeros.
    void require_entries(const std::string& source) const;
    const LinearOperator& centred_matrix() const { return *centred_operator_; }

    /// ||X - 1 mu' - Z W||^2, mu being `mean`, for the X of `dense` or `sparse`.
    double squared_error(const DenseMatrix& z, const DenseMatrix& w, const Eigen::VectorXd& mean) const;

    std::uint64_t bytes() const;

  private:
    bool centred_;
    DenseMatrix dense_;
    std::optional<CsrMatrix> sparse_;
    CsrMatrix transpose_;
    Eigen::VectorXd means_;
    std::unique_ptr<LinearOperator> plain_;
    std::unique_ptr<LinearOperator> centred_operator_;
};

struct FactorizeOptions {
    std::int64_t rank = 0;
    double tolerance = 1e-5;        ///< of the SVDs, see SvdOptions
    std::optional<double> lambda;   ///< of als; not given: 0, or 0.05 where only stored entries count
    std::int64_t iterations = 500;  ///< bound on those of als and the linear autoencoders, and on epochs of the others
    double dropout = 0.1;           ///< of denoising
};

/// What one method made of X ~ Z W.
struct Factorization {
    std::string method;
    std::string constraint;                  ///< what it asks of Z and W
    DenseMatrix z;                           ///< m x k; empty where `labels` say it
    DenseMatrix w;                           ///< k x n
    Eigen::VectorXd mean;                    ///< n, added to each row of Z W; empty: 0
    std::vector<std::int32_t> labels;        ///< the column of the one 1 in each row of Z; empty if Z is not so
    double objective = 0;                    ///< ||X - 1 mean' - Z W||^2
    double relative_error = 0;               ///< its root over ||X||
    double bound = 0;                        ///< Eckart and Young's, of rank k
    double seconds = 0;                      ///< of the method, without reading and without finding the bound
    std::optional<double> angle;             ///< largest principal angle of W's rows to those of the SVD, in degrees
    std::optional<double> stored_objective;  ///< the same sum over stored entries alone
    std::string note;                        ///< empty if there is nothing to say

    std::int64_t rank() const { return w.rows(); }
    double gap() const { return objective - bound; }
};

/// No product has a higher rank than the matrix has rows or columns: `rank`, or that.
std::int64_t possible_rank(std::int64_t rank, const FactorizedMatrix& matrix);

/// The methods of `asked`, which is one of them or "all", that are for such a matrix.
std::vector<std::string> factorization_methods(const std::string& asked, const FactorizedMatrix& matrix);

/// Whether a method trains a network with hidden layers, by epochs.
bool has_hidden_layers(const std::string& method);

/// Epochs that such a method takes on so many rows, where `options` do not bound them lower.
std::int64_t network_epochs(std::int64_t rows, const FactorizeOptions& options);

/// The methods by name, in the order of the ladder. The last, product-quantization, is for dense matrices.
const std::vector<std::string>& factorization_methods();

/// Bytes that finding and measuring one of them holds at most beside the matrix: the bounds, the method and its
/// factors.
std::uint64_t factorization_memory(const std::string& method, const FactorizedMatrix& matrix,
                                   const FactorizeOptions& options);

/// The truncated SVD that others are measured by.
struct Bound {
    TruncatedSvd svd;
    double error = 0;  ///< Eckart and Young's, of the rank that it has
    double seconds = 0;
};

/// Finds factorizations of one matrix, and the SVDs that they are measured by but once.
class Ladder {
  public:
    Ladder(const FactorizedMatrix& matrix, const FactorizeOptions& options, Session& session);

    /// `method` is one of factorization_methods(). Throws as the engine does.
    Factorization step(const std::string& method);

  private:
    Factorization svd();
    Factorization pca();
    Factorization autoencoder(bool tied);
    Factorization denoising();
    Factorization neural(bool variational);
    Factorization als();
    Factorization kmeans();
    Factorization product_quantization();
    const Bound& bound(const LinearOperator& matrix, std::optional<Bound>& found);
    const Bound& bound() { return bound(matrix_.matrix(), bound_); }
    const Bound& centred_bound();
    double bound_of_rank(std::int64_t rank);
    double angle_to(const Bound& bound, const DenseMatrix& basis) const;
    MemoryBudget memory() const;
    const Bound* spread_bound();
    AutoencoderFactorOptions factor_options(bool variational, const Bound* bound) const;
    std::uint64_t seed() const { return static_cast<std::uint64_t>(session_.common.seed); }

    const FactorizedMatrix& matrix_;
    FactorizeOptions options_;
    Session& session_;
    std::optional<Bound> bound_;
    std::optional<Bound> centred_bound_;
};

}  // namespace eckart::tools
