#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/top_k.h"

namespace eckart {

/// Rows of a sparse matrix as a block of parallel work finds them, to be joined in the order of the blocks.
struct KeptRows {
    std::vector<std::int64_t> lengths = {};
    std::vector<std::int32_t> columns = {};
    std::vector<float> values = {};

    /// Adds the next row, whose entries may be in any order.
    void add(std::vector<Scored<double>> entries) {
        std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
        lengths.push_back(static_cast<std::int64_t>(entries.size()));
        for (const auto& entry : entries) {
            columns.push_back(entry.index);
            values.push_back(static_cast<float>(entry.score));
        }
    }
};

/// The blocks below each other, as a matrix of `cols` columns; each is emptied once it was copied.
inline CsrMatrix joined(std::vector<KeptRows>& blocks, std::int64_t cols) {
    CsrMatrix result{.rows = 0, .cols = cols, .row_offsets = {0}, .column_indices = {}, .values = {}};
    std::size_t entries = 0;
    for (const KeptRows& block : blocks) entries += block.values.size();
    result.column_indices.reserve(entries);
    result.values.reserve(entries);
    for (KeptRows& block : blocks) {
        for (const std::int64_t length : block.lengths)
            result.row_offsets.push_back(result.row_offsets.back() + length);
        result.column_indices.insert(result.column_indices.end(), block.columns.begin(), block.columns.end());
        result.values.insert(result.values.end(), block.values.begin(), block.values.end());
        block = {};
    }
    result.rows = static_cast<std::int64_t>(result.row_offsets.size()) - 1;
    return result;
}

}  // namespace eckart
