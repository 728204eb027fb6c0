#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "corpora/matrices/matrix_elements.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {

/// The number that `text` is, with all its digits; nothing if it is no finite number within float32.
std::optional<double> matrix_number(std::string_view text);

/// A dense matrix X = values + 1 offset', see engine/matrix/column_offset.h.
struct NarrowedMatrix {
    DenseMatrix values;
    Eigen::VectorXd offset;  ///< one a column, or none if no column needs one
};

/// The elements of a dense matrix as they come in float64, made float32.
///
/// A column gets an offset if float32 loses more than 2^-18 of the range of its values otherwise: then it is stored
/// less a number from within that range, and loses at most 2^-24 of it. Other columns are rounded as they stand.
/// Which columns may need one is decided on the leading rows (262,144 elements, at least 2 rows), so the elements come
/// and go one by one; for a column that may need one both forms are held until the end.
class NarrowedElements {
  public:
    /// `offsets`: whether columns may have one. `promised` is as for ElementBuffer.
    NarrowedElements(const MemoryBudget& memory, std::int64_t cols, bool offsets, std::int64_t promised = -1);

    /// More elements, rows first, each finite and within float32. Throws MemoryError past the budget.
    void add(std::span<const double> elements);

    std::int64_t size() const { return values_.size() + static_cast<std::int64_t>(head_.size()); }

    /// All of them as a matrix; size() is a multiple of the columns.
    NarrowedMatrix take();

  private:
    /// A column that may need an offset.
    struct FarColumn {
        std::int64_t column;
        double offset;
        double low = 0, high = 0;  ///< of what is left
        double loss = 0;           ///< the largest rounding error without the offset
    };

    void settle();
    void narrow(std::span<const double> elements);

    MemoryBudget memory_;
    std::int64_t cols_;
    std::size_t head_size_;     ///< elements that the decision is made on; 0 once it is made
    std::vector<double> head_;  ///< those that have come
    ElementBuffer values_;      ///< as they stand
    std::vector<FarColumn> far_;
    std::vector<std::int64_t> far_place_;  ///< of each column in far_, or -1; empty if far_ is
    ElementBuffer left_;                   ///< rows x far_: less their offsets
};

/// The same for elements that come columns first. A column is held in float64 until it is complete, and the decision is
/// made on all of it.
class NarrowedColumns {
  public:
    NarrowedColumns(const MemoryBudget& memory, std::int64_t rows, std::int64_t cols);

    /// Throws MemoryError past the budget.
    void push(double element);

    /// All of them as a matrix; rows x cols elements have come. Throws MemoryError past the budget.
    NarrowedMatrix take();

  private:
    MemoryBudget memory_;
    std::int64_t rows_, cols_;
    std::vector<double> column_;   ///< the one that is not complete
    std::vector<double> offsets_;  ///< of those that are
    ElementBuffer values_;         ///< cols x rows
};

}  // namespace eckart::corpora
