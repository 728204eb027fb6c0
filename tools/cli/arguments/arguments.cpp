#include "tools/cli/arguments/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "engine/support/error.h"
#include "tools/build_info.h"

namespace eckart::tools {
namespace {

constexpr std::size_t name_columns = 30;         ///< of help, for the names of options
constexpr std::size_t description_columns = 70;  ///< beside them

/// `text` with line breaks in place of blanks, so that no line is wider than the column of descriptions if words allow.
std::string wrapped(std::string text) {
    std::size_t begin = 0;
    while (text.size() - begin > description_columns) {
        std::size_t blank = text.rfind(' ', begin + description_columns);
        if (blank == std::string::npos || blank < begin) blank = text.find(' ', begin);
        if (blank == std::string::npos) break;
        text[blank] = '\n';
        begin = blank + 1;
    }
    return text;
}

/// Help that opens with the examples and shows every default in brackets.
class HelpFormatter : public CLI::Formatter {
  public:
    explicit HelpFormatter(std::vector<std::string> examples) : examples_(std::move(examples)) {
        column_width(name_columns);
        label("SUBCOMMAND", "COMMAND");
        label("Positionals", "Arguments");
    }

    std::string make_description(const CLI::App* app) const override {
        std::string text;
        for (const std::string& example : examples_) text += "  " + example + "\n";
        return text + "\n" + app->get_description() + "\n\n";
    }

    std::string make_option_opts(const CLI::Option* option) const override {
        return option->get_type_name().empty() ? "" : " " + option->get_type_name();
    }

    std::string make_option_desc(const CLI::Option* option) const override {
        const std::string initial = option->get_default_str();
        return wrapped(option->get_description() + (initial.empty() ? "" : " [" + initial + "]"));
    }

  private:
    std::vector<std::string> examples_;
};

/// A check whose name does not show up in the help.
CLI::Validator at_least(std::int64_t minimum) {
    const auto check = [minimum](const std::string& text) {
        std::int64_t value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= minimum;
        return good ? "" : fmt::format("expected a whole number from {} up, found '{}'", minimum, text);
    };
    return CLI::Validator(check, "");
}

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
    return CLI::detail::join(words, separator);
}

}  // namespace

struct Arguments::Parser {
    CLI::App& app;
};

void Arguments::positional(std::string& target, const std::string& name, const std::string& description,
                           bool required) {
    parser_.app.add_option(name, target, description)->required(required)->type_name("");
}

void Arguments::positionals(std::vector<std::string>& target, const std::string& name, const std::string& description,
                            bool required) {
    parser_.app.add_option(name, target, description)->required(required)->type_name("");
}

void Arguments::option(std::string& target, const std::string& names, const std::string& value,
                       const std::string& description, bool required) {
    parser_.app.add_option(names, target, description)->required(required)->type_name(value)->default_str(target);
}

void Arguments::option(std::vector<std::string>& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    parser_.app.add_option(names, target, description)->allow_extra_args(false)->type_name(value);
}

void Arguments::option(std::int64_t& target, const std::string& names, const std::string& value,
                       const std::string& description, std::int64_t minimum) {
    parser_.app.add_option(names, target, description)
        ->default_str(std::to_string(target))
        ->check(at_least(minimum))
        ->type_name(value);
}

void Arguments::option(std::optional<std::int64_t>& target, const std::string& names, const std::string& value,
                       const std::string& description, std::int64_t minimum) {
    parser_.app.add_option(names, target, description)->check(at_least(minimum))->type_name(value);
}

void Arguments::option(double& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    parser_.app.add_option(names, target, description)->capture_default_str()->type_name(value);
}

void Arguments::option(std::optional<double>& target, const std::string& names, const std::string& value,
                       const std::string& description) {
    parser_.app.add_option(names, target, description)->type_name(value);
}

void Arguments::choice(std::string& target, const std::string& names, const std::vector<std::string>& values,
                       const std::string& description) {
    parser_.app.add_option(names, target, description)
        ->default_str(target)
        ->check(CLI::IsMember(values).description(""))
        ->type_name(joined(values, "|"));
}

void Arguments::flag(bool& target, const std::string& names, const std::string& description) {
    parser_.app.add_flag(names, target, description);
}

void Arguments::hidden_flag(bool& target, const std::string& names) {
    parser_.app.add_flag(names, target)->group("");
}

namespace {

void declare_common(Arguments& arguments, CommonOptions& common) {
    arguments.flag(common.json, "--json", "print one JSON object a line");
    arguments.option(common.threads, "--threads", "N", "threads to use; 0: all that the machine has", 0);
    arguments.option(common.memory, "--memory", "BYTES",
                     "refuse work that needs more, for example 2G; empty: no bound");
    arguments.option(common.seed, "--seed", "N", "seed of all that is random", 0);
    arguments.flag(common.quiet, "-q,--quiet", "say nothing on stderr but errors");
    arguments.choice(common.progress, "--progress", {"auto", "bar", "json", "none"},
                     "how to show progress on stderr; auto: a bar on a terminal");
}

std::string hint(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return "; see eckart " + (chosen.empty() ? "" : chosen[0]->get_name() + " ") + "-h";
}

const Command* command_named(std::string_view name, const std::vector<Command>& commands) {
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

/// CLI11 ends some of its messages with a full stop or a line break, and ours are one line that goes on.
std::string one_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
    for (char& c : text) c = c == '\n' ? ' ' : c;
    return text;
}

}  // namespace

const Command* parse_command_line(int argc, const char* const* argv, const std::vector<Command>& commands,
                                  CommonOptions& common, std::string& answer) {
    CLI::App app("A sparse text and recommender engine. Every command has its own help: eckart COMMAND -h", "eckart");
    app.formatter(std::make_shared<HelpFormatter>(std::vector<std::string>{
        "eckart index ~/Documents -o docs.idx", "eckart search docs.idx \"how do I change a tyre\""}));
    app.set_help_flag("-h,--help", "show this help");
    app.set_version_flag("--version", std::string("eckart ") + build_info::version, "show the version");
    app.require_subcommand(1);

    for (const Command& command : commands) {
        CLI::App* subcommand = app.add_subcommand(command.name, command.summary);
        subcommand->formatter(std::make_shared<HelpFormatter>(command.examples));
        subcommand->group("Commands");
        subcommand->footer(command.notes);
        Arguments::Parser parser{*subcommand};
        Arguments arguments(parser);
        command.declare(arguments);
        declare_common(arguments, common);
    }

    if (argc < 2) throw UsageError("no command was given; see eckart -h");
    if (argv[1][0] != '-' && !command_named(argv[1], commands)) {
        throw UsageError(fmt::format("there is no command '{}'; see eckart -h", argv[1]));
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        answer = app.help();
        return nullptr;
    } catch (const CLI::CallForVersion& version) {
        answer = std::string(version.what()) + "\n";
        return nullptr;
    } catch (const CLI::ParseError& error) {
        throw UsageError(one_line(error.what()) + hint(app));
    }
    return command_named(app.get_subcommands()[0]->get_name(), commands);
}

}  // namespace eckart::tools
