#include "tools/jobs/clusters/cluster_rows.h"

#include <fmt/format.h>

#include "engine/support/error.h"

namespace eckart::jobs {

std::vector<std::uint8_t> ClusterRows::zero_rows() const {
    return is_sparse() ? eckart::zero_rows(sparse()) : eckart::zero_rows(dense());
}

ClusterSpace cluster_space(const Points& points, std::int64_t dimensions, bool unit, bool centered) {
    if (dimensions > points.width()) {
        throw UsageError(fmt::format("rank {}: {} has {} dimensions", dimensions, points.source, points.width()));
    }
    if (!points.is_sparse()) return eckart::cluster_space(points.dense(), dimensions, unit, centered, points.offset);
    if (centered || dimensions < points.width()) {
        throw UsageError(points.source + " is sparse: its rows cannot be centered or cut to their first columns");
    }
    return {.dimensions = dimensions, .unit = unit};
}

ClusterRows rows_in(const ClusterSpace& space, const Points& points) {
    if (points.is_sparse()) return {points.sparse(), points.kept()};
    if (are_in(space, points.width(), points.offset)) return {points.dense(), points.kept()};
    const auto rows = std::make_shared<const DenseMatrix>(eckart::rows_in(space, points.dense(), points.offset));
    return {ConstMatrixMap(rows->data(), rows->rows(), rows->cols()), rows};
}

std::uint64_t cluster_rows_memory(const Points& points, std::int64_t dimensions) {
    if (points.is_sparse()) return 0;
    return static_cast<std::uint64_t>(points.size()) * static_cast<std::uint64_t>(dimensions) * sizeof(float);
}

}  // namespace eckart::jobs
