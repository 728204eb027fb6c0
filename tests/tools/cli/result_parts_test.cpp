#include <doctest/doctest.h>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>
#include <string>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// The number of a process that is no more: a shell says its own and ends.
std::string ended_process() {
    const std::string line = run_shell("echo $$", {}).out;
    return line.substr(0, line.find('\n'));
}

std::set<std::string> entries_of(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
    return names;
}

const std::string small_table = "1,2,3\n4,5,7\n6,8,1\n9,1,1\n";

}  // namespace

TEST_CASE("a folder of results is rid of parts of processes that are no more, and of nothing else") {
    const TemporaryFolder folder;
    const std::string table = folder.write("x.csv", small_table);
    const std::string ended = ".part-" + ended_process(), living = ".part-" + std::to_string(getpid());
    folder.write("out/" + ended + "/svd_w.npy", "half");
    folder.write("out/" + living + "/svd_w.npy", "half");
    folder.write("out/.part-", "");
    folder.write("out/.part-12x", "");
    folder.write("out/mine" + ended, "");

    const Outcome outcome =
        run_eckart({"factorize", table, "--rank", "1", "--method", "svd", "-o", folder / "out", "--quiet"});

    CHECK(outcome.exit_code == 0);
    CHECK(entries_of(folder / "out") ==
          std::set<std::string>{".part-", ".part-12x", living, "mine" + ended, "svd_w.npy", "svd_z.npy"});
}

TEST_CASE("a file of results is rid of its own parts of processes that are no more, and of no other file's") {
    const TemporaryFolder folder;
    const std::string table = folder.write("x.csv", small_table);
    const std::string ended = ".part-" + ended_process(), living = ".part-" + std::to_string(getpid());
    folder.write("out/rows.tsv" + ended, "half");
    folder.write("out/rows.tsv" + living, "half");
    folder.write("out/other.tsv" + ended, "half");

    const Outcome outcome =
        run_eckart({"cluster", table, "-k", "2", "--assignments", folder / "out/rows.tsv", "--quiet"});

    CHECK(outcome.exit_code == 0);
    CHECK(entries_of(folder / "out") == std::set<std::string>{"other.tsv" + ended, "rows.tsv", "rows.tsv" + living});
}

TEST_CASE("what a killed run left is gone after the next") {
    const TemporaryFolder folder;
    const std::string table = folder.write("x.csv", small_table), out = folder / "out";
    const std::vector<std::string> line = {"factorize", table, "--rank", "2", "-o", out, "--progress", "json"};
    std::filesystem::create_directory(out);
    int left = 0;
    for (int seen = 1; run_eckart_and_signal(line, seen, SIGKILL).exit_code == 128 + SIGKILL; ++seen) {
        const auto names = entries_of(out);  // results too, where the signal came late
        const auto parts = std::count_if(names.begin(), names.end(),
                                         [](const std::string& name) { return name.starts_with(".part-"); });
        CHECK(parts <= 1);  // each run takes away what the one before it left
        left += parts > 0 ? 1 : 0;
    }
    REQUIRE(left > 0);

    REQUIRE(run_eckart(line).exit_code == 0);

    for (const std::string& name : entries_of(out)) CHECK_FALSE(name.starts_with(".part-"));
}
