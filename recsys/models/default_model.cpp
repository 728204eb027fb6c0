#include "recsys/models/default_model.h"

#include <algorithm>
#include <functional>

#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

/// The weights of EASE take 1.6 GB in float32 for so many items.
constexpr std::int64_t most_ease_items = 20'000;

bool all_equal(std::span<const float> values) {
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

}  // namespace

DefaultModel default_model(const CsrView& user_item) {
    if (!all_equal(user_item.values)) return {&model_kind("als"), "since the ratings differ"};
    const std::string reason = "since the ratings only say who had what";
    if (user_item.cols <= most_ease_items) return {&model_kind("ease"), reason};
    return {&model_kind("implicit-als"), reason + ", of more than " + std::to_string(most_ease_items) + " items"};
}

}  // namespace eckart::recsys
