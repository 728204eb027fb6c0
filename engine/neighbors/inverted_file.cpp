#include "engine/neighbors/inverted_file.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation (Jegou, Douze and Schmid, as in the header):
//   x_i        row i as it is kept: of length 1 by cosine, less the mean by distance
//   c_1 .. c_C centroids of the cells; q(x) the nearest centroid of x, whose cell holds x
//   code       of the residual x - q(x), by the product quantizer

namespace eckart {
namespace {

constexpr std::int64_t listed_rows = 4096;
constexpr std::uint64_t sample_stream = 0x6976665f73616d70;

void check(ConstPanelRef<float> x, const InvertedFileOptions& options) {
    if (options.cells < 0 || options.rows_a_cell < 0) throw UsageError("cells and rows a cell must not be negative");
    if (options.iterations < 1) throw UsageError("cells take at least one iteration");
    if (options.code_bytes < 0 || options.rotations < 0) {
        throw UsageError("bytes of a code and rotations must not be negative");
    }
    if (x.rows() > std::numeric_limits<std::int32_t>::max())
        throw UsageError("an inverted file of more than 2^31 rows");
    if (!x.allFinite()) throw UsageError("a row has an entry that is not finite");
}

/// Of `rows` rows, how many cells there are.
std::int64_t cell_count(std::int64_t rows, const InvertedFileOptions& options) {
    const auto wanted = options.cells > 0
                            ? options.cells
                            : static_cast<std::int64_t>(std::lround(4 * std::sqrt(static_cast<double>(rows))));
    return std::min(wanted, rows);
}

/// Rows that can be found: by cosine those that are not zero.
std::vector<std::int32_t> findable_rows(ConstPanelRef<float> x, Similarity similarity) {
    std::vector<std::int32_t> rows;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        if (similarity != Similarity::cosine || (x.row(i).array() != 0).any())
            rows.push_back(static_cast<std::int32_t>(i));
    }
    return rows;
}

/// The rows `chosen` of x as the file has them.
DenseMatrix prepared(ConstPanelRef<float> x, std::span<const std::int32_t> chosen, const InvertedFile& file) {
    DenseMatrix result(static_cast<Eigen::Index>(chosen.size()), x.cols());
    parallel_blocks(result.rows(), listed_rows, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            result.row(i) = x.row(chosen[i]);
            if (file.similarity == Similarity::distance) result.row(i) -= file.mean.transpose();
        }
    });
    if (file.similarity == Similarity::cosine) scale_to_unit(result);
    return result;
}

/// `count` of `rows`, drawn alike, in their order.
std::vector<std::int32_t> drawn(std::span<const std::int32_t> rows, std::int64_t count, std::uint64_t seed) {
    const auto total = static_cast<std::int64_t>(rows.size());
    if (count >= total) return {rows.begin(), rows.end()};
    const Philox draws(seed, sample_stream);
    std::vector<std::int32_t> sample;
    for (std::int64_t i = 0; i < total; ++i) {
        const auto missing = static_cast<double>(count - static_cast<std::int64_t>(sample.size()));
        if (draws.uniform(static_cast<std::uint64_t>(i)) * static_cast<double>(total - i) < missing) {
            sample.push_back(rows[i]);
        }
    }
    return sample;
}

DenseMatrix learned_centroids(ConstPanelRef<float> x, std::span<const std::int32_t> rows, const InvertedFile& file,
                              const InvertedFileOptions& options, const MemoryBudget& memory,
                              const Progress& progress) {
    const auto total = static_cast<std::int64_t>(rows.size());
    const std::int64_t cells = cell_count(total, options);
    const std::int64_t count = options.rows_a_cell == 0 ? total : std::min(total, cells * options.rows_a_cell);
    const KmeansOptions clustering = {.clusters = cells,
                                      .iterations = options.iterations,
                                      .start = KmeansStart::random,
                                      .spherical = file.similarity == Similarity::cosine,
                                      .seed = options.seed,
                                      .memory = memory};
    return kmeans(prepared(x, drawn(rows, count, options.seed), file), clustering, {}, progress).centroids;
}

/// The cell of each of `rows`, found by blocks, so that only a block is copied.
std::vector<std::int32_t> cells_of(ConstPanelRef<float> x, std::span<const std::int32_t> rows, const InvertedFile& file,
                                   const Progress& progress) {
    constexpr std::size_t block = 1 << 16;
    std::vector<std::int32_t> cells;
    for (std::size_t begin = 0; begin < rows.size(); begin += block) {
        progress.report("cells", begin, rows.size());
        const auto part = rows.subspan(begin, std::min(block, rows.size() - begin));
        const Assignment nearest = assign_to_centroids(prepared(x, part, file), file.centroids);
        cells.insert(cells.end(), nearest.labels.begin(), nearest.labels.end());
    }
    return cells;
}

/// Puts `rows` cell by cell, as they come within a cell; the cell of each place.
std::vector<std::int32_t> sort_into_cells(std::span<const std::int32_t> rows, std::span<const std::int32_t> cells,
                                          InvertedFile& file) {
    file.cell_offsets.assign(static_cast<std::size_t>(file.centroids.rows()) + 1, 0);
    for (const std::int32_t cell : cells) ++file.cell_offsets[static_cast<std::size_t>(cell) + 1];
    std::partial_sum(file.cell_offsets.begin(), file.cell_offsets.end(), file.cell_offsets.begin());
    file.rows.resize(rows.size());
    std::vector<std::int32_t> cell_of(rows.size());
    std::vector<std::int64_t> next(file.cell_offsets.begin(), file.cell_offsets.end() - 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t place = next[cells[i]]++;
        file.rows[place] = rows[i];
        cell_of[place] = cells[i];
    }
    return cell_of;
}

void subtract_centroids(const DenseMatrix& centroids, std::span<const std::int32_t> cell_of, DenseMatrix& vectors) {
    for (Eigen::Index i = 0; i < vectors.rows(); ++i) {
        vectors.row(i) -= centroids.row(cell_of[i]);
    }
}

/// Codes in place of vectors; offsets are those of what the codes stand for.
void encode_places(ConstPanelRef<float> x, std::span<const std::int32_t> cell_of, const InvertedFileOptions& options,
                   InvertedFile& file, const Progress& progress) {
    const ProductQuantizationOptions coding = {
        .subspaces = options.code_bytes, .rotations = options.rotations, .sample = 0, .seed = options.seed};
    std::vector<std::int32_t> places(file.rows.size());
    std::iota(places.begin(), places.end(), 0);
    const std::vector<std::int32_t> sample = drawn(places, 65536, options.seed);
    std::vector<std::int32_t> rows(sample.size()), cells(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i) {
        rows[i] = file.rows[sample[i]];
        cells[i] = cell_of[sample[i]];
    }
    DenseMatrix vectors = prepared(x, rows, file);
    subtract_centroids(file.centroids, cells, vectors);
    file.quantizer = fit_product_quantizer(vectors, coding, progress);
    file.codes.resize(static_cast<Eigen::Index>(file.rows.size()), file.quantizer.subspaces());
    if (file.similarity == Similarity::distance) file.offsets.resize(file.rows.size());
    constexpr std::size_t block = 1 << 16;
    for (std::size_t begin = 0; begin < file.rows.size(); begin += block) {
        progress.report("codes", begin, file.rows.size());
        const std::size_t count = std::min(block, file.rows.size() - begin);
        vectors = prepared(x, std::span(file.rows).subspan(begin, count), file);
        const auto own_cells = cell_of.subspan(begin, count);
        subtract_centroids(file.centroids, own_cells, vectors);
        const CodeMatrix codes = encode(file.quantizer, vectors);
        file.codes.middleRows(static_cast<Eigen::Index>(begin), codes.rows()) = codes;
        if (file.offsets.empty()) continue;
        vectors = decode(file.quantizer, codes);
        for (std::size_t i = 0; i < count; ++i) {
            const auto whole = vectors.row(static_cast<Eigen::Index>(i)) + file.centroids.row(own_cells[i]);
            file.offsets[begin + i] = static_cast<float>(whole.cast<double>().squaredNorm() / 2);
        }
    }
}

void keep_vectors(ConstPanelRef<float> x, InvertedFile& file) {
    file.vectors = prepared(x, file.rows, file);
    if (file.similarity != Similarity::distance) return;
    file.offsets.resize(file.rows.size());
    for (Eigen::Index i = 0; i < file.vectors.rows(); ++i) {
        file.offsets[i] = static_cast<float>(file.vectors.row(i).cast<double>().squaredNorm() / 2);
    }
}

}  // namespace

InvertedFileView view(const InvertedFile& file) {
    const bool coded = file.codes.size() > 0;
    return {.similarity = file.similarity,
            .total = file.total,
            .mean = {file.mean.data(), static_cast<std::size_t>(file.mean.size())},
            .centroids = {file.centroids.data(), file.centroids.rows(), file.centroids.cols()},
            .cell_offsets = file.cell_offsets,
            .rows = file.rows,
            .offsets = file.offsets,
            .vectors = coded ? nullptr : file.vectors.data(),
            .codes = coded ? file.codes.data() : nullptr,
            .quantizer = coded ? &file.quantizer : nullptr};
}

InvertedFile inverted_file(ConstPanelRef<float> x, Similarity similarity, const InvertedFileOptions& options,
                           const MemoryBudget& memory, const Progress& progress) {
    check(x, options);
    memory.require(inverted_file_memory(x.rows(), x.cols(), options), "an inverted file");
    InvertedFile file;
    file.similarity = similarity;
    file.total = x.rows();
    file.centroids.resize(0, x.cols());
    const std::vector<std::int32_t> rows = x.cols() > 0 ? findable_rows(x, similarity) : std::vector<std::int32_t>{};
    if (similarity == Similarity::distance && !rows.empty()) file.mean = column_means(x).cast<float>();
    if (rows.empty()) {
        file.cell_offsets = {0};
        return file;
    }
    file.centroids = learned_centroids(x, rows, file, options, memory, progress);
    const std::vector<std::int32_t> cell_of = sort_into_cells(rows, cells_of(x, rows, file, progress), file);
    if (options.code_bytes > 0) {
        encode_places(x, cell_of, options, file, progress);
    } else {
        keep_vectors(x, file);
    }
    return file;
}

std::uint64_t inverted_file_memory(std::int64_t rows, std::int64_t cols, const InvertedFileOptions& options) {
    const std::int64_t cells = cell_count(rows, options);
    const std::int64_t learned = options.rows_a_cell == 0 ? rows : std::min(rows, cells * options.rows_a_cell);
    const auto number = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
    const std::uint64_t clustering = 4 * number(learned) * number(cols) +
                                     kmeans_memory(learned, cols, 0, {.clusters = std::max<std::int64_t>(cells, 1)});
    const std::uint64_t coding = options.code_bytes > 0
                                     ? 16 * number(std::min<std::int64_t>(rows, 65536)) * number(cols)
                                     : 4 * number(rows) * number(cols);
    const std::uint64_t kept = number(rows) * (16 + number(options.code_bytes)) + 4 * number(cells) * number(cols);
    return std::max(clustering, coding) + kept;
}

}  // namespace eckart
