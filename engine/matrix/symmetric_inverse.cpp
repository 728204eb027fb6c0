#include "engine/matrix/symmetric_inverse.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/matrix/blas.h"
#include "engine/matrix/lapack.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

// One step takes a block of rows K, with A_KK = L L', and sweeps it (Beaton's symmetric sweep, by blocks):
//
//     V_i  = A_iK L^-T                    for all rows i outside K
//     A_ij := A_ij - V_i V_j'             = A_ij - A_iK A_KK^-1 A_Kj
//     A_iK := V_i L^-1                    = A_iK A_KK^-1
//     A_KK := -(L L')^-1
//
// After every block was swept once, A holds -A^-1. Only the lower triangle is kept: where i lies above K, A_iK is
// A_Ki'.

constexpr std::int64_t pivot_rows = 256;  ///< rows of K
constexpr std::int64_t tile_rows = 512;   ///< of the tiles that the update is cut into: two pivot blocks

template <class Real>
class Sweep {
  public:
    explicit Sweep(PanelRef<Real>& a)
        : a_(a.data()), stride_(a.outerStride()), n_(a.rows()), panel_(n_ * std::min(n_, pivot_rows)) {}

    bool run(const Progress& progress) {
        for (std::int64_t first = 0; first < n_; first += pivot_rows) {
            progress.report("inverting", static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(n_));
            if (!step({first, std::min(first + pivot_rows, n_)})) return false;
        }
        negate_and_mirror();
        return true;
    }

  private:
    Real* at(std::int64_t row, std::int64_t col) { return a_ + row * stride_ + col; }
    int stride() const { return static_cast<int>(stride_); }

    bool step(Range pivot) {
        const int width = static_cast<int>(pivot.end - pivot.begin);
        Real* diagonal = at(pivot.begin, pivot.begin);
        if (!lapack::factor(width, diagonal, stride())) return false;
        parallel_blocks(n_, pivot_rows, [&](Range rows) {
            if (rows.begin > pivot.begin) divide_below(rows, pivot);
            if (rows.begin < pivot.begin) divide_above(rows, pivot);
        });
        update(pivot, width);
        if (!lapack::inverse_of_factored(width, diagonal, stride())) return false;
        for (std::int64_t i = 0; i < width; ++i) {
            for (std::int64_t j = 0; j <= i; ++j) diagonal[i * stride_ + j] = -diagonal[i * stride_ + j];
        }
        return true;
    }

    Real* panel(std::int64_t row, std::int64_t width) { return panel_.data() + row * width; }

    void divide_below(Range rows, Range pivot) {
        const auto count = static_cast<int>(rows.end - rows.begin), width = static_cast<int>(pivot.end - pivot.begin);
        const Real* triangle = at(pivot.begin, pivot.begin);
        Real* block = at(rows.begin, pivot.begin);
        blas::divide(true, count, width, triangle, stride(), block, stride());
        Real* v = panel(rows.begin, width);
        for (std::int64_t i = 0; i < count; ++i) std::copy_n(block + i * stride_, width, v + i * width);
        blas::divide(false, count, width, triangle, stride(), block, stride());
    }

    void divide_above(Range rows, Range pivot) {
        const auto count = static_cast<int>(rows.end - rows.begin), width = static_cast<int>(pivot.end - pivot.begin);
        const Real* triangle = at(pivot.begin, pivot.begin);
        Real* block = at(pivot.begin, rows.begin);  // transposed: width x count
        Real* v = panel(rows.begin, width);
        for (std::int64_t i = 0; i < count; ++i) {
            for (std::int64_t k = 0; k < width; ++k) v[i * width + k] = block[k * stride_ + i];
        }
        blas::divide(true, count, width, triangle, stride(), v, width);
        std::vector<Real> divided(v, v + std::ptrdiff_t{count} * width);
        blas::divide(false, count, width, triangle, stride(), divided.data(), width);
        for (std::int64_t k = 0; k < width; ++k) {
            for (std::int64_t i = 0; i < count; ++i) {
                block[k * stride_ + i] = divided[i * width + k];
            }
        }
    }

    /// Subtracts V V' from the lower triangle outside the pivot's rows and columns, by tiles.
    void update(Range pivot, int width) {
        std::vector<Range> blocks;
        for (std::int64_t begin = 0; begin < n_; begin += tile_rows) {
            const std::int64_t end = std::min(begin + tile_rows, n_);
            if (begin < std::min(end, pivot.begin)) blocks.push_back({begin, std::min(end, pivot.begin)});
            if (std::max(begin, pivot.end) < end) blocks.push_back({std::max(begin, pivot.end), end});
        }
        const auto count = static_cast<std::int64_t>(blocks.size());
        parallel_for(count * count, [&](std::int64_t tile) {
            const std::int64_t i = tile / count, j = tile % count;
            if (j <= i) update_tile(blocks[i], blocks[j], width);
        });
    }

    void update_tile(Range rows, Range cols, int width) {
        const auto m = static_cast<int>(rows.end - rows.begin), n = static_cast<int>(cols.end - cols.begin);
        const Real *left = panel(rows.begin, width), *right = panel(cols.begin, width);
        Real* c = at(rows.begin, cols.begin);
        if (rows.begin == cols.begin) {
            blas::subtract_square(m, width, left, width, c, stride());
        } else {
            blas::subtract_product(m, n, width, left, width, right, width, c, stride());
        }
    }

    void negate_and_mirror() {
        constexpr std::int64_t tile = 64;
        parallel_blocks(n_, tile, [&](Range rows) {
            for (std::int64_t first = 0; first < rows.end; first += tile) {
                for (std::int64_t i = rows.begin; i < rows.end; ++i) {
                    const std::int64_t last = std::min(first + tile, i + 1);
                    for (std::int64_t j = first; j < last; ++j) *at(j, i) = *at(i, j) = -*at(i, j);
                }
            }
        });
    }

    Real* a_;
    std::int64_t stride_;
    std::int64_t n_;
    std::vector<Real> panel_;  ///< V, n x width
};

template <class Real>
bool invert(PanelRef<Real>& matrix, const Progress& progress) {
    if (matrix.rows() != matrix.cols()) {
        throw UsageError("a matrix of " + std::to_string(matrix.rows()) + " x " + std::to_string(matrix.cols()) +
                         " has no inverse: it must be square");
    }
    blas::pin_to_one_thread();
    return Sweep<Real>(matrix).run(progress);
}

}  // namespace

bool invert_positive_definite(PanelRef<float> matrix, const Progress& progress) {
    return invert<float>(matrix, progress);
}

bool invert_positive_definite(PanelRef<double> matrix, const Progress& progress) {
    return invert<double>(matrix, progress);
}

}  // namespace eckart
