#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace eckart {

/// The stored entries of one row, borrowed: as many columns, in rising order, as values.
struct CsrRow {
    std::span<const std::int32_t> columns;
    std::span<const float> values;

    std::size_t size() const { return values.size(); }
};

/// A sparse matrix in compressed rows that somebody else owns: a CsrMatrix, or arrays mapped from disk.
///
/// Invariant (checked by `validate`): row_offsets has rows + 1 entries, starts at 0, never falls, ends at the number of
/// nonzeros; within a row the column indices rise strictly and lie in [0, cols).
struct CsrView {
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::span<const std::int64_t> row_offsets;     ///< rows + 1
    std::span<const std::int32_t> column_indices;  ///< nonzeros
    std::span<const float> values;                 ///< nonzeros

    std::int64_t nonzeros() const { return static_cast<std::int64_t>(values.size()); }

    CsrRow row(std::int64_t i) const {
        const std::int64_t begin = row_offsets[i], count = row_offsets[i + 1] - begin;
        return {column_indices.subspan(begin, count), values.subspan(begin, count)};
    }
};

/// A sparse matrix in compressed rows that owns its arrays; the invariant is CsrView's.
struct CsrMatrix {
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::vector<std::int64_t> row_offsets = {0};
    std::vector<std::int32_t> column_indices;
    std::vector<float> values;

    CsrView view() const { return {rows, cols, row_offsets, column_indices, values}; }
    operator CsrView() const { return view(); }
    CsrRow row(std::int64_t i) const { return view().row(i); }
    std::int64_t nonzeros() const { return static_cast<std::int64_t>(values.size()); }
};

/// One stored entry.
struct Entry {
    std::int64_t row;
    std::int64_t col;
    float value;
};

/// Makes a matrix of entries in any order; entries at the same place are added. Throws UsageError if one lies
/// outside, or if the columns are more than 32 bits count.
CsrMatrix csr_from_entries(std::int64_t rows, std::int64_t cols, std::vector<Entry> entries);

/// Throws UsageError, naming the row, if the invariant of CsrView does not hold or a value is not finite.
void validate(const CsrView& matrix);

/// A' with its columns in order. Parallel; costs one pass over the nonzeros and one over the rows a block of columns.
/// Throws UsageError if the rows are more than 32 bits count.
CsrMatrix transposed(const CsrView& matrix);

/// sum of squares of the stored values, in float64, added in an order that does not depend on the threads.
double squared_norm(const CsrView& matrix);

}  // namespace eckart
