#include "tools/jobs/cluster_space.h"

#include <fmt/format.h>

#include "engine/matrix/centering.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t row_block = 4096;

/// Below this, what is left of a unit row is roundoff and no direction.
constexpr double least_length = 1e-5;

bool is_zero(const ConstMatrixMap& rows, std::int64_t row) {
    return (rows.row(row).array() == 0).all();
}

/// The mean of the rows that are not zero.
Eigen::VectorXf mean_direction(const DenseMatrix& rows) {
    const ConstMatrixMap all(rows.data(), rows.rows(), rows.cols());
    std::int64_t zeros = 0;
    for (std::int64_t row = 0; row < all.rows(); ++row) zeros += is_zero(all, row) ? 1 : 0;
    if (zeros == all.rows()) return Eigen::VectorXf::Zero(all.cols());
    const double share = static_cast<double>(all.rows()) / static_cast<double>(all.rows() - zeros);
    return (share * column_means(rows)).cast<float>();
}

/// The rows with their first step done.
DenseMatrix leading_unit_rows(const ClusterSpace& space, const ConstMatrixMap& rows) {
    DenseMatrix leading = rows.leftCols(space.dimensions);
    if (space.unit) scale_to_unit(leading);
    return leading;
}

void subtract_mean(const Eigen::VectorXf& mean, DenseMatrix& rows) {
    const ConstMatrixMap all(rows.data(), rows.rows(), rows.cols());
    parallel_blocks(rows.rows(), row_block, [&](Range block) {
        for (auto row = block.begin; row < block.end; ++row) {
            if (!is_zero(all, row)) rows.row(row) -= mean.transpose();
        }
    });
}

}  // namespace

std::vector<std::uint8_t> ClusterRows::zero_rows() const {
    std::vector<std::uint8_t> zero(static_cast<std::size_t>(size()));
    parallel_blocks(size(), row_block, [&](Range block) {
        for (auto row = block.begin; row < block.end; ++row) {
            const auto r = static_cast<std::size_t>(row);
            if (!is_sparse()) {
                zero[r] = is_zero(dense(), row) ? 1 : 0;
                continue;
            }
            const auto begin = static_cast<std::size_t>(sparse().row_offsets[r]);
            const auto end = static_cast<std::size_t>(sparse().row_offsets[r + 1]);
            zero[r] = 1;
            for (const float value : sparse().values.subspan(begin, end - begin)) {
                if (value != 0) zero[r] = 0;
            }
        }
    });
    return zero;
}

ClusterSpace cluster_space(const Points& points, std::int64_t dimensions, bool unit, bool centred) {
    if (dimensions > points.width()) {
        throw UsageError(fmt::format("--rank {}: {} has {} dimensions", dimensions, points.source, points.width()));
    }
    if (points.is_sparse() && (centred || dimensions < points.width())) {
        throw UsageError(points.source + " is sparse: its rows cannot be centred, nor cut to their first columns");
    }
    ClusterSpace space{.dimensions = dimensions, .unit = unit};
    if (centred) space.mean = mean_direction(leading_unit_rows(space, points.dense()));
    return space;
}

DenseMatrix rows_in(const ClusterSpace& space, const ConstMatrixMap& rows) {
    DenseMatrix result = leading_unit_rows(space, rows);
    if (!space.centred()) return result;
    subtract_mean(space.mean, result);
    if (space.unit) scale_to_unit(result, least_length);
    return result;
}

ClusterRows rows_in(const ClusterSpace& space, const Points& points) {
    if (points.is_sparse()) return {points.sparse(), points.kept()};
    if (!space.unit && !space.centred() && space.dimensions == points.width()) return {points.dense(), points.kept()};
    const auto rows = std::make_shared<const DenseMatrix>(rows_in(space, points.dense()));
    return {ConstMatrixMap(rows->data(), rows->rows(), rows->cols()), rows};
}

std::uint64_t cluster_rows_memory(const Points& points, const ClusterSpace& space) {
    if (points.is_sparse()) return 0;
    return static_cast<std::uint64_t>(points.size()) * static_cast<std::uint64_t>(space.dimensions) * sizeof(float);
}

}  // namespace eckart::tools
