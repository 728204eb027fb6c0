#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/spectral/truncated_svd.h"
#include "tools/jobs/common/stopwatch.h"
#include "tools/jobs/factors/factorization.h"

// What the methods of the ladder share: the matrix and the SVDs that they are measured by. A method is one row of a
// table: how its factors are made, and what memory that takes.

namespace eckart::jobs {

/// The truncated SVD that others are measured by.
struct SvdBound {
    TruncatedSvd svd;
    double error = 0;  ///< Eckart and Young's, of the rank that it has
    double seconds = 0;
};

/// Methods at work on one matrix. The SVDs are found once, when the first method asks for them. Borrows all that it is
/// given.
class FactorizeRun {
  public:
    FactorizeRun(const FactorizedMatrix& x, const LadderOptions& given, const Work& with)
        : matrix(x), options(given), work(with) {}

    const FactorizedMatrix& matrix;
    const LadderOptions& options;
    const Work& work;

    MemoryBudget memory() const;  ///< beside the matrix

    const SvdBound& bound();
    const SvdBound& centered_bound();
    /// The bound of the centered matrix; nullptr where all rows are equal, and nothing is left to find.
    const SvdBound* spread_bound();

  private:
    const SvdBound& found(const LinearOperator& x, std::optional<SvdBound>& bound) const;

    std::optional<SvdBound> bound_;
    std::optional<SvdBound> centered_bound_;
};

/// What a method hands out; name, rank, relative error and gap of the row follow from the rest.
struct MadeFactors {
    LadderRow row;
    Factors factors;
};

/// Measures z, w and mean of `made` against the matrix and `bound`.
void measure(const FactorizedMatrix& matrix, const SvdBound& bound, MadeFactors& made);

/// Adds the offset of the matrix to the mean of factors that were found for its `dense`.
void add_offset(const FactorizedMatrix& matrix, Eigen::VectorXd& mean);

/// The largest angle between the span of the columns of `basis` and that of the right singular vectors, in degrees.
double degrees_between(const SvdBound& bound, const DenseMatrix& basis);

struct FactorizationMethod {
    const char* name;
    MadeFactors (*make)(FactorizeRun& run);
    /// Bytes of the method itself, without its factors and the SVD that it is measured by.
    std::uint64_t (*memory)(const FactorizedMatrix& matrix, const LadderOptions& options);
    bool by_rounds = false;   ///< it goes on from round to round until it is still
    bool by_epochs = false;   ///< it trains a network, for network_epochs
    bool dense_only = false;  ///< it is for dense matrices
};

// The groups, in the order of the ladder.
std::span<const FactorizationMethod> spectral_methods();
std::span<const FactorizationMethod> autoencoder_methods();
std::span<const FactorizationMethod> completion_methods();
std::span<const FactorizationMethod> cluster_methods();

/// Those of `options` that are for such a matrix. Throws UsageError if one is asked for that is not.
std::vector<FactorizationMethod> methods_for(const FactorizedMatrix& matrix, const LadderOptions& options);

/// No product has a higher rank than the matrix has rows or columns: the rank of `options`, or that.
std::int64_t possible_rank(const FactorizedMatrix& matrix, const LadderOptions& options);

/// Epochs that networks take on so many rows.
std::int64_t network_epochs(std::int64_t rows, const LadderOptions& options);

}  // namespace eckart::jobs
