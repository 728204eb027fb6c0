#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

namespace eckart {

/// How columns of X are compared:
///
///     s_ij = sum over rows u of n_u^(-2 row_power) x_ui x_uj / ((n_i n_j)^column_power + shrinkage)
///
/// with n_u the squares of row u summed, and n_i those of column i: for ones, how many there are. The defaults are the
/// cosine of two columns; with both powers 1/2 S is the product R'R of the matrix R = D_u^-1/2 X D_i^-1/2 that graph
/// filters use (Shen et al., "How powerful is graph convolution for recommendation?", CIKM 2021).
struct ColumnSimilarity {
    double row_power = 0;       ///< in [0, 1]: how far rows with many entries count less in each of them
    double column_power = 0.5;  ///< in [0, 1]: how far columns with many entries are brought down
    double shrinkage = 0;       ///< >= 0: brings down similarities that few rows vouch for
};

struct ColumnNeighborsOptions {
    ColumnSimilarity similarity = {};
    std::int64_t neighbors = 200;  ///< kept for each column, >= 1
};

/// The nearest columns of each column: row i of the result (cols x cols) has the `neighbors` other columns j of the
/// highest s_ij above zero; ties by the lowest j.
///
/// Costs the sum of the squared row lengths; never holds more than one dense row of sums a thread beside the result of
/// 8 cols neighbors bytes and X's transpose. Sums in float64, in the order of the rows: same bytes for any number of
/// threads. Throws UsageError if an option is out of range or a value is not finite.
[[nodiscard]] CsrMatrix column_neighbors(const CsrView& x, const ColumnNeighborsOptions& options = {},
                                         const Progress& progress = {});

/// Bytes that column_neighbors holds at most, the result too.
std::uint64_t column_neighbors_memory(std::int64_t cols, std::int64_t nonzeros, std::int64_t neighbors);

/// The `keep` entries of largest magnitude in each column of a dense matrix; zeros are never kept, ties go to the
/// lowest row.
[[nodiscard]] CsrMatrix strongest_in_columns(ConstPanelRef<float> matrix, std::int64_t keep);

}  // namespace eckart
