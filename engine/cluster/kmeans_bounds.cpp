#include "engine/cluster/kmeans_bounds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

// Notation: for a row x with centroid a, u >= |x - c_a| and, for each group g, l_g <= |x - c_j| for every j != a in g.
// When centroids move, u grows by how far c_a did and l_g shrinks by the longest move in g. Besides, from the distance
// between centroids, |x - c_j| >= |c_a - c_j| - |x - c_a|. A group is passed over if u + slack < l_g.
//
// The slack. Distances in float64 are compared by LloydStep; those are off by 2^-46 (|x| + |c|)^2 at most, so that a
// difference of true distances above 2^-22 (|x| + |c|) is one of computed squares too. The slack is twice that, and
// what sums of drifts may have lost.

namespace eckart {
namespace {

constexpr std::int64_t bounded_rows = 1920;  // rows a task
constexpr float infinite = std::numeric_limits<float>::infinity();

/// Float32 not below, not above.
float above(double value) {
    return static_cast<float>(value + 0x1p-23 * std::abs(value));
}
float below(double value) {
    return static_cast<float>(value - 0x1p-23 * std::abs(value));
}

double root(double squared) {
    return std::sqrt(std::max(0.0, squared));
}

/// The member of `list` that is farthest from `from`, the first of several.
std::int32_t farthest(const DenseMatrix& centroids, std::span<const std::int32_t> list,
                      const Eigen::RowVectorXf& from) {
    return *std::max_element(list.begin(), list.end(), [&](std::int32_t a, std::int32_t b) {
        return (centroids.row(a) - from).squaredNorm() < (centroids.row(b) - from).squaredNorm();
    });
}

/// Puts the centroids of `list` into an order in which each `leaf` of them are near each other.
void order_by_halves(const DenseMatrix& centroids, std::span<std::int32_t> list, std::size_t leaf) {
    const std::size_t leaves = (list.size() + leaf - 1) / leaf;
    if (leaves < 2) return;
    const std::int32_t one = farthest(centroids, list, centroids.row(list[0]));
    const std::int32_t other = farthest(centroids, list, centroids.row(one));
    const Eigen::RowVectorXf line = centroids.row(other) - centroids.row(one);
    std::sort(list.begin(), list.end(), [&](std::int32_t a, std::int32_t b) {
        const float at_a = centroids.row(a).dot(line), at_b = centroids.row(b).dot(line);
        return at_a < at_b || (at_a == at_b && a < b);
    });
    const std::size_t half = leaves / 2 * leaf;
    order_by_halves(centroids, list.first(half), leaf);
    order_by_halves(centroids, list.subspan(half), leaf);
}

}  // namespace

CentroidGroups group_centroids(const DenseMatrix& centroids, std::vector<double> origin, bool sparse,
                               std::int64_t panels_a_group) {
    const std::int64_t k = centroids.rows();
    if (panels_a_group == 0) panels_a_group = panel_count(k);
    const std::int64_t leaf = panels_a_group * panel_lanes;
    std::vector<std::int32_t> order(k);
    std::iota(order.begin(), order.end(), 0);
    order_by_halves(centroids, order, static_cast<std::size_t>(leaf));
    CentroidGroups groups{plain_layout(std::move(origin), sparse, k), {}, std::vector<std::int32_t>(order.size())};
    std::copy(order.begin(), order.end(), groups.layout.lanes.begin());
    for (std::int64_t first = 0; first < k; first += leaf) {
        groups.panels.push_back({first / panel_lanes, std::min(panel_count(k), (first + leaf) / panel_lanes)});
    }
    for (std::size_t lane = 0; lane < order.size(); ++lane) {
        groups.members[order[lane]] = static_cast<std::int32_t>(static_cast<std::int64_t>(lane) / leaf);
    }
    return groups;
}

/// A row that bounds alone do not settle, and what its products have shown.
struct BoundedStep::Pending {
    std::int64_t row;
    std::int32_t label;             ///< a, or -1
    bool own_seen;                  ///< a is among the products
    double own_squared;             ///< |x - c_a|^2 or slightly more; infinite without a
    double norm;                    ///< |x - m|^2
    double error;                   ///< of a score
    float group_second = infinite;  ///< the second least score in the group of the best
    std::int32_t group = 0;         ///< of the best
    TwoLeast best{infinite, infinite, -1};
};

/// A block of rows, and its scratch.
struct BoundedStep::Task {
    Task(const Centroids& given, std::span<std::int32_t> given_labels, std::size_t groups)
        : centroids(given),
          labels(given_labels),
          needed(groups),
          list_sizes(groups),
          lists(groups * bounded_rows),
          scores(score_rows * given.panels() * panel_lanes) {
        pending.reserve(bounded_rows);
    }
    std::span<const std::int32_t> list(std::size_t group) const {
        return {lists.data() + group * bounded_rows, list_sizes[group]};
    }

    const Centroids& centroids;
    std::span<std::int32_t> labels;  ///< of all rows
    std::vector<Pending> pending;
    std::vector<char> needed;             ///< by group, of one row
    std::vector<std::size_t> list_sizes;  ///< by group
    std::vector<std::int32_t> lists;      ///< by group, bounded_rows each: places in `pending` of the rows that need it
    std::vector<std::size_t> undecided;   ///< places in `pending`
    std::vector<Move> moves;
    AlignedFloats scores;
};

BoundedStep::BoundedStep(const KmeansRows& rows, const CentroidGroups& groups)
    : rows_(rows),
      groups_(groups),
      upper_(rows.rows(), infinite),
      lowers_(rows.rows() * groups.panels.size(), -infinite),
      lowest_(rows.rows(), -infinite),
      centroid_drift_(groups.members.size()),
      group_drift_(groups.panels.size()),
      products_((rows.rows() + bounded_rows - 1) / bounded_rows) {}

std::int64_t BoundedStep::products() const {
    return std::accumulate(products_.begin(), products_.end(), std::int64_t{0});
}

void BoundedStep::forget(std::int64_t row) {
    upper_[row] = infinite;
    lowest_[row] = -infinite;
    std::fill_n(lowers_.begin() + row * std::ssize(groups_.panels), group_count(), -infinite);
}

void BoundedStep::drift(std::span<const double> shifts) {
    std::vector<double> longest(group_count());
    for (std::size_t j = 0; j < shifts.size(); ++j) {
        centroid_drift_[j] += shifts[j];
        auto& most = longest[groups_.members[j]];
        most = std::max(most, shifts[j]);
    }
    for (std::size_t g = 0; g < longest.size(); ++g) group_drift_[g] += longest[g];
    all_drift_ += *std::max_element(longest.begin(), longest.end());
}

double BoundedStep::lower(std::int64_t row, std::size_t group) const {
    return static_cast<double>(lowers_[row * group_count() + group]) - group_drift_[group];
}

void BoundedStep::set_lower(std::int64_t row, std::size_t group, double squared) {
    // The root in float32, at a third of the time, is off by 2^-24 of itself.
    const double distance = static_cast<double>(std::sqrt(std::max(0.0F, static_cast<float>(squared)))) * (1 - 0x1p-22);
    lowers_[row * group_count() + group] = below(distance + group_drift_[group]);
}

void BoundedStep::measure_gaps(const Centroids& centroids) {
    const std::int64_t k = centroids.count(), stride = centroids.panels() * panel_lanes, d = rows_.cols();
    if (rows_.sparse() || k * panel_lanes > rows_.rows()) return;  // it would cost more than it spares
    gaps_.resize(k * group_count());
    own_gap_.resize(k);
    std::vector<std::int64_t> lanes(k);
    for (std::int64_t lane = 0; lane < stride; ++lane) {
        if (centroids.at_lane(lane) >= 0) lanes[centroids.at_lane(lane)] = lane;
    }
    parallel_blocks(k, score_rows, [&](Range range) {
        std::vector<const float*> rows;
        for (std::int64_t j = range.begin; j < range.end; ++j) rows.push_back(centroids.row(j));
        AlignedFloats scores(score_rows * stride);
        subtract_row_products(rows, d, centroids.packed(), centroids.offsets(), centroids.panels(), scores.data(),
                              stride);
        for (std::int64_t j = range.begin; j < range.end; ++j) {
            const double norm = centroids.squared_norm_from_origin(j);
            const double error = rows_.score_error(d, std::sqrt(norm), centroids);
            const float* from = scores.data() + (j - range.begin) * stride;
            own_gap_[j] = infinite;
            for (std::size_t g = 0; g < group_count(); ++g) {
                const Range panels = groups_.panels[g];
                TwoLeast least{};
                two_least(from + panels.begin * panel_lanes, 1, stride, panels.end - panels.begin, &least);
                const bool self = least.place + panels.begin * panel_lanes == lanes[j];
                const double score = static_cast<double>(self ? least.second : least.least);
                const float gap = below(root(2 * (score - error) + norm));
                gaps_[j * group_count() + g] = gap;
                own_gap_[j] = std::min(own_gap_[j], gap);
            }
        }
    });
}

bool BoundedStep::settled(std::int64_t row, std::int32_t label) const {
    if (label < 0) return false;
    const double upper = static_cast<double>(upper_[row]) + centroid_drift_[label] + slack_;
    return upper < static_cast<double>(lowest_[row]) - all_drift_ ||
           (!own_gap_.empty() && 2 * upper < static_cast<double>(own_gap_[label]));
}

/// Makes a row pending, and lists it in the groups that may hold a nearer centroid than its own.
void BoundedStep::find_groups(Task& task, std::int64_t row, std::int32_t label) const {
    const std::size_t groups = group_count();
    bool own_seen = false;
    double squared = std::numeric_limits<double>::infinity();
    if (label < 0) {
        std::fill(task.needed.begin(), task.needed.end(), 1);
    } else {
        squared = rows_.rough_squared_distance(row, task.centroids, label);
        const double upper = std::sqrt(squared), bound = upper + slack_;
        const float* lowers = lowers_.data() + row * groups;
        for (std::size_t g = 0; g < groups; ++g) {
            task.needed[g] = static_cast<char>(!(bound < static_cast<double>(lowers[g]) - group_drift_[g]));
        }
        if (!gaps_.empty()) {
            const float* gaps = gaps_.data() + label * groups;
            for (std::size_t g = 0; g < groups; ++g) {
                task.needed[g] = static_cast<char>(task.needed[g] & !(bound + upper < static_cast<double>(gaps[g])));
            }
        }
        own_seen = task.needed[groups_.members[label]] != 0;
    }
    const auto place = static_cast<std::int32_t>(task.pending.size());
    for (std::size_t g = 0; g < groups; ++g) {  // without a branch that could be guessed wrong
        task.lists[g * bounded_rows + task.list_sizes[g]] = place;
        task.list_sizes[g] += static_cast<std::size_t>(task.needed[g]);
    }
    task.pending.push_back({.row = row,
                            .label = label,
                            .own_seen = own_seen,
                            .own_squared = squared,
                            .norm = rows_.squared_norm(row),
                            .error = rows_.score_error(row, task.centroids)});
}

/// The products of a group with the rows that need it.
void BoundedStep::evaluate(Task& task, std::size_t group) {
    const std::span<const std::int32_t> list = task.list(group);
    const Range panels = groups_.panels[group];
    const std::int64_t width = panels.end - panels.begin, stride = width * panel_lanes;
    std::array<std::int64_t, score_rows> rows;
    std::array<TwoLeast, score_rows> least;
    for (std::size_t first = 0; first < list.size(); first += score_rows) {
        const std::size_t count = std::min<std::size_t>(score_rows, list.size() - first);
        for (std::size_t i = 0; i < count; ++i) rows[i] = task.pending[list[first + i]].row;
        rows_.scores({rows.data(), count}, task.centroids, panels, task.scores.data(), stride);
        two_least(task.scores.data(), static_cast<std::int64_t>(count), stride, width, least.data());
        for (std::size_t i = 0; i < count; ++i) {
            Pending& row = task.pending[list[first + i]];
            const TwoLeast& found = least[i];
            set_lower(row.row, group, 2 * (static_cast<double>(found.least) - row.error) + row.norm);
            const bool better = found.least < row.best.least;
            row.best.second = better ? std::min(row.best.least, found.second) : std::min(row.best.second, found.least);
            row.best.least = better ? found.least : row.best.least;
            row.best.place =
                better ? found.place + static_cast<std::int32_t>(panels.begin * panel_lanes) : row.best.place;
            row.group = better ? static_cast<std::int32_t>(group) : row.group;
            row.group_second = better ? found.second : row.group_second;
        }
    }
}

/// Gives a pending row its label, and bounds from what is known.
void BoundedStep::settle(Task& task, const Pending& row, std::int32_t label, double squared_upper) {
    if (label != row.label) {
        task.moves.push_back({row.row, row.label, label});
        task.labels[row.row] = label;
        if (row.label >= 0 && !row.own_seen) {  // the centroid left is now one of the others
            const std::int32_t group = groups_.members[row.label];
            const double squared = row.own_squared / rows_.rough_excess();
            if (root(squared) < lower(row.row, group)) set_lower(row.row, group, squared);
        }
    }
    upper_[row.row] = above(root(squared_upper) - centroid_drift_[label]);
    double lowest = std::numeric_limits<double>::infinity();
    for (std::size_t g = 0; g < group_count(); ++g) lowest = std::min(lowest, lower(row.row, g));
    lowest_[row.row] = below(lowest + all_drift_);
}

void BoundedStep::decide(Task& task) {
    for (std::size_t place = 0; place < task.pending.size(); ++place) {
        const Pending& row = task.pending[place];
        const auto least = static_cast<double>(row.best.least), second = static_cast<double>(row.best.second);
        double most = std::numeric_limits<double>::infinity(), fewest = most;  // of the score of a, if that is apart
        if (row.label >= 0 && !row.own_seen) {
            most = (row.own_squared - row.norm) / 2;
            fewest = (row.own_squared / rows_.rough_excess() - row.norm) / 2;
        }
        if (least - 2 * row.error > most) {
            settle(task, row, row.label, row.own_squared);
        } else if (least + 2 * row.error < fewest && second > least + 2 * row.error) {
            const std::int32_t label = task.centroids.at_lane(row.best.place);
            set_lower(row.row, row.group, 2 * (static_cast<double>(row.group_second) - row.error) + row.norm);
            settle(task, row, label, label == row.label ? row.own_squared : 2 * (least + row.error) + row.norm);
        } else {
            task.undecided.push_back(place);
        }
    }
}

/// Rows between two centroids, as LloydStep does them.
void BoundedStep::resolve(Task& task) {
    const std::int64_t panels = task.centroids.panels(), stride = panels * panel_lanes;
    std::vector<std::int64_t> rows;
    std::vector<std::int32_t> labels(score_rows);
    for (std::size_t first = 0; first < task.undecided.size(); first += score_rows) {
        rows.clear();
        for (std::size_t i = first; i < std::min(task.undecided.size(), first + score_rows); ++i) {
            rows.push_back(task.pending[task.undecided[i]].row);
        }
        rows_.scores(rows, task.centroids, {0, panels}, task.scores.data(), stride);
        nearest(rows_, rows, task.centroids, task.scores.data(), stride, labels);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            settle(task, task.pending[task.undecided[first + i]], labels[i],
                   rows_.squared_distance(rows[i], task.centroids, labels[i]));
        }
    }
}

std::vector<Move> BoundedStep::assign(const Centroids& centroids, std::span<const double> shifts,
                                      std::span<std::int32_t> labels) {
    if (!shifts.empty()) {
        drift(shifts);
        measure_gaps(centroids);
    }
    const double longest = *std::max_element(centroid_drift_.begin(), centroid_drift_.end());
    slack_ = 0x1p-21 * (rows_.largest_norm() + centroids.largest_norm()) + 0x1p-40 * (longest + all_drift_);
    std::vector<std::vector<Move>> moves(products_.size());
    parallel_blocks(rows_.rows(), bounded_rows, [&](Range range) {
        Task task(centroids, labels, group_count());
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const std::int32_t label = labels[i];
            if (!settled(i, label)) find_groups(task, i, label);
        }
        const auto at = static_cast<std::size_t>(range.begin / bounded_rows);
        for (std::size_t g = 0; g < group_count(); ++g) {
            evaluate(task, g);
            const Range panels = groups_.panels[g];
            products_[at] += static_cast<std::int64_t>(task.list_sizes[g]) * (panels.end - panels.begin) * panel_lanes;
        }
        decide(task);
        resolve(task);
        std::sort(task.moves.begin(), task.moves.end(), [](const Move& a, const Move& b) { return a.row < b.row; });
        moves[at] = std::move(task.moves);
    });
    return joined(moves);
}

}  // namespace eckart
