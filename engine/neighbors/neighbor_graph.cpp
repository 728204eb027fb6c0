#include "engine/neighbors/neighbor_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "engine/factor/kmeans.h"
#include "engine/matrix/blas.h"
#include "engine/neighbors/top_k.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation: x_i rows, centred; q_a queries, centred alike. Nearest by |q_a - x_i|^2 is largest by the score
// s_ai = q_a . x_i - |x_i|^2 / 2.
//
// Rows are kept in the order of their cells, so that a cell is a block of memory and its scores are one product. A task
// takes queries that follow each other in the order of their own cells: these look into nearly the same cells, and a
// cell's rows serve many of them. The exact search is the same with blocks of rows for cells, all of which are looked
// into.
//
// Floor: 2 m n d probes / cells flops for the products; 178,662 rows of 223 columns, 32 of 1035 cells: 4.4e11, 2.2 s at
// the 200 Gflop/s of two cores. The selection reads each score once: 1e9 of them.

namespace eckart {
namespace {

constexpr std::int64_t kQueriesOfTask = 512;
constexpr std::int64_t kTasksAtOnce = 16;  ///< between two reports
constexpr std::int64_t kRowsOfTile = 512;  ///< of one product
constexpr std::int64_t kRowsOfExactCell = 4096;
constexpr std::int64_t kDefaultProbes = 32;
constexpr std::int64_t kRowsToLearnFrom = 48;  ///< for each cell, of a k-means that need not be good
constexpr double kFlopsOfSeconds = 5e11;       ///< up to which every pair is looked at

using Method = NeighborGraphOptions::Method;

std::size_t at(std::int64_t i) {
    return static_cast<std::size_t>(i);
}

bool exact(std::int64_t queries, std::int64_t rows, std::int64_t columns, Method method) {
    const double flops = 2 * static_cast<double>(queries) * static_cast<double>(rows) * static_cast<double>(columns);
    return method == Method::exact || (method == Method::automatic && flops <= kFlopsOfSeconds);
}

std::int64_t cells_for(std::int64_t rows, const NeighborGraphOptions& options) {
    const auto usual = static_cast<std::int64_t>(std::sqrt(6.0 * static_cast<double>(rows)));
    return std::clamp<std::int64_t>(options.cells > 0 ? options.cells : usual, 1, std::max<std::int64_t>(rows, 1));
}

void check(const NeighborGraphOptions& options) {
    if (options.neighbors < 1) throw UsageError("a neighbour graph needs at least 1 neighbour a row");
    if (options.cells < 0 || options.probes < 0) throw UsageError("cells and probes of a search cannot be negative");
}

/// The rows less `mean`. Throws UsageError at an entry that is not finite.
DenseMatrix centred(ConstPanelRef<float> x, const Eigen::RowVectorXf& mean) {
    DenseMatrix result(x.rows(), x.cols());
    parallel_blocks(x.rows(), 4096, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            if (!x.row(i).allFinite())
                throw UsageError("row " + std::to_string(i) + " has an entry that is not finite");
            result.row(i) = x.row(i) - mean;
        }
    });
    return result;
}

/// Column means; what is not finite shows up in `centred`.
Eigen::RowVectorXf column_means(ConstPanelRef<float> x) {
    const std::int64_t block = 4096, blocks = (x.rows() + block - 1) / block;
    RowMajorMatrix<double> sums = RowMajorMatrix<double>::Zero(std::max<std::int64_t>(blocks, 1), x.cols());
    parallel_blocks(x.rows(), block, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            sums.row(rows.begin / block) += x.row(i).cast<double>();
        }
    });
    Eigen::RowVectorXd total = sums.row(0);
    for (std::int64_t b = 1; b < blocks; ++b) total += sums.row(b);
    const Eigen::RowVectorXf mean = (total / static_cast<double>(std::max<std::int64_t>(x.rows(), 1))).cast<float>();
    return mean.unaryExpr([](float m) { return std::isfinite(m) ? m : 0.0F; });
}

/// out = a b' for a (m x d), b (n x d); rows of out are n apart.
void products(const float* a, std::int64_t m, const float* b, std::int64_t n, std::int64_t d, float* out) {
    const int rows = static_cast<int>(m), cols = static_cast<int>(n), inner = static_cast<int>(d);
    const float one = 1, zero = 0;
    sgemm_("T", "N", &cols, &rows, &inner, &one, b, &inner, a, &inner, &zero, out, &cols);
}

/// Rows parted into cells. Invariant: cell c holds the rows [offsets[c], offsets[c + 1]) of `rows`.
struct Cells {
    DenseMatrix rows;                    ///< n x d, centred, cell after cell
    std::vector<float> half_norms;       ///< |x_i|^2 / 2
    std::vector<std::int32_t> original;  ///< index of each row where it came from
    std::vector<std::int64_t> offsets;
    DenseMatrix centroids;  ///< cells x d; empty if every query looks into every cell

    std::int64_t count() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    bool all_probed() const { return centroids.size() == 0; }
};

std::vector<float> half_norms(const DenseMatrix& rows) {
    std::vector<float> norms(at(rows.rows()));
    parallel_blocks(rows.rows(), 4096, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) norms[at(i)] = 0.5F * rows.row(i).squaredNorm();
    });
    return norms;
}

Cells blocks_of_rows(DenseMatrix rows) {
    Cells cells;
    cells.half_norms = half_norms(rows);
    cells.original.resize(at(rows.rows()));
    std::iota(cells.original.begin(), cells.original.end(), 0);
    for (std::int64_t i = 0; i < rows.rows(); i += kRowsOfExactCell) cells.offsets.push_back(i);
    cells.offsets.push_back(rows.rows());
    cells.rows = std::move(rows);
    return cells;
}

/// The `count` nearest centroids of each of the queries, nearest first.
std::vector<std::int32_t> nearest_cells(const DenseMatrix& queries, const DenseMatrix& centroids, std::int64_t count) {
    const std::vector<float> norms = half_norms(centroids);
    std::vector<std::int32_t> nearest(at(queries.rows() * count));
    parallel_blocks(queries.rows(), 256, [&](Range range) {
        DenseMatrix scores(range.end - range.begin, centroids.rows());
        products(queries.row(range.begin).data(), scores.rows(), centroids.data(), centroids.rows(), centroids.cols(),
                 scores.data());
        TopK<float> best(at(count));
        for (std::int64_t q = 0; q < scores.rows(); ++q) {
            for (std::int64_t c = 0; c < scores.cols(); ++c) {
                best.offer(static_cast<std::int32_t>(c), scores(q, c) - norms[at(c)]);
            }
            std::int32_t* to = nearest.data() + (range.begin + q) * count;
            for (const auto& cell : best.take()) *to++ = cell.index;
        }
    });
    return nearest;
}

DenseMatrix learned_centroids(const DenseMatrix& rows, std::int64_t cells, const NeighborGraphOptions& options,
                              const Progress& progress) {
    const std::int64_t sample_rows = std::min(rows.rows(), cells * kRowsToLearnFrom);
    DenseMatrix sample(sample_rows, rows.cols());
    for (std::int64_t i = 0; i < sample_rows; ++i) sample.row(i) = rows.row(i * rows.rows() / sample_rows);
    return kmeans(sample,
                  {.clusters = cells,
                   .iterations = 8,
                   .start = KmeansStart::random,
                   .seed = options.seed,
                   .memory = options.memory},
                  {}, progress)
        .centroids;
}

/// The order that puts keys in [0, count) in order, equal ones as they stood; `offsets` where each key begins.
std::vector<std::int32_t> counting_order(const std::vector<std::int32_t>& keys, std::int64_t count,
                                         std::vector<std::int64_t>& offsets) {
    offsets.assign(at(count + 1), 0);
    for (const std::int32_t key : keys) ++offsets[at(key) + 1];
    for (std::size_t c = 0; c < at(count); ++c) offsets[c + 1] += offsets[c];
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    std::vector<std::int32_t> order(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) order[at(next[at(keys[i])]++)] = static_cast<std::int32_t>(i);
    return order;
}

Cells cells_of(const DenseMatrix& rows, DenseMatrix centroids) {
    Cells cells;
    cells.original = counting_order(nearest_cells(rows, centroids, 1), centroids.rows(), cells.offsets);
    cells.rows.resize(rows.rows(), rows.cols());
    parallel_blocks(rows.rows(), 4096, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) cells.rows.row(i) = rows.row(cells.original[at(i)]);
    });
    cells.half_norms = half_norms(cells.rows);
    cells.centroids = std::move(centroids);
    return cells;
}

/// One search: its queries in the order in which they are worked off, and where each looks.
struct Search {
    const DenseMatrix& queries;  ///< m x d, centred
    const Cells& cells;
    std::int64_t probes;               ///< p
    std::vector<std::int32_t> probed;  ///< m x p cells, nearest first; empty if all are probed
    std::vector<std::int32_t> order;   ///< of the queries, by their nearest cell
    bool skip_self;                    ///< query i is row i
};

std::vector<std::int32_t> order_by_cell(const std::vector<std::int32_t>& probed, std::int64_t queries,
                                        std::int64_t probes, std::int64_t cells) {
    std::vector<std::int32_t> own(at(queries));
    if (probes > 0) {
        for (std::size_t q = 0; q < own.size(); ++q) own[q] = probed[q * at(probes)];
    }
    std::vector<std::int64_t> offsets;
    return counting_order(own, cells, offsets);
}

/// Offers to `best` what of a row of scores can still be kept: sixteen at a time are passed over.
void offer_row(const float* scores, const float* norms, const std::int32_t* original, std::int64_t count,
               TopK<float>& best) {
    constexpr std::int64_t width = 16;
    std::int64_t i = 0;
    for (; i + width <= count; i += width) {
        float ranked[width];
        for (std::int64_t k = 0; k < width; ++k) ranked[k] = scores[i + k] - norms[i + k];
        const float bound = best.threshold();
        int kept = 0;
        for (std::int64_t k = 0; k < width; ++k) kept |= static_cast<int>(ranked[k] >= bound);
        if (kept == 0) continue;
        for (std::int64_t k = 0; k < width; ++k) best.offer(original[i + k], ranked[k]);
    }
    for (; i < count; ++i) best.offer(original[i], scores[i] - norms[i]);
}

/// The queries [range) of the order against the cells that they look into.
class Task {
  public:
    Task(const Search& search, std::int64_t neighbors, Range range)
        : search_(search),
          range_(range),
          best_(at(range.end - range.begin), TopK<float>(at(neighbors + (search.skip_self ? 1 : 0)))),
          lookers_(at(search.cells.count())) {}

    void run(NeighborGraph& graph) {
        list_lookers();
        for (std::int64_t c = 0; c < search_.cells.count(); ++c) {
            if (!lookers_[at(c)].empty()) rank(c, lookers_[at(c)]);
        }
        for (std::int64_t a = 0; a < range_.end - range_.begin; ++a) keep(a, graph);
    }

  private:
    std::int32_t query(std::int64_t a) const { return search_.order[at(range_.begin + a)]; }

    void list_lookers() {
        for (std::int64_t a = 0; a < range_.end - range_.begin; ++a) {
            if (search_.cells.all_probed()) {
                for (auto& lookers : lookers_) lookers.push_back(static_cast<std::int32_t>(a));
            } else {
                const std::int32_t* probed = search_.probed.data() + query(a) * search_.probes;
                for (std::int64_t p = 0; p < search_.probes; ++p) {
                    lookers_[at(probed[p])].push_back(static_cast<std::int32_t>(a));
                }
            }
        }
    }

    void rank(std::int64_t cell, const std::vector<std::int32_t>& lookers) {
        const Cells& cells = search_.cells;
        panel_.resize(static_cast<std::int64_t>(lookers.size()), cells.rows.cols());
        for (std::size_t a = 0; a < lookers.size(); ++a) {
            panel_.row(static_cast<std::int64_t>(a)) = search_.queries.row(query(lookers[a]));
        }
        const std::int64_t end = cells.offsets[at(cell) + 1];
        for (std::int64_t first = cells.offsets[at(cell)]; first < end; first += kRowsOfTile) {
            const std::int64_t count = std::min(kRowsOfTile, end - first);
            scores_.resize(at(panel_.rows() * count));
            products(panel_.data(), panel_.rows(), cells.rows.row(first).data(), count, panel_.cols(), scores_.data());
            for (std::size_t a = 0; a < lookers.size(); ++a) {
                offer_row(scores_.data() + a * at(count), cells.half_norms.data() + first,
                          cells.original.data() + first, count, best_[at(lookers[a])]);
            }
        }
    }

    void keep(std::int64_t a, NeighborGraph& graph) {
        const std::int64_t row = query(a);
        std::int32_t* indices = graph.indices.data() + row * graph.neighbors;
        std::int64_t found = 0;
        for (const auto& entry : best_[at(a)].take()) {
            if (search_.skip_self && entry.index == row) continue;
            if (found < graph.neighbors) indices[found++] = entry.index;
        }
    }

    const Search& search_;
    Range range_;
    std::vector<TopK<float>> best_;
    std::vector<std::vector<std::int32_t>> lookers_;  ///< of each cell, the queries of the task that look into it
    DenseMatrix panel_;
    std::vector<float> scores_;
};

/// Measures what was kept by differences of the rows themselves, and puts it in order.
void measure(ConstPanelRef<float> queries, ConstPanelRef<float> x, NeighborGraph& graph) {
    parallel_blocks(graph.rows, 512, [&](Range range) {
        std::vector<std::pair<float, std::int32_t>> found;
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            std::int32_t* indices = graph.indices.data() + i * graph.neighbors;
            float* distances = graph.squared_distances.data() + i * graph.neighbors;
            found.clear();
            for (std::int64_t k = 0; k < graph.neighbors && indices[k] >= 0; ++k) {
                found.emplace_back((queries.row(i) - x.row(indices[k])).squaredNorm(), indices[k]);
            }
            std::sort(found.begin(), found.end());
            for (std::size_t k = 0; k < found.size(); ++k) {
                distances[k] = found[k].first;
                indices[k] = found[k].second;
            }
        }
    });
}

void run(const Search& search, NeighborGraph& graph, const Progress& progress) {
    const std::int64_t tasks = (graph.rows + kQueriesOfTask - 1) / kQueriesOfTask;
    for (std::int64_t first = 0; first < tasks; first += kTasksAtOnce) {
        progress.report("neighbours", at(first * kQueriesOfTask), at(graph.rows));
        parallel_for(std::min(kTasksAtOnce, tasks - first), [&](std::int64_t t) {
            const std::int64_t begin = (first + t) * kQueriesOfTask;
            Task(search, graph.neighbors, {begin, std::min(begin + kQueriesOfTask, graph.rows)}).run(graph);
        });
    }
}

NeighborGraph found_neighbors(ConstPanelRef<float> queries, ConstPanelRef<float> x, bool skip_self,
                              const NeighborGraphOptions& options, const Progress& progress) {
    check(options);
    options.memory.require(neighbor_graph_memory(queries.rows(), x.rows(), x.cols(), options),
                           "the nearest of " + std::to_string(x.rows()) + " rows");
    blas::pin_to_one_thread();
    NeighborGraph graph;
    graph.rows = queries.rows();
    graph.neighbors = std::min(options.neighbors, std::max<std::int64_t>(0, x.rows() - (skip_self ? 1 : 0)));
    graph.exact = exact(queries.rows(), x.rows(), x.cols(), options.method);
    graph.indices.assign(at(graph.rows * graph.neighbors), -1);
    graph.squared_distances.assign(graph.indices.size(), std::numeric_limits<float>::infinity());

    const Eigen::RowVectorXf mean = column_means(x);
    DenseMatrix rows = centred(x, mean);
    const DenseMatrix others = skip_self ? DenseMatrix() : centred(queries, mean);
    if (graph.indices.empty()) return graph;
    Cells cells;
    Search search{skip_self ? rows : others, cells, 0, {}, {}, skip_self};
    if (graph.exact) {
        cells = skip_self ? blocks_of_rows(rows) : blocks_of_rows(std::move(rows));
    } else {
        cells = cells_of(rows, learned_centroids(rows, cells_for(x.rows(), options), options, progress));
        search.probes = std::min(options.probes > 0 ? options.probes : kDefaultProbes, cells.count());
        search.probed = nearest_cells(search.queries, cells.centroids, search.probes);
    }
    search.order = order_by_cell(search.probed, graph.rows, search.probes, cells.count());
    run(search, graph, progress);
    measure(queries, x, graph);
    return graph;
}

}  // namespace

NeighborGraph neighbor_graph(ConstPanelRef<float> x, const NeighborGraphOptions& options, const Progress& progress) {
    return found_neighbors(x, x, true, options, progress);
}

NeighborGraph nearest_rows(ConstPanelRef<float> queries, ConstPanelRef<float> x, const NeighborGraphOptions& options,
                           const Progress& progress) {
    if (queries.cols() != x.cols()) {
        throw UsageError("queries have " + std::to_string(queries.cols()) + " columns, the rows " +
                         std::to_string(x.cols()));
    }
    return found_neighbors(queries, x, false, options, progress);
}

std::uint64_t neighbor_graph_memory(std::int64_t queries, std::int64_t rows, std::int64_t columns,
                                    const NeighborGraphOptions& options) {
    const auto m = static_cast<std::uint64_t>(queries), n = static_cast<std::uint64_t>(rows);
    const auto d = static_cast<std::uint64_t>(columns);
    const auto k = static_cast<std::uint64_t>(std::min(options.neighbors, rows));
    const std::uint64_t result = 8 * m * k;
    const std::uint64_t copies = 4 * d * (2 * n + (m == n ? 0 : m)) + 8 * n;
    const std::uint64_t tasks = at(kTasksAtOnce) * at(kQueriesOfTask) * (16 * k + 4 * d + 4 * at(kRowsOfTile) + 4096);
    if (exact(queries, rows, columns, options.method)) return result + copies + tasks;
    const auto cells = static_cast<std::uint64_t>(cells_for(rows, options));
    const auto probes = static_cast<std::uint64_t>(options.probes > 0 ? options.probes : kDefaultProbes);
    return result + copies + tasks + 4 * m * (probes + 1) + 4 * d * cells * (2 + at(kRowsToLearnFrom));
}

}  // namespace eckart
