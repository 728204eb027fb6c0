#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/layout/tsne.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation, as in the header: p_j|i for the row i with squared distances d_j, precision b:
//   e_j = exp(-b (d_j - d_0)),   s = sum e_j,   entropy H = log s + b sum e_j (d_j - d_0) / s,  which falls as b grows

namespace eckart {
namespace {

constexpr std::int64_t graph_rows = 1024;
constexpr int bisections = 100;
constexpr double entropy_tolerance = 1e-5;

struct Weights {
    std::vector<double> differences;  ///< d_j - d_0
    std::vector<double> values;       ///< e_j

    /// Sets the values for b and returns the entropy; `sum` is s.
    double entropy(double b, double& sum) {
        double moment = 0;
        sum = 0;
        for (std::size_t j = 0; j < differences.size(); ++j) {
            values[j] = std::exp(-b * differences[j]);
            sum += values[j];
            moment += values[j] * differences[j];
        }
        return std::log(sum) + b * moment / sum;
    }
};

/// Leaves in `weights` the values whose entropy is `wanted`, or as near as any precision brings it; returns their sum.
double calibrate(Weights& weights, double wanted) {
    const double widest = *std::max_element(weights.differences.begin(), weights.differences.end());
    double low = 0, high = std::numeric_limits<double>::infinity(), b = widest > 0 ? 1 / widest : 1, sum = 0;
    for (int step = 0; step < bisections; ++step) {
        const double excess = weights.entropy(b, sum) - wanted;
        if (std::abs(excess) <= entropy_tolerance || !std::isfinite(b)) break;
        (excess > 0 ? low : high) = b;
        b = std::isinf(high) ? 2 * b : (low + high) / 2;
    }
    return sum;
}

/// Rows of p_j|i, columns in order; neighbors of no weight are left out.
CsrMatrix conditional_matrix(const NeighborGraph& graph, double perplexity) {
    const std::int64_t k = graph.neighbors;
    std::vector<float> values(graph.indices.size());
    std::vector<std::int32_t> columns(graph.indices.size());
    CsrMatrix p{.rows = graph.rows, .cols = graph.rows, .row_offsets = {}, .column_indices = {}, .values = {}};
    p.row_offsets.assign(graph.rows + 1, 0);
    parallel_blocks(graph.rows, graph_rows, [&](Range rows) {
        std::vector<float> weights(k);
        std::vector<std::pair<std::int32_t, float>> entries;
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            conditional_affinities(graph.squared_distances_of(i), perplexity, weights);
            entries.clear();
            const auto indices = graph.indices_of(i);
            for (std::size_t j = 0; j < indices.size(); ++j) {
                if (indices[j] >= 0 && weights[j] > 0) entries.emplace_back(indices[j], weights[j]);
            }
            std::sort(entries.begin(), entries.end());
            for (std::size_t j = 0; j < entries.size(); ++j) {
                columns[i * k + j] = entries[j].first;
                values[i * k + j] = entries[j].second;
            }
            p.row_offsets[i + 1] = static_cast<std::int64_t>(entries.size());
        }
    });
    for (std::int64_t i = 0; i < graph.rows; ++i) {  // closes the gaps, in place
        const std::int64_t begin = p.row_offsets[i], count = p.row_offsets[i + 1];
        std::copy_n(&columns[i * k], count, columns.data() + begin);
        std::copy_n(&values[i * k], count, values.data() + begin);
        p.row_offsets[i + 1] = begin + count;
    }
    columns.resize(p.row_offsets.back());
    values.resize(columns.size());
    p.column_indices = std::move(columns);
    p.values = std::move(values);
    return p;
}

/// Calls `visit(column, sum)` for each column of row i of a + b, in order.
template <class Visit>
void merge_row(const CsrMatrix& a, const CsrMatrix& b, std::int64_t i, const Visit& visit) {
    const CsrRow one = a.row(i), other = b.row(i);
    std::size_t p = 0, q = 0;
    while (p < one.size() || q < other.size()) {
        const std::int32_t left = p < one.size() ? one.columns[p] : std::numeric_limits<std::int32_t>::max();
        const std::int32_t right = q < other.size() ? other.columns[q] : std::numeric_limits<std::int32_t>::max();
        float sum = 0;
        if (left <= right) sum += one.values[p++];
        if (right <= left) sum += other.values[q++];
        visit(std::min(left, right), sum);
    }
}

/// scale (a + a')
CsrMatrix symmetrized(const CsrMatrix& a, float scale) {
    const CsrMatrix b = transposed(a);
    CsrMatrix result{.rows = a.rows, .cols = a.cols, .row_offsets = {}, .column_indices = {}, .values = {}};
    result.row_offsets.assign(a.rows + 1, 0);
    parallel_blocks(a.rows, graph_rows, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            merge_row(a, b, i, [&](std::int32_t, float) { ++result.row_offsets[i + 1]; });
        }
    });
    for (std::int64_t i = 0; i < a.rows; ++i) result.row_offsets[i + 1] += result.row_offsets[i];
    result.column_indices.resize(result.row_offsets.back());
    result.values.resize(result.column_indices.size());
    parallel_blocks(a.rows, graph_rows, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            std::int64_t p = result.row_offsets[i];
            merge_row(a, b, i, [&](std::int32_t column, float sum) {
                result.column_indices[p] = column;
                result.values[p++] = scale * sum;
            });
        }
    });
    return result;
}

}  // namespace

void conditional_affinities(std::span<const float> squared_distances, double perplexity, std::span<float> affinities) {
    if (!(perplexity > 0)) throw UsageError("a perplexity is above 0");
    std::size_t count = 0;  // distances rise, and what is missing is at infinity
    while (count < squared_distances.size() && std::isfinite(squared_distances[count])) ++count;
    std::fill(affinities.begin(), affinities.end(), 0.0F);
    if (count == 0) return;
    Weights weights{std::vector<double>(count), std::vector<double>(count)};
    const float nearest =
        *std::min_element(squared_distances.begin(), squared_distances.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t j = 0; j < count; ++j) {
        weights.differences[j] = static_cast<double>(squared_distances[j]) - static_cast<double>(nearest);
    }
    const double sum = calibrate(weights, std::log(perplexity));
    for (std::size_t j = 0; j < count; ++j) affinities[j] = static_cast<float>(weights.values[j] / sum);
}

CsrMatrix affinities(const NeighborGraph& graph, double perplexity) {
    if (!(perplexity > 0)) throw UsageError("a perplexity is above 0");
    const CsrMatrix conditional = conditional_matrix(graph, perplexity);
    return symmetrized(conditional, graph.rows > 0 ? 0.5F / static_cast<float>(graph.rows) : 0.0F);
}

}  // namespace eckart
