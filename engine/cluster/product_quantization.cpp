#include "engine/cluster/product_quantization.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/spectral/pca.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation, as in the header: X (n x d) the rows, R the rotation, W the codewords, Y = Z W the decoded rows (still
// rotated), m subspaces of c codewords.
//
// A code is looked up at m bytes and m additions: four codes at a time, so that additions do not wait for each other.

namespace eckart {
namespace {

constexpr std::int64_t row_block = 8192;
constexpr std::uint64_t codebook_stream = 0x70715f73616d706c;
constexpr std::int64_t iterations_a_rotation = 2;

void check(ConstPanelRef<float> x, const ProductQuantizationOptions& options) {
    if (x.rows() == 0 || x.cols() == 0) throw UsageError("there is nothing to learn codewords from");
    if (options.subspaces < 1) throw UsageError("a code has at least one subspace");
    if (options.codewords < 1 || options.codewords > 256) throw UsageError("a subspace has 1 to 256 codewords");
    if (options.iterations < 1) throw UsageError("codewords take at least one iteration");
    if (options.rotations < 0 || options.sample < 0) throw UsageError("rotations and sample must not be negative");
    if (!x.allFinite()) throw UsageError("a row has an entry that is not finite");
}

void check_rows(const ProductQuantizer& quantizer, std::int64_t found) {
    if (found != quantizer.dimensions()) {
        throw UsageError("found " + std::to_string(found) + " columns, expected the " +
                         std::to_string(quantizer.dimensions()) + " of the codewords");
    }
}

void check_codes(const ProductQuantizer& quantizer, const CodeMatrix& codes) {
    if (codes.cols() != quantizer.subspaces()) {
        throw UsageError("found codes of " + std::to_string(codes.cols()) + " bytes, expected " +
                         std::to_string(quantizer.subspaces()));
    }
    if (codes.size() > 0 && codes.maxCoeff() >= quantizer.codewords.rows()) {
        throw UsageError("found the codeword " + std::to_string(codes.maxCoeff()) + " of " +
                         std::to_string(quantizer.codewords.rows()));
    }
}

/// Pieces of d columns, the longer ones first.
std::vector<std::int64_t> piece_bounds(std::int64_t d, std::int64_t pieces) {
    std::vector<std::int64_t> bounds = {0};
    for (std::int64_t s = 0; s < pieces; ++s) bounds.push_back(bounds.back() + d / pieces + (s < d % pieces ? 1 : 0));
    return bounds;
}

/// `count` rows drawn alike without repetition, in their order; all, if there are no more.
DenseMatrix sampled_rows(ConstPanelRef<float> x, std::int64_t count, std::uint64_t seed) {
    if (count == 0 || count >= x.rows()) return x;
    const Philox draws(seed, codebook_stream);
    DenseMatrix sample(count, x.cols());
    std::int64_t taken = 0;
    for (std::int64_t i = 0; i < x.rows() && taken < count; ++i) {
        const double chance = static_cast<double>(count - taken) / static_cast<double>(x.rows() - i);
        if (draws.uniform(static_cast<std::uint64_t>(i)) < chance) sample.row(taken++) = x.row(i);
    }
    return sample;
}

/// The columns of piece s.
auto piece(const DenseMatrix& x, const ProductQuantizer& quantizer, std::int64_t s) {
    return x.middleCols(quantizer.bounds[s], quantizer.bounds[s + 1] - quantizer.bounds[s]);
}

/// X R, by blocks of rows.
DenseMatrix rotated(ConstPanelRef<float> x, const DenseMatrix& rotation) {
    if (rotation.size() == 0) return x;
    DenseMatrix result(x.rows(), x.cols());
    parallel_blocks(x.rows(), row_block, [&](Range rows) {
        const std::int64_t count = rows.end - rows.begin;
        result.middleRows(rows.begin, count).noalias() = x.middleRows(rows.begin, count) * rotation;
    });
    return result;
}

/// Makes the columns orthonormal from the first to the last; one that depends on those before it gives way to the first
/// unit vector that does not.
void orthonormalize(Eigen::MatrixXd& columns) {
    const Eigen::Index n = columns.rows();
    const double least = 1e-9 * columns.colwise().norm().maxCoeff();
    Eigen::Index unit = 0;
    for (Eigen::Index j = 0; j < columns.cols(); ++j) {
        Eigen::VectorXd column = columns.col(j);
        const auto reduce = [&] {
            for (int pass = 0; pass < 2; ++pass) {
                column -= columns.leftCols(j) * (columns.leftCols(j).transpose() * column);
            }
        };
        reduce();
        for (; !(column.norm() > least); ++unit) {  // of n unit vectors n - j are independent of j columns
            column = Eigen::VectorXd::Unit(n, unit);
            reduce();
            if (column.squaredNorm() >= 0.5 / static_cast<double>(n)) break;
            column.setZero();
        }
        columns.col(j) = column.normalized();
    }
}

/// The orthonormal R that makes trace(R'M) greatest: U V' for M = U S V'.
DenseMatrix nearest_rotation(const Eigen::MatrixXd& m) {
    const SymmetricEigen eigen = symmetric_eigen(m.transpose() * m);
    Eigen::MatrixXd left = m * eigen.vectors;  // U S
    orthonormalize(left);
    return (left * eigen.vectors.transpose()).cast<float>();
}

/// X'Y, summed over blocks in their order.
Eigen::MatrixXd product_of_transpose(const DenseMatrix& x, const DenseMatrix& y) {
    const std::int64_t blocks = (x.rows() + row_block - 1) / row_block;
    std::vector<DenseMatrix> parts(blocks);
    parallel_blocks(x.rows(), row_block, [&](Range rows) {
        const std::int64_t count = rows.end - rows.begin;
        parts[rows.begin / row_block].noalias() =
            x.middleRows(rows.begin, count).transpose() * y.middleRows(rows.begin, count);
    });
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(x.cols(), y.cols());
    for (const DenseMatrix& part : parts) sum += part.cast<double>();
    return sum;
}

/// The principal axes, the next by variance each going to the subspace with room whose variances have the least
/// product.
DenseMatrix balanced_axes(const DenseMatrix& x, const std::vector<std::int64_t>& bounds) {
    const Eigen::Index d = x.cols();
    const Pca axes = pca(x, {.components = d});
    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(d, d);
    all.leftCols(axes.rank()) = axes.components.cast<double>();
    orthonormalize(all);
    std::vector<std::int64_t> next(bounds.begin(), bounds.end() - 1);
    std::vector<double> logs(next.size(), 0);
    const double largest = axes.rank() > 0 ? axes.variances[0] : 1;
    DenseMatrix dealt(d, d);
    for (Eigen::Index axis = 0; axis < d; ++axis) {
        std::size_t least = next.size();
        for (std::size_t s = 0; s < next.size(); ++s) {
            if (next[s] < bounds[s + 1] && (least == next.size() || logs[s] < logs[least])) least = s;
        }
        dealt.col(next[least]++) = all.col(axis).cast<float>();
        // Variances above 1, so that an axis more is never less of a load.
        const double variance = axis < axes.rank() ? axes.variances[axis] / largest : 0;
        logs[least] += std::log(std::max(variance, 1e-12) * 1e12 + 1);
    }
    return dealt;
}

/// k-means of each piece of the rotated rows, from the codewords there are; the sum of the pieces' inertias.
double learn_codewords(const DenseMatrix& x, std::int64_t iterations, ProductQuantizer& quantizer) {
    double inertia = 0;
    for (std::int64_t s = 0; s < quantizer.subspaces(); ++s) {
        const std::int64_t width = quantizer.bounds[s + 1] - quantizer.bounds[s];
        const DenseMatrix start = piece(quantizer.codewords, quantizer, s);
        const Kmeans fit = kmeans_from(start, piece(x, quantizer, s), {.iterations = iterations, .tolerance = 0});
        quantizer.codewords.middleCols(quantizer.bounds[s], width) = fit.centroids;
        inertia += fit.inertia;
    }
    return inertia;
}

/// First codewords: of each piece, k-means from a start drawn by distances.
void start_codewords(const DenseMatrix& x, std::int64_t count, std::int64_t iterations, std::uint64_t seed,
                     ProductQuantizer& quantizer, const Progress& progress) {
    quantizer.codewords.resize(count, x.cols());
    const auto pieces = static_cast<std::uint64_t>(quantizer.subspaces());
    for (std::int64_t s = 0; s < quantizer.subspaces(); ++s) {
        progress.report("codewords", static_cast<std::uint64_t>(s), pieces);
        const Kmeans fit = kmeans(piece(x, quantizer, s), {.clusters = count,
                                                           .iterations = iterations,
                                                           .tolerance = 0,
                                                           .seed = seed + static_cast<std::uint64_t>(s)});
        quantizer.codewords.middleCols(quantizer.bounds[s], quantizer.bounds[s + 1] - quantizer.bounds[s]) =
            fit.centroids;
    }
}

/// Nearest codewords of rows that are rotated already, and the sum of their squared distances.
double encode_rotated(const ProductQuantizer& quantizer, const DenseMatrix& x, Eigen::Ref<CodeMatrix> codes) {
    double sum = 0;
    for (std::int64_t s = 0; s < quantizer.subspaces(); ++s) {
        const Assignment nearest =
            assign_to_centroids(piece(x, quantizer, s), piece(quantizer.codewords, quantizer, s));
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            codes(i, s) = static_cast<std::uint8_t>(nearest.labels[i]);
        }
        sum += nearest.inertia;
    }
    return sum;
}

/// What codes stand for before it is rotated back.
DenseMatrix decoded_in_rotation(const ProductQuantizer& quantizer, const CodeMatrix& codes) {
    DenseMatrix rows(codes.rows(), quantizer.dimensions());
    parallel_blocks(codes.rows(), row_block, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            for (std::size_t s = 0; s + 1 < quantizer.bounds.size(); ++s) {
                const std::int64_t begin = quantizer.bounds[s], width = quantizer.bounds[s + 1] - begin;
                rows.row(i).segment(begin, width) =
                    quantizer.codewords.row(codes(i, static_cast<Eigen::Index>(s))).segment(begin, width);
            }
        }
    });
    return rows;
}

/// Encodes by blocks, so that only a block is copied for its rotation; the sum of squared distances.
double encode_blocks(const ProductQuantizer& quantizer, ConstPanelRef<float> x, CodeMatrix& codes) {
    check_rows(quantizer, x.cols());
    codes.resize(x.rows(), quantizer.subspaces());
    double sum = 0;
    constexpr std::int64_t block = 8 * row_block;
    for (std::int64_t begin = 0; begin < x.rows(); begin += block) {
        const std::int64_t count = std::min(block, x.rows() - begin);
        const DenseMatrix rows = rotated(x.middleRows(begin, count), quantizer.rotation);
        sum += encode_rotated(quantizer, rows, codes.middleRows(begin, count));
    }
    return sum;
}

Eigen::RowVectorXf rotated_query(const ProductQuantizer& quantizer, std::span<const float> query) {
    check_rows(quantizer, static_cast<std::int64_t>(query.size()));
    const Eigen::Map<const Eigen::RowVectorXf> row(query.data(), static_cast<Eigen::Index>(query.size()));
    if (quantizer.rotation.size() == 0) return row;
    return row * quantizer.rotation;
}

}  // namespace

ProductQuantizer fit_product_quantizer(ConstPanelRef<float> x, const ProductQuantizationOptions& options,
                                       const Progress& progress) {
    check(x, options);
    const DenseMatrix sample = sampled_rows(x, options.sample, options.seed);
    const std::int64_t words = std::min<std::int64_t>(options.codewords, sample.rows());
    ProductQuantizer quantizer;
    quantizer.bounds = piece_bounds(x.cols(), std::min<std::int64_t>(options.subspaces, x.cols()));
    if (options.rotations == 0) {
        start_codewords(sample, words, options.iterations, options.seed, quantizer, progress);
        return quantizer;
    }
    quantizer.rotation = balanced_axes(sample, quantizer.bounds);
    DenseMatrix turned = rotated(sample, quantizer.rotation);
    start_codewords(turned, words, iterations_a_rotation, options.seed, quantizer, progress);
    const auto steps = static_cast<std::uint64_t>(options.rotations);
    for (std::uint64_t step = 0; step < steps; ++step) {
        progress.report("rotation", step, steps);
        quantizer.objective.push_back(learn_codewords(turned, iterations_a_rotation, quantizer) /
                                      static_cast<double>(sample.rows()));
        CodeMatrix codes(sample.rows(), quantizer.subspaces());
        encode_rotated(quantizer, turned, codes);
        quantizer.rotation = nearest_rotation(product_of_transpose(sample, decoded_in_rotation(quantizer, codes)));
        turned = rotated(sample, quantizer.rotation);
    }
    quantizer.objective.push_back(learn_codewords(turned, options.iterations, quantizer) /
                                  static_cast<double>(sample.rows()));
    return quantizer;
}

std::uint64_t product_quantizer_memory(std::int64_t rows, std::int64_t cols,
                                       const ProductQuantizationOptions& options) {
    const std::int64_t learned = options.sample == 0 ? rows : std::min(options.sample, rows);
    const auto n = static_cast<std::uint64_t>(learned), d = static_cast<std::uint64_t>(cols);
    const std::int64_t pieces = std::clamp<std::int64_t>(options.subspaces, 1, std::max<std::int64_t>(1, cols));
    const std::int64_t width = (cols + pieces - 1) / pieces;
    const KmeansOptions learning = {.clusters = std::max<std::int64_t>(1, std::min(options.codewords, learned))};
    // The sample and a piece of it with its codewords; with a rotation, the turned and the decoded sample too, and a
    // product of transposes for each block and of the axes.
    const std::uint64_t piece = sizeof(float) * n * static_cast<std::uint64_t>(width);
    const std::uint64_t turning =
        options.rotations == 0
            ? 0
            : 2 * sizeof(float) * n * d + (sizeof(float) * (1 + n / row_block) + 8 * sizeof(double)) * d * d;
    const std::uint64_t codes = n * (static_cast<std::uint64_t>(pieces) + 2 * sizeof(float));
    return sizeof(float) * n * d + piece + turning + codes + kmeans_memory(learned, width, 0, learning);
}

CodeMatrix encode(const ProductQuantizer& quantizer, ConstPanelRef<float> x) {
    CodeMatrix codes;
    encode_blocks(quantizer, x, codes);
    return codes;
}

DenseMatrix decode(const ProductQuantizer& quantizer, const CodeMatrix& codes) {
    check_codes(quantizer, codes);
    const DenseMatrix rows = decoded_in_rotation(quantizer, codes);
    return quantizer.rotation.size() == 0 ? rows : rotated(rows, quantizer.rotation.transpose());
}

OneHotFactors one_hot_factors(const ProductQuantizer& quantizer, const CodeMatrix& codes) {
    check_codes(quantizer, codes);
    if (quantizer.rotation.size() > 0) throw UsageError("codes of rotated rows are no one-hot factors of the rows");
    const std::int64_t words = quantizer.codewords.rows(), pieces = quantizer.subspaces();
    OneHotFactors factors = {DenseMatrix::Zero(codes.rows(), pieces * words),
                             DenseMatrix::Zero(pieces * words, quantizer.dimensions())};
    for (std::int64_t s = 0; s < pieces; ++s) {
        for (std::int64_t row = 0; row < codes.rows(); ++row) factors.z(row, s * words + codes(row, s)) = 1;
        const auto columns = piece(quantizer.codewords, quantizer, s);
        factors.w.block(s * words, quantizer.bounds[s], words, columns.cols()) = columns;
    }
    return factors;
}

double distortion(const ProductQuantizer& quantizer, ConstPanelRef<float> x) {
    CodeMatrix codes;
    const double sum = encode_blocks(quantizer, x, codes);
    return x.rows() == 0 ? 0 : sum / static_cast<double>(x.rows());
}

DenseMatrix inner_product_table(const ProductQuantizer& quantizer, std::span<const float> query) {
    const Eigen::RowVectorXf q = rotated_query(quantizer, query);
    DenseMatrix table(quantizer.subspaces(), quantizer.codewords.rows());
    for (std::int64_t s = 0; s < quantizer.subspaces(); ++s) {
        const std::int64_t begin = quantizer.bounds[s];
        const auto words = piece(quantizer.codewords, quantizer, s);
        table.row(s).noalias() = q.segment(begin, words.cols()) * words.transpose();
    }
    return table;
}

DenseMatrix distance_table(const ProductQuantizer& quantizer, std::span<const float> query) {
    const Eigen::RowVectorXf q = rotated_query(quantizer, query);
    DenseMatrix table(quantizer.subspaces(), quantizer.codewords.rows());
    for (std::int64_t s = 0; s < quantizer.subspaces(); ++s) {
        const std::int64_t begin = quantizer.bounds[s];
        const auto words = piece(quantizer.codewords, quantizer, s);
        table.row(s) = (words.rowwise() - q.segment(begin, words.cols())).rowwise().squaredNorm().transpose();
    }
    return table;
}

void sum_table(const DenseMatrix& table, const std::uint8_t* codes, std::span<float> sums) {
    const std::int64_t m = table.rows(), c = table.cols(), count = static_cast<std::int64_t>(sums.size());
    constexpr std::int64_t together = 4;
    std::int64_t i = 0;
    for (; i + together <= count; i += together) {
        const std::uint8_t* code = codes + i * m;
        float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (std::int64_t s = 0; s < m; ++s) {
            const float* row = table.data() + s * c;
            sum0 += row[code[s]];
            sum1 += row[code[m + s]];
            sum2 += row[code[2 * m + s]];
            sum3 += row[code[3 * m + s]];
        }
        float* out = sums.data() + i;
        out[0] = sum0, out[1] = sum1, out[2] = sum2, out[3] = sum3;
    }
    for (; i < count; ++i) {
        float sum = 0;
        for (std::int64_t s = 0; s < m; ++s) sum += table(s, codes[i * m + s]);
        sums[i] = sum;
    }
}

}  // namespace eckart
