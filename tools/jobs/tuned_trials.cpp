#include "tools/jobs/tuned_trials.h"
#include "tools/cli/terminal/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/support/error.h"

namespace eckart::tools {
namespace {

using recsys::Trial;

std::string quoted(const std::string& word) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
        return std::isalnum(c) || std::string_view("-_./:,=+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

/// Places of the trials, the best first, those that failed last.
std::vector<std::size_t> best_first(const std::vector<Trial>& trials, bool lowest) {
    const auto key = [&](std::size_t t) {
        if (!trials[t].value) return std::numeric_limits<double>::infinity();
        return lowest ? *trials[t].value : -*trials[t].value;
    };
    std::vector<std::size_t> order(trials.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return order;
}

nlohmann::ordered_json json_of(const Trial& trial, std::size_t number, const std::string& metric) {
    return {{"trial", number},
            {"metric", metric},
            {"value", or_null(trial.value)},
            {"seconds", trial.seconds},
            {"options", trial.options}};
}

}  // namespace

bool lower_is_better(const recsys::Measure& measure) {
    return measure.kind == recsys::MeasureKind::rmse || measure.kind == recsys::MeasureKind::mae ||
           measure.kind == recsys::MeasureKind::gini;
}

TuneBudget parse_budget(const std::string& text) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const std::string unit(end, text.data() + text.size());
    const bool whole = amount == static_cast<double>(static_cast<std::int64_t>(std::min(amount, 1e9)));
    if (error == std::errc() && amount > 0 && amount <= 1e9) {
        if (unit.empty() && whole) return {static_cast<std::size_t>(amount), {}};
        for (const auto& [name, seconds] : {std::pair("s", 1.0), std::pair("m", 60.0), std::pair("h", 3600.0)}) {
            if (unit == name) return {{}, std::chrono::duration<double>(amount * seconds)};
        }
    }
    throw UsageError("--budget: found '" + text + "', expected a number of trials, or a time such as 90s, 10m or 2h");
}

std::string option_words(const std::map<std::string, std::string>& options) {
    std::string words;
    for (const auto& [name, value] : options) words += (words.empty() ? "--" : " --") + name + " " + quoted(value);
    return words;
}

std::string train_command_line(const RatingsArguments& ratings, const std::string& model,
                               const std::map<std::string, std::string>& options) {
    std::string line = "eckart train";
    for (const std::string& source : ratings.sources) line.append(" ").append(quoted(source));
    if (ratings.format != RatingsArguments().format) line += " --format " + ratings.format;
    if (!ratings.columns.empty()) line.append(" --columns ").append(quoted(ratings.columns));
    if (ratings.positive) line += fmt::format(" --positive {}", *ratings.positive);
    line.append(" -o MODEL --model ").append(model);
    if (!options.empty()) line.append(" ").append(option_words(options));
    return line;
}

void note_trial(Session& session, const recsys::OptionSearch& search, const std::string& metric) {
    const Trial& last = search.trials().back();
    if (!last.value) return;  // why it failed was said
    session.note(fmt::format("trial {}: {} {:.4f}, best {:.4f}, {:.1f} s, {}", search.trials().size(), metric,
                             *last.value, *search.trials()[*search.best()].value, last.seconds,
                             option_words(last.options)));
}

void print_trials(Session& session, const recsys::OptionSearch& search, const recsys::Measure& measure,
                  const std::string& command) {
    const std::string metric = measure.name();
    Table table({"trial", metric, "seconds", "options"});
    for (const std::size_t t : best_first(search.trials(), lower_is_better(measure))) {
        const Trial& trial = search.trials()[t];
        if (session.common.json) session.out.object(json_of(trial, t + 1, metric));
        table.add({std::to_string(t + 1), trial.value ? fmt::format("{:.4f}", *trial.value) : "failed",
                   fmt::format("{:.1f}", trial.seconds), option_words(trial.options)});
    }
    if (session.common.json) {
        session.out.object({{"best", *search.best() + 1}, {"command", command}});
        return;
    }
    table.print(session.out);
    session.out.line("");
    session.out.line(command);
}

}  // namespace eckart::tools
