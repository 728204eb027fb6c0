#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

struct GraphFilterOptions {
    double row_power = 0.3;     ///< a in [0, 1]: how far rows with many entries count less in each of them
    double column_power = 0.5;  ///< b in [0, 1]: how far columns with many entries are brought down
    double popularity = 0.4;    ///< g in [-1, 1]: how far columns with many entries are brought up again at the end
};

/// What there is to keep of the graph that a matrix X is: R = D_u^-a X D_i^-b / s, where D_u and D_i are the squared
/// norms of rows and columns and s is such that ||R||_2 = 1.
struct GraphFilter {
    CsrMatrix r;               ///< R, rows x cols
    CsrMatrix rt;              ///< its transpose
    std::vector<float> gains;  ///< cols: the diagonal of D^g, D = D_i / mean(D_i); 0 for a column without entries
};

/// The same, borrowed: a GraphFilter's arrays, or arrays mapped from disk.
struct GraphFilterView {
    CsrView r;
    CsrView rt;
};

/// Costs the power method for s: some tens of products with X. Throws UsageError if an option is out of range or a
/// value is not finite.
[[nodiscard]] GraphFilter graph_filter(const CsrView& x, const GraphFilterOptions& options = {});

/// Bytes that graph_filter holds at most, the result too.
std::uint64_t graph_filter_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros);

/// y = (P - t P^2) x with P = R'R, for a block of vectors: x and y are cols x b, and t, the sharpening, is in [0, 1].
///
/// P blurs a row of X over columns that share rows with it, a low-pass filter of the graph; the step back along P^2
/// sharpens what was blurred (Choi et al., "Blurring-sharpening process models for collaborative filtering", SIGIR
/// 2023, from which the powers a and b, and g, are free here). P is never formed: it has far more entries than X, and
/// what is lost by keeping the largest only is what popular columns are made of.
///
/// Costs 8 nnz b operations, 4 nnz b without sharpening. Same bytes for any number of threads and any b.
void apply_graph_filter(const GraphFilterView& filter, double sharpening, ConstPanelRef<float> x, PanelRef<float> y);

/// y := the same for one vector, which is 1 at `ones` (rising) and 0 elsewhere; visits only those rows of R that
/// `ones` reach, and then all for the sharpening. The bytes are those of the block.
void apply_graph_filter(const GraphFilterView& filter, double sharpening, std::span<const std::int32_t> ones,
                        std::span<float> y);

}  // namespace eckart
