#include "recsys/attributes/attribute_matrix.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/support/error.h"

namespace eckart::recsys {
namespace {

constexpr std::size_t parts = 10;
constexpr std::size_t least_items = 2;

std::string written(double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end};
}

/// The parts that numbers are put into.
struct Parts {
    std::vector<double> starts;  ///< the first number of each, rising
    bool are_ranges = false;     ///< else each is one number
};

/// Each number its own part if there are few, else the tenths of the items.
Parts parts_of(const std::vector<double>& sorted) {
    Parts all{sorted};
    const auto drop_copies = [&] {
        all.starts.erase(std::unique(all.starts.begin(), all.starts.end()), all.starts.end());
    };
    drop_copies();
    if (all.starts.size() <= parts) return all;
    all = {{}, true};
    for (std::size_t part = 0; part < parts; ++part) all.starts.push_back(sorted[part * sorted.size() / parts]);
    drop_copies();
    return all;
}

}  // namespace

void AttributeMatrixBuilder::require_item(std::int64_t item) const {
    if (item >= 0 && item < items_) return;
    throw UsageError("attributes: found item " + std::to_string(item) + " of " + std::to_string(items_));
}

void AttributeMatrixBuilder::add(std::int64_t item, const std::string& column, const std::string& value) {
    require_item(item);
    counts_[{column, value}][item] += 1;
}

void AttributeMatrixBuilder::add_number(std::int64_t item, const std::string& column, double number) {
    require_item(item);
    if (!std::isfinite(number)) throw UsageError("attributes: a number of the column " + column + " is not finite");
    numbers_[column].of_items.emplace_back(item, number);
}

void AttributeMatrixBuilder::add_vector(std::int64_t item, const std::string& name, const std::vector<float>& vector) {
    require_item(item);
    Vectors& all = vectors_[name];
    if (all.of_items.empty()) all.length = vector.size();
    if (vector.size() != all.length) throw UsageError("attributes: vectors of " + name + " differ in length");
    double squares = 0;
    for (const float number : vector) squares += static_cast<double>(number) * static_cast<double>(number);
    if (!std::isfinite(squares)) throw UsageError("attributes: a vector of " + name + " is not finite");
    if (squares == 0) return;
    std::vector<float> scaled(vector);
    for (float& number : scaled) number /= static_cast<float>(std::sqrt(squares));
    all.of_items.emplace_back(item, std::move(scaled));
}

void AttributeMatrixBuilder::add_tenths(const std::string& column, const Numbers& numbers) {
    std::vector<double> sorted;
    for (const auto& [item, number] : numbers.of_items) sorted.push_back(number);
    std::sort(sorted.begin(), sorted.end());
    const auto [starts, are_ranges] = parts_of(sorted);
    for (const auto& [item, number] : numbers.of_items) {
        const auto end = std::upper_bound(starts.begin(), starts.end(), number);
        std::string name = written(*(end - 1));
        if (are_ranges) name += end == starts.end() ? " and more" : " to below " + written(*end);
        counts_[{column, name}][item] += 1;
    }
}

AttributeMatrix AttributeMatrixBuilder::finish() {
    for (const auto& [column, numbers] : numbers_) add_tenths(column, numbers);
    AttributeMatrix matrix;
    std::map<std::pair<std::string, std::int64_t>, double> sums;  // of column and item
    for (const auto& [attribute, of_items] : counts_) {
        if (of_items.size() < least_items) continue;
        for (const auto& [item, count] : of_items) sums[{attribute.first, item}] += static_cast<double>(count);
    }
    std::vector<Entry> entries;
    for (const auto& [attribute, of_items] : counts_) {
        if (of_items.size() < least_items) {
            ++matrix.rare;
            continue;
        }
        const auto place = static_cast<std::int64_t>(matrix.names.size());
        matrix.names.push_back(attribute.first + ": " + attribute.second);
        for (const auto& [item, count] : of_items) {
            const double share = static_cast<double>(count) / sums.at({attribute.first, item});
            entries.push_back({item, place, static_cast<float>(std::sqrt(share))});
        }
    }
    for (const auto& [name, vectors] : vectors_) {
        const auto first = static_cast<std::int64_t>(matrix.names.size());
        for (std::size_t j = 0; j < vectors.length; ++j) matrix.names.push_back(name + ": " + std::to_string(j + 1));
        for (const auto& [item, vector] : vectors.of_items) {
            for (std::size_t j = 0; j < vectors.length; ++j) {
                entries.push_back({item, first + static_cast<std::int64_t>(j), vector[j]});
            }
        }
    }
    matrix.values = csr_from_entries(items_, static_cast<std::int64_t>(matrix.names.size()), std::move(entries));
    *this = AttributeMatrixBuilder(items_);
    return matrix;
}

}  // namespace eckart::recsys
