#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments/command.h"
#include "tools/cli/arguments/command_page.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of the library
class Option;
}

namespace eckart::tools {

/// The options that mean the same on every command.
struct CommonOptions {
    std::int64_t threads = 0;  ///< 0: what the machine has
    std::string memory;        ///< empty: no bound
    std::int64_t seed = 1;
    bool quiet = false;
    std::string progress = "auto";  ///< auto, bar, json or none
    bool json = false;
};

/// Where a command declares what it takes. Targets keep their value, shown as the default, unless the line gives
/// another, and must outlive the parsing.
class Arguments {
  public:
    struct Parser;
    explicit Arguments(Parser& parser) : parser_(parser) {}

    void positional(std::string& target, const std::string& name, const std::string& description, bool required = true);
    /// One or more; none too if not required.
    void positionals(std::vector<std::string>& target, const std::string& name, const std::string& description,
                     bool required = true);

    /// `names` as in "-o,--output"; those after a '|' are understood too, and not shown: "--centered|--centred".
    /// `value` is the word that stands for the value in the help.
    void option(std::string& target, const std::string& names, const std::string& value, const std::string& description,
                bool required = false);
    /// May be given several times, with one value each.
    void option(std::vector<std::string>& target, const std::string& names, const std::string& value,
                const std::string& description);
    void option(std::int64_t& target, const std::string& names, const std::string& value,
                const std::string& description, std::int64_t minimum);
    void option(std::optional<std::int64_t>& target, const std::string& names, const std::string& value,
                const std::string& description, std::int64_t minimum);
    /// An option whose value may be left out, and is then `without`. `value` says so: "[N]".
    void optional_value(std::optional<std::int64_t>& target, const std::string& names, const std::string& value,
                        const std::string& description, std::int64_t minimum, std::int64_t without);
    void option(double& target, const std::string& names, const std::string& value, const std::string& description);
    void option(std::optional<double>& target, const std::string& names, const std::string& value,
                const std::string& description);
    void choice(std::string& target, const std::string& names, const std::vector<std::string>& values,
                const std::string& description);
    void flag(bool& target, const std::string& names, const std::string& description);

    /// An option of some models. The help of the command leaves it out, that of its models shows it.
    void model_option(std::string& target, const std::string& name, std::vector<ModelUse> models);

    /// Words that completion offers as the value of the option that was declared last; other values are taken too.
    void offer(std::vector<std::string> words);

  private:
    CLI::Option* add(CLI::Option* option, Declaration declaration);

    Parser& parser_;
};

/// What help, manual pages and completion are made of.
CommandPage command_page(const Command& command);
std::vector<CommandPage> command_pages(const std::vector<Command>& commands);

/// Reads the command line of a program with these commands. Returns the command that was asked for, with all its
/// targets and `common` filled in; nullptr if the line asked for help or the version, which is then in `answer`. Throws
/// UsageError on a line that cannot be read.
const Command* parse_command_line(int argc, const char* const* argv, const std::vector<Command>& commands,
                                  CommonOptions& common, std::string& answer);

}  // namespace eckart::tools
