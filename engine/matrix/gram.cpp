#include "engine/matrix/gram.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t gram_rows = 8;

/// The stored entries of X by column: where each stands among X's arrays, and where its row begins there.
struct ColumnEntries {
    std::vector<std::int64_t> offsets;    ///< cols + 1
    std::vector<std::int64_t> positions;  ///< nonzeros; rising within a column
    std::vector<std::int32_t> before;     ///< nonzeros; entries of the same row that stand left of it
};

ColumnEntries column_entries(const CsrView& x) {
    const auto cols = static_cast<std::size_t>(x.cols), nonzeros = x.values.size();
    ColumnEntries columns{std::vector<std::int64_t>(cols + 1), std::vector<std::int64_t>(nonzeros),
                          std::vector<std::int32_t>(nonzeros)};
    for (const std::int32_t j : x.column_indices) ++columns.offsets[static_cast<std::size_t>(j) + 1];
    for (std::size_t j = 0; j < cols; ++j) columns.offsets[j + 1] += columns.offsets[j];
    std::vector<std::int64_t> next(columns.offsets.begin(), columns.offsets.end() - 1);
    for (std::int64_t row = 0; row < x.rows; ++row) {
        const std::int64_t begin = x.row_offsets[row], end = x.row_offsets[row + 1];
        for (std::int64_t p = begin; p < end; ++p) {
            const std::int64_t place = next[x.column_indices[p]]++;
            columns.positions[place] = p;
            columns.before[place] = static_cast<std::int32_t>(p - begin);
        }
    }
    return columns;
}

/// Adds to `sums` what one entry of X, with the entries of its row up to itself, gives to the entry's row of X'X.
void add_counts(const std::int32_t* items, std::int32_t count, std::int32_t* sums) {
    for (std::int32_t k = 0; k < count; ++k) ++sums[items[k]];
}

void add_products(const std::int32_t* items, const float* values, std::int32_t count, double scale, double* sums) {
    for (std::int32_t k = 0; k < count; ++k) sums[items[k]] += scale * static_cast<double>(values[k]);
}

template <class Sum, class Real>
void rows_of_gram(const CsrView& x, const ColumnEntries& columns, Range rows, PanelRef<Real>& gram) {
    std::vector<Sum> sums(rows.end);
    for (std::int64_t j = rows.begin; j < rows.end; ++j) {
        std::fill_n(sums.begin(), j + 1, Sum{0});
        for (std::int64_t e = columns.offsets[j]; e < columns.offsets[j + 1]; ++e) {
            const std::int64_t p = columns.positions[e];
            const std::int32_t before = columns.before[e];
            const std::int32_t* items = x.column_indices.data() + (p - before);
            if constexpr (std::is_same_v<Sum, std::int32_t>) {
                add_counts(items, before + 1, sums.data());
            } else {
                const double scale = x.values[p];
                add_products(items, x.values.data() + (p - before), before + 1, scale, sums.data());
            }
        }
        for (std::int64_t i = 0; i <= j; ++i) gram(j, i) = static_cast<Real>(sums[i]);
    }
}

template <class Real>
void gram_lower_in(const CsrView& x, PanelRef<Real>& gram) {
    if (gram.rows() != x.cols || gram.cols() != x.cols) {
        throw UsageError("a Gram matrix of " + std::to_string(x.cols) + " columns does not fit in " +
                         std::to_string(gram.rows()) + " x " + std::to_string(gram.cols()));
    }
    const ColumnEntries columns = column_entries(x);
    const bool counts = std::all_of(x.values.begin(), x.values.end(), [](float value) { return value == 1; });
    parallel_blocks(x.cols, gram_rows, [&](Range rows) {
        if (counts) {
            rows_of_gram<std::int32_t>(x, columns, rows, gram);
        } else {
            rows_of_gram<double>(x, columns, rows, gram);
        }
    });
}

}  // namespace

void gram_lower(const CsrView& x, PanelRef<float> gram) {
    gram_lower_in<float>(x, gram);
}

void gram_lower(const CsrView& x, PanelRef<double> gram) {
    gram_lower_in<double>(x, gram);
}

std::uint64_t gram_memory(std::int64_t cols, std::int64_t nonzeros) {
    return 16 * static_cast<std::uint64_t>(cols) + 12 * static_cast<std::uint64_t>(nonzeros);
}

}  // namespace eckart
