#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "tools/cli/help_lists.h"
#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

std::string help_of(std::vector<std::string> line) {
    line.push_back("-h");
    const Outcome outcome = run_eckart(line);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.err.empty());
    return outcome.out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("the program alone shows its help, which names every command in a line") {
    const Outcome alone = run_eckart({});

    CHECK(alone.exit_code == 0);
    CHECK(alone.err.empty());
    CHECK(alone.out.starts_with("Usage: eckart COMMAND [ARGUMENT]...\n"));
    CHECK(has(alone.out, "\nExamples:\n  eckart "));
    CHECK(alone.out == run_eckart({"-h"}).out);
    CHECK(alone.out == run_eckart({"help"}).out);
    CHECK(alone.out == run_eckart({"--help"}).out);
    CHECK(command_names().size() >= 19);
    CHECK(!has(alone.out, "__"));  // nor what is hidden
}

TEST_CASE("help of a command: its usage, two examples, then options with their defaults") {
    for (const std::string& command : command_names()) {
        const std::string help = help_of({command});
        CAPTURE(command);

        CHECK(help.starts_with("Usage: eckart " + command + " "));
        const std::string example = "\n  eckart " + command;
        const std::size_t examples = help.find("\nExamples:" + example);
        REQUIRE(examples != std::string::npos);
        CHECK(help.find(example, examples + 20) < help.find("\n\n", examples + 20));
        CHECK(examples < help.find("\nOptions"));
        CHECK(has(help, "[auto]"));
        CHECK(help == run_eckart({"help", command}).out);
    }
}

TEST_CASE("no line of help is wider than 80 columns but examples") {
    for (const std::string& command : command_names()) {
        for (const std::string& line : lines_of(help_of({command}))) {
            CAPTURE(line);
            CHECK((line.size() <= 80 || line.starts_with("  eckart ") || line.starts_with("Usage: ")));
        }
    }
}

TEST_CASE("help of train is short, and tells of each model in a line") {
    const std::string help = help_of({"train"});

    CHECK(lines_of(help).size() <= 80);
    CHECK(!has(help, "--factors"));
    for (const std::string& model : model_names()) CHECK(has(help, "\n  " + model + "  "));
}

TEST_CASE("help of a model shows its own options with their defaults") {
    for (const std::string command : {"train", "tune", "evaluate"}) {
        const std::string als = help_of({command, "--model", "als"});
        const std::string two = help_of({command, "--model", "ease:lambda=3,item-knn"});
        CAPTURE(command);

        CHECK(has(als, "\nOptions of als:\n"));
        CHECK(has(als, "--factors"));
        CHECK(has(als, "[64]"));
        CHECK(!has(als, "--shrinkage"));
        CHECK(has(two, "\nOptions of ease:\n"));
        CHECK(has(two, "\nOptions of item-knn:\n"));
        CHECK(has(two, "--shrinkage"));
    }
    CHECK(has(help_of({"train", "--model", "popular"}), "popular has no options"));
}

TEST_CASE("a name that is almost right is answered with the right one") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> lines = {
        {{"serach"}, "eckart: there is no command 'serach'; did you mean 'search'?\n"},
        {{"help", "trian"}, "eckart: there is no command 'trian'; did you mean 'train'?\n"},
        {{"--versoin"}, "eckart: there is no option '--versoin' before a command; did you mean '--version'?\n"},
        {{"doctor", "--thread", "2"}, "eckart: doctor has no option '--thread'; did you mean '--threads'?\n"},
        {{"train", "x", "-o", "y", "--lamda=3"}, "eckart: train has no option '--lamda'; did you mean '--lambda'?\n"},
        {{"search", "x", "y", "--mode", "hybird"},
         "eckart: --mode: found 'hybird', expected hybrid, lexical, latent or autoencoder; did you mean 'hybrid'?\n"},
        {{"train", "--model", "impicit-als", "-h"},
         "eckart: there is no model 'impicit-als'; did you mean 'implicit-als'?\n"},
    };

    for (const auto& [line, message] : lines) {
        const Outcome outcome = run_eckart(line);

        CHECK(outcome.exit_code == 2);
        CHECK(outcome.out.empty());
        CHECK(outcome.err == message);
    }
}

TEST_CASE("a model or an option of a model that is not there is answered with those that are, and the nearest") {
    const Outcome model = run_eckart({"train", ECKART_RATINGS, "-o", "/proc/x", "--model", "esae"});
    const Outcome option = run_eckart({"train", ECKART_RATINGS, "-o", "/proc/x", "--model", "ease:lamda=2"});

    CHECK(model.exit_code == 2);
    CHECK(has(model.err, "no model \"esae\"; there are popular, "));
    CHECK(model.err.ends_with("; did you mean 'ease'?\n"));
    CHECK(option.exit_code == 2);
    CHECK(option.err.ends_with("; did you mean 'lambda'?\n"));
}

TEST_CASE("a mistake says what is wrong and where help is") {
    const std::vector<std::pair<std::vector<std::string>, std::string>> lines = {
        {{"dance"}, "eckart: there is no command 'dance'; see eckart -h\n"},
        {{"terms", "a", "b", "c"}, "eckart: found 'c', expected no more arguments; see eckart terms -h\n"},
        {{"train", "x", "-o"}, "eckart: --output needs a value: --output MODEL; see eckart train -h\n"},
        {{"train", "x"}, "eckart: --output is required; see eckart train -h\n"},
        {{"index", "-o", "x"}, "eckart: SOURCE is required; see eckart index -h\n"},
        {{"doctor", "--seed", "two"},
         "eckart: --seed: found 'two', expected a whole number from 0 up; see eckart doctor -h\n"},
        {{"recommend", "m", "--diversity", "much"},
         "eckart: --diversity: found 'much', expected a number; see eckart recommend -h\n"},
        {{"recommend", "m", "--user", "3", "--user", "4"},
         "eckart: --user can be given only once; see eckart recommend -h\n"},
    };

    for (const auto& [line, message] : lines) {
        const Outcome outcome = run_eckart(line);

        CHECK(outcome.exit_code == 2);
        CHECK(outcome.err == message);
    }
}

TEST_CASE("an old spelling of an option is understood and not shown") {
    const Outcome old = run_eckart({"cluster", "nowhere.npy", "-k", "2", "--centred"});

    CHECK(old.exit_code == 3);  // there is no such file, and nothing is said of the option
    CHECK(!has(old.err, "--cent"));
    CHECK(has(help_of({"cluster"}), "--centered "));
    CHECK(!has(help_of({"cluster"}), "--centred"));
}
