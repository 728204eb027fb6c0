#include "tools/cli/terminal/progress_display.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "tools/cli/run_program.h"
#include "tools/cli/terminal.h"
#include "tools/cli/terminal/output.h"

using namespace eckart::testing;
using eckart::tools::Output;
using eckart::tools::ProgressDisplay;

namespace {

constexpr std::chrono::hours forever{1000};
constexpr std::chrono::nanoseconds at_once{0};

void report_some(ProgressDisplay& display, const std::string& phase) {
    const auto progress = display.progress();
    for (std::uint64_t done = 0; done <= 4; ++done) progress.report(phase, done, 4);
}

/// Work that reports, writes a result, reports again and writes another.
void work_with_results(const std::string& kind, const std::string& phase) {
    ProgressDisplay display(kind, false, at_once);
    Output out([&] { display.make_room_for_results(); });
    report_some(display, phase);
    out.line("the first result");
    report_some(display, phase + " more");
    out.line("the second");
    out.finish();
    report_some(display, phase + " still");
}

const std::string both_results = "the first result\nthe second\n";

}  // namespace

TEST_CASE("nothing of a bar is left on the screen beside the results") {
    for (const std::string kind : {"auto", "bar"}) {
        const std::string bytes = on_terminal([&] { work_with_results(kind, "reading"); });
        CAPTURE(kind);

        CHECK(bytes.find("reading") != std::string::npos);
        CHECK(screen_text(bytes) == both_results);
    }
}

TEST_CASE("a bar that is wider than the terminal takes one line of it") {
    const std::string phase = "reading /srv/archive/\t" + std::string(90, 'x');

    const std::string bytes = on_terminal([&] { work_with_results("auto", phase); }, {.columns = 40});

    CHECK(bytes.find("reading /srv/archive/ x") != std::string::npos);
    CHECK(screen_text(bytes, 40) == both_results);
}

TEST_CASE(
    "a bar stays while results go to a file, and not once they go into a pipe, for their reader may share the screen") {
    const TemporaryFolder folder;
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    const int file = open((folder / "results").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const auto bar_with_results_to = [](int target) {
        return on_terminal([&] {
            dup2(target, STDOUT_FILENO);
            work_with_results("auto", "reading");
        });
    };

    const std::string beside_file = bar_with_results_to(file);
    const std::string beside_pipe = bar_with_results_to(ends[1]);

    CHECK(beside_file.find("reading still") != std::string::npos);
    CHECK(beside_pipe.find("reading") != std::string::npos);
    CHECK(beside_pipe.find("reading more") == std::string::npos);
    CHECK(screen_lines(beside_file).empty());
    CHECK(screen_lines(beside_pipe).empty());
    CHECK(read_file(folder / "results") == both_results);
    for (const int end : {ends[0], ends[1], file}) close(end);
}

TEST_CASE("a bar erases itself where no result follows") {
    const std::string bytes = on_terminal([] {
        ProgressDisplay display("auto", false, at_once);
        report_some(display, "reading");
    });

    CHECK(bytes.find("reading") != std::string::npos);
    CHECK(screen_lines(bytes).empty());
}

TEST_CASE("a bar comes when the work has taken two seconds, or at once where it was asked for") {
    const auto bytes_of = [](const std::string& kind, std::chrono::nanoseconds patience) {
        return on_terminal([&] {
            ProgressDisplay display(kind, false, patience);
            report_some(display, "reading");
        });
    };

    CHECK(ProgressDisplay::usual_patience == std::chrono::seconds(2));
    CHECK(bytes_of("auto", forever).empty());
    CHECK(!bytes_of("auto", at_once).empty());
    CHECK(!bytes_of("bar", forever).empty());
}

TEST_CASE("a terminal that cannot erase a line has no bar of itself") {
    for (const std::string kind : {"dumb", ""}) {
        const std::string bytes =
            on_terminal([] { work_with_results("auto", "reading"); }, {.environment = {{"TERM", kind}}});
        CAPTURE(kind);

        CHECK(bytes == "the first result\r\nthe second\r\n");
    }
}

TEST_CASE("what the program shows on a terminal is what it writes into a pipe") {
    const TemporaryFolder folder;
    const std::string index = folder / "samples.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
    const std::vector<std::string> search = {"search", index, "winter", "-n", "3", "--json"};
    std::vector<std::string> with_bar = search;
    with_bar.insert(with_bar.end(), {"--progress", "bar"});

    const Outcome piped = run_eckart(search);

    CHECK(piped.err.empty());
    CHECK(piped.out.find('\x1b') == std::string::npos);
    const TerminalOptions wide = {.columns = 1000};
    CHECK(screen_text(eckart_on_terminal(search, wide), 1000) == piped.out);
    CHECK(screen_text(eckart_on_terminal(with_bar, wide), 1000) == piped.out);
    CHECK(eckart_on_terminal(search, {.environment = {{"TERM", "dumb"}}}).find('\x1b') == std::string::npos);
}
