// Notation: p_i = mu + z_i W, the approximation of row x_i. Tiles are 64 rows by 2048 columns of X - 1 mu' - Z W.

#include "engine/metrics/reconstruction.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/matrix/centering.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr Index tile_rows = 64;
constexpr Index tile_columns = 2048;  // with 64 rows a megabyte
constexpr std::int64_t row_block = 256;
constexpr double digits_lost = 1e-4;  // of the squared norms: a sum below it has less than twelve digits left

void require(bool fits) {
    if (!fits) throw UsageError("the shapes of a matrix and its factors do not fit");
}

double finite(double error) {
    if (!std::isfinite(error)) throw UsageError("a matrix or its factors hold a value that is not finite");
    return error;
}

/// The sum over blocks of rows of what `error_of(rows)` answers, added in order.
template <class Error>
double sum_over_blocks(std::int64_t rows, std::int64_t block, Error error_of) {
    std::vector<double> partial((rows + block - 1) / block);
    parallel_blocks(rows, block, [&](Range range) { partial[range.begin / block] = error_of(range); });
    double sum = 0;
    for (const double part : partial) sum += part;
    return sum;
}

/// Puts a tile of a dense matrix into `tile`.
struct DenseRows {
    Eigen::Map<const DenseMatrix, 0, Eigen::OuterStride<>> x;

    explicit DenseRows(ConstPanelRef<float> given)
        : x(given.data(), given.rows(), given.cols(), Eigen::OuterStride<>(given.outerStride())) {}
    Index rows() const { return x.rows(); }
    Index cols() const { return x.cols(); }
    void fill(Range rows, Range columns, DenseMatrixF64& tile) const {
        tile = x.block(rows.begin, columns.begin, rows.end - rows.begin, columns.end - columns.begin).cast<double>();
    }
};

/// Puts a tile of a sparse matrix into `tile`.
struct SparseRows {
    CsrView x;

    Index rows() const { return x.rows; }
    Index cols() const { return x.cols; }
    void fill(Range rows, Range columns, DenseMatrixF64& tile) const {
        tile.setZero(rows.end - rows.begin, columns.end - columns.begin);
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            const CsrRow row = x.row(i);
            const auto begin = row.columns.begin(), end = row.columns.end();
            for (auto at = std::lower_bound(begin, end, columns.begin); at != end && *at < columns.end; ++at) {
                tile(i - rows.begin, *at - columns.begin) = row.values[at - begin];
            }
        }
    }
};

/// ||X - 1 mu' - Z W||^2, every entry of the difference computed.
template <class Source>
double error_of_difference(const Source& x, ConstPanelRef<float> z, ConstPanelRef<float> w, const VectorXd& mean) {
    return sum_over_blocks(x.rows(), tile_rows, [&](Range rows) {
        const DenseMatrixF64 left = z.middleRows(rows.begin, rows.end - rows.begin).template cast<double>();
        DenseMatrixF64 tile, right;
        double sum = 0;
        for (Index first = 0; first < x.cols(); first += tile_columns) {
            const Range columns{first, std::min<Index>(x.cols(), first + tile_columns)};
            const Index count = columns.end - columns.begin;
            x.fill(rows, columns, tile);
            if (mean.size() != 0) tile.rowwise() -= mean.segment(first, count).transpose();
            right = w.middleCols(first, count).template cast<double>();
            tile.noalias() -= left * right;
            sum += tile.squaredNorm();
        }
        return sum;
    });
}

/// Squares summed of a sparse X and of its approximation, and of their difference.
struct Squares {
    double x = 0;
    double approximation = 0;
    double difference = 0;
};

/// The sum over the stored entries of a row of (x - p)^2 - p^2, and of x^2; approximation(j) is p.
template <class Approximation>
void add_stored(const CsrView& x, std::int64_t row, Approximation approximation, Squares& squares) {
    const CsrRow entries = x.row(row);
    for (std::size_t e = 0; e < entries.size(); ++e) {
        const double value = entries.values[e], p = approximation(entries.columns[e]);
        squares.x += value * value;
        squares.difference += value * (value - 2 * p);  // (x - p)^2 - p^2
    }
}

/// Adds the squares of all rows, which `add(row, squares)` gives for one each.
template <class Add>
Squares sum_of_squares(std::int64_t rows, Add add) {
    std::vector<Squares> partial((rows + row_block - 1) / row_block);
    parallel_blocks(rows, row_block, [&](Range range) {
        Squares& part = partial[range.begin / row_block];
        for (std::int64_t i = range.begin; i < range.end; ++i) add(i, part);
    });
    Squares sum;
    for (const Squares& part : partial) {
        sum.x += part.x;
        sum.approximation += part.approximation;
        sum.difference += part.difference;
    }
    sum.difference += sum.approximation;
    return sum;
}

/// Whether the difference has kept its digits.
bool is_settled(const Squares& squares) {
    return squares.difference > digits_lost * (squares.x + squares.approximation);
}

Squares squares_of(const CsrView& x, ConstPanelRef<float> z, ConstPanelRef<float> w, const VectorXd& mean) {
    const DenseMatrix columns = w.transpose();  // a row a column of X
    const Eigen::MatrixXd gram = centered_gram(columns, VectorXd::Zero(columns.cols()));
    VectorXd cross = VectorXd::Zero(columns.cols());
    for (Index j = 0; j < mean.size(); ++j) cross += mean(j) * columns.row(j).transpose().cast<double>();
    const double offset = mean.squaredNorm();
    return sum_of_squares(x.rows, [&](std::int64_t i, Squares& squares) {
        const VectorXd code = z.row(i).transpose().cast<double>();
        const auto p = [&](std::int32_t j) {
            return columns.row(j).transpose().cast<double>().dot(code) + (mean.size() != 0 ? mean(j) : 0.0);
        };
        add_stored(x, i, p, squares);
        squares.approximation += code.dot(gram * code) + 2 * code.dot(cross) + offset;  // |mu + z W|^2
    });
}

void require_labels(std::span<const std::int32_t> labels, Index rows, Index clusters) {
    require(static_cast<Index>(labels.size()) == rows);
    for (const std::int32_t label : labels) {
        if (label < 0 || label >= clusters) {
            throw UsageError("label " + std::to_string(label) + " is not one of " + std::to_string(clusters));
        }
    }
}

/// Each row against the row of w that its label names, every entry of the difference computed.
template <class Source>
double error_of_assignment(const Source& x, std::span<const std::int32_t> labels, ConstPanelRef<float> w) {
    return sum_over_blocks(x.rows(), tile_rows, [&](Range rows) {
        DenseMatrixF64 tile;
        double sum = 0;
        for (Index first = 0; first < x.cols(); first += tile_columns) {
            const Index count = std::min<Index>(x.cols() - first, tile_columns);
            x.fill(rows, {first, first + count}, tile);
            for (std::int64_t i = rows.begin; i < rows.end; ++i) {
                const auto centroid = w.row(labels[i]).segment(first, count);
                sum += (tile.row(i - rows.begin) - centroid.template cast<double>()).squaredNorm();
            }
        }
        return sum;
    });
}

}  // namespace

double reconstruction_error(ConstPanelRef<float> x, ConstPanelRef<float> z, ConstPanelRef<float> w,
                            const VectorXd& mean) {
    require(x.rows() == z.rows() && z.cols() == w.rows() && w.cols() == x.cols());
    require(mean.size() == 0 || mean.size() == x.cols());
    return finite(error_of_difference(DenseRows(x), z, w, mean));
}

double reconstruction_error(const CsrView& x, ConstPanelRef<float> z, ConstPanelRef<float> w, const VectorXd& mean) {
    require(x.rows == z.rows() && z.cols() == w.rows() && w.cols() == x.cols);
    require(mean.size() == 0 || mean.size() == x.cols);
    const Squares squares = squares_of(x, z, w, mean);
    if (is_settled(squares)) return finite(squares.difference);
    return finite(error_of_difference(SparseRows{x}, z, w, mean));
}

double reconstruction_error(const FactorizedMatrix& x, ConstPanelRef<float> z, ConstPanelRef<float> w,
                            const VectorXd& mean) {
    if (x.is_sparse()) return reconstruction_error(x.sparse(), z, w, mean);
    if (x.offset().size() == 0) return reconstruction_error(x.dense(), z, w, mean);
    require(mean.size() == 0 || mean.size() == x.cols());
    return reconstruction_error(x.dense(), z, w, mean.size() == 0 ? VectorXd(-x.offset()) : mean - x.offset());
}

double reconstruction_error(ConstPanelRef<float> x, std::span<const std::int32_t> labels, ConstPanelRef<float> w) {
    require(w.cols() == x.cols());
    require_labels(labels, x.rows(), w.rows());
    return finite(error_of_assignment(DenseRows(x), labels, w));
}

double reconstruction_error(const CsrView& x, std::span<const std::int32_t> labels, ConstPanelRef<float> w) {
    require(w.cols() == x.cols);
    require_labels(labels, x.rows, w.rows());
    VectorXd norms(w.rows());
    for (Index c = 0; c < w.rows(); ++c) norms(c) = w.row(c).cast<double>().squaredNorm();
    const Squares squares = sum_of_squares(x.rows, [&](std::int64_t i, Squares& sum) {
        const std::int32_t label = labels[i];
        add_stored(
            x, i, [&](std::int32_t j) { return static_cast<double>(w(label, j)); }, sum);
        sum.approximation += norms(label);
    });
    if (is_settled(squares)) return finite(squares.difference);
    return finite(error_of_assignment(SparseRows{x}, labels, w));
}

double reconstruction_error(const FactorizedMatrix& x, std::span<const std::int32_t> labels, ConstPanelRef<float> w) {
    return x.is_sparse() ? reconstruction_error(x.sparse(), labels, w) : reconstruction_error(x.dense(), labels, w);
}

}  // namespace eckart
