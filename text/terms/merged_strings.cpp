#include "text/terms/merged_strings.h"

#include <algorithm>
#include <utility>

namespace eckart::text {
namespace {

bool is_before(const TableString& a, const TableString& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.text < b.text;
}

std::uint64_t prefix_of(std::string_view text) {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = (prefix << 8) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return prefix;
}

}  // namespace

std::vector<TableString> sorted_strings(const StringTable& strings, int table) {
    std::vector<TableString> sorted;
    sorted.reserve(static_cast<std::size_t>(strings.size()));
    for (std::int32_t i = 0; i < strings.size(); ++i) sorted.push_back({prefix_of(strings[i]), strings[i], i, table});
    std::sort(sorted.begin(), sorted.end(), is_before);
    return sorted;
}

MergedStrings merge_strings(std::span<const std::vector<TableString>> by_table) {
    std::vector<TableString> all, others;
    MergedStrings merged;
    for (const std::vector<TableString>& own : by_table) {
        merged.places.emplace_back(own.size());
        others.swap(all);
        all.resize(others.size() + own.size());
        std::merge(others.begin(), others.end(), own.begin(), own.end(), all.begin(), is_before);
    }
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == 0 || all[i].text != all[i - 1].text) {
            bytes.insert(bytes.end(), all[i].text.begin(), all[i].text.end());
            offsets.push_back(static_cast<std::int64_t>(bytes.size()));
        }
        merged.places[static_cast<std::size_t>(all[i].table)][static_cast<std::size_t>(all[i].number)] =
            static_cast<std::int32_t>(offsets.size() - 2);
    }
    merged.vocabulary = Vocabulary::owning(std::move(bytes), std::move(offsets));
    return merged;
}

}  // namespace eckart::text
