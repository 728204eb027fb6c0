#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "text/terms/document_fields.h"

namespace eckart::text {

/// Writes the fields of a collection: text/README.md has the files.
void write_field_columns(const StoreWriter& store, const DocumentFields& fields);

/// Codes that follow each other: [begin, end).
struct CodeRange {
    std::int32_t begin = 0;
    std::int32_t end = 0;

    bool contains(std::int32_t code) const { return code >= begin && code < end; }
    bool operator==(const CodeRange&) const = default;
};

/// The year of a date that is known, in UTC.
std::int32_t year_of(std::int64_t date);

/// The fields of an index's documents, mapped. A code stands for a value, whatever the field, and codes rise as values
/// do, bytewise; -1 is that of documents of which the field is not known. Codes come from a file: none is checked
/// before `value` is asked for it.
class FieldColumns {
  public:
    /// Throws DamagedError, naming the file, if there are not so many documents.
    FieldColumns(const StoreReader& store, std::int64_t documents);

    std::span<const std::int32_t> codes(Field field) const;                  ///< by row
    std::span<const std::int64_t> dates() const { return dates_.values(); }  ///< by row: seconds since 1970, or no_date

    /// Empty for -1. Throws DamagedError if there is no such code.
    std::string_view value(std::int32_t code) const;
    std::string_view value(Field field, std::int64_t row) const;

    /// The code of a value; nothing if no field of any document has it.
    std::optional<std::int32_t> find(std::string_view value) const { return values_.find(value); }

    /// The codes of all values that begin so.
    CodeRange with_prefix(std::string_view prefix) const;

    /// The different codes that a field has, rising, without -1. Reads the whole column. Throws DamagedError.
    std::vector<std::int32_t> different(Field field) const;

  private:
    MappedArray<std::uint8_t> bytes_;
    MappedArray<std::int64_t> offsets_;
    Vocabulary values_;
    std::array<MappedArray<std::int32_t>, field_count> codes_;
    MappedArray<std::int64_t> dates_;
};

}  // namespace eckart::text
