#include "recsys/evaluation/tuning.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <sstream>

#include "engine/support/error.h"
#include "engine/support/random.h"

// Notation: a trial has a place t in [0, 1] on the scale of each option, with the value
//
//     least (most / least)^t   logarithmic,      least + t (most - least)   linear

namespace eckart::recsys {
namespace {

/// NaN, which no comparison takes, if the text is no number.
double number_of(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::optional<OptionSearch::Range> OptionSearch::parse_range(const ModelOption& option) {
    std::istringstream words(option.search);
    std::string kind;
    if (!(words >> kind)) return {};
    Range range;
    range.name = option.name;
    range.default_value = option.default_value;
    for (std::string word; words >> word;) range.words.push_back(word);
    if (kind == "of" && !range.words.empty()) return range;

    range.whole = kind == "count";
    range.logarithmic = kind == "log" || kind == "count";
    const bool known = range.logarithmic || kind == "linear";
    if (range.words.size() == 2) {
        range.least = number_of(range.words[0]);
        range.most = number_of(range.words[1]);
    }
    const bool fits = range.words.size() == 2 && range.least <= range.most && (!range.logarithmic || range.least > 0);
    if (!known || !fits) {
        throw UsageError("--" + option.name + " is searched over \"" + option.search +
                         "\", expected log A B, linear A B, count A B or of WORDS");
    }
    range.words.clear();
    return range;
}

std::string OptionSearch::value_at(const Range& range, double place) {
    if (!range.words.empty()) {
        const auto last = static_cast<double>(range.words.size() - 1);
        return range.words[static_cast<std::size_t>(std::min(last, std::floor(place * (last + 1))))];
    }
    const double value = range.logarithmic ? range.least * std::pow(range.most / range.least, place)
                                           : range.least + place * (range.most - range.least);
    return range.whole ? std::to_string(std::llround(value)) : short_number(value);
}

/// The inverse of `value_at`; nothing for a value that is not on the scale, such as a default "auto".
std::optional<double> OptionSearch::place_of(const Range& range, const std::string& value) {
    const double number = number_of(value);
    if (!range.words.empty() || std::isnan(number) || range.most == range.least) return {};
    if (range.logarithmic && number <= 0) return {};
    const double place = range.logarithmic ? std::log(number / range.least) / std::log(range.most / range.least)
                                           : (number - range.least) / (range.most - range.least);
    return std::clamp(place, 0.0, 1.0);
}

OptionSearch::OptionSearch(const ModelKind& kind, SearchOptions options) : options_(std::move(options)) {
    static_cast<void>(OptionValues(kind.options, options_.fixed));  // refuses names that the model does not have
    for (const ModelOption& option : kind.options) {
        if (options_.fixed.contains(option.name)) continue;
        if (auto range = parse_range(option)) ranges_.push_back(std::move(*range));
    }
}

/// A value for trial `number`: of the whole range, or near a value that did well.
std::string OptionSearch::drawn(const Range& range, std::size_t number, const std::string* near) const {
    const auto axis = static_cast<std::uint64_t>(&range - ranges_.data());
    const Philox random(options_.seed, 0x74756E65 + axis);
    const double anywhere = random.uniform(2 * number);
    if (near == nullptr) return value_at(range, anywhere);
    if (!range.words.empty()) return random.uniform(2 * number + 1) < 0.8 ? *near : value_at(range, anywhere);
    const auto place = place_of(range, *near);
    if (!place) return value_at(range, anywhere);
    // From a fifth of the range, where the whole one was looked at 8 times, to a twentieth.
    const double width =
        std::max(0.05, 0.2 * std::sqrt(static_cast<double>(wide_trials) / static_cast<double>(number)));
    const double step = width * Philox(options_.seed, 0x6E656172 + axis).normal(number);
    return value_at(range, std::clamp(*place + step, 0.0, 1.0));
}

std::map<std::string, std::string> OptionSearch::next() const {
    std::map<std::string, std::string> chosen = options_.fixed;
    const std::size_t number = trials_.size();
    const auto leader = best();
    const bool near_best = leader && number > wide_trials && number % 3 != 0;
    for (const Range& range : ranges_) {
        if (number == 0) {
            chosen[range.name] = range.default_value;
            continue;
        }
        const std::string* near = nullptr;
        if (near_best) {
            const auto& options = trials_[*leader].options;
            const auto found = options.find(range.name);
            if (found != options.end()) near = &found->second;
        }
        chosen[range.name] = drawn(range, number, near);
    }
    return chosen;
}

std::vector<EdgeOption> OptionSearch::at_the_edge() const {
    constexpr double edge = 1.0 / 30;
    std::vector<EdgeOption> found;
    const auto leader = best();
    if (!leader) return found;
    for (const Range& range : ranges_) {
        const auto chosen = trials_[*leader].options.find(range.name);
        if (chosen == trials_[*leader].options.end()) continue;
        const auto place = place_of(range, chosen->second);
        if (place && (*place <= edge || *place >= 1 - edge)) {
            found.push_back({range.name, chosen->second, value_at(range, 0), value_at(range, 1)});
        }
    }
    return found;
}

std::optional<std::size_t> OptionSearch::best() const {
    std::optional<std::size_t> leader;
    for (std::size_t t = 0; t < trials_.size(); ++t) {
        if (!trials_[t].value) continue;
        const double value = *trials_[t].value;
        if (!leader || (options_.lower_is_better ? value < *trials_[*leader].value : value > *trials_[*leader].value)) {
            leader = t;
        }
    }
    return leader;
}

}  // namespace eckart::recsys
