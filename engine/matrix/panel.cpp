#include "engine/matrix/panel.h"

#include <algorithm>
#include <vector>

#include "engine/matrix/lanes.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using lanes::Vector;
using lanes::vector_width;

constexpr Eigen::Index tile_size = 4;   // rows of a register tile; with two vectors of columns it fills 8 accumulators
constexpr Eigen::Index sum_rows = 256;  // rows whose products are summed in Real before they join the float64 sum
constexpr std::int64_t inner_block = 1024;   // rows a task of inner_products, at least
constexpr std::int64_t inner_tasks = 64;     // tasks of inner_products, at most: each holds a sum of its own
constexpr std::int64_t product_block = 128;  // rows a task of add_product

template <class Real>
using Sum = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// sum += a(:, i..i+Rows)' b(:, j..j+2 vectors) over `rows` rows that start at the two pointers.
template <class Real, int Rows>
void inner_tile(const Real* a, Eigen::Index a_stride, const Real* b, Eigen::Index b_stride, Eigen::Index rows,
                Real* sum, Eigen::Index sum_stride) {
    constexpr int width = vector_width<Real>;
    Vector<Real> acc[Rows][2] = {};
    for (Eigen::Index r = 0; r < rows; ++r, a += a_stride, b += b_stride) {
        const Vector<Real> b0 = lanes::load(b), b1 = lanes::load(b + width);
#pragma GCC unroll 4
        for (int i = 0; i < Rows; ++i) {
            acc[i][0] += a[i] * b0;
            acc[i][1] += a[i] * b1;
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < Rows; ++i) {
        lanes::store(sum + i * sum_stride, acc[i][0]);
        lanes::store(sum + i * sum_stride + width, acc[i][1]);
    }
}

/// Panel of someone else's numbers.
template <class Real>
using Panel = Eigen::Map<const RowMajorMatrix<Real>, 0, Eigen::OuterStride<>>;

template <class Real>
Panel<Real> borrowed(ConstPanelRef<Real> a) {
    return {a.data(), a.rows(), a.cols(), Eigen::OuterStride<>(a.outerStride())};
}

template <class Real>
std::vector<Panel<Real>> borrowed(std::span<const RowMajorMatrix<Real>> panels) {
    std::vector<Panel<Real>> result;
    for (const auto& panel : panels) result.push_back(borrowed<Real>(panel));
    return result;
}

/// What is read next, fetched a little at each of `steps` steps while something else is computed: panels come from
/// memory, and the processor does not guess the way from one to the next.
template <class Real>
class Ahead {
  public:
    /// Rows of `next`, or nothing if that is null.
    Ahead(const Panel<Real>* next, Range rows, Eigen::Index steps) {
        if (next == nullptr || steps == 0) return;
        at_ = reinterpret_cast<const char*>(next->data() + rows.begin * next->outerStride());
        end_ = reinterpret_cast<const char*>(next->data() + rows.end * next->outerStride());
        lines_a_step_ = (end_ - at_) / (line * steps) + 1;
    }

    void step() {
        for (Eigen::Index i = 0; i < lines_a_step_ && at_ < end_; ++i, at_ += line) __builtin_prefetch(at_);
    }

  private:
    static constexpr Eigen::Index line = 64;

    const char* at_ = nullptr;
    const char* end_ = nullptr;
    Eigen::Index lines_a_step_ = 0;
};

/// a' b over a chunk of rows, into `sum` (p x q). With `upper` only the tiles that reach above the diagonal.
template <class Real>
void inner_chunk(const Panel<Real>& a, const Panel<Real>& b, const Panel<Real>* next, Range rows, bool upper,
                 Sum<Real>& sum) {
    constexpr Eigen::Index strip = 2 * vector_width<Real>;
    const Eigen::Index count = rows.end - rows.begin;
    const Eigen::Index tiled_p = a.cols() / tile_size * tile_size, tiled_q = b.cols() / strip * strip;
    const Real* a_rows = a.data() + rows.begin * a.outerStride();
    const Real* b_rows = b.data() + rows.begin * b.outerStride();
    Ahead<Real> ahead(next, rows, tiled_p / tile_size * (tiled_q / strip));
    for (Eigen::Index i = 0; i < tiled_p; i += tile_size) {
        for (Eigen::Index j = upper ? i / strip * strip : 0; j < tiled_q; j += strip) {
            ahead.step();
            inner_tile<Real, tile_size>(a_rows + i, a.outerStride(), b_rows + j, b.outerStride(), count, &sum(i, j),
                                        sum.outerStride());
        }
    }
    const auto ac = a.middleRows(rows.begin, count), bc = b.middleRows(rows.begin, count);
    if (tiled_p < a.cols()) {
        sum.bottomRows(a.cols() - tiled_p).noalias() = ac.rightCols(a.cols() - tiled_p).transpose() * bc;
    }
    if (tiled_q < b.cols() && tiled_p > 0) {
        sum.topRightCorner(tiled_p, b.cols() - tiled_q).noalias() =
            ac.leftCols(tiled_p).transpose() * bc.rightCols(b.cols() - tiled_q);
    }
}

/// Rows a task of inner_products over `rows` rows: whole multiples of sum_rows.
std::int64_t inner_block_rows(std::int64_t rows) {
    const std::int64_t even = (rows + inner_tasks - 1) / inner_tasks;
    return std::max(inner_block, (even + sum_rows - 1) / sum_rows * sum_rows);
}

/// [a_1 a_2 ...]' b, in one parallel loop over blocks of rows.
template <class Real>
Eigen::MatrixXd inner_products_in(const std::vector<Panel<Real>>& panels, const Panel<Real>& b, bool upper) {
    Eigen::Index p = 0;
    for (const auto& a : panels) {
        if (a.rows() != b.rows()) throw UsageError("inner products need panels of equally many rows");
        p += a.cols();
    }
    const std::int64_t block_rows = inner_block_rows(b.rows());
    const std::int64_t blocks = std::max<std::int64_t>(1, (b.rows() + block_rows - 1) / block_rows);
    std::vector<Sum<double>> partial(blocks);
    parallel_for(blocks, [&](std::int64_t block) {
        Sum<double>& total = partial[block];
        total.setZero(p, b.cols());
        Sum<Real> sum;
        const Eigen::Index end = std::min<Eigen::Index>(b.rows(), (block + 1) * block_rows);
        for (Eigen::Index begin = block * block_rows; begin < end; begin += sum_rows) {
            Eigen::Index first = 0;
            for (std::size_t j = 0; j < panels.size(); ++j) {
                const Panel<Real>&a = panels[j], *next = j + 1 < panels.size() ? &panels[j + 1] : nullptr;
                sum.setZero(a.cols(), b.cols());
                inner_chunk<Real>(a, b, next, {begin, std::min(end, begin + sum_rows)}, upper, sum);
                total.middleRows(first, a.cols()) += sum.template cast<double>();
                first += a.cols();
            }
        }
    });
    for (std::size_t i = 1; i < partial.size(); ++i) partial[0] += partial[i];
    return partial[0];
}

template <class Real>
Eigen::MatrixXd inner_products_in(ConstPanelRef<Real> a, ConstPanelRef<Real> b) {
    const bool same = a.data() == b.data() && a.cols() == b.cols() && a.outerStride() == b.outerStride();
    Eigen::MatrixXd product = inner_products_in<Real>({borrowed<Real>(a)}, borrowed<Real>(b), same);
    if (same) product.template triangularView<Eigen::StrictlyLower>() = product.transpose();
    return product;
}

/// c += a p for `Rows` rows and two vectors of columns.
template <class Real, int Rows>
void product_tile(const Real* a, Eigen::Index a_stride, const Real* p, Eigen::Index p_stride, Eigen::Index inner,
                  Real sign, Real* c, Eigen::Index c_stride) {
    constexpr int width = vector_width<Real>;
    Vector<Real> acc[Rows][2] = {};
    for (Eigen::Index l = 0; l < inner; ++l, p += p_stride) {
        const Vector<Real> p0 = lanes::load(p), p1 = lanes::load(p + width);
#pragma GCC unroll 4
        for (int i = 0; i < Rows; ++i) {
            const Real value = a[i * a_stride + l];
            acc[i][0] += value * p0;
            acc[i][1] += value * p1;
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < Rows; ++i) {
        Real* to = c + i * c_stride;
        lanes::store(to, lanes::load(to) + sign * acc[i][0]);
        lanes::store(to + width, lanes::load(to + width) + sign * acc[i][1]);
    }
}

/// c += sign * a p over a block of rows.
template <class Real>
void add_product_rows(const Panel<Real>& a, const Panel<Real>& p, Real sign, const Panel<Real>* next, Range rows,
                      PanelRef<Real>& c) {
    constexpr Eigen::Index strip = 2 * vector_width<Real>;
    const Eigen::Index tiled = p.cols() / strip * strip;
    Ahead<Real> ahead(next, rows, (tiled / strip) * ((rows.end - rows.begin) / tile_size));
    for (Eigen::Index j = 0; j < tiled; j += strip) {
        Eigen::Index r = rows.begin;
        const auto tile = [&](auto kernel) {
            ahead.step();
            kernel(a.data() + r * a.outerStride(), a.outerStride(), p.data() + j, p.outerStride(), a.cols(), sign,
                   c.data() + r * c.outerStride() + j, c.outerStride());
        };
        for (; r + tile_size <= rows.end; r += tile_size) tile(product_tile<Real, tile_size>);
        for (; r < rows.end; ++r) tile(product_tile<Real, 1>);
    }
    if (tiled < p.cols()) {
        const Eigen::Index count = rows.end - rows.begin, rest = p.cols() - tiled;
        c.block(rows.begin, tiled, count, rest).noalias() +=
            sign * (a.middleRows(rows.begin, count) * p.rightCols(rest));
    }
}

/// c += sign * [a_1 a_2 ...] p, in one parallel loop: a block of rows of c stays in cache while the panels pass.
template <class Real>
void add_products_in(const std::vector<Panel<Real>>& panels, const Panel<Real>& p, Real sign, PanelRef<Real> c) {
    Eigen::Index inner = 0;
    for (const auto& a : panels) {
        if (a.rows() != c.rows()) throw UsageError("a product of panels needs panels of equally many rows");
        inner += a.cols();
    }
    if (inner != p.rows() || p.cols() != c.cols()) throw UsageError("the shapes of a product of panels do not fit");
    parallel_blocks(c.rows(), product_block, [&](Range rows) {
        Eigen::Index first = 0;
        for (std::size_t j = 0; j < panels.size(); ++j) {
            const Panel<Real>&a = panels[j], *next = j + 1 < panels.size() ? &panels[j + 1] : nullptr;
            const Panel<Real> part(p.data() + first * p.outerStride(), a.cols(), p.cols(),
                                   Eigen::OuterStride<>(p.outerStride()));
            add_product_rows<Real>(a, part, sign, next, rows, c);
            first += a.cols();
        }
    });
}

}  // namespace

Eigen::MatrixXd inner_products(ConstPanelRef<float> a, ConstPanelRef<float> b) {
    return inner_products_in<float>(a, b);
}
Eigen::MatrixXd inner_products(ConstPanelRef<double> a, ConstPanelRef<double> b) {
    return inner_products_in<double>(a, b);
}
Eigen::MatrixXd inner_products(std::span<const DenseMatrix> panels, ConstPanelRef<float> b) {
    return inner_products_in<float>(borrowed<float>(panels), borrowed<float>(b), false);
}
Eigen::MatrixXd inner_products(std::span<const DenseMatrixF64> panels, ConstPanelRef<double> b) {
    return inner_products_in<double>(borrowed<double>(panels), borrowed<double>(b), false);
}

void add_product(ConstPanelRef<float> a, ConstPanelRef<float> p, float sign, PanelRef<float> c) {
    add_products_in<float>({borrowed<float>(a)}, borrowed<float>(p), sign, c);
}
void add_product(ConstPanelRef<double> a, ConstPanelRef<double> p, double sign, PanelRef<double> c) {
    add_products_in<double>({borrowed<double>(a)}, borrowed<double>(p), sign, c);
}
void add_product(std::span<const DenseMatrix> panels, ConstPanelRef<float> p, float sign, PanelRef<float> c) {
    add_products_in<float>(borrowed<float>(panels), borrowed<float>(p), sign, c);
}
void add_product(std::span<const DenseMatrixF64> panels, ConstPanelRef<double> p, double sign, PanelRef<double> c) {
    add_products_in<double>(borrowed<double>(panels), borrowed<double>(p), sign, c);
}

}  // namespace eckart
