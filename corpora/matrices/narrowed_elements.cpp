#include "corpora/matrices/narrowed_elements.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "corpora/bytes/numbers.h"

namespace eckart::corpora {
namespace {

constexpr std::int64_t head_elements = 262'144, fewest_head_rows = 2;
constexpr double half_unit = std::numeric_limits<float>::epsilon() / 2;

/// Of the range of a column: a larger rounding error costs digits that its rows are told apart by.
constexpr double most_loss = 0x1p-18;

double rounding_error(double value) {
    return std::abs(value - static_cast<double>(static_cast<float>(value)));
}

/// Whether a column with values from `low` to `high` loses too much if `loss` is its largest rounding error.
bool needs_offset(double low, double high, double loss) {
    return high > low && loss > most_loss * (high - low);
}

/// The middle of the range of a column if it needs an offset, else 0.
double offset_of(const std::vector<double>& column) {
    const auto [low, high] = std::minmax_element(column.begin(), column.end());
    double loss = 0;
    for (const double value : column) loss = std::max(loss, rounding_error(value));
    return needs_offset(*low, *high, loss) ? *low + (*high - *low) / 2 : 0;
}

}  // namespace

std::optional<double> matrix_number(std::string_view text) {
    const auto number = real_number(text);
    return number && matrix_value(*number) ? number : std::nullopt;
}

NarrowedElements::NarrowedElements(const MemoryBudget& memory, std::int64_t cols, bool offsets, std::int64_t promised)
    : memory_(memory),
      cols_(cols),
      head_size_(offsets ? static_cast<std::size_t>(
                               std::max(head_elements / std::max<std::int64_t>(cols, 1), fewest_head_rows) * cols)
                         : 0),
      values_(memory, promised),
      left_(memory) {}

void NarrowedElements::add(std::span<const double> elements) {
    if (head_size_ > 0) {
        const std::size_t taken = std::min(elements.size(), head_size_ - head_.size());
        memory_.require((head_.size() + taken) * sizeof(double), "the matrix");
        head_.insert(head_.end(), elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(taken));
        elements = elements.subspan(taken);
        if (head_.size() == head_size_) settle();
    }
    narrow(elements);
}

/// Finds the columns that may need an offset: those where float32 may lose too much of the range seen so far.
void NarrowedElements::settle() {
    const std::vector<double> head = std::exchange(head_, {});
    head_size_ = 0;
    const auto cols = static_cast<std::size_t>(cols_);
    for (std::size_t column = 0; column < cols && column < head.size(); ++column) {
        double low = head[column], high = low;
        for (std::size_t i = column; i < head.size(); i += cols) {
            low = std::min(low, head[i]);
            high = std::max(high, head[i]);
        }
        const double largest = std::max(std::abs(low), std::abs(high));
        if (!(half_unit * largest > most_loss * (high - low))) continue;
        if (far_.empty()) far_place_.assign(cols, -1);
        far_place_[column] = static_cast<std::int64_t>(far_.size());
        far_.push_back({.column = static_cast<std::int64_t>(column), .offset = low + (high - low) / 2});
    }
    narrow(head);
}

void NarrowedElements::narrow(std::span<const double> elements) {
    if (elements.empty()) return;
    const std::int64_t before = values_.size();
    float* const values = values_.add(static_cast<std::int64_t>(elements.size()));
    for (std::size_t i = 0; i < elements.size(); ++i) values[i] = static_cast<float>(elements[i]);
    if (far_.empty()) return;
    memory_.require(static_cast<std::uint64_t>(values_.size() + left_.size()) * sizeof(float), "the matrix");
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::int64_t place = far_place_[(before + static_cast<std::int64_t>(i)) % cols_];
        if (place < 0) continue;
        FarColumn& column = far_[place];
        const double left = elements[i] - column.offset;
        column.low = std::min(column.low, left);
        column.high = std::max(column.high, left);
        column.loss = std::max(column.loss, rounding_error(elements[i]));
        left_.push(static_cast<float>(left));
    }
}

NarrowedMatrix NarrowedElements::take() {
    if (head_size_ > 0) settle();
    const std::int64_t rows = cols_ > 0 ? values_.size() / cols_ : 0;
    NarrowedMatrix matrix{values_.take(rows, cols_), {}};
    const auto far = static_cast<std::int64_t>(far_.size());
    const DenseMatrix left = left_.take(rows, far);
    for (std::int64_t place = 0; place < far; ++place) {
        const FarColumn& column = far_[place];
        if (!needs_offset(column.low, column.high, column.loss)) continue;
        if (matrix.offset.size() == 0) matrix.offset = Eigen::VectorXd::Zero(cols_);
        matrix.offset[column.column] = column.offset;
        matrix.values.col(column.column) = left.col(place);
    }
    return matrix;
}

NarrowedColumns::NarrowedColumns(const MemoryBudget& memory, std::int64_t rows, std::int64_t cols)
    : memory_(memory), rows_(rows), cols_(cols), values_(memory, element_count(rows, cols).value_or(-1)) {}

void NarrowedColumns::push(double element) {
    column_.push_back(element);
    if (std::ssize(column_) < rows_) return;
    offsets_.push_back(offset_of(column_));
    float* const values = values_.add(rows_);
    std::transform(column_.begin(), column_.end(), values,
                   [offset = offsets_.back()](double value) { return static_cast<float>(value - offset); });
    column_.clear();
}

NarrowedMatrix NarrowedColumns::take() {
    memory_.require(2 * static_cast<std::uint64_t>(values_.size()) * sizeof(float), "the matrix and its transpose");
    NarrowedMatrix matrix{values_.take(cols_, rows_).transpose(), {}};
    const bool any = std::any_of(offsets_.begin(), offsets_.end(), [](double offset) { return offset != 0; });
    if (any) matrix.offset = Eigen::Map<const Eigen::VectorXd>(offsets_.data(), cols_);
    return matrix;
}

}  // namespace eckart::corpora
