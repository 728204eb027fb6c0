#include "engine/matrix/row_products.h"

#include <algorithm>

#include "engine/matrix/row_vectors.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t rows_a_block = 256;  // rows of y a task: with 64 columns they stay in the second-level cache

}  // namespace

void row_products(ConstPanelRef<float> x, ConstPanelRef<float> y, PanelRef<float> out) {
    if (x.cols() != y.cols() || out.rows() != x.rows() || out.cols() != y.rows()) {
        throw UsageError("the shapes of products of rows do not fit");
    }
    parallel_blocks(y.rows(), rows_a_block, [&](Range range) {
        for (Eigen::Index p = 0; p < x.rows(); ++p) {
            const float* left = x.data() + p * x.outerStride();
            float* to = out.data() + p * out.outerStride();
            for (std::int64_t first = range.begin; first < range.end; first += 4) {
                const std::int64_t count = std::min<std::int64_t>(4, range.end - first);
                const float* rows[4];
                for (std::int64_t i = 0; i < 4; ++i) {
                    rows[i] = y.data() + (first + std::min(i, count - 1)) * y.outerStride();
                }
                float dots[4];
                row_vectors::four_dots(rows, left, x.cols(), dots);
                std::copy_n(dots, count, to + first);
            }
        }
    });
}

}  // namespace eckart
