#include "recsys/interface/model_option.h"

#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/nearest_name.h"

namespace eckart::recsys {
namespace {

/// In as few digits as tell it from all others.
template <typename Number>
std::string shortest(Number number) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

template <typename Number>
std::optional<Number> parsed(const std::string& text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

/// The parts of a list; one comma at its end may be there.
std::vector<std::string> parts_of(const std::string& list) {
    std::vector<std::string> parts;
    std::istringstream stream(list);
    for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
    return parts;
}

bool is_list(OptionType type) {
    return type == OptionType::counts || type == OptionType::numbers;
}

bool is_whole(OptionType type) {
    return type == OptionType::count || type == OptionType::counts;
}

/// "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t w = 0; w < words.size(); ++w) {
        if (w > 0) text += w + 1 == words.size() ? " or " : ", ";
        text += words[w];
    }
    return text;
}

std::string expected(const ModelOption& option) {
    if (option.type == OptionType::choice) return alternatives(option.choices);
    if (is_whole(option.type)) {
        return "a whole number from " + shortest(static_cast<std::int64_t>(option.least)) + " to " +
               shortest(static_cast<std::int64_t>(option.most));
    }
    return "a number from " + shortest(option.least) + " to " + shortest(option.most);
}

bool is_in_range(const ModelOption& option, const std::string& text) {
    const auto inside = [&](const auto& value) {
        return value && static_cast<double>(*value) >= option.least && static_cast<double>(*value) <= option.most;
    };
    return is_whole(option.type) ? inside(parsed<std::int64_t>(text)) : inside(parsed<double>(text));
}

void check(const ModelOption& option, const std::string& text) {
    const auto refuse = [&](const std::string& found) {
        throw UsageError("--" + option.name + ": found \"" + found + "\", expected " + expected(option) +
                         (is_list(option.type) ? ", or several with commas between" : ""));
    };
    if (option.type == OptionType::text) return;
    if (option.type == OptionType::choice) {
        for (const std::string& choice : option.choices) {
            if (choice == text) return;
        }
        refuse(text);
    }
    if (!is_list(option.type)) {
        if (!is_in_range(option, text)) refuse(text);
        return;
    }
    const std::vector<std::string> parts = parts_of(text);
    if (parts.empty()) refuse(text);
    for (const std::string& part : parts) {
        if (!is_in_range(option, part)) refuse(part);
    }
}

std::string listed(std::span<const ModelOption> options) {
    std::string names;
    for (const ModelOption& option : options) names += (names.empty() ? "" : ", ") + option.name;
    return names;
}

template <typename Number>
Number value_of(std::string_view name, const std::string& text) {
    if (const auto value = parsed<Number>(text)) return *value;
    throw UsageError("--" + std::string(name) + ": found \"" + text + "\", expected a number");
}

template <typename Number>
std::vector<Number> values_of(std::string_view name, const std::string& list) {
    std::vector<Number> values;
    for (const std::string& part : parts_of(list)) values.push_back(value_of<Number>(name, part));
    return values;
}

}  // namespace

ModelOption count_option(std::string name, std::int64_t default_value, CountRange range, std::string description,
                         std::string search) {
    return {.name = std::move(name),
            .default_value = shortest(default_value),
            .description = std::move(description),
            .search = std::move(search),
            .type = OptionType::count,
            .least = static_cast<double>(range.least),
            .most = static_cast<double>(range.most)};
}

ModelOption number_option(std::string name, double default_value, NumberRange range, std::string description,
                          std::string search) {
    return {.name = std::move(name),
            .default_value = shortest(default_value),
            .description = std::move(description),
            .search = std::move(search),
            .type = OptionType::number,
            .least = range.least,
            .most = range.most};
}

ModelOption choice_option(std::string name, std::string_view default_value, std::vector<std::string> choices,
                          std::string description, std::string search) {
    return {.name = std::move(name),
            .default_value = std::string(default_value),
            .description = std::move(description),
            .search = std::move(search),
            .type = OptionType::choice,
            .choices = std::move(choices)};
}

ModelOption text_option(std::string name, std::string default_value, std::string description) {
    return {.name = std::move(name), .default_value = std::move(default_value), .description = std::move(description)};
}

ModelOption counts_option(std::string name, std::string default_value, CountRange each, std::string description) {
    ModelOption option = text_option(std::move(name), std::move(default_value), std::move(description));
    option.type = OptionType::counts;
    option.least = static_cast<double>(each.least);
    option.most = static_cast<double>(each.most);
    return option;
}

ModelOption numbers_option(std::string name, std::string default_value, NumberRange each, std::string description) {
    ModelOption option = text_option(std::move(name), std::move(default_value), std::move(description));
    option.type = OptionType::numbers;
    option.least = each.least;
    option.most = each.most;
    return option;
}

std::string short_number(double value) {
    char digits[32];
    const auto result = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 3);
    return {digits, result.ptr};
}

OptionValues::OptionValues(std::span<const ModelOption> options, const std::map<std::string, std::string>& given) {
    for (const ModelOption& option : options) values_[option.name] = option.default_value;
    for (const auto& [name, value] : given) {
        const auto place = values_.find(name);
        if (place == values_.end()) {
            std::vector<std::string> names;
            for (const ModelOption& option : options) names.push_back(option.name);
            throw UsageError("--" + name + ": this model has no such option; it has " + listed(options) +
                             did_you_mean(name, names));
        }
        place->second = value;
    }
    for (const ModelOption& option : options) check(option, text(option.name));
}

double OptionValues::number(std::string_view name) const {
    return value_of<double>(name, text(name));
}

std::int64_t OptionValues::count(std::string_view name) const {
    return value_of<std::int64_t>(name, text(name));
}

std::vector<std::int64_t> OptionValues::counts(std::string_view name) const {
    return values_of<std::int64_t>(name, text(name));
}

std::vector<double> OptionValues::numbers(std::string_view name) const {
    return values_of<double>(name, text(name));
}

const std::string& OptionValues::text(std::string_view name) const {
    const auto place = values_.find(name);
    if (place == values_.end()) throw UsageError("--" + std::string(name) + ": this model has no such option");
    return place->second;
}

}  // namespace eckart::recsys
