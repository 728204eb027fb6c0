#include <algorithm>
#include <cmath>
#include <string>

#include "engine/matrix/unit_rows.h"
#include "engine/neighbors/inverted_file.h"
#include "engine/neighbors/row_scores.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Floor of one query over n rows in C cells, p of them probed: 4 C d bytes of centroids and 4 (p / C) n d bytes of
// vectors at the speed of memory, or (p / C) n (m + 4) bytes of codes and m additions a code.

// Notation, as in inverted_file.cpp:
//   y          a query; the p cells whose centroids are nearest to it are searched
//   y . x      of a row in cell c by its code: y . c + y . residual, the second from a table of m lookups

namespace eckart {
namespace {

constexpr std::int64_t least_block = 256;  ///< queries that a task takes through the cells: the more of them probe a
constexpr std::int64_t most_block = 2048;  ///< cell, the less often its vectors are read

void check(const InvertedFileView& file, ConstPanelRef<float> queries, const ProbeOptions& options) {
    check_queries(queries, file.dimensions());
    if (options.probes < 1 || options.reranked < 1) throw UsageError("probes and candidates must be at least 1");
}

void check(const InvertedFileView& file, ConstPanelRef<float> x, ConstPanelRef<float> queries,
           const ProbeOptions& options, std::span<const std::int32_t> places) {
    if (x.rows() != file.total || x.cols() != file.dimensions()) {
        throw UsageError("found " + std::to_string(x.rows()) + " x " + std::to_string(x.cols()) +
                         " vectors, expected the " + std::to_string(file.total) + " x " +
                         std::to_string(file.dimensions()) + " that the inverted file was made of");
    }
    check(file, queries, options);
    if (!places.empty() && places.size() != static_cast<std::size_t>(x.rows())) {
        throw UsageError(std::to_string(places.size()) + " places for " + std::to_string(x.rows()) + " rows");
    }
}

/// Queries as the file has its vectors.
DenseMatrix prepared(const InvertedFileView& file, ConstPanelRef<float> queries) {
    DenseMatrix result = queries;
    if (file.similarity == Similarity::cosine) scale_to_unit(result);
    if (file.similarity == Similarity::distance) {
        result.rowwise() -= Eigen::Map<const Eigen::RowVectorXf>(file.mean.data(), result.cols());
    }
    return result;
}

RankedRows centroids_of(const InvertedFileView& file, const RowFactors& factors) {
    const float* offsets = factors.offsets.empty() ? nullptr : factors.offsets.data();
    return {file.centroids.data(), file.cells(), file.dimensions(), nullptr, offsets, 0};
}

/// The cells that each of `queries` probes, nearest first. By cosine centroids are of length 1 as they stand.
std::vector<Neighbors> nearest_cells(const InvertedFileView& file, const DenseMatrix& queries, std::int64_t probes) {
    const RowFactors factors =
        file.similarity == Similarity::distance ? row_factors(file.centroids, Similarity::distance) : RowFactors{};
    const RankedRows centroids = centroids_of(file, factors);
    const auto count = static_cast<std::size_t>(std::min(probes, file.cells()));
    std::vector<TopK<float>> best(queries.rows(), TopK<float>(count));
    if (queries.rows() == 1) {
        rank_rows(centroids, queries.data(), best.front());
    } else {
        std::vector<TopK<float>*> each;
        each.reserve(best.size());
        for (TopK<float>& one : best) each.push_back(&one);
        rank_rows(centroids, queries.data(), queries.rows(), each);
    }
    std::vector<Neighbors> cells;
    cells.reserve(best.size());
    for (TopK<float>& one : best) cells.push_back(one.take());
    return cells;
}

Range places_of(const InvertedFileView& file, std::int32_t cell) {
    const auto at = static_cast<std::size_t>(cell);
    return {file.cell_offsets[at], file.cell_offsets[at + 1]};
}

RankedRows vectors_of(const InvertedFileView& file, std::int32_t cell) {
    const auto [begin, end] = places_of(file, cell);
    return {file.vectors + begin * file.dimensions(),
            end - begin,
            file.dimensions(),
            nullptr,
            file.offsets.empty() ? nullptr : file.offsets.data() + begin,
            0,
            file.rows.data() + begin};
}

/// Offers what codes stand for: q . x is near to q . c + q . decoded.
void rank_codes(const InvertedFileView& file, const DenseMatrix& queries, Eigen::Index query, const Neighbors& cells,
                TopK<float>& best) {
    const std::span<const float> q{queries.row(query).data(), static_cast<std::size_t>(queries.cols())};
    const DenseMatrix table = inner_product_table(*file.quantizer, q);
    std::vector<float> sums;
    for (const auto& cell : cells) {
        const auto [begin, end] = places_of(file, cell.index);
        sums.resize(end - begin);
        sum_table(table, file.codes + begin * file.quantizer->subspaces(), sums);
        const float base = file.centroids.row(cell.index).dot(queries.row(query));
        for (std::int64_t i = begin; i < end; ++i) {
            const float offset = file.offsets.empty() ? 0 : file.offsets[i];
            best.offer(file.rows[i], base + sums[i - begin] - offset);
        }
    }
}

/// Offers the vectors of the cells of each query: cell by cell, multiplied with all queries that probe it.
void rank_vectors(const InvertedFileView& file, const DenseMatrix& queries, std::span<const Neighbors> cells,
                  std::span<TopK<float>> best) {
    std::vector<std::pair<std::int32_t, std::int32_t>> visits;  // cell, query
    for (std::size_t q = 0; q < cells.size(); ++q) {
        for (const auto& cell : cells[q]) visits.emplace_back(cell.index, static_cast<std::int32_t>(q));
    }
    std::sort(visits.begin(), visits.end());
    DenseMatrix panel(queries.rows(), queries.cols());
    std::vector<TopK<float>*> own;
    for (std::size_t begin = 0; begin < visits.size();) {
        own.clear();
        const std::int32_t cell = visits[begin].first;
        for (; begin < visits.size() && visits[begin].first == cell; ++begin) {
            panel.row(static_cast<Eigen::Index>(own.size())) = queries.row(visits[begin].second);
            own.push_back(&best[visits[begin].second]);
        }
        const RankedRows rows = vectors_of(file, cell);
        if (rows.count == 0) continue;
        rank_rows(rows, panel.data(), static_cast<std::int64_t>(own.size()), own);
    }
}

/// The best of a block of queries by what the file keeps, by one thread.
void rank_block(const InvertedFileView& file, ConstPanelRef<float> queries, std::size_t count,
                const ProbeOptions& options, std::span<const std::int32_t> places, std::span<Neighbors> found) {
    const DenseMatrix own = prepared(file, queries);
    const std::vector<Neighbors> cells = nearest_cells(file, own, options.probes);
    std::vector<TopK<float>> best(found.size(), TopK<float>(std::min(count, file.rows.size()), places));
    if (file.codes != nullptr) {
        for (std::size_t q = 0; q < found.size(); ++q) {
            rank_codes(file, own, static_cast<Eigen::Index>(q), cells[q], best[q]);
        }
    } else if (found.size() == 1) {
        for (const auto& cell : cells[0]) rank_rows(vectors_of(file, cell.index), own.data(), best[0]);
    } else {
        rank_vectors(file, own, cells, best);
    }
    for (std::size_t q = 0; q < found.size(); ++q) {
        found[q] = best[q].take();
        found[q].shrink_to_fit();  // of the collector's room: there is one of these for each query
    }
}

/// The answers of a block of queries, by one thread.
void search_block(const InvertedFileView& file, ConstPanelRef<float> x, ConstPanelRef<float> queries, std::size_t count,
                  const ProbeOptions& options, std::span<const std::int32_t> places, std::span<Neighbors> found) {
    const std::size_t wanted = std::min(count, file.rows.size());
    const auto reranked = static_cast<std::size_t>(file.codes == nullptr ? 1 : options.reranked);
    rank_block(file, queries, wanted * reranked, options, places, found);
    for (std::size_t q = 0; q < found.size(); ++q) {
        const float* query = queries.data() + static_cast<Eigen::Index>(q) * queries.outerStride();
        rescore(x, query, file.similarity, places, found[q]);
        if (found[q].size() > wanted) found[q].resize(wanted);
    }
}

}  // namespace

Neighbors probed(const InvertedFileView& file, ConstPanelRef<float> x, std::span<const float> query, std::size_t count,
                 const ProbeOptions& options, std::span<const std::int32_t> places) {
    const ConstMatrixMap one(query.data(), 1, static_cast<Eigen::Index>(query.size()));
    check(file, x, one, options, places);
    Neighbors found;
    if (count > 0 && !file.rows.empty()) search_block(file, x, one, count, options, places, {&found, 1});
    return found;
}

Neighbors probed_candidates(const InvertedFileView& file, std::span<const float> query, std::size_t count,
                            const ProbeOptions& options) {
    const ConstMatrixMap one(query.data(), 1, static_cast<Eigen::Index>(query.size()));
    check(file, one, options);
    Neighbors found;
    if (count > 0 && !file.rows.empty()) rank_block(file, one, count, options, {}, {&found, 1});
    return found;
}

std::vector<Neighbors> probed_by_each(const InvertedFileView& file, ConstPanelRef<float> x,
                                      ConstPanelRef<float> queries, std::size_t count, const ProbeOptions& options,
                                      std::span<const std::int32_t> places, const Progress& progress) {
    check(file, x, queries, options, places);
    std::vector<Neighbors> found(queries.rows());
    if (count == 0 || file.rows.empty()) return found;
    const std::int64_t block = std::clamp(queries.rows() / 2, least_block, most_block);
    const std::int64_t round = 4 * block;  // between two reports
    for (std::int64_t first = 0; first < queries.rows(); first += round) {
        progress.report("searching", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(queries.rows()));
        parallel_blocks(std::min(round, queries.rows() - first), block, [&](Range range) {
            const std::int64_t begin = first + range.begin, m = range.end - range.begin;
            search_block(file, x, queries.middleRows(begin, m), count, options, places,
                         std::span(found).subspan(begin, m));
        });
    }
    return found;
}

}  // namespace eckart
