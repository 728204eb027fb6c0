#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/product_quantization.h"
#include "engine/matrix/dense.h"
#include "engine/neighbors/exact_search.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct InvertedFileOptions {
    std::int64_t cells = 0;         ///< 0: 4 sqrt(n), as Jegou et al. and faiss have it; no more than there are rows
    std::int64_t iterations = 10;   ///< of k-means
    std::int64_t rows_a_cell = 64;  ///< rows that the cells are learned from, for each of them; 0: all
    std::int64_t code_bytes = 0;    ///< 0: keeps the vectors; else a product code of so many bytes a row
    std::int64_t rotations = 10;    ///< of the product quantizer
    std::uint64_t seed = 1;
};

/// Rows sorted into cells, so that a search need look only into the cells nearest to its query: plain data.
///
/// By cosine, vectors are of length 1 here, and rows of zeros are left out; by distance, they are less the mean, which
/// costs least when they are multiplied. Both are done to a query, too.
struct InvertedFile {
    Similarity similarity = Similarity::inner_product;
    std::int64_t total = 0;  ///< n, rows that it was made of
    Eigen::VectorXf mean;    ///< d; empty unless by distance
    DenseMatrix centroids;   ///< cells x d
    std::vector<std::int64_t>
        cell_offsets;                ///< cells + 1: cell c holds the places [cell_offsets[c], cell_offsets[c+1])
    std::vector<std::int32_t> rows;  ///< the row that stands at each place, rising within a cell
    std::vector<float> offsets;      ///< of each place by distance: half the square of what is kept; else empty
    DenseMatrix vectors;             ///< of each place, d wide; empty if codes stand for them
    CodeMatrix codes;                ///< of each place: of the vector less its cell's centroid; empty if vectors
    ProductQuantizer quantizer;      ///< what codes mean
};

/// The same, borrowed: from memory or from a mapped store.
struct InvertedFileView {
    Similarity similarity = Similarity::inner_product;
    std::int64_t total = 0;
    std::span<const float> mean;
    ConstMatrixMap centroids{nullptr, 0, 0};
    std::span<const std::int64_t> cell_offsets;
    std::span<const std::int32_t> rows;
    std::span<const float> offsets;
    const float* vectors = nullptr;       ///< null: codes
    const std::uint8_t* codes = nullptr;  ///< null: vectors
    const ProductQuantizer* quantizer = nullptr;

    std::int64_t cells() const { return centroids.rows(); }
    std::int64_t dimensions() const { return centroids.cols(); }
};
InvertedFileView view(const InvertedFile& file);

/// Sorts the rows of x (n x d) into cells (Sivic and Zisserman, "Video Google", ICCV 2003; Jegou, Douze and Schmid,
/// "Product quantization for nearest neighbor search", 2011): centroids by k-means of a sample (spherical by cosine),
/// each row in the cell of its nearest. The same bytes for any number of threads.
///
/// Throws UsageError if an option is out of range or an entry is not finite, MemoryError if `inverted_file_memory` is
/// more than the budget. No rows, or by cosine none but zeros: no cells, and nothing is ever found.
[[nodiscard]] InvertedFile inverted_file(ConstPanelRef<float> x, Similarity similarity,
                                         const InvertedFileOptions& options = {}, const MemoryBudget& memory = {},
                                         const Progress& progress = {});

/// Bytes that `inverted_file` holds at most beside its input.
std::uint64_t inverted_file_memory(std::int64_t rows, std::int64_t cols, const InvertedFileOptions& options);

/// How hard a search looks.
struct ProbeOptions {
    std::int64_t probes = 16;    ///< cells that are looked into, the nearest ones; at least 1
    std::int64_t reranked = 10;  ///< of a file of codes: candidates that are compared in full, for each row asked for
};

/// The `count` rows of x (that the file was made of) nearest to the query, as `nearest` in exact_search.h finds them,
/// but among the nearest cells alone; with all cells probed and vectors kept, the same. Scores are exact: they are
/// computed from x. Throws UsageError as `nearest`, if x is of another shape, or an option is out of range.
[[nodiscard]] Neighbors probed(const InvertedFileView& file, ConstPanelRef<float> x, std::span<const float> query,
                               std::size_t count, const ProbeOptions& options = {},
                               std::span<const std::int32_t> places = {});

/// The same without x, by the scores that the file itself gives: for callers who have a score of their own to compute
/// of what is found. Throws UsageError as `probed`.
[[nodiscard]] Neighbors probed_candidates(const InvertedFileView& file, std::span<const float> query, std::size_t count,
                                          const ProbeOptions& options = {});

/// The same as `probed` for each row of `queries`; cells that several of them probe are multiplied with these at once.
[[nodiscard]] std::vector<Neighbors> probed_by_each(const InvertedFileView& file, ConstPanelRef<float> x,
                                                    ConstPanelRef<float> queries, std::size_t count,
                                                    const ProbeOptions& options = {},
                                                    std::span<const std::int32_t> places = {},
                                                    const Progress& progress = {});

}  // namespace eckart
