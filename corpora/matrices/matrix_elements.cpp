#include "corpora/matrices/matrix_elements.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
namespace {

/// std::from_chars takes no plus sign.
std::string_view without_plus(std::string_view text) {
    const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
    return plus ? text.substr(1) : text;
}

}  // namespace

std::optional<float> matrix_value(std::string_view text) {
    text = without_plus(trimmed(text));
    const char* const end = text.data() + text.size();
    float value = 0;
    auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc::result_out_of_range) {  // too large, or too small, which is about 0
        double wide = 0;
        parsed = std::from_chars(text.data(), end, wide);
        if (!(std::abs(wide) < 1)) return std::nullopt;
        value = static_cast<float>(wide);
    }
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<float> matrix_value(double value) {
    return rating_value(value);
}

bool looks_like_number(std::string_view text) {
    text = without_plus(trimmed(text));
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error != std::errc::invalid_argument && end == text.data() + text.size();
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
