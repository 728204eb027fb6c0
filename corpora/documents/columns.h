#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/documents/jsonl.h"

namespace eckart::corpora {

/// Where a record's id, title and texts stand among its columns.
struct ColumnPlaces {
    std::optional<std::size_t> id;
    std::optional<std::size_t> title;
    std::vector<std::size_t> text;

    bool any() const { return id || title || !text.empty(); }
    bool operator==(const ColumnPlaces&) const = default;
};

/// Finds the columns that `options` ask for among `names`. `missing` becomes the first that was asked for by name and
/// is not there, else stays empty.
ColumnPlaces find_columns(const std::vector<std::string_view>& names, const ColumnOptions& options,
                          std::string& missing);

}  // namespace eckart::corpora
