#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/neighbors/exact_search.h"

// What the searches of neighbors share: every similarity ranks rows by
//
//     scale_x (q . x) - offset_x,
//
// where scale is 1 / |x| for cosines and 1 elsewhere, and offset is |x|^2 / 2 for distances and 0 elsewhere.

namespace eckart {

/// Borrowed rows of d floats, one behind the other, with what ranks them.
struct RankedRows {
    const float* rows;
    std::int64_t count;
    std::int64_t d;
    const float* scales;                      ///< null: 1
    const float* offsets;                     ///< null: 0
    std::int32_t first;                       ///< index of the first of them
    const std::int32_t* originals = nullptr;  ///< index of each; null: `first` and up
};

/// Scales or offsets of the rows of a matrix, whichever `similarity` has.
struct RowFactors {
    std::vector<float> scales;
    std::vector<float> offsets;
};
RowFactors row_factors(ConstPanelRef<float> x, Similarity similarity);

/// Offers each of `rows` to the collector of one query.
void rank_rows(const RankedRows& rows, const float* query, TopK<float>& best);

/// The same by -|q - x|^2, summed from differences, which need no centering; factors are not looked at.
void rank_by_difference(const RankedRows& rows, const float* query, TopK<float>& best);

/// Offers each of `rows` to the collector of each query: best[i] is that of the row i of `queries` (m x d, one behind
/// the other).
void rank_rows(const RankedRows& rows, const float* queries, std::int64_t m, std::span<TopK<float>* const> best);

/// The score of a row in float64.
double exact_score(const float* query, const float* row, std::int64_t d, Similarity similarity);

/// Scores the rows found anew by their vectors, and puts them in order; `place` gives the place of an index.
void rescore(ConstPanelRef<float> x, const float* query, Similarity similarity, std::span<const std::int32_t> places,
             Neighbors& found);

/// Throws UsageError unless each query has d entries, all finite.
void check_queries(ConstPanelRef<float> queries, std::int64_t d);

}  // namespace eckart
