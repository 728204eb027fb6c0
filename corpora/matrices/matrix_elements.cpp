#include "corpora/matrices/matrix_elements.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
std::optional<float> matrix_value(std::string_view text) {
    text = trimmed(text);
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
    if (whole) return value;
    const auto number = real_number(text);
    return number ? matrix_value(*number) : std::nullopt;
}

std::optional<float> matrix_value(double value) {
    return rating_value(value);
}

std::string bad_entry(std::string_view text, std::int64_t row, std::int64_t col) {
    return "found the entry " + in_quotes(text) + " in row " + std::to_string(row) + ", column " + std::to_string(col) +
           ", expected a finite number within float32";
}

std::optional<std::int64_t> element_count(std::int64_t rows, std::int64_t cols) {
    std::int64_t count = 0;
    if (rows < 0 || cols < 0 || __builtin_mul_overflow(rows, cols, &count)) return std::nullopt;
    return count;
}

ElementBuffer::ElementBuffer(const MemoryBudget& memory, std::int64_t promised) : promised_(promised), memory_(memory) {
    if (promised <= 0) return;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max() / sizeof(float);
    const auto elements = std::min(static_cast<std::uint64_t>(promised), most);
    memory_.require(elements * sizeof(float), "the matrix");
}

float* ElementBuffer::add(std::int64_t count) {
    const std::int64_t needed = size_ + count;
    const std::uint64_t bytes = static_cast<std::uint64_t>(needed) * sizeof(float);
    if (bytes > memory_.bytes) memory_.require(bytes, "the matrix");
    if (needed > elements_.rows()) {
        constexpr std::int64_t first_elements = 4096;
        std::int64_t capacity = std::max({needed, 2 * elements_.rows(), first_elements});
        if (promised_ >= needed) capacity = std::min(capacity, promised_);
        elements_.conservativeResize(capacity, 1);
    }
    float* const place = elements_.data() + size_;
    size_ = needed;
    return place;
}

DenseMatrix ElementBuffer::take(std::int64_t rows, std::int64_t cols) {
    elements_.conservativeResize(size_, 1);
    elements_.resize(rows, cols);  // as many elements: they stay
    size_ = 0;
    return std::exchange(elements_, DenseMatrix());
}

}  // namespace eckart::corpora
