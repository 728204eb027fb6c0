#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/support/progress.h"

namespace eckart {

struct GraphFilterOptions {
    double row_power = 0.4;     ///< a in [0, 1]: how far rows with many entries count less in each of them
    double column_power = 0.5;  ///< b in [0, 1]: how far columns with many entries are brought down
    double sharpening = 0.7;    ///< t in [0, 1]: how much of what two steps reach is taken from what one step reaches
    double popularity = 0.3;    ///< g in [-1, 1]: how far columns with many entries are brought up again at the end
    std::int64_t neighbors = 500;  ///< weights kept for each column, >= 1
};

/// Weights between the columns of X from the graph that X is, without learning: with R = D_u^-a X D_i^-b, where D_u and
/// D_i are the squared norms of rows and columns, and P = R'R / ||R||_2^2,
///
///     W = (P - t P^2) D^g,    D = D_i / mean(D_i),  without its diagonal.
///
/// P blurs a row of X over columns that share rows with it, a low-pass filter of the graph; the step back along P^2
/// sharpens what was blurred (Choi et al., "Blurring-sharpening process models for collaborative filtering", SIGIR
/// 2023, from which the two powers a and b, and g, are free here).
///
/// Row j of the result (cols x cols) is what an entry in column j gives to all others. Of each column the `neighbors`
/// weights of largest magnitude are kept; ties by the lowest row.
///
/// Costs 6 cols nnz operations in products of a sparse matrix with 64 columns at a time; never holds more of W than it
/// keeps. Same bytes for any number of threads. Throws UsageError if an option is out of range or a value is not
/// finite.
[[nodiscard]] CsrMatrix graph_filter_weights(const CsrView& x, const GraphFilterOptions& options = {},
                                             const Progress& progress = {});

/// Bytes that graph_filter_weights holds at most, the result too.
std::uint64_t graph_filter_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t neighbors);

}  // namespace eckart
