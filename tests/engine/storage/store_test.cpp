#include "engine/storage/store.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "engine/storage/sample_store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a published generation is read back with its kind, fields and files") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 7);

    const StoreReader store = StoreReader::open(path, "sample");

    CHECK(read_sample(store) == 7);
    CHECK(store.kind() == "sample");
    CHECK(store.generation() == "gen-000001");
    CHECK(store.path() == path);
    REQUIRE(store.files().size() == 2);
    CHECK(store.files()[0].name == "catalog.sqlite");
    CHECK(store.files()[1].summary.bytes == 128 + 4000);
    CHECK(store.has_file("values.npy"));
    CHECK_FALSE(store.has_file("manifest.json"));
    CHECK(read_bytes(path + "/CURRENT") == "gen-000001\n");
    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000001"});
    CHECK(names_in(path + "/gen-000001") == Names{"catalog.sqlite", "manifest.json", "values.npy"});
}

TEST_CASE("a new generation replaces the old one, which is removed") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    publish_sample(path, 2);

    CHECK(read_sample(path) == 2);
    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000002"});
}

TEST_CASE("a reader keeps its generation while others are published") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    {
        const StoreReader first = StoreReader::open(path);
        publish_sample(path, 2);
        publish_sample(path, 3);

        CHECK(read_sample(first) == 1);
        CHECK(read_sample(path) == 3);
        CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000001", "gen-000003"});
    }
    publish_sample(path, 4);

    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000004"});
}

TEST_CASE("a writer that is given up leaves what was there before") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    {
        StoreWriter writer = StoreWriter::begin(path);
        write_sample(writer, 1);
    }
    CHECK_FALSE(std::filesystem::exists(path));

    publish_sample(path, 1);
    {
        StoreWriter writer = StoreWriter::begin(path);
        write_sample(writer, 2);
    }
    CHECK(read_sample(path) == 1);
    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000001"});

    std::filesystem::create_directory(folder / "empty");
    { const StoreWriter writer = StoreWriter::begin(folder / "empty"); }
    CHECK(std::filesystem::exists(folder / "empty"));
    publish_sample(folder / "empty", 5);
    CHECK(read_sample(folder / "empty") == 5);
}

TEST_CASE("a second writer is refused at once, naming the first") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    const StoreWriter first = StoreWriter::begin(path);

    CHECK(message_of<InputError>([&] { StoreWriter::begin(path); }) ==
          path + ": process " + std::to_string(getpid()) + " is writing there; wait until it has ended");
}

TEST_CASE("a moved writer keeps the lock and the generation") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    StoreWriter first = StoreWriter::begin(path);
    StoreWriter second = std::move(first);
    write_sample(second, 3);

    CHECK_THROWS_AS(StoreWriter::begin(path), InputError);
    second.publish("sample", R"({"value": 3})");

    CHECK(read_sample(path) == 3);
    CHECK_THROWS_AS(second.publish("sample"), UsageError);
    CHECK_THROWS_AS(second.file("more.npy"), UsageError);
}

TEST_CASE("files and folders that are not a store are refused and left as they are") {
    const TemporaryFolder folder;
    const auto kept = [&](const std::string& path) {
        CHECK(message_of<InputError>([&] { StoreWriter::begin(path); }).starts_with(path + ": is a "));
    };

    write_bytes(folder / "file", "text");
    kept(folder / "file");
    CHECK(read_bytes(folder / "file") == "text");

    for (const std::string name : {"notes.txt", "LOCK", "CURRENT", "gen-000001"}) {
        const auto path = folder / ("with-" + name);
        std::filesystem::create_directory(path);
        write_bytes(path + "/" + name, "gen-000001\n");
        kept(path);
        CHECK(names_in(path) == Names{name});
        CHECK(read_bytes(path + "/" + name) == "gen-000001\n");
    }
}

TEST_CASE("folders above a store are made, and removed again if the writer is given up") {
    const TemporaryFolder folder;
    const auto path = folder / "above/between/s";

    { const StoreWriter given_up = StoreWriter::begin(path); }
    CHECK_FALSE(std::filesystem::exists(folder / "above"));

    publish_sample(path, 3);
    CHECK(read_sample(path) == 3);
}

TEST_CASE("a folder that cannot be made is named, and those made on the way to it are removed") {
    const TemporaryFolder folder;
    write_bytes(folder / "file", "text");

    CHECK(message_of<InputError>([&] { StoreWriter::begin(folder / "file/s"); }) ==
          folder / "file/s" + ": cannot be made: Not a directory");
    CHECK(
        message_of<InputError>([&] { StoreWriter::begin("/proc/none/s"); }).starts_with("/proc/none: cannot be made"));
    const std::string too_long(300, 'x');
    CHECK_THROWS_AS(StoreWriter::begin(folder / ("above/" + too_long)), InputError);
    CHECK_FALSE(std::filesystem::exists(folder / "above"));
}

TEST_CASE("what users put into a store's folder stays there") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    write_bytes(path + "/notes.txt", "mine");
    std::filesystem::create_directory(path + "/gen-old");

    publish_sample(path, 2);

    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000002", "gen-old", "notes.txt"});
}

TEST_CASE("a copy of a store without its lock can be read and written") {
    const TemporaryFolder folder;
    publish_sample(folder / "s", 1);
    std::filesystem::copy(folder / "s", folder / "t", std::filesystem::copy_options::recursive);
    std::filesystem::remove(folder / "t/LOCK");

    CHECK(read_sample(folder / "t") == 1);
    publish_sample(folder / "t", 2);
    CHECK(read_sample(folder / "t") == 2);
}

TEST_CASE("a store of another kind is refused with what it is and what is needed") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);

    CHECK(message_of<WrongKindError>([&] { StoreReader::open(path, "text-index"); }) ==
          path + " is a sample; an index is needed");
    CHECK(kind_in_words("model") == "a model");
    CHECK(stored_kind(path) == "sample");
}

TEST_CASE("what is no store is refused with what it is") {
    const TemporaryFolder folder;
    write_bytes(folder / "file", "text");
    std::filesystem::create_directory(folder / "unfinished");
    write_bytes(folder / "unfinished/LOCK", "eckart store\n1\n");
    const auto refusal = [](const std::string& path) {
        CHECK_FALSE(stored_kind(path));
        return message_of<InputError>([&] { StoreReader::open(path); });
    };

    CHECK(refusal(folder / "absent") == folder / "absent" + ": there is no such folder");
    CHECK(refusal(folder.path()) == folder.path() + " is not an Eckart index or model");
    CHECK(refusal(folder / "file") ==
          folder / "file" + " is not an Eckart index or model: it is a file, and those are folders");
    CHECK(refusal(folder / "unfinished") ==
          folder / "unfinished" +
              " is not an Eckart index or model yet: the program that began it has not finished it");
}

TEST_CASE("names that lead out of the generation and fields that are the manifest's own are refused") {
    const TemporaryFolder folder;
    StoreWriter writer = StoreWriter::begin(folder / "s");

    for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden", "manifest.json"}) {
        CHECK_THROWS_AS(writer.file(name), UsageError);
    }
    CHECK_THROWS_AS(writer.publish("sample", "[]"), UsageError);
    CHECK_THROWS_AS(writer.publish("sample", "{"), UsageError);
    CHECK_THROWS_AS(writer.publish("sample", R"({"files": 1})"), UsageError);
    writer.publish("sample", R"({"seed": 42})");
    CHECK(StoreReader::open(folder / "s").manifest_json().find("\"seed\": 42") != std::string::npos);
}

TEST_CASE("a store without files and with empty files is whole") {
    const TemporaryFolder folder;
    StoreWriter writer = StoreWriter::begin(folder / "s");
    write_bytes(writer.file("empty"), "");
    writer.publish("sample");

    const StoreReader store = StoreReader::open(folder / "s");

    CHECK_NOTHROW(store.verify());
    CHECK(store.files().at(0).summary.bytes == 0);
}

TEST_CASE("a store has the same bytes for any number of threads") {
    const TemporaryFolder folder;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        StoreWriter writer = StoreWriter::begin(folder / std::to_string(threads));
        write_npy<float>(writer.file("large.npy"), std::vector<float>(5000000, 1.5f));
        write_sample(writer, 1);
        writer.publish("sample", R"({"z": 1, "a": 2})");
    }

    const auto manifest = read_bytes(folder / "1/gen-000001/manifest.json");
    CHECK(manifest.find("\"z\"") < manifest.find("\"a\""));
    for (const std::string name : {"manifest.json", "large.npy", "values.npy", "catalog.sqlite"}) {
        const auto bytes = read_bytes(folder / ("1/gen-000001/" + name));
        CHECK(bytes == read_bytes(folder / ("2/gen-000001/" + name)));
        CHECK(bytes == read_bytes(folder / ("4/gen-000001/" + name)));
    }
}

TEST_CASE("an interrupted publication leaves what was there before") {
    const TemporaryFolder folder;
    const auto path = folder / "s";
    publish_sample(path, 1);
    {
        StoreWriter writer = StoreWriter::begin(path);
        write_sample(writer, 2);
        const Progress interrupted({}, [] { return true; });
        CHECK_THROWS_AS(writer.publish("sample", "{}", interrupted), InterruptedError);
    }

    CHECK(read_sample(path) == 1);
    CHECK(names_in(path) == Names{"CURRENT", "LOCK", "gen-000001"});
}
