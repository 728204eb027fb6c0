#include "engine/matrix/even_rows.h"

#include <algorithm>

namespace eckart {

std::int64_t even_row(std::int64_t place, std::int64_t count, std::int64_t rows) {
    return count >= rows ? place : place * rows / count;
}

DenseMatrix even_rows(const ConstMatrixMap& matrix, std::int64_t count) {
    DenseMatrix some(std::min<std::int64_t>(count, matrix.rows()), matrix.cols());
    for (std::int64_t place = 0; place < some.rows(); ++place) {
        some.row(place) = matrix.row(even_row(place, some.rows(), matrix.rows()));
    }
    return some;
}

CsrMatrix even_rows(const CsrView& matrix, std::int64_t count) {
    CsrMatrix some;
    some.rows = std::min(count, matrix.rows);
    some.cols = matrix.cols;
    for (std::int64_t place = 0; place < some.rows; ++place) {
        const auto [columns, values] = matrix.row(even_row(place, some.rows, matrix.rows));
        some.column_indices.insert(some.column_indices.end(), columns.begin(), columns.end());
        some.values.insert(some.values.end(), values.begin(), values.end());
        some.row_offsets.push_back(static_cast<std::int64_t>(some.values.size()));
    }
    return some;
}

}  // namespace eckart
