#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/documents/jsonl.h"

namespace eckart::corpora {

/// Where a record's id, title, date, sender and texts stand among its columns.
struct ColumnPlaces {
    std::optional<std::size_t> id;
    std::optional<std::size_t> title;
    std::optional<std::size_t> date;
    std::optional<std::size_t> sender;
    std::vector<std::size_t> text;
    bool by_name = false;  ///< whether id, title or a text was found by its name

    bool operator==(const ColumnPlaces&) const = default;
};

/// Reads "id=key,title=headline,text=body,date=day,sender=writer": which column has what, by its name or its number
/// from 1. Several columns of text are joined: "text=lead,text=body". Throws UsageError on anything else.
ColumnOptions parse_document_columns(std::string_view text);

/// Finds the columns that `options` ask for among `names`; where `numbers_count`, a number that is no name stands for
/// that column. `missing` becomes the first that was asked for and is not there, else stays empty.
ColumnPlaces find_columns(const std::vector<std::string_view>& names, const ColumnOptions& options, bool numbers_count,
                          std::string& missing);

}  // namespace eckart::corpora
