#include "tools/cli/terminal/tuned_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/json.h"

namespace eckart::tools {
namespace {

using recsys::Trial;

std::string quoted(const std::string& word) {
    const bool safe = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) {
        return std::isalnum(c) || std::string_view("-_./:,=+@%").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (safe) return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

nlohmann::ordered_json json_of(const Trial& trial, std::size_t number, const std::string& metric) {
    return {{"trial", number},
            {"metric", metric},
            {"value", or_null(trial.value)},
            {"seconds", trial.seconds},
            {"options", trial.options}};
}

}  // namespace

std::string option_words(const jobs::ModelOptions& options) {
    std::string words;
    for (const auto& [name, value] : options) words += (words.empty() ? "--" : " --") + name + " " + quoted(value);
    return words;
}

std::string train_command_line(const jobs::RatingsSource& ratings, const jobs::TuneOptions& tuned,
                               const jobs::ModelOptions& options) {
    std::string line = "eckart train";
    for (const std::string& source : ratings.sources) line.append(" ").append(quoted(source));
    if (ratings.format != jobs::RatingsSource().format) line += " --format " + ratings.format;
    if (!ratings.columns.empty()) line.append(" --columns ").append(quoted(ratings.columns));
    if (tuned.positive) line += fmt::format(" --positive {}", *tuned.positive);
    line.append(" -o MODEL --model ").append(tuned.model);
    if (!options.empty()) line.append(" ").append(option_words(options));
    return line;
}

void note_trial(Session& session, const jobs::TuneResult& found) {
    const Trial& last = found.trials.back();
    if (!last.value) return session.note(found.notes.back().text);
    session.note(fmt::format("trial {}: {} {:.4f}, best {:.4f}, {:.1f} s, {}", found.trials.size(), found.metric,
                             *last.value, *found.trials[found.best_first.front()].value, last.seconds,
                             option_words(last.options)));
}

void print_trials(Session& session, const jobs::TuneResult& found, const jobs::RatingsSource& ratings,
                  const jobs::TuneOptions& tuned) {
    const auto winner = found.best();
    if (!winner) return;
    for (const Note& note : found.notes) {
        if (note.code == "best-at-edge") session.note(note.text);
    }
    const std::string command = train_command_line(ratings, tuned, *winner);
    Table table({"trial", found.metric, "seconds", "options"});
    for (const std::size_t t : found.best_first) {
        const Trial& trial = found.trials[t];
        if (session.common.json) session.out.object(json_of(trial, t + 1, found.metric));
        table.add({std::to_string(t + 1), trial.value ? fmt::format("{:.4f}", *trial.value) : "failed",
                   fmt::format("{:.1f}", trial.seconds), option_words(trial.options)});
    }
    if (session.common.json) {
        session.out.object({{"best", found.best_first.front() + 1}, {"command", command}});
        return;
    }
    table.print(session.out);
    session.out.line("");
    session.out.line(command);
}

}  // namespace eckart::tools
