#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/maps/map_picture.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// How points get their places.
struct LayoutOptions {
    bool pca = false;               ///< the first two principal components instead of t-SNE
    double perplexity = 30;         ///< about how many neighbors count for each point, 1 to 10,000
    double exaggeration = 1;        ///< above 1: neighbors closer together, more room between groups; 1 to 100
    std::int64_t iterations = 750;  ///< of t-SNE
    bool exact = false;             ///< whether to compare all pairs for the neighbors, however many points there are
};

/// The places of points and how they came about; a figure that does not apply has no value.
struct Layout {
    DenseMatrix places;       ///< n x 2
    std::string description;  ///< a few words
    std::int64_t placed = 0;  ///< points that were placed in an earlier map
    std::int64_t kept = 0;    ///< points that stayed where the earlier map has them
    std::optional<double> perplexity;
    std::optional<double> divergence;
    std::optional<double> preserved;  ///< mean share of the 10 nearest rows among the 10 nearest places
    Notes notes;
};

/// Lays the points out in the plane. Rows are compared as `cluster` compares them: documents by direction about the
/// mean, other rows of stores by direction, rows of a file by distance, sparse rows by 50 principal components.
///
/// With `old`, points whose ids it has stay exactly there, and the others are placed among them. Throws UsageError if
/// an option is out of range, if `old` has none of the points, or with `old` and `pca`; MemoryError past the bound.
Layout laid_out(const Points& points, const LayoutOptions& options, const OldPlaces* old, const Work& work);

/// Bytes that this holds at most beside the points, without `old`.
std::uint64_t layout_memory(const Points& points, const LayoutOptions& options);

}  // namespace eckart::jobs
