#include <doctest/doctest.h>

#include <algorithm>

#include "tools/cli/help_lists.h"
#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// All that the program writes of its manual.
struct Manual {
    TemporaryFolder folder;
    std::string bash, zsh, fish;

    Manual() {
        REQUIRE(run_eckart({"__manual", folder.path().string()}).exit_code == 0);
        bash = read_file(folder / "bash-completion/completions/eckart");
        zsh = read_file(folder / "zsh/site-functions/_eckart");
        fish = read_file(folder / "fish/vendor_completions.d/eckart.fish");
    }

    std::string page(const std::string& name) const { return read_file(folder / ("man/man1/" + name + ".1")); }
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// "--kl-weight" as roff has it in bold.
std::string in_roff(const std::string& name) {
    std::string text = "\\fB";
    for (const char c : name) text += c == '-' ? std::string("\\-") : std::string(1, c);
    return text + "\\fR";
}

/// What bash completes this line to, "eckart train --res" for one; a blank at its end begins a new word.
std::string completed(const Manual& manual, const std::string& line) {
    const std::string script = R"(source "$0"
        read -ra COMP_WORDS <<<"$1"
        [[ $1 == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _eckart
        printf '%s' "${COMPREPLY[*]}")";
    const Outcome outcome = run_shell(script, {manual.folder / "bash-completion/completions/eckart", line});
    CHECK(outcome.err.empty());
    return outcome.out;
}

/// Whether the shell is there to read the script; says so if it is not.
bool is_there(const std::string& shell) {
    const bool found = run_shell("command -v \"$0\"", {shell}).exit_code == 0;
    if (!found) MESSAGE("skipped: ", shell, " is not installed");
    return found;
}

}  // namespace

TEST_CASE("each command and each option is in its manual page and in every completion") {
    const Manual manual;
    const std::string overview = manual.page("eckart");

    for (const std::string& command : command_names()) {
        const std::string page = manual.page("eckart-" + command);
        std::vector<std::string> options = option_names(command);
        if (command == "train" || command == "tune" || command == "evaluate") {
            for (const std::string& model : model_names()) {
                const auto more = option_names(command, model);
                options.insert(options.end(), more.begin(), more.end());
            }
            CHECK(options.size() > 80);
        }
        CAPTURE(command);
        CHECK(holds(overview, in_roff(command)));
        CHECK(holds(manual.zsh, "'" + command + ":"));
        CHECK(holds(manual.fish, "__fish_use_subcommand -f -a " + command + " "));
        CHECK(std::find(options.begin(), options.end(), "--threads") != options.end());
        const std::size_t begin = manual.bash.find("        " + command + ") options='");
        REQUIRE(begin != std::string::npos);
        const std::string of_bash = manual.bash.substr(begin, manual.bash.find('\n', begin) - begin);
        const std::size_t zsh_begin = manual.zsh.find("        " + command + ")\n");
        REQUIRE(zsh_begin != std::string::npos);
        const std::string of_zsh = manual.zsh.substr(zsh_begin, manual.zsh.find(";;", zsh_begin) - zsh_begin);
        for (const std::string& option : options) {
            CAPTURE(option);
            CHECK(holds(page, in_roff(option)));
            CHECK((holds(of_bash, " " + option + " ") || holds(of_bash, "'" + option + " ") ||
                   holds(of_bash, " " + option + "'")));
            CHECK(holds(of_zsh, option + "["));
            const bool is_long = option.starts_with("--");
            CHECK(holds(manual.fish, is_long ? " -l " + option.substr(2) + " " : " -s " + option.substr(1) + " "));
        }
    }
}

TEST_CASE("bash completes commands, options, and words that an option takes") {
    const Manual manual;

    CHECK(completed(manual, "eckart tra") == "train");
    CHECK(completed(manual, "eckart help tra") == "train");
    CHECK(completed(manual, "eckart --ver") == "--version");
    CHECK(completed(manual, "eckart train --res") == "--resume");
    CHECK(completed(manual, "eckart train --model mult") == "mult-dae mult-vae");
    CHECK(completed(manual, "eckart search docs.idx --mode ") == "hybrid lexical latent autoencoder");
    CHECK(completed(manual, "eckart index sam").empty());  // then bash takes names of files
    CHECK(completed(manual, "eckart index samples -o sam").empty());
}

TEST_CASE("shells can read their scripts") {
    const Manual manual;

    CHECK(run_shell("bash -n \"$0\"", {manual.folder / "bash-completion/completions/eckart"}).exit_code == 0);
    if (is_there("zsh"))
        CHECK(run_shell("zsh -n \"$0\"", {manual.folder / "zsh/site-functions/_eckart"}).exit_code == 0);
    if (is_there("fish")) {
        CHECK(run_shell("fish -n \"$0\"", {manual.folder / "fish/vendor_completions.d/eckart.fish"}).exit_code == 0);
    }
}

TEST_CASE("manual pages are set without a warning") {
    const Manual manual;
    if (!is_there("groff")) return;
    for (const auto& file : contents(manual.folder.path())) {
        const std::string& name = file.first;
        if (!name.ends_with(".1")) continue;
        CAPTURE(name);
        const Outcome outcome = run_shell("groff -man -Tascii -P-cbou -ww -rLL=78n \"$0\"", {manual.folder / name});
        CHECK(outcome.exit_code == 0);
        CHECK(outcome.err.empty());
        CHECK(holds(outcome.out, "SEE ALSO"));
        CHECK(!file.second.empty());
    }
}
