#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart {

/// One stored entry of a rating grid.
struct GridEntry {
    std::int32_t row;
    std::int32_t column;
    float value;
};

/// The entries of a sparse matrix cut into side x side blocks, for stochastic gradient steps that may run in parallel.
///
/// Invariant: every stored entry lies in exactly one block; blocks of one stratum share no row and no column, so that
/// whoever works through a stratum in parallel and through strata one after the other does the same arithmetic in the
/// same order for every row and column, whatever the number of threads (Gemulla, Nijkamp, Haas and Sismanis,
/// "Large-scale matrix factorization with distributed stochastic gradient descent", KDD 2011). The side follows from
/// the size of the matrix alone.
struct RatingGrid {
    std::int64_t side = 1;
    std::vector<std::int64_t> row_cuts;       ///< side + 1: rows of a block row, cut so that each has as many entries
    std::vector<std::int64_t> column_cuts;    ///< side + 1
    std::vector<std::int64_t> block_offsets;  ///< side * side + 1; block (i, j) is number i * side + j
    std::vector<GridEntry> entries;           ///< block after block, in random order within each

    /// The block of block row `block_row` in stratum `stratum`, both in [0, side).
    std::span<const GridEntry> block(std::int64_t block_row, std::int64_t stratum) const;
};

/// Cuts `matrix` so that the factors that a block touches, `bytes_per_row` for each of its rows and columns, stay in a
/// core's cache, and blocks are worth a task. Costs one pass over the entries. Throws UsageError if the rows are more
/// than 32 bits count.
RatingGrid rating_grid(const CsrView& matrix, std::int64_t bytes_per_row, std::uint64_t seed);

/// Bytes that a grid of that many entries holds.
std::uint64_t rating_grid_memory(std::int64_t entries);

}  // namespace eckart
