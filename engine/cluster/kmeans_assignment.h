#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/kmeans_rows.h"

namespace eckart {

/// A row that goes from one centroid to another; `from` is -1 at first.
struct Move {
    std::int64_t row;
    std::int32_t from;
    std::int32_t to;
};

/// The assignment step of k-means: finds the nearest centroid of each row, the lowest of several, by distances in
/// float64. What all methods have in common is what they return.
class AssignmentStep {
  public:
    virtual ~AssignmentStep() = default;

    /// Brings `labels` up to date with `centroids` and returns what changed, in the order of the rows. `shifts` holds
    /// how far each centroid is from where it was at the last call (nothing at the first).
    virtual std::vector<Move> assign(const Centroids& centroids, std::span<const double> shifts,
                                     std::span<std::int32_t> labels) = 0;

    /// Says that somebody else gave `row` another label.
    virtual void forget(std::int64_t row) = 0;
};

/// Every row against every centroid. Borrows the rows.
class LloydStep final : public AssignmentStep {
  public:
    explicit LloydStep(const KmeansRows& rows) : rows_(rows) {}

    std::vector<Move> assign(const Centroids& centroids, std::span<const double> shifts,
                             std::span<std::int32_t> labels) override;
    void forget(std::int64_t) override {}

  private:
    const KmeansRows& rows_;
};

/// Labels of the rows listed, from scores of all lanes whose rows are `stride` apart: the centroids of least
/// |x_i - c_j|^2 in float64, the lowest of several.
void nearest(const KmeansRows& rows, std::span<const std::int64_t> list, const Centroids& centroids,
             const float* scores, std::int64_t stride, std::span<std::int32_t> labels);

/// Rows whose scores are held at once.
inline constexpr std::int64_t score_rows = 48;

/// Moves of blocks of rows, in their order.
std::vector<Move> joined(std::span<const std::vector<Move>> parts);

/// |x_i - c_label(i)|^2 of each row.
std::vector<double> squared_distances(const KmeansRows& rows, const Centroids& centroids,
                                      std::span<const std::int32_t> labels);

}  // namespace eckart
