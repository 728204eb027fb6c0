#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {

/// Throws InputError, naming `source`, unless rows and columns are each at least 0 and at most 2147483647, which is
/// what an index counts.
void require_sparse_shape(const std::string& source, std::int64_t rows, std::int64_t cols);

/// Bytes that `sparse_matrix` holds at most.
std::uint64_t sparse_memory(std::int64_t rows, std::uint64_t entries);

/// A matrix of entries in any order, which lie inside it; those at the same place are added. Throws InputError, naming
/// `source`, if a sum is too large for float32, and MemoryError past the budget.
CsrMatrix sparse_matrix(const std::string& source, std::int64_t rows, std::int64_t cols, std::vector<Entry> entries,
                        const MemoryBudget& memory);

/// Throws InputError, naming `source`, row and column, if a value is not finite.
void require_finite(const std::string& source, const CsrView& matrix);

}  // namespace eckart::corpora
