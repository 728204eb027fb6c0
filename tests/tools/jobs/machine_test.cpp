#include "tools/jobs/common/machine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "engine/support/memory_budget.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::testing;

namespace {

bool has_note(const Machine& found, const std::string& code) {
    return std::any_of(found.notes.begin(), found.notes.end(), [&](const Note& note) { return note.code == code; });
}

}  // namespace

TEST_CASE("a machine has a processor, threads and memory, and leaves nothing in the folder") {
    const TemporaryFolder folder;

    const Machine found = machine(folder.path(), {.memory = {77}, .threads = 3});

    CHECK(found.hardware_threads >= 1);
    CHECK(found.threads == 3);
    CHECK(found.memory > 0);
    CHECK(found.memory_available <= found.memory);
    CHECK(found.memory_allowed == 77);
    CHECK(found.folder_writable);
    CHECK(found.folder_free > 0);
    CHECK_FALSE(has_note(found, "folder-not-writable"));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK_FALSE(found.build.version.empty());
    CHECK(found.build.libraries.size() > 5);
    const bool has_suitesparse =
        std::any_of(found.build.libraries.begin(), found.build.libraries.end(),
                    [](const Build::Library& library) { return library.name == "SuiteSparse"; });
    CHECK(found.build.license == (has_suitesparse ? "GPL-3.0-or-later" : "MIT"));
}

TEST_CASE("a folder that cannot be written is noted") {
    const Machine found = machine("/proc", {});

    CHECK_FALSE(found.folder_writable);
    CHECK(has_note(found, "folder-not-writable"));
}

TEST_CASE("a process holds something, and no more than its peak") {
    CHECK(resident_memory() > 0);
    CHECK(resident_memory() <= peak_memory() + 4'000'000);  // Linux adds up the pages of threads a batch late
}
