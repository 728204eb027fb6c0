#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "corpora/matrices/matrix_file.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/factorized_matrix.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// How `factorize` approximates a matrix.
struct LadderOptions {
    std::int64_t rank = 20;  ///< k >= 1, columns of Z; what the matrix has less of is cut, with a note
    /// Of factorization_methods(), in this order; none: all that are for such a matrix.
    std::vector<std::string> methods = {};
    double tolerance = 1e-5;            ///< in (0, 1), of the SVDs, see SvdOptions
    std::optional<double> lambda = {};  ///< ridge of als; nothing: 0, or 0.05 where only stored entries count
    std::int64_t iterations = 500;      ///< most of als and the linear autoencoders, and most epochs of the networks
    double dropout = 0.1;               ///< in (0, 1), of denoising: share of X that its noise sets to zero
};

/// X ~ 1 mean' + Z W.
struct Factors {
    DenseMatrix z;                     ///< m x k; empty where `labels` say it
    DenseMatrix w;                     ///< k x n
    Eigen::VectorXd mean;              ///< n, added to each row of Z W; empty: 0
    std::vector<std::int32_t> labels;  ///< m, the column of the one 1 in each row of Z; empty if Z is not so
};

/// How near one method came to X.
struct LadderRow {
    std::string method;
    std::string constraint;                       ///< what it asks of Z and W
    std::int64_t rank = 0;                        ///< rows of W
    double objective = 0;                         ///< ||X - 1 mean' - Z W||^2
    double relative_error = 0;                    ///< its root over ||X||
    double bound = 0;                             ///< Eckart and Young's, of rank k
    double gap = 0;                               ///< objective - bound
    double seconds = 0;                           ///< of the method, without reading and without finding the bound
    std::optional<double> angle = {};             ///< largest principal one of W's rows to those of the SVD, in degrees
    std::optional<double> stored_objective = {};  ///< the objective over stored entries alone
    Notes notes = {};
};

/// All methods on one scale.
struct Ladder {
    std::vector<LadderRow> rows;  ///< one a method
    Notes notes = {};             ///< "rank-cut"; those of a method stand in its row
};

/// What is given each row as it is made, with its factors, which nobody else keeps.
using LadderSink = std::function<void(const LadderRow&, const Factors&)>;

/// The methods by name, in the order of the ladder: svd, pca, linear-autoencoder, tied-autoencoder, denoising,
/// autoencoder, variational, als, kmeans, product-quantization. The last is for dense matrices.
std::vector<std::string> factorization_methods();

/// Throws UsageError if an option is out of its range, or there is no method of such a name.
void require_valid(const LadderOptions& options);

/// Reads a matrix file, or standard input for "-", to be factorized as it is or less the mean of each column. Throws as
/// corpora::read_matrix, MemoryError if the matrix and what its products need are past the bound, and InputError if
/// nothing but zeros is left to factorize.
FactorizedMatrix read_factorized_matrix(const std::string& path, corpora::MatrixOptions options, bool centered,
                                        const Work& work);

/// Approximates a matrix X by Z W of rank k under the constraint of each method, and measures all by
///
///     ||X - 1 mean' - Z W||^2
///
/// beside the bound that no matrix of rank k is below (Eckart and Young, 1936), which is that of X less its column
/// means for methods that have a mean. Z and W are measured as they are handed out, in float32. Factors go to `made`, a
/// method at a time. Throws as require_valid, UsageError if a method is asked for that is not for such a matrix,
/// MemoryError past the bound.
[[nodiscard]] Ladder factorize(const FactorizedMatrix& matrix, const LadderOptions& options, const Work& work,
                               const LadderSink& made = {});

/// Bytes that `factorize` holds at most beside the matrix, for the method of `options` that takes most.
std::uint64_t factorization_memory(const FactorizedMatrix& matrix, const LadderOptions& options);

}  // namespace eckart::jobs
