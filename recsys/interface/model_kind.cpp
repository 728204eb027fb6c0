#include "recsys/interface/model_kind.h"

#include <charconv>
#include <cmath>

#include "engine/support/error.h"

namespace eckart::recsys {
namespace {

template <typename Names>
std::string listed(const Names& named) {
    std::string names;
    for (const auto& one : named) names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

template <typename Number>
Number parsed(std::string_view name, const std::string& text, Number least, Number most, const char* kind) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (whole && value >= least && value <= most) return value;
    const auto shown = [](Number number) {
        char digits[32];
        return std::string(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    };
    throw UsageError("--" + std::string(name) + ": found \"" + text + "\", expected " + kind + " from " + shown(least) +
                     " to " + shown(most));
}

}  // namespace

OptionValues::OptionValues(std::span<const ModelOption> options, const std::map<std::string, std::string>& given) {
    for (const ModelOption& option : options) values_[option.name] = option.default_value;
    for (const auto& [name, value] : given) {
        const auto place = values_.find(name);
        if (place == values_.end()) {
            throw UsageError("--" + name + ": this model has no such option; it has " + listed(options));
        }
        place->second = value;
    }
}

double OptionValues::number(std::string_view name, double least, double most) const {
    return parsed<double>(name, text(name), least, most, "a number");
}

std::int64_t OptionValues::count(std::string_view name, std::int64_t least, std::int64_t most) const {
    return parsed<std::int64_t>(name, text(name), least, most, "a whole number");
}

const std::string& OptionValues::text(std::string_view name) const {
    const auto place = values_.find(name);
    if (place == values_.end()) throw UsageError("--" + std::string(name) + ": this model has no such option");
    return place->second;
}

}  // namespace eckart::recsys
