#include "engine/matrix/products.h"

#include <string>

#include "engine/matrix/lanes.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using lanes::Vector;
using lanes::vector_width;

constexpr std::int64_t multiplied_rows = 128;

/// One row of y, `Vectors` registers wide: acc += a_e * x[column_e] over the nonzeros e of the row.
template <class Real, int Vectors>
void multiply_row(const CsrView& a, std::int64_t row, const Real* x, std::int64_t stride, Real* y) {
    Vector<Real> acc[Vectors] = {};
    const CsrRow entries = a.row(row);
    for (std::size_t e = 0; e < entries.size(); ++e) {
        const Real* from = x + entries.columns[e] * stride;
        const Real value = static_cast<Real>(entries.values[e]);
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) acc[v] += value * lanes::load(from + v * vector_width<Real>);
    }
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) lanes::store(y + v * vector_width<Real>, acc[v]);
}

template <class Real>
void multiply_row_scalar(const CsrView& a, std::int64_t row, const Real* x, std::int64_t stride, Real* y) {
    Real sum = 0;
    const std::int64_t end = a.row_offsets[row + 1];  // places in the matrix: those in the row take a register more
    for (std::int64_t p = a.row_offsets[row]; p < end; ++p) {
        sum += static_cast<Real>(a.values[p]) * x[a.column_indices[p] * stride];
    }
    *y = sum;
}

/// Columns [first, b) of a block of rows, in strips of the widest kernel that still fits.
template <class Real>
void multiply_rows(const CsrView& a, Range rows, ConstPanelRef<Real> x, PanelRef<Real>& y) {
    constexpr int width = vector_width<Real>;
    const auto strip = [&](Eigen::Index first, auto kernel) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            kernel(a, row, x.data() + first, x.outerStride(), y.data() + row * y.outerStride() + first);
        }
    };
    Eigen::Index first = 0;
    for (; first + 4 * width <= x.cols(); first += 4 * width) strip(first, multiply_row<Real, 4>);
    for (; first + 2 * width <= x.cols(); first += 2 * width) strip(first, multiply_row<Real, 2>);
    for (; first + width <= x.cols(); first += width) strip(first, multiply_row<Real, 1>);
    for (; first < x.cols(); ++first) strip(first, multiply_row_scalar<Real>);
}

template <class Real>
void multiply_panel(const CsrView& a, ConstPanelRef<Real> x, PanelRef<Real> y) {
    if (x.rows() != a.cols || y.rows() != a.rows || x.cols() != y.cols()) {
        throw UsageError("a " + std::to_string(a.rows) + " x " + std::to_string(a.cols) + " matrix cannot multiply " +
                         std::to_string(x.rows()) + " x " + std::to_string(x.cols()) + " into " +
                         std::to_string(y.rows()) + " x " + std::to_string(y.cols()));
    }
    parallel_blocks(a.rows, multiplied_rows, [&](Range rows) { multiply_rows<Real>(a, rows, x, y); });
}

}  // namespace

void multiply(const CsrView& a, ConstPanelRef<float> x, PanelRef<float> y) {
    multiply_panel<float>(a, x, y);
}

void multiply(const CsrView& a, ConstPanelRef<double> x, PanelRef<double> y) {
    multiply_panel<double>(a, x, y);
}

}  // namespace eckart
