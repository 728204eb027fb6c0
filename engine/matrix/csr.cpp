#include "engine/matrix/csr.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t sum_block = 1 << 16;

/// Throws UsageError unless `columns` columns can be counted in the 32 bits of an index.
void require_index_range(std::int64_t columns) {
    if (columns > std::numeric_limits<std::int32_t>::max()) {
        throw UsageError("a sparse matrix has " + std::to_string(columns) + " columns; it holds at most 2147483647");
    }
}

/// Rows [rows.begin, rows.end) of A seen from its columns: for each column, where its entries of these rows start.
std::vector<std::int64_t> column_counts(const CsrView& matrix, Range rows) {
    std::vector<std::int64_t> counts(matrix.cols);
    const std::int64_t begin = matrix.row_offsets[rows.begin], end = matrix.row_offsets[rows.end];
    for (const std::int32_t column : matrix.column_indices.subspan(begin, end - begin)) ++counts[column];
    return counts;
}

}  // namespace

CsrMatrix csr_from_entries(std::int64_t rows, std::int64_t cols, std::vector<Entry> entries) {
    if (rows < 0 || cols < 0) throw UsageError("a sparse matrix has a negative shape");
    require_index_range(cols);
    for (const Entry& e : entries) {
        if (e.row < 0 || e.row >= rows || e.col < 0 || e.col >= cols) {
            throw UsageError("entry (" + std::to_string(e.row) + ", " + std::to_string(e.col) + ") lies outside a " +
                             std::to_string(rows) + " x " + std::to_string(cols) + " matrix");
        }
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.row != b.row ? a.row < b.row : a.col < b.col; });
    CsrMatrix matrix{.rows = rows, .cols = cols, .column_indices = {}, .values = {}};
    matrix.row_offsets.assign(static_cast<std::size_t>(rows) + 1, 0);
    const Entry* previous = nullptr;
    for (const Entry& e : entries) {
        if (previous && previous->row == e.row && previous->col == e.col) {
            matrix.values.back() += e.value;
        } else {
            matrix.column_indices.push_back(static_cast<std::int32_t>(e.col));
            matrix.values.push_back(e.value);
            ++matrix.row_offsets[e.row + 1];
        }
        previous = &e;
    }
    for (std::int64_t r = 0; r < rows; ++r) matrix.row_offsets[r + 1] += matrix.row_offsets[r];
    return matrix;
}

void validate(const CsrView& matrix) {
    const auto fail = [](std::int64_t row, const std::string& what) {
        throw UsageError("row " + std::to_string(row) + " of a sparse matrix " + what);
    };
    const auto& offsets = matrix.row_offsets;
    if (matrix.rows < 0 || matrix.cols < 0 || offsets.size() != static_cast<std::size_t>(matrix.rows) + 1 ||
        offsets.front() != 0 || offsets.back() != matrix.nonzeros() ||
        matrix.column_indices.size() != matrix.values.size()) {
        throw UsageError("the arrays of a sparse matrix do not fit each other");
    }
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto begin = offsets[row], end = offsets[row + 1];
        if (end < begin || begin < 0 || end > matrix.nonzeros()) fail(row, "ends before it begins");
        std::int64_t previous = -1;
        for (std::int64_t p = begin; p < end; ++p) {
            const std::int64_t col = matrix.column_indices[p];
            if (col <= previous || col >= matrix.cols) fail(row, "has columns that do not rise within the matrix");
            if (!std::isfinite(matrix.values[p])) fail(row, "holds a value that is not finite");
            previous = col;
        }
    }
}

CsrMatrix transposed(const CsrView& matrix) {
    require_index_range(matrix.rows);
    const auto nonzeros = static_cast<std::size_t>(matrix.nonzeros());
    const auto cols = static_cast<std::size_t>(matrix.cols);
    CsrMatrix result{.rows = matrix.cols, .cols = matrix.rows, .column_indices = {}, .values = {}};
    result.column_indices.resize(nonzeros);
    result.values.resize(nonzeros);

    // Rows are dealt out in a few slices; each slice counts its entries by column, so that it knows where to write.
    constexpr std::int64_t slices = 4;
    const std::int64_t slice_rows = std::max<std::int64_t>(1, (matrix.rows + slices - 1) / slices);
    const auto slice = [&](std::int64_t s) {
        return Range{std::min(matrix.rows, s * slice_rows), std::min(matrix.rows, (s + 1) * slice_rows)};
    };
    std::vector<std::vector<std::int64_t>> next(slices);
    parallel_for(slices, [&](std::int64_t s) { next[s] = column_counts(matrix, slice(s)); });

    result.row_offsets.assign(cols + 1, 0);
    std::int64_t offset = 0;
    for (std::size_t c = 0; c < cols; ++c) {
        result.row_offsets[c] = offset;
        for (auto& starts : next) {
            const std::int64_t count = starts[c];
            starts[c] = offset;
            offset += count;
        }
    }
    result.row_offsets[cols] = offset;

    parallel_for(slices, [&](std::int64_t s) {
        auto& starts = next[s];
        const Range range = slice(s);
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const CsrRow entries = matrix.row(row);
            for (std::size_t e = 0; e < entries.size(); ++e) {
                const std::int64_t to = starts[entries.columns[e]]++;
                result.column_indices[to] = static_cast<std::int32_t>(row);
                result.values[to] = entries.values[e];
            }
        }
    });
    return result;
}

double squared_norm(const CsrView& matrix) {
    const std::int64_t blocks = (matrix.nonzeros() + sum_block - 1) / sum_block;
    std::vector<double> sums(blocks);
    parallel_blocks(matrix.nonzeros(), sum_block, [&](Range range) {
        double sum = 0;
        for (std::int64_t p = range.begin; p < range.end; ++p) {
            sum += static_cast<double>(matrix.values[p]) * static_cast<double>(matrix.values[p]);
        }
        sums[range.begin / sum_block] = sum;
    });
    double total = 0;
    for (double sum : sums) total += sum;
    return total;
}

}  // namespace eckart
