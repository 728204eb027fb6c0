#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "engine/cluster/cluster_space.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// Points in the space that they are clustered in. Sparse rows, and dense ones that are in the space as they are, are
/// borrowed from the points.
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

/// The space for the points, as the engine's `cluster_space` has it. Throws UsageError if the points have fewer than
/// `dimensions`, or are sparse and should be centered or cut to their first columns.
ClusterSpace cluster_space(const Points& points, std::int64_t dimensions, bool unit, bool centered);

/// The points in the space. Throws UsageError if they have too few columns for it.
ClusterRows rows_in(const ClusterSpace& space, const Points& points);

/// Bytes that the rows take at most beside the points.
std::uint64_t cluster_rows_memory(const Points& points, std::int64_t dimensions);

}  // namespace eckart::jobs
