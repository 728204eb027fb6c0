#include <doctest/doctest.h>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

TEST_CASE("a mistake on the command line ends with code 2 and one line") {
    const std::vector<std::vector<std::string>> lines = {{"serch"},
                                                         {"doctor", "--thread"},
                                                         {"doctor", "--threads", "-1"},
                                                         {"doctor", "--threads", "two"},
                                                         {"doctor", "--memory", "lots"},
                                                         {"doctor", "--progress", "blinking"},
                                                         {"index"},
                                                         {"search", "docs.idx", "x", "--mode", "psychic"},
                                                         {"search", "docs.idx", "x", "-n", "0"}};

    for (const auto& line : lines) {
        const Outcome outcome = run_eckart(line);
        CAPTURE(line.back());
        CHECK(outcome.exit_code == 2);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.starts_with("eckart: "));
        CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
    }
}

TEST_CASE("doctor names what the build and the machine offer") {
    const Outcome outcome = run_eckart({"doctor", "--json", "--threads", "3"});
    const auto found = outcome.objects().at(0);

    CHECK(outcome.exit_code == 0);
    CHECK(found.at("threads") == 3);
    CHECK(found.at("build_level").is_string());
    CHECK(found.at("machine_level").is_string());
    CHECK(found.at("libraries").at("Eigen").get<std::string>().starts_with("3."));
    CHECK(found.at("memory").get<std::uint64_t>() > 0);
    CHECK(found.at("folder_writable") == true);
    CHECK(found.at("warnings").is_array());
}

TEST_CASE("doctor sees a folder that cannot be written") {
    const auto found = run_eckart({"doctor", "--json", "/proc"}).objects().at(0);

    CHECK(found.at("folder_writable") == false);
    CHECK(found.at("warnings").dump().find("cannot write in this folder") != std::string::npos);
}

TEST_CASE("a memory bound below what the program itself takes is refused with the number") {
    const Outcome outcome = run_eckart({"doctor", "--memory", "1M"});

    CHECK(outcome.exit_code == 6);
    CHECK(outcome.err ==
          "eckart: doctor needs 32 MB, more than the 1.0 MB allowed; raise --memory or choose a smaller problem\n");
}

TEST_CASE("output that cannot be written is an error and not lost in silence") {
    RunOptions options;
    options.output_file = "/dev/full";

    const Outcome outcome = run_eckart({"doctor"}, options);

    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err == "eckart: cannot write to standard output: No space left on device\n");
}

TEST_CASE("what is piped carries no escape sequences, whatever the terminal") {
    RunOptions options;
    options.environment["TERM"] = "xterm-256color";

    CHECK(run_eckart({"doctor"}, options).out.find('\x1b') == std::string::npos);
}
