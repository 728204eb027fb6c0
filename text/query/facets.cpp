#include "text/query/facets.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/support/error.h"
#include "text/ranking/document_set.h"

namespace eckart::text {
namespace {

constexpr std::string_view year_facet = "year";
constexpr std::array<std::string_view, 5> known_facets = {"type", "folder", "language", "sender", year_facet};

Facet years(const FieldColumns& fields, const std::vector<std::int32_t>& rows) {
    Facet facet{std::string(year_facet), {}, 0};
    std::map<std::int32_t, std::int64_t, std::greater<>> counts;
    for (const std::int32_t row : rows) {
        const std::int64_t date = fields.dates()[static_cast<std::size_t>(row)];
        date == no_date ? ++facet.unknown : ++counts[year_of(date)];
    }
    for (const auto& [year, count] : counts) facet.counts.push_back({std::to_string(year), count});
    return facet;
}

Facet values(const FieldColumns& fields, Field field, const std::vector<std::int32_t>& rows) {
    Facet facet{std::string(name(field)), {}, 0};
    std::map<std::int32_t, std::int64_t> counts;
    for (const std::int32_t row : rows) ++counts[fields.codes(field)[static_cast<std::size_t>(row)]];
    for (const auto& [code, count] : counts) {
        if (code == -1) {
            facet.unknown = count;
        } else {
            facet.counts.push_back({std::string(fields.value(code)), count});
        }
    }
    std::stable_sort(facet.counts.begin(), facet.counts.end(),
                     [](const FacetCount& a, const FacetCount& b) { return a.documents > b.documents; });
    return facet;
}

}  // namespace

std::span<const std::string_view> facet_names() {
    return known_facets;
}

void require_facet(std::string_view name) {
    if (std::find(known_facets.begin(), known_facets.end(), name) != known_facets.end()) return;
    std::string expected;
    for (const std::string_view each : known_facets) expected += (expected.empty() ? "" : ", ") + std::string(each);
    throw UsageError("there is no facet '" + std::string(name) + "'; expected some of " + expected +
                     " with commas between");
}

std::vector<Facet> counted_facets(const FieldColumns& fields, const DocumentSet& documents,
                                  std::span<const std::string> names) {
    for (const std::string& name : names) require_facet(name);
    const std::vector<std::int32_t> rows = documents.documents();
    std::vector<Facet> facets;
    for (const std::string& name : names) {
        facets.push_back(name == year_facet ? years(fields, rows) : values(fields, *parse_field(name), rows));
    }
    return facets;
}

}  // namespace eckart::text
