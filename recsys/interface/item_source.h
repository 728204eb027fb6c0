#pragma once

#include <cstdint>
#include <string_view>

namespace eckart::recsys {

/// What the factors of an item were learned from.
enum class ItemSource : std::int32_t { ratings = 0, attributes = 1, both = 2 };

/// "ratings", "attributes" or "both".
constexpr std::string_view name(ItemSource source) {
    if (source == ItemSource::attributes) return "attributes";
    return source == ItemSource::both ? "both" : "ratings";
}

}  // namespace eckart::recsys
