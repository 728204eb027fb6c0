#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/support/progress.h"
#include "engine/support/top_k.h"

namespace eckart {

/// By what rows are near to a query q. A score is higher for a nearer row.
enum class Similarity {
    inner_product,  ///< q . x
    cosine,         ///< q . x / (|q| |x|); a row of zeros is near to nothing and is never found
    distance        ///< -|q - x|^2
};

/// "inner-product", "cosine", "distance".
std::string_view name(Similarity similarity);
/// Throws UsageError on any other word.
Similarity parse_similarity(std::string_view name);

/// The nearest rows of one query, nearest first.
using Neighbors = std::vector<Scored<float>>;

/// The `count` rows of x (n x d) that are nearest to a query of d entries; fewer if there are fewer. Ties go to the
/// lowest index, or to the lowest of `places` (n, if not empty).
///
/// Rows are ranked by products in float32, and the scores of those found are then computed anew in float64: two rows
/// whose scores differ by less than the roundoff of a product of d terms may change places at the end of the list. A
/// query of zeros finds nothing by cosine.
///
/// One pass over the rows, at the speed of memory. Throws UsageError if the query has another length or an entry that
/// is not finite, or there is another number of places. Rows that have such an entry are never found.
[[nodiscard]] Neighbors nearest(ConstPanelRef<float> x, std::span<const float> query, std::size_t count,
                                Similarity similarity, std::span<const std::int32_t> places = {});

/// The same for each row of `queries` (m x d), by blocked matrix products: 2 m n d flops. Memory: the answers, a
/// few MB a thread and, by distance, centered copies of rows and queries. The same bytes for any number of threads.
[[nodiscard]] std::vector<Neighbors> nearest_to_each(ConstPanelRef<float> x, ConstPanelRef<float> queries,
                                                     std::size_t count, Similarity similarity,
                                                     std::span<const std::int32_t> places = {},
                                                     const Progress& progress = {});

}  // namespace eckart
