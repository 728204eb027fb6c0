#include "engine/completion/rating_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation (Gemulla et al., as in the header):
//   s          the side: rows and columns are cut into s pieces each, of about as many entries
//   (i, j)     the block of the entries of row piece i and column piece j
//   stratum t  the blocks (i, (i + t) mod s), i = 0 .. s - 1: no two share a row or a column

namespace eckart {
namespace {

constexpr std::int64_t block_row_bytes = 128 * 1024;  // rows of a block, and its columns, each at most: L2 holds both
constexpr std::int64_t least_entries = 512;           // of a block on average: less is not worth a task
constexpr std::int64_t usual_side = 16;               // keeps several threads busy though blocks differ in size
constexpr std::int64_t most_side = 1024;
constexpr std::uint64_t shuffle_stream = 0x67726964;

std::int64_t side_for(const CsrView& matrix, std::int64_t bytes_per_row) {
    const std::int64_t longer = std::max(matrix.rows, matrix.cols);
    const std::int64_t cached = (longer * bytes_per_row + block_row_bytes - 1) / block_row_bytes;
    const auto worthwhile = static_cast<std::int64_t>(
        std::sqrt(static_cast<double>(matrix.nonzeros()) / static_cast<double>(least_entries)));
    const std::int64_t wanted = std::min({std::max(usual_side, cached), worthwhile, most_side});
    return std::max<std::int64_t>(1, std::min({wanted, matrix.rows, matrix.cols}));
}

/// Cuts a line, on which element k has the entries counted by `offsets`, into `side` pieces of about as many entries.
std::vector<std::int64_t> balanced_cuts(std::span<const std::int64_t> offsets, std::int64_t side) {
    std::vector<std::int64_t> cuts(static_cast<std::size_t>(side) + 1);
    const auto size = static_cast<std::int64_t>(offsets.size()) - 1;
    for (std::int64_t k = 1; k < side; ++k) {
        const std::int64_t share = offsets.back() / side * k;
        const auto place = std::lower_bound(offsets.begin(), offsets.end(), share);
        cuts[k] = std::min<std::int64_t>(place - offsets.begin(), size);
    }
    cuts.back() = size;
    return cuts;
}

std::vector<std::int64_t> column_offsets(const CsrView& matrix) {
    std::vector<std::int64_t> offsets(static_cast<std::size_t>(matrix.cols) + 1, 0);
    for (const std::int32_t column : matrix.column_indices) ++offsets[static_cast<std::size_t>(column) + 1];
    for (std::size_t c = 1; c < offsets.size(); ++c) offsets[c] += offsets[c - 1];
    return offsets;
}

class GridMaker {
  public:
    GridMaker(const CsrView& matrix, std::int64_t side) : matrix_(matrix), block_of_column_(matrix.cols) {
        grid_.side = side;
        grid_.row_cuts = balanced_cuts(matrix.row_offsets, side);
        grid_.column_cuts = balanced_cuts(column_offsets(matrix), side);
        for (std::int64_t j = 0; j < side; ++j) {
            std::fill(block_of_column_.begin() + grid_.column_cuts[j],
                      block_of_column_.begin() + grid_.column_cuts[j + 1], j);
        }
    }

    RatingGrid make(std::uint64_t seed) {
        count();
        grid_.entries.resize(matrix_.values.size());
        parallel_for(grid_.side, [this](std::int64_t block_row) { fill(block_row); });
        const Philox random(seed, shuffle_stream);
        parallel_for(grid_.side * grid_.side, [&](std::int64_t block) { shuffle(block, random); });
        return std::move(grid_);
    }

  private:
    /// Calls `visit(block, entry)` for the entries of a block row, in the order of the matrix.
    template <class Visit>
    void each_entry(std::int64_t block_row, const Visit& visit) const {
        for (std::int64_t row = grid_.row_cuts[block_row]; row < grid_.row_cuts[block_row + 1]; ++row) {
            const CsrRow entries = matrix_.row(row);
            for (std::size_t e = 0; e < entries.size(); ++e) {
                const std::int32_t column = entries.columns[e];
                const std::int64_t block = block_row * grid_.side + block_of_column_[column];
                visit(block, GridEntry{static_cast<std::int32_t>(row), column, entries.values[e]});
            }
        }
    }

    void count() {
        auto& offsets = grid_.block_offsets;
        offsets.assign(static_cast<std::size_t>(grid_.side * grid_.side) + 1, 0);
        parallel_for(grid_.side, [&](std::int64_t block_row) {
            each_entry(block_row, [&](std::int64_t block, const GridEntry&) { ++offsets[block + 1]; });
        });
        for (std::size_t block = 1; block < offsets.size(); ++block) offsets[block] += offsets[block - 1];
    }

    void fill(std::int64_t block_row) {
        const auto first = grid_.block_offsets.begin() + block_row * grid_.side;
        std::vector<std::int64_t> next(first, first + grid_.side);
        const std::int64_t first_block = block_row * grid_.side;
        each_entry(block_row, [&](std::int64_t block, const GridEntry& entry) {
            grid_.entries[next[block - first_block]++] = entry;
        });
    }

    void shuffle(std::int64_t block, const Philox& random) {
        const auto begin = static_cast<std::size_t>(grid_.block_offsets[block]);
        const auto end = static_cast<std::size_t>(grid_.block_offsets[block + 1]);
        for (std::size_t p = begin; p + 1 < end; ++p) {
            std::swap(grid_.entries[p], grid_.entries[p + random.below(p, end - p)]);
        }
    }

    const CsrView& matrix_;
    std::vector<std::int64_t> block_of_column_;
    RatingGrid grid_;
};

}  // namespace

std::span<const GridEntry> RatingGrid::block(std::int64_t block_row, std::int64_t stratum) const {
    const std::int64_t k = block_row * side + (block_row + stratum) % side;
    return std::span(entries).subspan(block_offsets[k], block_offsets[k + 1] - block_offsets[k]);
}

RatingGrid rating_grid(const CsrView& matrix, std::int64_t bytes_per_row, std::uint64_t seed) {
    if (matrix.rows > std::numeric_limits<std::int32_t>::max()) {
        throw UsageError("found more rows than 32 bits count, expected fewer");
    }
    return GridMaker(matrix, side_for(matrix, bytes_per_row)).make(seed);
}

std::uint64_t rating_grid_memory(std::int64_t entries) {
    return static_cast<std::uint64_t>(entries) * sizeof(GridEntry) +
           static_cast<std::uint64_t>(most_side * most_side) * sizeof(std::int64_t);
}

}  // namespace eckart
