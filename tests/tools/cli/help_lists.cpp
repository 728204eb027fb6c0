#include "tools/cli/help_lists.h"

#include <regex>
#include <sstream>

#include "tools/cli/run_program.h"

namespace eckart::testing {
namespace {

/// The first words of the lines below `heading` that are indented by two blanks.
std::vector<std::string> names_under(const std::string& help, const std::string& heading) {
    std::vector<std::string> names;
    std::istringstream lines(help.substr(std::min(help.size(), help.find("\n" + heading + "\n") + 1)));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line) && line.starts_with("  ")) {
        if (line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
    return names;
}

}  // namespace

std::vector<std::string> command_names() {
    return names_under(run_eckart({"-h"}).out, "Commands:");
}

std::vector<std::string> model_names() {
    return names_under(run_eckart({"train", "-h"}).out, "Models:");
}

std::vector<std::string> option_names(const std::string& command, const std::string& model) {
    std::vector<std::string> line = {command, "-h"};
    if (!model.empty()) line.insert(line.end(), {"--model", model});
    const std::string help = run_eckart(line).out;
    static const std::regex options("\n  (-[^ ,]+)(, (-[^ ,\n]+))?");
    std::vector<std::string> names;
    for (std::sregex_iterator found(help.begin(), help.end(), options), end; found != end; ++found) {
        names.push_back((*found)[1]);
        if ((*found)[3].matched) names.push_back((*found)[3]);
    }
    std::erase(names, "--OPTION");  // which stands for those of models
    return names;
}

}  // namespace eckart::testing
