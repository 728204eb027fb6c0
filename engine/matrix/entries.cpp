#include "engine/matrix/entries.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/support/error.h"

namespace eckart {

double mean_of_entries(const CsrView& matrix) {
    double sum = 0;
    for (const float value : matrix.values) sum += static_cast<double>(value);
    return sum / static_cast<double>(matrix.nonzeros());
}

double deviation_of_entries(const CsrView& matrix) {
    const double mean = mean_of_entries(matrix);
    double squares = 0;
    for (const float value : matrix.values) {
        squares += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean);
    }
    return std::sqrt(squares / static_cast<double>(matrix.nonzeros()));
}

Eigen::VectorXd squared_column_norms(const CsrView& matrix) {
    Eigen::VectorXd norms = Eigen::VectorXd::Zero(matrix.cols);
    for (std::size_t p = 0; p < matrix.values.size(); ++p) {
        norms[matrix.column_indices[p]] +=
            static_cast<double>(matrix.values[p]) * static_cast<double>(matrix.values[p]);
    }
    return norms;
}

void require_finite(const CsrView& matrix, const char* what) {
    if (!std::all_of(matrix.values.begin(), matrix.values.end(), [](float value) { return std::isfinite(value); })) {
        throw UsageError(std::string(what) + " was given a value that is not finite");
    }
}

CsrMatrix stored_rows(ConstPanelRef<float> dense) {
    CsrMatrix rows{.rows = dense.rows(), .cols = dense.cols(), .column_indices = {}, .values = {}};
    rows.values.resize(dense.size());
    Eigen::Map<DenseMatrix>(rows.values.data(), dense.rows(), dense.cols()) = dense;
    rows.column_indices.reserve(rows.values.size());
    for (std::int64_t row = 0; row < rows.rows; ++row) {
        for (std::int32_t column = 0; column < rows.cols; ++column) rows.column_indices.push_back(column);
        rows.row_offsets.push_back((row + 1) * rows.cols);
    }
    return rows;
}

std::uint64_t stored_rows_memory(std::int64_t rows, std::int64_t cols) {
    constexpr std::uint64_t entry = sizeof(float) + sizeof(std::int32_t);
    return static_cast<std::uint64_t>(rows) * (entry * static_cast<std::uint64_t>(cols) + sizeof(std::int64_t));
}

}  // namespace eckart
