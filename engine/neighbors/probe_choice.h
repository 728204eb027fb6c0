#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/neighbors/inverted_file.h"

namespace eckart {

/// What a search of so many cells finds, and what it takes.
struct ProbeMeasure {
    std::int64_t probes = 0;
    double recall = 0;         ///< share of what the exact search finds, mean over the queries; 1 if that is nothing
    double seconds = 0;        ///< a query, one after the other
    double exact_seconds = 0;  ///< the same of the exact search
};

/// Measures 1, 2, 4, .. probes, up to all cells, until the recall of the `count` nearest is at least `wanted_recall`;
/// the last is thus the fewest probes, but for the doubling, that reach it, or all. Ties in score count as found, since
/// which of them is shown is a matter of order alone. `left_out`, if not empty, has for each query a row of x that is
/// not counted: itself, where queries are rows. Everything but the seconds is the same in every run.
///
/// Throws UsageError as `probed`, if there is no query or another number of rows to leave out, if `count` is 0, or if
/// `wanted_recall` is not in [0, 1].
[[nodiscard]] std::vector<ProbeMeasure> measure_probes(const InvertedFileView& file, ConstPanelRef<float> x,
                                                       ConstPanelRef<float> queries, std::size_t count,
                                                       double wanted_recall,
                                                       std::span<const std::int32_t> left_out = {},
                                                       const ProbeOptions& options = {}, const Progress& progress = {});

}  // namespace eckart
