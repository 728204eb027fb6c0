#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// The space that rows are clustered in, and how to get there from rows as they are given:
///
///     x -> its first `dimensions` numbers -> - offset -> / its length -> - mean -> / its length
///
/// The divisions by the length are done if `unit`, the subtractions if there is an offset or a mean. A row without a
/// direction (zeros, or the mean itself) becomes a row of zeros.
struct ClusterSpace {
    std::int64_t dimensions = 0;
    bool unit = false;
    Eigen::VectorXd offset = {};  ///< `dimensions` numbers in float64, or none; none if `unit`
    Eigen::VectorXf mean = {};    ///< `dimensions` numbers, or none

    bool centered() const { return mean.size() > 0; }
};

/// The space for rows (n x at least `dimensions`) whose columns are less `offset` (see column_offset.h; empty: 0). If
/// `centered`, its mean is that of the rows that are not zero. Its offset is that of the rows, unless it is `unit`:
/// lengths count from the true zero.
ClusterSpace cluster_space(ConstPanelRef<float> rows, std::int64_t dimensions, bool unit, bool centered,
                           const Eigen::VectorXd& offset = {});

/// Whether rows of `width` columns less `offset` are in the space as they are.
bool are_in(const ClusterSpace& space, std::int64_t width, const Eigen::VectorXd& offset = {});

/// The rows in the space, n x `dimensions`. Throws UsageError if they have fewer columns than that.
DenseMatrix rows_in(const ClusterSpace& space, ConstPanelRef<float> rows, const Eigen::VectorXd& offset = {});

/// 1 for each row of zeros, n.
std::vector<std::uint8_t> zero_rows(ConstPanelRef<float> rows);
std::vector<std::uint8_t> zero_rows(const CsrView& rows);

}  // namespace eckart
