#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/terms/document_fields.h"
#include "text/terms/document_source.h"
#include "text/terms/string_table.h"
#include "text/words/language.h"

namespace eckart::text {

/// Keeps the fields of documents as they are read; a value that many have is held once. All but the language, which
/// is not known then.
class FieldGatherer {
  public:
    void add(const SourceDocument& document);

    /// The fields by row, `row_of` being the row of each document as numbered by `add`; `languages` are by row.
    DocumentFields arranged(std::span<const std::size_t> row_of, std::span<const Language> languages) const;

    /// Bytes that it holds.
    std::uint64_t memory() const;

  private:
    std::int32_t code(std::string_view value);

    StringTable values_;
    std::array<std::vector<std::int32_t>, field_count> codes_;
    std::vector<std::int64_t> dates_;
};

}  // namespace eckart::text
