#include "engine/cluster/cluster_stability.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "engine/cluster/zero_row.h"
#include "engine/matrix/unit_rows.h"
#include "engine/metrics/clustering.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

// Notation: for a split in halves A and B, W_A and W_B the centroids that k-means finds in each; l_A and l_B what they
// label all rows of both. stability(k) = mean over splits of the adjusted Rand index of l_A and l_B.

namespace eckart {
namespace {

constexpr std::uint64_t sample_stream = 0x57ab;  // of random numbers; a split takes the next ones

/// The first `count` of `rows` after they were shuffled, in order.
std::vector<std::int32_t> drawn(std::vector<std::int32_t> rows, std::size_t count, const Philox& random) {
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(rows[i], rows[i + static_cast<std::size_t>(random.below(i, rows.size() - i))]);
    }
    rows.resize(count);
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// Those rows.
DenseMatrix rows_of(ConstPanelRef<float> x, std::span<const std::int32_t> rows) {
    DenseMatrix some(static_cast<Eigen::Index>(rows.size()), x.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) some.row(static_cast<Eigen::Index>(i)) = x.row(rows[i]);
    return some;
}

CsrMatrix rows_of(const CsrView& x, std::span<const std::int32_t> rows) {
    CsrMatrix some;
    some.rows = static_cast<std::int64_t>(rows.size());
    some.cols = x.cols;
    for (const std::int32_t row : rows) {
        const CsrRow entries = x.row(row);
        some.column_indices.insert(some.column_indices.end(), entries.columns.begin(), entries.columns.end());
        some.values.insert(some.values.end(), entries.values.begin(), entries.values.end());
        some.row_offsets.push_back(static_cast<std::int64_t>(some.values.size()));
    }
    return some;
}

/// One split: all its rows, and which of them are in each half.
template <class Matrix>
struct Split {
    Matrix all;
    Matrix halves[2];
};

template <class View>
auto split_of(const View& x, std::span<const std::int32_t> rows, bool unit, const Philox& random) {
    std::vector<std::int32_t> places(rows.size());
    std::iota(places.begin(), places.end(), 0);
    const std::vector<std::int32_t> first = drawn(places, rows.size() / 2, random);
    std::vector<std::int32_t> halves[2];
    for (std::size_t place = 0; place < rows.size(); ++place) {
        const bool in_first = std::binary_search(first.begin(), first.end(), static_cast<std::int32_t>(place));
        halves[in_first ? 0 : 1].push_back(rows[place]);
    }
    auto all = rows_of(x, rows);
    if (unit) all = unit_rows(all);  // to be assigned to centroids; k-means scales the halves itself
    return Split<decltype(all)>{std::move(all), {rows_of(x, halves[0]), rows_of(x, halves[1])}};
}

/// How far the centroids of the halves agree on all rows.
template <class Matrix>
double agreement(const Split<Matrix>& split, const KmeansOptions& options) {
    const auto labels = [&](const Matrix& half) {
        return assign_to_centroids(split.all, kmeans(half, options).centroids).labels;
    };
    return adjusted_rand_index(labels(split.halves[0]), labels(split.halves[1]));
}

template <class View>
std::vector<ClusterStability> stability_of(const View& x, std::int64_t size, std::span<const std::int64_t> counts,
                                           const StabilityOptions& options, const Progress& progress) {
    if (options.splits < 1 || options.most_rows < 4) {
        throw UsageError("stability needs at least one split and four rows");
    }
    std::vector<std::int32_t> rows;
    for (std::int64_t row = 0; row < size; ++row) {
        if (!options.kmeans.spherical || !is_zero_row(x, row)) rows.push_back(static_cast<std::int32_t>(row));
    }
    const auto most = static_cast<std::size_t>(options.most_rows);
    if (rows.size() > most) rows = drawn(std::move(rows), most, Philox(options.kmeans.seed, sample_stream));
    for (const std::int64_t count : counts) {
        if (count < 2 || count > static_cast<std::int64_t>(rows.size() / 2)) {
            throw UsageError("found " + std::to_string(count) + " clusters to be tried on halves of " +
                             std::to_string(rows.size()) + " rows, expected from 2 to " +
                             std::to_string(rows.size() / 2));
        }
    }

    std::vector<std::vector<double>> agreements(counts.size());
    std::vector<ClusterStability> table(counts.size());
    const auto total = static_cast<std::uint64_t>(options.splits) * counts.size();
    for (std::int64_t s = 0; s < options.splits; ++s) {
        const Philox random(options.kmeans.seed, sample_stream + 1 + static_cast<std::uint64_t>(s));
        const auto split = split_of(x, rows, options.kmeans.spherical, random);
        KmeansOptions each = options.kmeans;
        for (std::size_t c = 0; c < counts.size(); ++c) {
            progress.report("trying numbers of clusters", static_cast<std::uint64_t>(s) * counts.size() + c, total);
            each.clusters = counts[c];
            each.seed = options.kmeans.seed + static_cast<std::uint64_t>(s);
            agreements[c].push_back(agreement(split, each));
        }
    }
    for (std::size_t c = 0; c < counts.size(); ++c) {
        const auto splits = static_cast<double>(options.splits);
        const double mean = std::accumulate(agreements[c].begin(), agreements[c].end(), 0.0) / splits;
        double squares = 0;
        for (const double one : agreements[c]) squares += (one - mean) * (one - mean);
        table[c] = {counts[c], mean, std::sqrt(squares / splits)};
    }
    return table;
}

}  // namespace

std::vector<ClusterStability> cluster_stability(ConstPanelRef<float> x, std::span<const std::int64_t> counts,
                                                const StabilityOptions& options, const Progress& progress) {
    return stability_of(x, x.rows(), counts, options, progress);
}

std::vector<ClusterStability> cluster_stability(const CsrView& x, std::span<const std::int64_t> counts,
                                                const StabilityOptions& options, const Progress& progress) {
    return stability_of(x, x.rows, counts, options, progress);
}

const ClusterStability& most_stable(std::span<const ClusterStability> table) {
    if (table.empty()) throw UsageError("there is no number of clusters to choose from");
    return *std::max_element(table.begin(), table.end(),
                             [](const auto& a, const auto& b) { return a.stability < b.stability; });
}

}  // namespace eckart
