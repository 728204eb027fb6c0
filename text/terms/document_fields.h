#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "text/terms/vocabulary.h"

namespace eckart::text {

/// What is known of a document beside its words, as a string.
enum class Field { type, folder, language, sender, path };

inline constexpr std::size_t field_count = 5;
inline constexpr std::array<Field, field_count> all_fields = {Field::type, Field::folder, Field::language,
                                                              Field::sender, Field::path};

std::string_view name(Field field);

/// The field of that name; nothing if there is none.
std::optional<Field> parse_field(std::string_view name);

/// In place of a date that is not known.
inline constexpr std::int64_t no_date = std::numeric_limits<std::int64_t>::min();

/// Fields of a collection by document: codes are numbers of values.
struct DocumentFields {
    Vocabulary values;                                         ///< of all fields together, in bytewise order
    std::array<std::vector<std::int32_t>, field_count> codes;  ///< by field: documents; -1: not known
    std::vector<std::int64_t> dates;                           ///< documents: seconds since 1970, or no_date
};

}  // namespace eckart::text
