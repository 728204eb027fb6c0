#include "engine/matrix/unit_rows.h"

#include <cmath>

#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t scaled_rows = 4096;

}  // namespace

void scale_to_unit(PanelRef<float> rows, double least) {
    parallel_blocks(rows.rows(), scaled_rows, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            auto row = rows.row(i);
            const double norm = row.cast<double>().norm();
            if (norm > least) {
                row = (row.cast<double>() / norm).cast<float>();
            } else {
                row.setZero();
            }
        }
    });
}

DenseMatrix unit_rows(ConstPanelRef<float> x) {
    DenseMatrix unit = x;
    scale_to_unit(unit);
    return unit;
}

CsrMatrix unit_rows(const CsrView& x) {
    CsrMatrix unit{.rows = x.rows,
                   .cols = x.cols,
                   .row_offsets = {x.row_offsets.begin(), x.row_offsets.end()},
                   .column_indices = {x.column_indices.begin(), x.column_indices.end()},
                   .values = {x.values.begin(), x.values.end()}};
    parallel_blocks(x.rows, scaled_rows, [&](Range range) {
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const std::int64_t first = unit.row_offsets[row];
            Eigen::Map<Eigen::VectorXf> values(unit.values.data() + first, unit.row_offsets[row + 1] - first);
            double square = 0;  // in the order of the entries, wherever they lie in memory
            for (const float value : values) square += static_cast<double>(value) * static_cast<double>(value);
            if (square > 0) values = (values.cast<double>() / std::sqrt(square)).cast<float>();
        }
    });
    return unit;
}

}  // namespace eckart
