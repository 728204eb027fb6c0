#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// The space that rows are clustered in: how it follows from the rows of a source.
///
///     x -> its first `dimensions` numbers -> / its length -> - mean -> / its length
///
/// The steps of length are taken if `unit`, that of the mean if there is one. A row without a direction (zeros, or the
/// mean itself) stays a row of zeros.
struct ClusterSpace {
    std::int64_t dimensions = 0;
    bool unit = false;
    Eigen::VectorXf mean = {};  ///< `dimensions` numbers, or none

    bool centred() const { return mean.size() > 0; }
};

/// Rows in a space; dense ones that nothing was done to, and sparse ones, are borrowed from the points.
class ClusterRows {
  public:
    ClusterRows(std::variant<ConstMatrixMap, CsrView> matrix, std::shared_ptr<const void> kept)
        : matrix_(std::move(matrix)), kept_(std::move(kept)) {}

    bool is_sparse() const { return std::holds_alternative<CsrView>(matrix_); }
    ConstMatrixMap dense() const { return std::get<ConstMatrixMap>(matrix_); }
    CsrView sparse() const { return std::get<CsrView>(matrix_); }
    std::int64_t size() const { return is_sparse() ? sparse().rows : dense().rows(); }
    std::int64_t width() const { return is_sparse() ? sparse().cols : dense().cols(); }

    /// 1 for each row of zeros.
    std::vector<std::uint8_t> zero_rows() const;

  private:
    std::variant<ConstMatrixMap, CsrView> matrix_;
    std::shared_ptr<const void> kept_;
};

/// The space for `points`; with `centred`, the mean is that of the rows that have a direction. Throws UsageError if
/// sparse rows are to be centred, or the points have fewer than `dimensions`.
ClusterSpace cluster_space(const Points& points, std::int64_t dimensions, bool unit, bool centred);

/// Throws UsageError if the points do not have the width that the space was made for (`width`).
ClusterRows rows_in(const ClusterSpace& space, const Points& points);

/// The same for rows of the caller's.
DenseMatrix rows_in(const ClusterSpace& space, const ConstMatrixMap& rows);

/// Bytes that the rows take.
std::uint64_t cluster_rows_memory(const Points& points, const ClusterSpace& space);

}  // namespace eckart::tools
