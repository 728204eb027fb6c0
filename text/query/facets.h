#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/store/field_columns.h"

namespace eckart::text {

class DocumentSet;

/// How many documents have a value of a field.
struct FacetCount {
    std::string value;
    std::int64_t documents = 0;

    bool operator==(const FacetCount&) const = default;
};

/// The values of a field among some documents.
struct Facet {
    std::string name;                ///< one of facet_names
    std::vector<FacetCount> counts;  ///< most documents first, ties by value; years from the latest on
    std::int64_t unknown = 0;        ///< documents without a value

    bool operator==(const Facet&) const = default;
};

/// "type", "folder", "language", "sender", "year".
std::span<const std::string_view> facet_names();

/// Throws UsageError, naming those that there are, unless there is a facet of that name.
void require_facet(std::string_view name);

/// Counts the values of the named fields among `documents`. Costs the columns of these fields. Throws UsageError for a
/// name that is not among facet_names, DamagedError for a value that is not there.
std::vector<Facet> counted_facets(const FieldColumns& fields, const DocumentSet& documents,
                                  std::span<const std::string> names);

}  // namespace eckart::text
