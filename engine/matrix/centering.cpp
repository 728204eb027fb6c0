// The Gram matrix of 200,000 x 64: 51 MB to read, and .82 Gflop, 15 ms of a processor at dgemm's 53 Gflop/s; measured
// 30, of which dsyrk takes 24 on so narrow a panel, and 2 more for the means. float32 would halve it, and lose the
// variances below 1e-7 of the largest, which an SVD in float32 still tells from zero.

#include "engine/matrix/centering.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/matrix/blas.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr std::int64_t mean_rows = 4096;       // rows a task of a sum, at least
constexpr std::int64_t sum_tasks = 64;         // tasks of a sum, at most: each holds a sum of its own
constexpr Index tile_side = 256;               // columns and rows of a tile in float64: half a megabyte
constexpr std::int64_t gram_tasks = 32;        // of a Gram matrix, about; each holds a tile
constexpr Index product_rows = 128;            // rows of X centered at a time
constexpr std::int64_t adjoint_columns = 128;  // columns of X a task of the adjoint
constexpr std::int64_t adjoint_tasks = 16;     // of the adjoint, where there are few columns

using Rows = Eigen::Map<const DenseMatrix, 0, Eigen::OuterStride<>>;

Rows borrowed(ConstPanelRef<float> x) {
    return {x.data(), x.rows(), x.cols(), Eigen::OuterStride<>(x.outerStride())};
}

void require_fit(const VectorXd& means, Index cols) {
    if (means.size() != cols) {
        throw UsageError("the vector of column means has " + std::to_string(means.size()) + " entries, not " +
                         std::to_string(cols));
    }
}

/// Rows a task, of at most `tasks` tasks: a multiple of `unit`, and at least that.
std::int64_t rows_a_task(std::int64_t rows, std::int64_t tasks, std::int64_t unit) {
    const std::int64_t even = (rows + tasks - 1) / tasks;
    return std::max(unit, (even + unit - 1) / unit * unit);
}

/// The sum over rows of what `add(rows, sum)` adds to a zero, taken in blocks that are added in order.
template <class Sum, class Add>
Sum sum_over_rows(std::int64_t rows, const Sum& zero, Add add) {
    const std::int64_t block = rows_a_task(rows, sum_tasks, mean_rows);
    std::vector<Sum> partial((rows + block - 1) / block, zero);
    parallel_blocks(rows, block, [&](Range range) { add(range, partial[range.begin / block]); });
    Sum total = zero;
    for (const Sum& part : partial) total += part;
    return total;
}

/// X(rows, columns) - 1 mu', rounded to Real.
template <class Real>
void center(const Rows& x, const VectorXd& means, Range rows, Range columns, RowMajorMatrix<Real>& block) {
    const Index count = columns.end - columns.begin;
    block.resize(rows.end - rows.begin, count);
    for (Index i = 0; i < block.rows(); ++i) {
        const auto row = x.row(rows.begin + i).segment(columns.begin, count);
        if (means.size() == 0) {
            block.row(i) = row.cast<Real>();
        } else {
            block.row(i) = (row.cast<double>() - means.segment(columns.begin, count).transpose()).cast<Real>();
        }
    }
}

/// The columns of one tile of the Gram matrix.
Range tile_columns(Index tile, Index cols) {
    return {tile * tile_side, std::min(cols, (tile + 1) * tile_side)};
}

/// The tile (i, j) of the Gram matrix over some rows.
DenseMatrixF64 gram_tile(const Rows& x, const VectorXd& means, Range rows, Range i, Range j) {
    DenseMatrixF64 sum = DenseMatrixF64::Zero(i.end - i.begin, j.end - j.begin), left, right;
    const int p = static_cast<int>(sum.rows()), q = static_cast<int>(sum.cols());
    for (std::int64_t first = rows.begin; first < rows.end; first += tile_side) {
        const Range part{first, std::min<std::int64_t>(rows.end, first + tile_side)};
        const int count = static_cast<int>(part.end - part.begin);
        center(x, means, part, i, left);
        if (i.begin == j.begin) {
            blas::add_square_of_transpose(p, count, left.data(), p, sum.data(), p);
        } else {
            center(x, means, part, j, right);
            blas::add_product_of_transpose(p, q, count, left.data(), p, right.data(), q, sum.data(), q);
        }
    }
    return sum;
}

}  // namespace

VectorXd column_means(ConstPanelRef<float> x) {
    const VectorXd zero = VectorXd::Zero(x.cols());
    const Rows rows = borrowed(x);
    const VectorXd sum = sum_over_rows(x.rows(), zero, [&](Range range, VectorXd& part) {
        for (Index i = range.begin; i < range.end; ++i) part += rows.row(i).transpose().cast<double>();
    });
    return sum / static_cast<double>(std::max<Index>(1, x.rows()));
}

VectorXd column_means(const CsrView& x) {
    VectorXd sum = VectorXd::Zero(x.cols);
    for (std::size_t p = 0; p < x.values.size(); ++p) sum(x.column_indices[p]) += static_cast<double>(x.values[p]);
    return sum / static_cast<double>(std::max<std::int64_t>(1, x.rows));
}

double centered_squared_norm(ConstPanelRef<float> x, const VectorXd& means) {
    require_fit(means, x.cols());
    const Rows rows = borrowed(x);
    return sum_over_rows(x.rows(), 0.0, [&](Range range, double& part) {
        for (Index i = range.begin; i < range.end; ++i) {
            part += (rows.row(i).cast<double>() - means.transpose()).squaredNorm();
        }
    });
}

double centered_squared_norm(const CsrView& x, const VectorXd& means) {
    require_fit(means, x.cols);
    std::vector<std::int64_t> stored(x.cols, 0);
    double sum = 0;
    for (std::size_t p = 0; p < x.values.size(); ++p) {
        const double offset = static_cast<double>(x.values[p]) - means(x.column_indices[p]);
        sum += offset * offset;
        ++stored[x.column_indices[p]];
    }
    for (Index j = 0; j < means.size(); ++j) {
        sum += static_cast<double>(x.rows - stored[j]) * means(j) * means(j);
    }
    return sum;
}

Eigen::MatrixXd centered_gram(ConstPanelRef<float> x, const VectorXd& means) {
    require_fit(means, x.cols());
    blas::pin_to_one_thread();
    const Rows source = borrowed(x);
    const Index cols = x.cols(), tiles = (cols + tile_side - 1) / tile_side;
    std::vector<std::pair<Index, Index>> places;  // of the tiles on and below the diagonal
    for (Index i = 0; i < tiles; ++i) {
        for (Index j = 0; j <= i; ++j) places.emplace_back(i, j);
    }
    const auto pairs = static_cast<std::int64_t>(places.size());
    if (pairs == 0) return {};
    const std::int64_t block = rows_a_task(x.rows(), std::max<std::int64_t>(1, gram_tasks / pairs), tile_side);
    const std::int64_t groups = std::max<std::int64_t>(1, (x.rows() + block - 1) / block);
    std::vector<DenseMatrixF64> partial(pairs * groups);
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(cols, cols);
    const auto add = [&](const DenseMatrixF64& tile, Range i, Range j) {
        gram.block(i.begin, j.begin, tile.rows(), tile.cols()) += tile;
    };
    parallel_for(pairs * groups, [&](std::int64_t task) {
        const auto [i, j] = places[task % pairs];
        const std::int64_t first = task / pairs * block;
        const Range rows{first, std::min<std::int64_t>(x.rows(), first + block)};
        DenseMatrixF64 tile = gram_tile(source, means, rows, tile_columns(i, cols), tile_columns(j, cols));
        if (groups > 1) {
            partial[task] = std::move(tile);
        } else {
            add(tile, tile_columns(i, cols), tile_columns(j, cols));  // each tile has its place in the result
        }
    });
    for (std::int64_t task = 0; groups > 1 && task < pairs * groups; ++task) {
        const auto [i, j] = places[task % pairs];
        add(partial[task], tile_columns(i, cols), tile_columns(j, cols));
    }
    gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
    return gram;
}

CenteredDenseOperator::CenteredDenseOperator(ConstPanelRef<float> x, VectorXd means)
    : x_(borrowed(x)), means_(std::move(means)) {
    if (means_.size() != 0) require_fit(means_, x.cols());
    squared_norm_ = centered_squared_norm(x, means_.size() != 0 ? means_ : VectorXd::Zero(x.cols()));
}

template <class Real>
void CenteredDenseOperator::apply_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const {
    parallel_blocks(rows(), product_rows, [&](Range range) {
        RowMajorMatrix<Real> block;
        center(x_, means_, range, {0, cols()}, block);
        y.middleRows(range.begin, block.rows()).noalias() = block * x;
    });
}

template <class Real>
void CenteredDenseOperator::apply_adjoint_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const {
    const std::int64_t strips = std::max<std::int64_t>(1, (cols() + adjoint_columns - 1) / adjoint_columns);
    const std::int64_t rows_a_group =
        rows_a_task(rows(), std::max<std::int64_t>(1, adjoint_tasks / strips), product_rows);
    const std::int64_t groups = std::max<std::int64_t>(1, (rows() + rows_a_group - 1) / rows_a_group);
    std::vector<RowMajorMatrix<Real>> partial(groups - 1);
    for (auto& sum : partial) sum.resize(cols(), x.cols());
    parallel_for(strips * groups, [&](std::int64_t task) {
        const std::int64_t group = task / strips, first = task % strips * adjoint_columns;
        const Range columns{first, std::min(cols(), first + adjoint_columns)};
        const std::int64_t end = std::min(rows(), (group + 1) * rows_a_group);
        RowMajorMatrix<Real> block, sum = RowMajorMatrix<Real>::Zero(columns.end - columns.begin, x.cols());
        for (std::int64_t row = group * rows_a_group; row < end; row += product_rows) {
            const Range part{row, std::min<std::int64_t>(end, row + product_rows)};
            center(x_, means_, part, columns, block);
            sum.noalias() += block.transpose() * x.middleRows(part.begin, block.rows());
        }
        if (group == 0) {
            y.middleRows(first, sum.rows()) = sum;
        } else {
            partial[group - 1].middleRows(first, sum.rows()) = sum;
        }
    });
    for (const auto& sum : partial) y += sum;
}

void CenteredDenseOperator::apply(ConstPanelRef<float> x, PanelRef<float> y) const {
    apply_in<float>(x, y);
}
void CenteredDenseOperator::apply(ConstPanelRef<double> x, PanelRef<double> y) const {
    apply_in<double>(x, y);
}
void CenteredDenseOperator::apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const {
    apply_adjoint_in<float>(x, y);
}
void CenteredDenseOperator::apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const {
    apply_adjoint_in<double>(x, y);
}

}  // namespace eckart
