#include "engine/neighbors/exact_search.h"

#include <algorithm>
#include <limits>
#include <string>

#include "engine/matrix/centering.h"
#include "engine/neighbors/row_scores.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Floor of one query: 4 n d bytes at the speed of memory. Of m: 2 m n d flops at that of sgemm, and one comparison a
// score; a task takes a block of queries through all rows, so that a tile of products is ranked while it is in cache.

namespace eckart {
namespace {

constexpr std::int64_t ranked_rows = 8192;  ///< of one query: rows that a task ranks
constexpr std::int64_t cached_rows = 256;   ///< of these: rows that stay in cache from their norms to their products
constexpr std::int64_t query_block = 128;   ///< of many: queries that a task ranks

void check(ConstPanelRef<float> x, ConstPanelRef<float> queries, std::span<const std::int32_t> places) {
    check_queries(queries, x.cols());
    if (x.rows() > std::numeric_limits<std::int32_t>::max()) {
        throw UsageError("a search of neighbors among more than 2^31 rows");
    }
    if (!places.empty() && places.size() != static_cast<std::size_t>(x.rows())) {
        throw UsageError(std::to_string(places.size()) + " places for " + std::to_string(x.rows()) + " rows");
    }
}

/// The rows [range), which must be one behind the other.
RankedRows part_of(ConstPanelRef<float> x, const RowFactors& factors, Range range) {
    const auto of = [&](const std::vector<float>& all) { return all.empty() ? nullptr : all.data() + range.begin; };
    return {x.data() + range.begin * x.cols(),
            range.end - range.begin,
            x.cols(),
            of(factors.scales),
            of(factors.offsets),
            static_cast<std::int32_t>(range.begin)};
}

/// The best of a row block for one query; norms are computed here, while the rows are in cache.
Neighbors best_of_block(ConstPanelRef<float> x, Range range, const float* query, std::size_t count,
                        Similarity similarity, std::span<const std::int32_t> places) {
    TopK<float> best(count, places);
    RankedRows rows = part_of(x, {}, range);
    if (similarity == Similarity::distance) {
        rank_by_difference(rows, query, best);
        return best.take();
    }
    for (Range tile{range.begin, range.begin}; tile.begin < range.end; tile.begin = tile.end) {
        tile.end = std::min(range.end, tile.begin + cached_rows);
        const RowFactors factors = row_factors(x.middleRows(tile.begin, tile.end - tile.begin), similarity);
        rows = part_of(x, {}, tile);
        rows.scales = factors.scales.empty() ? nullptr : factors.scales.data();
        rank_rows(rows, query, best);
    }
    return best.take();
}

/// The same rows, one behind the other: `x` itself, or `copy`, which is made if they are not.
ConstMatrixMap packed(ConstPanelRef<float> x, DenseMatrix& copy) {
    if (x.outerStride() == x.cols() || x.rows() < 2) return {x.data(), x.rows(), x.cols()};
    copy = x;
    return {copy.data(), copy.rows(), copy.cols()};
}

/// Puts the rows less `mean` in their place, whose products do not lose what sets near rows apart.
ConstMatrixMap centered(const ConstMatrixMap& rows, const Eigen::VectorXd& mean, DenseMatrix& copy) {
    copy.resize(rows.rows(), rows.cols());
    const Eigen::RowVectorXf shift = mean.cast<float>().transpose();
    parallel_blocks(rows.rows(), ranked_rows, [&](Range range) {
        const std::int64_t count = range.end - range.begin;
        copy.middleRows(range.begin, count) = rows.middleRows(range.begin, count).rowwise() - shift;
    });
    return {copy.data(), copy.rows(), copy.cols()};
}

bool searchable(ConstPanelRef<float> x, std::size_t count) {
    return count > 0 && x.rows() > 0 && x.cols() > 0;
}

}  // namespace

std::string_view name(Similarity similarity) {
    switch (similarity) {
        case Similarity::inner_product:
            return "inner-product";
        case Similarity::cosine:
            return "cosine";
        case Similarity::distance:
            break;
    }
    return "distance";
}

Similarity parse_similarity(std::string_view text) {
    for (const auto similarity : {Similarity::inner_product, Similarity::cosine, Similarity::distance}) {
        if (name(similarity) == text) return similarity;
    }
    throw UsageError("found the similarity '" + std::string(text) + "', expected inner-product, cosine or distance");
}

Neighbors nearest(ConstPanelRef<float> x, std::span<const float> query, std::size_t count, Similarity similarity,
                  std::span<const std::int32_t> places) {
    const ConstMatrixMap one(query.data(), 1, static_cast<Eigen::Index>(query.size()));
    check(x, one, places);
    if (!searchable(x, count)) return {};
    DenseMatrix copy;
    const ConstMatrixMap rows = packed(x, copy);
    std::vector<Neighbors> parts((rows.rows() + ranked_rows - 1) / ranked_rows);
    parallel_blocks(rows.rows(), ranked_rows, [&](Range range) {
        parts[range.begin / ranked_rows] = best_of_block(rows, range, query.data(), count, similarity, places);
    });
    TopK<float> best(count, places);
    for (const Neighbors& part : parts) {
        for (const Scored<float>& entry : part) best.offer(entry.index, entry.score);
    }
    Neighbors found = best.take();
    rescore(rows, query.data(), similarity, places, found);
    return found;
}

std::vector<Neighbors> nearest_to_each(ConstPanelRef<float> x, ConstPanelRef<float> queries, std::size_t count,
                                       Similarity similarity, std::span<const std::int32_t> places,
                                       const Progress& progress) {
    check(x, queries, places);
    std::vector<Neighbors> found(queries.rows());
    if (!searchable(x, count)) return found;
    DenseMatrix row_copy, query_copy, centered_rows, centered_queries;
    const ConstMatrixMap own_rows = packed(x, row_copy), own_queries = packed(queries, query_copy);
    const bool by_distance = similarity == Similarity::distance;
    const Eigen::VectorXd mean = by_distance ? column_means(own_rows) : Eigen::VectorXd();
    const ConstMatrixMap rows = by_distance ? centered(own_rows, mean, centered_rows) : own_rows;
    const ConstMatrixMap panel = by_distance ? centered(own_queries, mean, centered_queries) : own_queries;
    const RowFactors factors = row_factors(rows, similarity);
    const RankedRows all = part_of(rows, factors, {0, rows.rows()});
    constexpr std::int64_t round = 16 * query_block;  // between two reports
    for (std::int64_t first = 0; first < panel.rows(); first += round) {
        progress.report("searching", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(panel.rows()));
        parallel_blocks(std::min(round, panel.rows() - first), query_block, [&](Range range) {
            const std::int64_t m = range.end - range.begin;
            std::vector<TopK<float>> best(m, TopK<float>(count, places));
            std::vector<TopK<float>*> each;
            each.reserve(best.size());
            for (TopK<float>& one : best) each.push_back(&one);
            rank_rows(all, panel.row(first + range.begin).data(), m, each);
            for (std::int64_t i = 0; i < m; ++i) {
                Neighbors& own = found[first + range.begin + i];
                own = best[i].take();
                own.shrink_to_fit();  // of the collector's room: there is one of these for each query
                rescore(own_rows, own_queries.row(first + range.begin + i).data(), similarity, places, own);
            }
        });
    }
    return found;
}

}  // namespace eckart
