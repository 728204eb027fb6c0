#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/map_picture.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// How points come to their places.
struct LayoutOptions {
    bool pca = false;  ///< the first two principal components, rather than t-SNE
    double perplexity = 30;
    double exaggeration = 1;
    std::int64_t iterations = 750;
    bool exact = false;  ///< neighbours by every pair, however many the points
};

/// Points with their places and how these came about; what does not apply has no value.
struct Layout {
    DenseMatrix places;       ///< n x 2
    std::string description;  ///< a few words
    std::int64_t placed = 0;  ///< points that were put into an old picture
    std::int64_t kept = 0;    ///< points that stayed where the old picture has them
    std::optional<double> perplexity;
    std::optional<double> divergence;
    std::optional<double> preserved;  ///< mean share of the 10 nearest rows among the 10 nearest places
};

/// Lays the points out in the plane: rows as `cluster` takes them (by direction about the mean for documents, by
/// direction for other rows of stores, as they stand for a file; sparse rows by 50 principal components).
///
/// With `old`, points whose ids it has stay exactly there, and the others are placed among them. Throws UsageError if
/// it has none of the points, or with `pca`; MemoryError past --memory.
Layout laid_out(const Points& points, const LayoutOptions& options, const OldPlaces* old, Session& session);

/// Bytes that this holds at most beside the points, without `old`.
std::uint64_t layout_memory(const Points& points, const LayoutOptions& options);

}  // namespace eckart::tools
