#include "corpora/documents/columns.h"

#include <algorithm>
#include <array>
#include <span>

namespace eckart::corpora {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 6> id_names = {"_id", "id", "docid", "docno", "doc_id", "document_id"};
constexpr std::array<std::string_view, 4> title_names = {"title", "headline", "subject", "name"};
constexpr std::array<std::string_view, 5> text_names = {"text", "contents", "content", "body", "abstract"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> place_of(std::string_view name, const Names& names) {
    const auto same = [name](std::string_view other) { return same_name(name, other); };
    const auto found = std::find_if(names.begin(), names.end(), same);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

std::optional<std::size_t> usual_place(std::span<const std::string_view> usual, const Names& names) {
    for (const std::string_view name : usual) {
        if (const auto place = place_of(name, names)) return place;
    }
    return std::nullopt;
}

std::optional<std::size_t> asked_place(const std::string& asked, std::span<const std::string_view> usual,
                                       const Names& names, std::string& missing) {
    if (asked.empty()) return usual_place(usual, names);
    const auto place = place_of(asked, names);
    if (!place && missing.empty()) missing = asked;
    return place;
}

}  // namespace

ColumnPlaces find_columns(const Names& names, const ColumnOptions& options, std::string& missing) {
    ColumnPlaces places;
    places.id = asked_place(options.id, id_names, names, missing);
    places.title = asked_place(options.title, title_names, names, missing);
    for (const std::string& asked : options.text) {
        if (const auto place = asked_place(asked, {}, names, missing)) places.text.push_back(*place);
    }
    if (options.text.empty()) {
        if (const auto place = usual_place(text_names, names)) places.text.push_back(*place);
    }
    return places;
}

}  // namespace eckart::corpora
