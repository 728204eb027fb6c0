#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "tools/cli/run_program.h"

using namespace eckart::testing;
namespace fs = std::filesystem;

namespace {

std::string made_index(const TemporaryFolder& folder) {
    const std::string index = folder / "docs.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--rank", "5", "--quiet"}).exit_code == 0);
    return index;
}

/// What the index answers, as text to be compared.
std::string answer(const std::string& index) {
    const Outcome outcome = run_eckart({"search", index, "winter tyres", "--json"});
    REQUIRE(outcome.exit_code == 0);
    return outcome.out;
}

std::vector<std::string> rebuild(const std::string& index, const std::string& source) {
    return {"index", source, "-o", index, "--rank", "3", "--progress", "json"};
}

/// One document more than the samples, so that an answer tells which of the two an index was made of.
std::string bigger_source(const TemporaryFolder& folder) {
    fs::copy(ECKART_SAMPLES, folder / "source", fs::copy_options::recursive);
    folder.write("source/extra.md", "# Winter tyres\n\nWinter tyres, winter tyres and again winter tyres.\n");
    return folder / "source";
}

fs::path largest_file(const fs::path& index) {
    fs::path largest;
    for (const auto& entry : fs::recursive_directory_iterator(index)) {
        if (entry.is_regular_file() && (largest.empty() || entry.file_size() > fs::file_size(largest))) {
            largest = entry.path();
        }
    }
    return largest;
}

void flip_bit(const fs::path& file, std::uintmax_t at) {
    std::string content = read_file(file);
    content[at] = static_cast<char>(content[at] ^ 0x10);
    std::ofstream(file, std::ios::binary) << content;
}

}  // namespace

TEST_CASE("an interrupt ends with code 130 at any phase and leaves the old index as it was") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder), source = bigger_source(folder), before = answer(index);
    bool interrupted = false;

    for (int line = 1; line <= 6; ++line) {
        const Outcome outcome = run_eckart_and_signal(rebuild(index, source), line, SIGINT);
        CAPTURE(line);
        if (outcome.exit_code == 0) break;  // it was done before the signal came
        interrupted = true;
        CHECK(outcome.exit_code == 130);
        CHECK(outcome.err.ends_with("eckart: interrupted; what was there before is unchanged\n"));
        CHECK(answer(index) == before);
        CHECK(run_eckart({"verify", index}).exit_code == 0);
    }
    CHECK(interrupted);
}

TEST_CASE("killed at any moment, index leaves the old index or the new one, whole") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder), source = bigger_source(folder), old_answer = answer(index);
    const std::string other = folder / "other.idx";
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(run_eckart(rebuild(other, source)).exit_code == 0);
    const auto duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    const std::string new_answer = answer(other);
    REQUIRE(new_answer != old_answer);

    constexpr int points = 30;
    for (int point = 0; point < points; ++point) {
        run_eckart_and_kill(rebuild(index, source), duration.count() * point / (points - 1));
        const std::string now = answer(index);
        CAPTURE(point);
        CHECK((now == old_answer || now == new_answer));
        CHECK(run_eckart({"verify", index}).exit_code == 0);
    }
    CHECK(run_eckart(rebuild(index, source)).exit_code == 0);
    CHECK(answer(index) == new_answer);
    fs::remove_all(index + "/LOCK");
    fs::remove_all(other + "/LOCK");
    CHECK(contents(index).size() == contents(other).size());  // nothing is left of those that were killed
}

TEST_CASE("a second writer is refused while the first one works, and the first one ends well") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder);
    const std::string fifo = folder / "fifo.jsonl";
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);

    // A writer that waits for its documents holds the lock: the shell starts it in the background and feeds it after.
    const std::string script = std::string("\"$0\" index \"$1\" --format jsonl -o \"$2\" --quiet & first=$!; ") +
                               "exec 3>\"$1\"; echo '{\"_id\":\"a\",\"text\":\"bread and salt\"}' >&3; " +
                               "until grep -q . \"$2/LOCK\" 2>/dev/null; do :; done; " +
                               "\"$0\" index \"$3\" -o \"$2\" --quiet 2>\"$4\"; second=$?; exec 3>&-; wait $first; " +
                               "echo $? $second >\"$5\"";
    const Outcome outcome =
        run_shell(script, {ECKART_PROGRAM, fifo, index, ECKART_SAMPLES, folder / "err", folder / "codes"});

    CHECK(outcome.exit_code == 0);
    CHECK(read_file(folder / "codes") == "0 3\n");
    CHECK(read_file(folder / "err").starts_with("eckart: "));
    CHECK(run_eckart({"info", index, "--json"}).objects().at(0).at("documents") == 1);
}

TEST_CASE("verify names a file in which one bit has changed, and ends with code 5") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder);
    CHECK(run_eckart({"verify", index}).exit_code == 0);
    const fs::path file = largest_file(index);

    flip_bit(file, fs::file_size(file) / 2);

    const Outcome outcome = run_eckart({"verify", index});
    CHECK(outcome.exit_code == 5);
    CHECK(outcome.err.find(file.filename().string()) != std::string::npos);
}

TEST_CASE("whatever bit changes in the manifest, the index is refused with code 5") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder);
    fs::path manifest;
    for (const auto& entry : fs::recursive_directory_iterator(index)) {
        if (entry.path().filename() == "manifest.json") manifest = entry.path();
    }
    const auto size = fs::file_size(manifest);

    for (std::uintmax_t at = 0; at < size; at += 1 + size / 20) {
        flip_bit(manifest, at);
        CAPTURE(at);
        CHECK(run_eckart({"search", index, "tyres"}).exit_code == 5);
        flip_bit(manifest, at);
    }
    CHECK(run_eckart({"search", index, "tyres"}).exit_code == 0);
}

TEST_CASE("a file that was cut short is refused when the index is opened") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder);
    const fs::path file = largest_file(index);

    fs::resize_file(file, fs::file_size(file) - 1);

    const Outcome outcome = run_eckart({"search", index, "tyres"});
    CHECK(outcome.exit_code == 5);
    CHECK(outcome.out.empty());
}

TEST_CASE("a full disk is an error, and the old index still answers") {
    const TemporaryFolder folder;
    const std::string disk = folder / "disk";
    fs::create_directory(disk);
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
        MESSAGE("skipped: a small disk cannot be mounted here");
        return;
    }
    const std::string index = disk + "/docs.idx";
    const std::string small = folder.write("small.txt", "One small document about winter tyres.\n");
    REQUIRE(run_eckart({"index", small, "-o", index}).exit_code == 0);
    const std::string before = answer(index);
    std::string big;
    for (int i = 0; i < 60000; ++i) big += "word" + std::to_string(i) + " ";
    const std::string source = folder.write("big.txt", big);

    const Outcome outcome = run_eckart({"index", source, "-o", index});

    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("No space left on device") != std::string::npos);
    CHECK(answer(index) == before);
    umount(disk.c_str());
}

TEST_CASE("a memory bound that indexing cannot keep is refused and leaves the old index") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder), before = answer(index);

    const Outcome outcome = run_eckart({"index", ECKART_SAMPLES, "-o", index, "--memory", "1M"});

    CHECK(outcome.exit_code == 6);
    CHECK(answer(index) == before);
}
