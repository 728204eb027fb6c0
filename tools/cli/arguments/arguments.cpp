#include "tools/cli/arguments/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/nearest_name.h"
#include "tools/build_info.h"
#include "tools/cli/arguments/help_text.h"

namespace eckart::tools {
namespace {

constexpr const char* help_names = "-h,--help";
constexpr std::size_t widest_choice = 50;  ///< columns of words that help shows beside the name of an option

std::vector<std::string> parts(const std::string& text, char separator) {
    return CLI::detail::split(text, separator);
}

/// "-o,--output|--out" without what is not shown.
std::vector<std::string> shown_names(const std::string& names) {
    return parts(names.substr(0, names.find('|')), ',');
}

/// All that CLI11 is to understand.
std::string all_names(std::string names) {
    std::replace(names.begin(), names.end(), '|', ',');
    return names;
}

/// A check whose name does not show in a message.
CLI::Validator check(std::function<std::string(const std::string&)> problem) {
    return CLI::Validator([problem = std::move(problem)](std::string& text) { return problem(text); }, "");
}

CLI::Validator at_least(std::int64_t minimum) {
    return check([minimum](const std::string& text) {
        std::int64_t value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= minimum;
        return good ? "" : fmt::format("found '{}', expected a whole number from {} up", text, minimum);
    });
}

CLI::Validator number() {
    return check([](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) ? "" : fmt::format("found '{}', expected a number", text);
    });
}

CLI::Validator one_of(const std::vector<std::string>& words) {
    return check([words](const std::string& text) -> std::string {
        if (std::find(words.begin(), words.end(), text) != words.end()) return "";
        const std::vector<std::string> most(words.begin(), words.end() - 1);
        return fmt::format("found '{}', expected {} or {}", text, joined(most, ", "), words.back()) +
               did_you_mean(text, words);
    });
}

}  // namespace

struct Arguments::Parser {
    CLI::App& app;
    std::vector<Declaration>& declared;
};

CLI::Option* Arguments::add(CLI::Option* option, Declaration declaration) {
    parser_.declared.push_back(std::move(declaration));
    return option->required(parser_.declared.back().required);
}

void Arguments::positional(std::string& target, const std::string& name, const std::string& description,
                           bool required) {
    add(parser_.app.add_option(name, target),
        {.kind = Declaration::Kind::argument, .names = {name}, .description = description, .required = required});
}

void Arguments::positionals(std::vector<std::string>& target, const std::string& name, const std::string& description,
                            bool required) {
    add(parser_.app.add_option(name, target), {.kind = Declaration::Kind::argument,
                                               .names = {name},
                                               .description = description,
                                               .required = required,
                                               .several = true});
}

void Arguments::option(std::string& target, const std::string& names, const std::string& value,
                       const std::string& description, bool required) {
    add(parser_.app.add_option(all_names(names), target), {.names = shown_names(names),
                                                           .value = value,
                                                           .description = description,
                                                           .initial = target,
                                                           .required = required});
}

void Arguments::option(std::vector<std::string>& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description, .several = true})
        ->allow_extra_args(false);
}

void Arguments::option(std::int64_t& target, const std::string& names, const std::string& value,
                       const std::string& description, std::int64_t minimum) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description, .initial = std::to_string(target)})
        ->check(at_least(minimum));
}

void Arguments::option(std::optional<std::int64_t>& target, const std::string& names, const std::string& value,
                       const std::string& description, std::int64_t minimum) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description})
        ->check(at_least(minimum));
}

void Arguments::optional_value(std::optional<std::int64_t>& target, const std::string& names, const std::string& value,
                               const std::string& description, std::int64_t minimum, std::int64_t without) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description})
        ->check(at_least(minimum))
        ->expected(0, 1)
        ->default_str(std::to_string(without));
}

void Arguments::option(double& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description, .initial = fmt::format("{}", target)})
        ->check(number());
}

void Arguments::option(std::optional<double>& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names), .value = value, .description = description})
        ->check(number());
}

void Arguments::choice(std::string& target, const std::string& names, const std::vector<std::string>& values,
                       const std::string& description) {
    const std::string all = joined(values, "|");
    const bool fits = all.size() <= widest_choice;
    add(parser_.app.add_option(all_names(names), target),
        {.names = shown_names(names),
         .value = fits ? all : "NAME",
         .description = fits ? description : description + "; one of " + joined(values, ", "),
         .initial = target,
         .words = values})
        ->check(one_of(values));
}

void Arguments::flag(bool& target, const std::string& names, const std::string& description) {
    add(parser_.app.add_flag(all_names(names), target),
        {.kind = Declaration::Kind::flag, .names = shown_names(names), .description = description});
}

void Arguments::model_option(std::string& target, const std::string& name, std::vector<ModelUse> models) {
    std::vector<std::string> names;
    names.reserve(models.size());
    for (const ModelUse& use : models) names.push_back(use.model);
    add(parser_.app.add_option(name, target),
        {.names = {name}, .value = "X", .description = "of " + joined(names, ", "), .models = std::move(models)});
}

void Arguments::offer(std::vector<std::string> words) {
    parser_.declared.back().words = std::move(words);
}

namespace {

void declare_common(Arguments& arguments, CommonOptions& common) {
    arguments.flag(common.json, "--json", "print one JSON object a line");
    arguments.option(common.threads, "--threads", "N", "number of threads; 0: as many as the machine has", 0);
    arguments.option(common.memory, "--memory", "BYTES",
                     "refuse work that needs more memory, for example 2G; not given: no bound");
    arguments.option(common.seed, "--seed", "N", "seed of all random numbers", 0);
    arguments.flag(common.quiet, "-q,--quiet", "write nothing but errors to stderr");
    arguments.choice(common.progress, "--progress", {"auto", "bar", "json", "none"},
                     "how to show progress on stderr; auto: a bar on a terminal, after two seconds");
}

/// Declares all that `command` takes.
CommandPage declare(const Command& command, CLI::App& app, CommonOptions& common) {
    CommandPage page = {.name = command.name,
                        .summary = command.summary,
                        .examples = command.examples,
                        .notes = command.notes,
                        .declarations = {}};
    Arguments::Parser parser{app, page.declarations};
    Arguments arguments(parser);
    command.declare(arguments);
    const std::size_t own = page.declarations.size();
    declare_common(arguments, common);
    app.set_help_flag(help_names);
    page.declarations.push_back(
        {.kind = Declaration::Kind::flag, .names = parts(help_names, ','), .description = "show this help"});
    for (std::size_t d = own; d < page.declarations.size(); ++d) page.declarations[d].common = true;
    return page;
}

std::vector<std::string> shown_commands(const std::vector<Command>& commands) {
    std::vector<std::string> names;
    for (const Command& command : commands) {
        if (!command.hidden) names.push_back(command.name);
    }
    return names;
}

/// A message that ends with what was probably meant, or with where help is.
[[noreturn]] void refuse(const std::string& problem, const std::string& word, const std::vector<std::string>& names,
                         const std::string& help) {
    const std::string guess = did_you_mean(word, names);
    throw UsageError(problem + (guess.empty() ? "; see " + help : guess));
}

const Command& command_named(const std::string& name, const std::vector<Command>& commands) {
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == name; });
    if (found != commands.end()) return *found;
    refuse("there is no command '" + name + "'", name, shown_commands(commands), "eckart -h");
}

/// `word` is what a command did not expect.
[[noreturn]] void refuse_extra(const CommandPage& page, const std::string& word) {
    const std::string help = "eckart " + page.name + " -h";
    if (!word.starts_with('-')) throw UsageError("found '" + word + "', expected no more arguments; see " + help);
    std::vector<std::string> names;
    for (const Declaration& one : page.declarations) {
        if (one.kind != Declaration::Kind::argument) names.insert(names.end(), one.names.begin(), one.names.end());
    }
    const std::string name = word.substr(0, word.find('='));
    refuse(page.name + " has no option '" + name + "'", name, names, help);
}

/// What CLI11 says of an option that came without its value or too often, in our words.
std::string mismatch(const CommandPage& page, const std::string& said) {
    const std::string name = said.substr(0, said.find(':'));
    const Declaration* option = page.option(name);
    if (!option) return said;
    if (said.ends_with(" missing")) return fmt::format("{} needs a value: {} {}", name, name, option->value);
    return name + " can be given only once";
}

/// CLI11 ends some of its messages with a full stop or a line break, and ours are one line that goes on.
std::string one_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

/// The help of the models that --model names, "als:factors=32,ease", or of the command.
std::string help_of(const CommandPage& page, const CLI::App& app) {
    const Declaration* model = page.option("--model");
    const bool has_models = std::any_of(page.declarations.begin(), page.declarations.end(),
                                        [](const Declaration& one) { return !one.models.empty(); });
    if (!model || !has_models || app.count("--model") == 0) return command_help(page);
    std::vector<std::string> names;
    for (const std::string& one : parts(app.get_option("--model")->results().back(), ',')) {
        names.push_back(one.substr(0, one.find(':')));
        if (std::find(model->words.begin(), model->words.end(), names.back()) != model->words.end()) continue;
        refuse("there is no model '" + names.back() + "'", names.back(), model->words, "eckart " + page.name + " -h");
    }
    return model_help(page, names);
}

/// Fills in what `command` and `common` take from `words`. Returns false if they ask for help, which is then `answer`.
bool parse_words(std::vector<std::string> words, const Command& command, CommonOptions& common, std::string& answer) {
    CLI::App app;
    const CommandPage page = declare(command, app, common);
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    try {
        app.parse(words);
    } catch (const CLI::CallForHelp&) {
        answer = help_of(page, app);
        return false;
    } catch (const CLI::ExtrasError&) {
        refuse_extra(page, app.remaining().front());
    } catch (const CLI::ArgumentMismatch& error) {
        throw UsageError(mismatch(page, error.what()) + "; see eckart " + page.name + " -h");
    } catch (const CLI::ParseError& error) {
        const std::string problem = one_line(error.what());
        throw UsageError(problem.ends_with('?') ? problem : problem + "; see eckart " + page.name + " -h");
    }
    return true;
}

}  // namespace

CommandPage command_page(const Command& command) {
    CLI::App app;
    CommonOptions common;
    return declare(command, app, common);
}

std::vector<CommandPage> command_pages(const std::vector<Command>& commands) {
    std::vector<CommandPage> pages;
    for (const Command& command : commands) {
        if (!command.hidden) pages.push_back(command_page(command));
    }
    return pages;
}

const Command* parse_command_line(int argc, const char* const* argv, const std::vector<Command>& commands,
                                  CommonOptions& common, std::string& answer) {
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    const bool asks = !words.empty() && words[0] == "help";
    if (asks) words.erase(words.begin());
    if (words.empty() || words[0] == "-h" || words[0] == "--help") {
        answer = program_help(command_pages(commands));
        return nullptr;
    }
    if (words[0] == "--version") {
        answer = fmt::format("eckart {}\n", build_info::version);
        return nullptr;
    }
    if (words[0].starts_with('-')) {
        refuse("there is no option '" + words[0] + "' before a command", words[0], {"--help", "--version"},
               "eckart -h");
    }
    const Command& command = command_named(words[0], commands);
    words.erase(words.begin());
    if (asks) words.push_back("-h");
    return parse_words(std::move(words), command, common, answer) ? &command : nullptr;
}

}  // namespace eckart::tools
