#include "recsys/serving/item_filter.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "engine/support/ascii.h"
#include "engine/support/error.h"

namespace eckart::recsys {
namespace {

/// A year of four digits; `otherwise` for no text at all.
std::optional<int> year(std::string_view text, int otherwise) {
    if (text.empty()) return otherwise;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = text.size() == 4 && value >= 1000 && error == std::errc() && end == text.data() + text.size();
    return good ? std::optional(value) : std::nullopt;
}

/// "1990", "1990-1999", "1990-" or "-1999".
std::optional<std::pair<int, int>> years(std::string_view text) {
    if (text == "-") return {};
    const std::size_t dash = text.find('-');
    const std::string_view first = text.substr(0, dash);
    const std::string_view last = dash == std::string_view::npos ? first : text.substr(dash + 1);
    const auto from = year(first, std::numeric_limits<int>::min()), to = year(last, std::numeric_limits<int>::max());
    if (!from || !to) return {};
    return std::pair(*from, *to);
}

}  // namespace

ItemFilter::ItemFilter(const std::vector<std::string>& only, const std::vector<std::string>& without)
    : only_(parsed(only, "only")), without_(parsed(without, "not")) {}

std::vector<ItemFilter::AnyOf> ItemFilter::parsed(const std::vector<std::string>& texts, const char* which) {
    std::vector<AnyOf> all;
    for (const std::string& text : texts) {
        AnyOf any;
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find(',', at), text.size());
            any.push_back(parsed_condition(std::string(trimmed(std::string_view(text).substr(at, end - at))), which));
            at = end + 1;
        }
        all.push_back(std::move(any));
    }
    return all;
}

ItemFilter::Condition ItemFilter::parsed_condition(const std::string& text, const char* which) {
    if (text.empty()) throw UsageError(std::string(which) + ": found nothing, expected a category or years");
    const auto span = years(text);
    if (!span) return {.category = lower_ascii(text)};
    if (span->first > span->second) {
        throw UsageError(std::string(which) + ": found " + text + ", expected the earlier year first");
    }
    return {.category = "", .first = span->first, .last = span->second};
}

bool ItemFilter::Condition::holds(const ItemTraits& item) const {
    if (category.empty()) return item.year && *item.year >= first && *item.year <= last;
    return std::any_of(item.categories.begin(), item.categories.end(),
                       [&](const std::string& own) { return lower_ascii(own) == category; });
}

bool ItemFilter::any_holds(const AnyOf& conditions, const ItemTraits& item) {
    return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& c) { return c.holds(item); });
}

bool ItemFilter::keeps(const ItemTraits& item) const {
    const auto holds = [&](const AnyOf& conditions) { return any_holds(conditions, item); };
    return std::all_of(only_.begin(), only_.end(), holds) && std::none_of(without_.begin(), without_.end(), holds);
}

void ItemFilter::check_categories(const std::vector<std::string>& categories) const {
    constexpr std::size_t most_listed = 40;
    std::string list;
    for (std::size_t c = 0; c < std::min(most_listed, categories.size()); ++c)
        list.append(list.empty() ? "" : ", ").append(categories[c]);
    if (categories.size() > most_listed) list += " and " + std::to_string(categories.size() - most_listed) + " more";
    const auto known = [&](const std::string& category) {
        return std::any_of(categories.begin(), categories.end(),
                           [&](const std::string& one) { return lower_ascii(one) == category; });
    };
    for (const auto* conditions : {&only_, &without_}) {
        for (const AnyOf& any : *conditions) {
            for (const Condition& condition : any) {
                if (condition.category.empty() || known(condition.category)) continue;
                throw UnknownIdError(
                    "no item has the category '" + condition.category + "'; " +
                    (list.empty() ? "the items of this model have none" : "the categories are " + list));
            }
        }
    }
}

}  // namespace eckart::recsys
