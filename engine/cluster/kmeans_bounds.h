#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/cluster/kmeans_assignment.h"
#include "engine/cluster/kmeans_rows.h"

namespace eckart {

/// Centroids in groups that stand in panels of their own, nearby centroids together: halved again and again by their
/// order along the line between two that are far apart. `panels_a_group` of 0 makes one group of all.
struct CentroidGroups {
    CentroidLayout layout;
    std::vector<Range> panels;          ///< of each group
    std::vector<std::int32_t> members;  ///< k, the group of each centroid
};
CentroidGroups group_centroids(const DenseMatrix& centroids, std::vector<double> origin, bool sparse,
                               std::int64_t panels_a_group);

/// The assignment step with bounds that hold from one iteration to the next: for each row one from above, of the
/// distance to its own centroid, and one from below for each group of centroids, of the distance to the others there
/// (with one group: Hamerly, "Making k-means even faster", SDM 2010; with many: Ding, Zhao, Shen, Musuvathi and
/// Mytkowicz, "Yinyang k-means", ICML 2015). A group whose bound is above that of the own centroid cannot hold the
/// nearest and is passed over; rows that need a group are multiplied by its panels together.
///
/// A bound is passed over only when it decides beyond every roundoff, and rows that remain undecided are compared in
/// float64, so the labels are those of LloydStep. Holds 4 (groups + 2) bytes a row. Borrows rows and groups.
class BoundedStep final : public AssignmentStep {
  public:
    BoundedStep(const KmeansRows& rows, const CentroidGroups& groups);

    std::vector<Move> assign(const Centroids& centroids, std::span<const double> shifts,
                             std::span<std::int32_t> labels) override;
    void forget(std::int64_t row) override;

    /// Rows times centroids that were multiplied so far, padding not counted.
    std::int64_t products() const;

  private:
    struct Pending;
    struct Task;

    void drift(std::span<const double> shifts);
    bool settled(std::int64_t row, std::int32_t label) const;
    void find_groups(Task& task, std::int64_t row, std::int32_t label) const;
    void evaluate(Task& task, std::size_t group);
    void decide(Task& task);
    void resolve(Task& task);
    void settle(Task& task, const Pending& row, std::int32_t label, double squared_upper);
    void set_lower(std::int64_t row, std::size_t group, double squared);
    double lower(std::int64_t row, std::size_t group) const;
    void measure_gaps(const Centroids& centroids);
    std::size_t group_count() const { return groups_.panels.size(); }

    const KmeansRows& rows_;
    const CentroidGroups& groups_;
    // Bounds are kept as they would be had no centroid moved: what has moved since is added when they are read.
    std::vector<float> upper_;            ///< n, minus the drift of the own centroid
    std::vector<float> lowers_;           ///< n x groups, plus the drift of the group
    std::vector<float> lowest_;           ///< n, the least of these, plus the drift of all
    std::vector<double> centroid_drift_;  ///< k, lengths of all moves so far
    std::vector<double> group_drift_;     ///< sums of the longest moves in each group
    double all_drift_ = 0;                ///< sum of the longest moves
    double slack_ = 0;                    ///< by how much a bound must decide
    std::vector<float> gaps_;             ///< k x groups, distance of a centroid to the nearest other in each; or empty
    std::vector<float> own_gap_;          ///< k, the least of these
    std::vector<std::int64_t> products_;  ///< by task
};

}  // namespace eckart
