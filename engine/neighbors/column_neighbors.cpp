#include "engine/neighbors/column_neighbors.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/matrix/entries.h"
#include "engine/neighbors/kept_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"

// Notation, as in the header: R = D_u^-row_power X D_i^-column_power with D_u, D_i the squared norms of rows and
// columns, so that S = R'R where nothing is shrunk. Row i of S is gathered from the rows of X in which column i has an
// entry.

namespace eckart {
namespace {

constexpr std::int64_t column_block = 64;
constexpr std::int64_t blocks_at_once = 64;  ///< between two reports of progress

void check(const CsrView& x, const ColumnNeighborsOptions& options) {
    const ColumnSimilarity& s = options.similarity;
    if (options.neighbors < 1) throw UsageError("columns must keep at least 1 neighbor");
    if (!(s.row_power >= 0 && s.row_power <= 1 && s.column_power >= 0 && s.column_power <= 1)) {
        throw UsageError("the powers of a similarity must lie between 0 and 1");
    }
    if (!(s.shrinkage >= 0) || !std::isfinite(s.shrinkage))
        throw UsageError("shrinkage must be a number of at least 0");
    require_finite(x, "a search for neighbors of columns");
}

/// n^power for each row of `x`, with n the sum of its squares; 0 where that is 0.
std::vector<double> scales(const CsrView& x, double power) {
    std::vector<double> result(x.rows);
    for (std::int64_t row = 0; row < x.rows; ++row) {
        double sum = 0;
        for (const double value : x.row(row).values) sum += value * value;
        if (sum > 0) result[row] = std::pow(sum, power);
    }
    return result;
}

class NeighborSearch {
  public:
    NeighborSearch(const CsrView& x, const ColumnNeighborsOptions& options)
        : x_(x),
          xt_(transposed(x)),
          options_(options),
          row_weights_(scales(x, -2 * options.similarity.row_power)),
          column_scales_(scales(xt_, options.similarity.column_power)) {}

    KeptRows rows(Range columns) const {
        KeptRows found;
        std::vector<double> sums(x_.cols);
        std::vector<std::int64_t> touched_by(sums.size(), -1);
        std::vector<std::int32_t> touched;
        for (std::int64_t i = columns.begin; i < columns.end; ++i) {
            add_products(i, sums, touched_by, touched);
            found.add(nearest(i, sums, touched));
            for (const std::int32_t j : touched) sums[j] = 0;
            touched.clear();
        }
        return found;
    }

  private:
    /// sums[j] += sum over u of n_u^(-2 power) x_ui x_uj.
    void add_products(std::int64_t i, std::vector<double>& sums, std::vector<std::int64_t>& touched_by,
                      std::vector<std::int32_t>& touched) const {
        const CsrRow column = xt_.row(i);
        for (std::size_t q = 0; q < column.size(); ++q) {
            const std::int32_t u = column.columns[q];
            const double weight = row_weights_[u] * static_cast<double>(column.values[q]);
            const CsrRow row = x_.row(u);
            for (std::size_t p = 0; p < row.size(); ++p) {
                const std::int32_t j = row.columns[p];
                if (std::exchange(touched_by[j], i) != i) touched.push_back(j);  // a sum may pass through 0
                sums[j] += weight * static_cast<double>(row.values[p]);
            }
        }
    }

    std::vector<Scored<double>> nearest(std::int64_t i, const std::vector<double>& sums,
                                        const std::vector<std::int32_t>& touched) const {
        TopK<double> best(options_.neighbors);
        const double scale = column_scales_[i];
        for (const std::int32_t j : touched) {
            const double divisor = scale * column_scales_[j] + options_.similarity.shrinkage;
            const double similarity = sums[j] / divisor;
            if (j != i && similarity > 0) best.offer(j, similarity);
        }
        return best.take();
    }

    CsrView x_;
    CsrMatrix xt_;
    ColumnNeighborsOptions options_;
    std::vector<double> row_weights_;
    std::vector<double> column_scales_;
};

}  // namespace

CsrMatrix column_neighbors(const CsrView& x, const ColumnNeighborsOptions& options, const Progress& progress) {
    check(x, options);
    const NeighborSearch search(x, options);
    const std::int64_t blocks = (x.cols + column_block - 1) / column_block;
    std::vector<KeptRows> found(blocks);
    for (std::int64_t first = 0; first < blocks; first += blocks_at_once) {
        progress.report("neighbors", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(blocks));
        parallel_for(std::min(blocks_at_once, blocks - first), [&](std::int64_t k) {
            const std::int64_t begin = (first + k) * column_block;
            found[first + k] = search.rows({begin, std::min(begin + column_block, x.cols)});
        });
    }
    return joined(found, x.cols);
}

std::uint64_t column_neighbors_memory(std::int64_t cols, std::int64_t nonzeros, std::int64_t neighbors) {
    const auto n = static_cast<std::uint64_t>(cols);
    const auto kept = n * static_cast<std::uint64_t>(std::min(neighbors, cols));
    // The result, and as much again while its blocks are joined; the transpose; sums for each of up to 64 blocks.
    return 16 * kept + 8 * static_cast<std::uint64_t>(nonzeros) + 24 * n + 64 * 20 * n;
}

CsrMatrix strongest_in_columns(ConstPanelRef<float> matrix, std::int64_t keep) {
    if (keep < 1) throw UsageError("columns must keep at least 1 entry");
    const std::int64_t blocks = (matrix.cols() + column_block - 1) / column_block;
    std::vector<KeptRows> found(blocks);
    parallel_for(blocks, [&](std::int64_t block) {
        const std::int64_t first = block * column_block, width = std::min(column_block, matrix.cols() - first);
        const DenseMatrix columns = matrix.middleCols(first, width).transpose();  // one pass over the rows
        for (std::int64_t c = 0; c < width; ++c) {
            TopK<double> best(keep);
            for (std::int64_t i = 0; i < matrix.rows(); ++i) {
                if (columns(c, i) != 0) best.offer(static_cast<std::int32_t>(i), std::abs(columns(c, i)));
            }
            auto kept = best.take();
            for (auto& entry : kept) entry.score = columns(c, entry.index);
            found[block].add(std::move(kept));
        }
    });
    return transposed(joined(found, matrix.rows()));
}

}  // namespace eckart
