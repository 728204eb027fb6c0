#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {

/// The number that `text` is, as real_number reads it; nothing if it is none or is too large for a float.
std::optional<float> matrix_value(std::string_view text);

/// `value` as a float; nothing if it is infinite, NaN or too large for one.
std::optional<float> matrix_value(double value);

/// "found the entry "x" in row 3, column 4, expected a finite number", the ending of a message; both count from 1.
std::string bad_entry(std::string_view text, std::int64_t row, std::int64_t col);

/// The product of two extents; nothing if one is negative or it does not fit in 63 bits.
std::optional<std::int64_t> element_count(std::int64_t rows, std::int64_t cols);

/// The elements of a dense matrix as they come, rows first. Grows with what is there, not with what a header promises.
class ElementBuffer {
  public:
    /// `promised` is how many there will be, or negative if nobody knows. Throws MemoryError if they are past `memory`.
    explicit ElementBuffer(const MemoryBudget& memory, std::int64_t promised = -1);

    /// Room for `count` more elements, valid until the next call. Throws MemoryError past the budget.
    float* add(std::int64_t count);
    void push(float value) { *add(1) = value; }

    std::int64_t size() const { return size_; }

    /// All of them as a matrix; rows * cols is size().
    DenseMatrix take(std::int64_t rows, std::int64_t cols);

  private:
    DenseMatrix elements_;  ///< capacity x 1
    std::int64_t size_ = 0;
    std::int64_t promised_;
    MemoryBudget memory_;
};

}  // namespace eckart::corpora
