#include "tools/jobs/clusters/clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "engine/matrix/unit_rows.h"
#include "engine/support/top_k.h"

namespace eckart::jobs {
namespace {

/// Rows of each cluster that have a direction, and its first row.
struct Members {
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> first;
};

Members members_of(const Kmeans& found, std::span<const std::uint8_t> directionless) {
    const std::int64_t k = found.centroids.rows();
    Members members{std::vector<std::int64_t>(k, 0), std::vector<std::int64_t>(k, 0)};
    for (std::size_t row = 0; row < found.labels.size(); ++row) {
        if (directionless[row] != 0) continue;
        const std::int32_t label = found.labels[row];
        if (members.sizes[label]++ == 0) members.first[label] = static_cast<std::int64_t>(row);
    }
    return members;
}

/// The clusters that are not empty, largest first.
std::vector<std::int32_t> order_of(const Members& members) {
    std::vector<std::int32_t> order;
    for (std::size_t c = 0; c < members.sizes.size(); ++c) {
        if (members.sizes[c] > 0) order.push_back(static_cast<std::int32_t>(c));
    }
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        return members.sizes[a] != members.sizes[b] ? members.sizes[a] > members.sizes[b]
                                                    : members.first[a] < members.first[b];
    });
    return order;
}

Placement placement_of(std::span<const std::int32_t> labels, std::span<const float> squared_distances,
                       std::vector<std::uint8_t> directionless) {
    Placement placement{{labels.begin(), labels.end()}, {}, std::move(directionless)};
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const bool lost = placement.directionless[row] != 0;
        if (lost) placement.labels[row] = 0;
        placement.distances.push_back(lost ? 1.0F : std::sqrt(squared_distances[row]));
    }
    return placement;
}

/// Rows that have no direction, where it is the direction that counts.
std::vector<std::uint8_t> directionless_rows(const ClusterSpace& space, const ClusterRows& rows) {
    return space.unit ? rows.zero_rows() : std::vector<std::uint8_t>(rows.size());
}

/// Whether another document of the same cluster stands for this one: one of several copies is enough.
bool is_shown_by_another(const Points& points, const Placement& placement, std::size_t row) {
    if (points.copies.empty()) return false;
    const auto other = static_cast<std::size_t>(points.copies[row]);
    return other != row && placement.directionless[other] == 0 && placement.labels[other] == placement.labels[row];
}

void add_representatives(Clustering& clustering, const Points& points, std::int64_t count) {
    const std::vector<std::int32_t> places = points.places();
    std::vector<TopK<float>> nearest(clustering.clusters.size(), TopK<float>(count, places));
    const Placement& placement = clustering.placement;
    for (std::size_t row = 0; row < placement.labels.size(); ++row) {
        if (placement.directionless[row] != 0 || is_shown_by_another(points, placement, row)) continue;
        nearest[placement.labels[row]].offer(static_cast<std::int32_t>(row), -placement.distances[row]);
    }
    for (std::size_t c = 0; c < nearest.size(); ++c) {
        for (const auto& row : nearest[c].take()) clustering.clusters[c].representatives.push_back(row.index);
    }
}

}  // namespace

std::int64_t Placement::directionless_rows() const {
    return std::count(directionless.begin(), directionless.end(), 1);
}

std::vector<std::int32_t> Placement::directed_labels() const {
    std::vector<std::int32_t> directed = labels;
    for (std::size_t row = 0; row < directionless.size(); ++row) {
        if (directionless[row] != 0) directed[row] = -1;
    }
    return directed;
}

Clustering clustering_of(const Points& points, const ClusterSpace& space, const ClusterRows& rows, const Kmeans& found,
                         std::int64_t representatives) {
    Clustering clustering{.kind = points.kind,
                          .source = std::filesystem::absolute(points.source).lexically_normal().string(),
                          .fingerprint = points.space,
                          .width = points.width(),
                          .space = space,
                          .centroids = {},
                          .placement = {},
                          .clusters = {}};
    std::vector<std::uint8_t> directionless = directionless_rows(space, rows);
    const Members members = members_of(found, directionless);
    const std::vector<std::int32_t> order = order_of(members);
    std::vector<std::int32_t> number(members.sizes.size(), 0);
    clustering.centroids.resize(static_cast<Eigen::Index>(order.size()), found.centroids.cols());
    for (std::size_t c = 0; c < order.size(); ++c) {
        number[order[c]] = static_cast<std::int32_t>(c);
        clustering.centroids.row(static_cast<Eigen::Index>(c)) = found.centroids.row(order[c]);
    }
    std::vector<std::int32_t> labels(found.labels.size());
    for (std::size_t row = 0; row < labels.size(); ++row) {
        labels[row] = number[found.labels[row]];
    }
    clustering.placement = placement_of(labels, found.squared_distances, std::move(directionless));
    clustering.clusters.resize(order.size());
    for (const std::int32_t label : clustering.placement.labels) {
        ++clustering.clusters[label].size;
    }
    add_representatives(clustering, points, representatives);
    return clustering;
}

Placement place_rows(const Clustering& clustering, const ClusterRows& rows) {
    Assignment nearest;
    if (!rows.is_sparse()) {
        nearest = assign_to_centroids(rows.dense(), clustering.centroids);
    } else if (clustering.space.unit) {
        nearest = assign_to_centroids(unit_rows(rows.sparse()), clustering.centroids);
    } else {
        nearest = assign_to_centroids(rows.sparse(), clustering.centroids);
    }
    return placement_of(nearest.labels, nearest.squared_distances, directionless_rows(clustering.space, rows));
}

Notes note_of_directionless(std::int64_t count, const Points& points) {
    if (count == 0) return {};
    return {
        {"no-direction", fmt::format("{} of {} {} no direction: put into cluster 0, the largest, at a distance of 1",
                                     count, counted(points.size(), points.kind), count == 1 ? "has" : "have")}};
}

}  // namespace eckart::jobs
