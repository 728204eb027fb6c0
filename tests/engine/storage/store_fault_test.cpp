// What a store does when programs die, disks fill up and bits flip.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/storage/sample_store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

enum class Outcome { killed, ended, not_permitted };

/// Runs `work` in another process and kills that with SIGKILL when it is about to make, or has just made, its system
/// call number `calls` / 2 after it began to work.
template <typename Work>
Outcome run_and_kill(int calls, const Work& work) {
    const pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(77);
        raise(SIGSTOP);
        try {
            const ThreadLimit one(1);  // a forked process has no workers
            work();
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    for (int i = 0; i < calls && WIFSTOPPED(status); ++i) {
        if (ptrace(PTRACE_SYSCALL, child, nullptr, nullptr) != 0) break;
        waitpid(child, &status, 0);
    }
    if (WIFEXITED(status)) {
        REQUIRE((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77));
        return WEXITSTATUS(status) == 77 ? Outcome::not_permitted : Outcome::ended;
    }
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) == child && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    }
    return Outcome::killed;
}

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().filename() != "LOCK") paths.push_back(entry.path());
    }
    return paths;
}

/// Whether opening and verifying the store is refused as damaged by a message with the name of the file.
bool refused_naming(const std::string& store, const std::string& file) {
    const auto message = message_of<DamagedError>([&] { StoreReader::open(store, "sample").verify(); });
    const auto name = std::filesystem::path(file).filename().string();
    // A name of a generation that is not there shows as its missing manifest.
    return message.find(name) != std::string::npos || (name == "CURRENT" && message.find("gen-") != std::string::npos);
}

/// A file system of one megabyte in memory, while it lives; `mounted` is false where that is not permitted.
struct SmallDisk {
    explicit SmallDisk(std::string folder) : path(std::move(folder)) {
        std::filesystem::create_directory(path);
        mounted = mount("tmpfs", path.c_str(), "tmpfs", 0, "size=1m") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted) umount2(path.c_str(), MNT_DETACH);
    }

    std::string path;
    bool mounted = false;
};

}  // namespace

TEST_CASE("a writer killed at any system call leaves the old generation or the new one, whole, and no lock") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 0);
    std::int32_t last = 0;

    for (int calls = 0;; ++calls) {
        const Outcome outcome = run_and_kill(calls, [&] { publish_sample(path, calls + 1); });
        if (outcome == Outcome::not_permitted) {
            MESSAGE("skipped: this machine lets no process trace another");
            return;
        }
        const std::int32_t found = read_sample(path);
        REQUIRE((found == last || found == calls + 1));
        last = found;
        if (outcome == Outcome::ended) break;
    }
    CHECK(last > 100);
    publish_sample(path, 1);
    CHECK(read_sample(path) == 1);
    CHECK(files_of(path).size() == 4);
}

TEST_CASE(
    "a first writer killed at any system call leaves nothing to read or a whole store, and the next one succeeds") {
    const TemporaryFolder folder;

    for (int calls = 0;; calls += 3) {
        const auto path = folder / std::to_string(calls);
        const Outcome outcome = run_and_kill(calls, [&] { publish_sample(path, 7); });
        if (outcome == Outcome::not_permitted) {
            MESSAGE("skipped: this machine lets no process trace another");
            return;
        }
        const auto refused = message_of<InputError>([&] { StoreReader::open(path); });
        if (refused.empty()) {
            REQUIRE(read_sample(path) == 7);
        } else {
            const bool none = refused.ends_with("there is no such folder");
            REQUIRE((none || refused.find("is not an Eckart index or model") != std::string::npos));
        }
        publish_sample(path, 8);
        REQUIRE(read_sample(path) == 8);
        REQUIRE(files_of(path).size() == 4);
        if (outcome == Outcome::ended) break;
    }
}

TEST_CASE("every cut of a file is refused when the store is opened, naming it") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);

    for (const auto& file : files_of(path)) {
        const auto good = read_bytes(file);
        for (std::size_t part = 0; part < 20; ++part) {
            write_bytes(file, good.substr(0, good.size() * part / 20));
            CHECK_MESSAGE(refused_naming(path, file), file);
        }
        write_bytes(file, good.substr(0, good.size() - 1));
        CHECK_MESSAGE(refused_naming(path, file), file);
        write_bytes(file, good + "x");
        CHECK_MESSAGE(refused_naming(path, file), file);
        write_bytes(file, good);
    }
    CHECK(read_sample(path) == 1);
}

TEST_CASE("every flipped bit of a file is found, at the latest by verify, naming it") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);

    for (const auto& file : files_of(path)) {
        const auto good = read_bytes(file);
        const std::size_t bits = good.size() * 8;
        const std::size_t step = bits < 8000 ? 1 : 97;  // every bit of CURRENT and the manifest
        for (std::size_t bit = 0; bit < bits; bit += step) {
            std::string bad = good;
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
            write_bytes(file, bad);
            REQUIRE_MESSAGE(refused_naming(path, file), file << " bit " << bit);
        }
        write_bytes(file, good);
    }
    CHECK(read_sample(path) == 1);
}

TEST_CASE("a missing file is refused when the store is opened, naming it") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);

    for (const std::string name : {"values.npy", "catalog.sqlite", "manifest.json"}) {
        const auto file = path + "/gen-000001/" + name;
        std::filesystem::rename(file, folder / "away");
        CHECK(message_of<DamagedError>([&] { StoreReader::open(path); }).starts_with(file + ": is missing"));
        std::filesystem::rename(folder / "away", file);
    }
}

TEST_CASE("a catalog whose pages were overwritten is refused and never misread") {
    const TemporaryFolder folder;
    const auto file = folder / "catalog.sqlite";
    CatalogWriter writer(file);
    for (int i = 0; i < 1000; ++i) writer.add("id " + std::to_string(i), "title");
    writer.finish();
    const auto good = read_bytes(file);

    for (std::size_t page = 0; page < good.size() / 4096; ++page) {
        std::string bad = good;
        bad.replace(page * 4096, 4096, 4096, '\xA5');
        write_bytes(file, bad);
        CHECK_THROWS_AS(
            [&] {
                const Catalog catalog(file);
                for (std::int64_t row = 0; row < 1000; ++row) {
                    if (catalog.row_of(catalog.entry(row).id) != row) throw DamagedError("another row");
                }
            }(),
            Error);
    }
}

TEST_CASE("a store whose CURRENT is lost is made again without losing its generation before") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    write_bytes(path + "/CURRENT", "gen-");
    {
        const StoreWriter given_up = StoreWriter::begin(path);
        CHECK(std::filesystem::exists(path + "/gen-000001/manifest.json"));
    }
    CHECK(std::filesystem::exists(path + "/gen-000001/manifest.json"));

    publish_sample(path, 2);

    CHECK(read_sample(path) == 2);
    CHECK_FALSE(std::filesystem::exists(path + "/gen-000001"));
}

TEST_CASE("a manifest of a newer format is refused with both versions") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    const auto manifest = path + "/gen-000001/manifest.json";
    std::string text = read_bytes(manifest);
    const std::size_t body = text.find('\n') + 1;
    const std::string version = "\"format_version\": 1,";
    REQUIRE(text.find(version) != std::string::npos);
    text.replace(text.find(version), version.size(), "\"format_version\": 9,");
    text.replace(text.find(": \"") + 3, 16, checksum(std::as_bytes(std::span(text).subspan(body))));
    write_bytes(manifest, text);

    const auto message = message_of<DamagedError>([&] { StoreReader::open(path); });

    CHECK(message.find("format version 9") != std::string::npos);
    CHECK(message.find("reads format version 1") != std::string::npos);
}

TEST_CASE("a full disk stops the writer with its reason and leaves the old generation") {
    const TemporaryFolder folder;
    const SmallDisk disk(folder / "disk");
    if (!disk.mounted) {
        MESSAGE("skipped: this user may not mount a small file system");
        return;
    }
    const auto path = disk.path + "/s";
    publish_sample(path, 1);

    for (std::size_t kilobytes = 64; kilobytes < 1500; kilobytes += 16) {
        const auto message = message_of<InputError>([&] {
            StoreWriter writer = StoreWriter::begin(path);
            write_npy<float>(writer.file("large.npy"), std::vector<float>(256 * kilobytes));
            write_sample(writer, 2);
            CatalogWriter users(writer.file("users.sqlite"), "user");
            for (int i = 0; i < 2000; ++i) users.add(std::to_string(i), "a user");
            users.finish();
            writer.publish("sample", R"({"value": 2})");
        });
        if (message.empty()) {
            CHECK(read_sample(path) == 2);
            publish_sample(path, 1);
        } else {
            CHECK(message.find("No space left on device") != std::string::npos);
            CHECK(read_sample(path) == 1);
        }
    }
}

TEST_CASE("readers that open while a writer publishes always see one whole generation") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    constexpr std::int32_t generations = 60;
    publish_sample(path, 0);
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::string failure;

    std::thread reader([&] {
        std::int32_t last = 0;
        try {
            while (!done) {
                const std::int32_t found = read_sample(path);
                if (found < last) ++wrong;
                last = found;
            }
        } catch (const std::exception& error) {
            failure = error.what();
        }
    });
    for (std::int32_t i = 1; i <= generations; ++i) publish_sample(path, i);
    done = true;
    reader.join();

    CHECK(failure == "");
    CHECK(wrong == 0);
    CHECK(read_sample(path) == generations);
}
