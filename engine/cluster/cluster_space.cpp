#include "engine/cluster/cluster_space.h"

#include <algorithm>
#include <string>

#include "engine/cluster/zero_row.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/column_offset.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t space_rows = 4096;

/// Below this, what is left of a unit row is roundoff and no direction.
constexpr double least_length = 1e-5;

/// The mean of the rows that are not zero.
Eigen::VectorXf mean_direction(const DenseMatrix& rows) {
    std::int64_t zeros = 0;
    for (const std::uint8_t zero : zero_rows(rows)) zeros += zero;
    if (zeros == rows.rows()) return Eigen::VectorXf::Zero(rows.cols());
    const double share = static_cast<double>(rows.rows()) / static_cast<double>(rows.rows() - zeros);
    return (share * column_means(rows)).cast<float>();
}

/// The leading numbers of an offset; none stays none.
Eigen::VectorXd leading_offset(const Eigen::VectorXd& offset, std::int64_t dimensions) {
    return offset.head(std::min<Eigen::Index>(dimensions, offset.size()));
}

bool is_same_offset(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    return a.size() == b.size() && a == b;
}

/// The rows before the mean is subtracted.
DenseMatrix leading_rows(const ClusterSpace& space, ConstPanelRef<float> rows, const Eigen::VectorXd& offset) {
    const Eigen::VectorXd leading_of_rows = leading_offset(offset, space.dimensions);
    DenseMatrix leading = is_same_offset(leading_of_rows, space.offset)
                              ? DenseMatrix(rows.leftCols(space.dimensions))
                              : with_offset(rows.leftCols(space.dimensions), leading_of_rows, space.offset);
    if (space.unit) scale_to_unit(leading);
    return leading;
}

void subtract_mean(const Eigen::VectorXf& mean, DenseMatrix& rows) {
    parallel_blocks(rows.rows(), space_rows, [&](Range block) {
        for (auto row = block.begin; row < block.end; ++row) {
            if (!is_zero_row(rows, row)) rows.row(row) -= mean.transpose();
        }
    });
}

void require_width(std::int64_t width, std::int64_t dimensions) {
    if (dimensions >= 1 && dimensions <= width) return;
    throw UsageError("a space of " + std::to_string(dimensions) + " dimensions cannot be made of rows of " +
                     std::to_string(width));
}

/// `is_zero(row)` for each of n rows, in parallel.
template <class Test>
std::vector<std::uint8_t> marked_rows(std::int64_t n, const Test& is_zero) {
    std::vector<std::uint8_t> marks(n);
    parallel_blocks(n, space_rows, [&](Range block) {
        for (auto row = block.begin; row < block.end; ++row) marks[row] = is_zero(row);
    });
    return marks;
}

}  // namespace

ClusterSpace cluster_space(ConstPanelRef<float> rows, std::int64_t dimensions, bool unit, bool centered,
                           const Eigen::VectorXd& offset) {
    require_width(rows.cols(), dimensions);
    ClusterSpace space{.dimensions = dimensions, .unit = unit};
    if (!unit) space.offset = leading_offset(offset, dimensions);
    if (centered) space.mean = mean_direction(leading_rows(space, rows, offset));
    return space;
}

bool are_in(const ClusterSpace& space, std::int64_t width, const Eigen::VectorXd& offset) {
    return !space.unit && !space.centered() && space.dimensions == width && is_same_offset(offset, space.offset);
}

DenseMatrix rows_in(const ClusterSpace& space, ConstPanelRef<float> rows, const Eigen::VectorXd& offset) {
    require_width(rows.cols(), space.dimensions);
    DenseMatrix result = leading_rows(space, rows, offset);
    if (!space.centered()) return result;
    subtract_mean(space.mean, result);
    if (space.unit) scale_to_unit(result, least_length);
    return result;
}

std::vector<std::uint8_t> zero_rows(ConstPanelRef<float> rows) {
    return marked_rows(rows.rows(), [&](std::int64_t row) { return is_zero_row(rows, row); });
}

std::vector<std::uint8_t> zero_rows(const CsrView& rows) {
    return marked_rows(rows.rows, [&](std::int64_t row) { return is_zero_row(rows, row); });
}

}  // namespace eckart
