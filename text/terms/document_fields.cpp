#include "text/terms/document_fields.h"

#include <algorithm>

namespace eckart::text {
namespace {

constexpr std::array<std::string_view, field_count> field_names = {"type", "folder", "language", "sender", "path"};

}  // namespace

std::string_view name(Field field) {
    return field_names[static_cast<std::size_t>(field)];
}

std::optional<Field> parse_field(std::string_view name) {
    const auto found = std::find(field_names.begin(), field_names.end(), name);
    if (found == field_names.end()) return std::nullopt;
    return static_cast<Field>(found - field_names.begin());
}

}  // namespace eckart::text
