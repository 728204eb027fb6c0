#include "engine/storage/catalog.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "engine/storage/temporary_folder.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

void write_catalog(const std::string& path, const std::vector<CatalogEntry>& entries,
                   std::string_view table = "document") {
    CatalogWriter writer(path, table);
    for (const auto& entry : entries) writer.add(entry.id, entry.title, entry.attributes);
    writer.finish();
}

std::vector<CatalogEntry> numbered(int count) {
    std::vector<CatalogEntry> entries;
    for (int i = 0; i < count; ++i) entries.push_back({"doc-" + std::to_string(i), "title " + std::to_string(i), ""});
    return entries;
}

}  // namespace

TEST_CASE("entries are found by row and by id") {
    const TemporaryFolder folder;
    const std::string nul("a\0b", 3);
    write_catalog(folder / "c", {{"b", "Second letter", R"({"year": 1990})"}, {"a", "", ""}, {nul, "\xFF", ""}});

    const Catalog catalog(folder / "c");

    CHECK(catalog.size() == 3);
    CHECK(catalog.entry(0).id == "b");
    CHECK(catalog.entry(0).title == "Second letter");
    CHECK(catalog.entry(0).attributes == R"({"year": 1990})");
    CHECK(catalog.entry(1).title == "");
    CHECK(catalog.entry(2).id == nul);
    CHECK(catalog.entry(2).title == "\xFF");
    CHECK(catalog.row_of("a") == 1);
    CHECK(catalog.row_of(nul) == 2);
    CHECK_FALSE(catalog.find("c"));
    CHECK_FALSE(catalog.find(""));
    CHECK_THROWS_AS(catalog.entry(3), UsageError);
    CHECK_THROWS_AS(catalog.entry(-1), UsageError);
}

TEST_CASE("a catalogue may be empty and have several tables") {
    const TemporaryFolder folder;
    write_catalog(folder / "c", {}, "user");
    write_catalog(folder / "c", {{"7", "Seven", ""}}, "item");

    CHECK(Catalog(folder / "c", "user").size() == 0);
    CHECK(Catalog(folder / "c", "item").row_of("7") == 0);
    CHECK_THROWS_AS(Catalog(folder / "c"), DamagedError);
    CHECK_THROWS_AS(write_catalog(folder / "c", {}, "item"), UsageError);
    CHECK_THROWS_AS(write_catalog(folder / "c", {}, "item; drop table item"), UsageError);
}

TEST_CASE("two rows with one id are refused, naming it and the two") {
    const TemporaryFolder folder;

    CHECK(message_of<InputError>([&] {
              write_catalog(folder / "c", {{"a", "", ""}, {"b", "", ""}, {"a", "", ""}});
          }) == "the document id 'a' occurs twice: as number 1 and 3");
}

TEST_CASE("an unknown id is refused, naming the nearest ones") {
    const TemporaryFolder folder;
    write_catalog(folder / "c", {{"sport/199.txt", "", ""}, {"sport/198.txt", "", ""}, {"tech/1.txt", "", ""}});
    const Catalog catalog(folder / "c");

    CHECK(message_of<UnknownIdError>([&] { catalog.row_of("sprt/199.txt"); }) ==
          "there is no document 'sprt/199.txt'; nearest: 'sport/199.txt', 'sport/198.txt'");
    CHECK(catalog.similar_ids("199", 1) == std::vector<std::string>{"sport/199.txt"});
    CHECK(catalog.similar_ids("tech/1.tx", 1) == std::vector<std::string>{"tech/1.txt"});
    CHECK(catalog.similar_ids("", 2).size() == 2);
    CHECK(catalog.similar_ids("zzz", 9).size() == 3);
    CHECK(catalog.similar_ids(std::string(100000, 'x'), 9).size() == 3);
}

TEST_CASE("the same entries give the same bytes") {
    const TemporaryFolder folder;
    write_catalog(folder / "a", numbered(20000));
    const std::vector<char> disturb_the_heap(1 << 20, '\x5A');
    write_catalog(folder / "b", numbered(20000));

    CHECK(read_bytes(folder / "a") == read_bytes(folder / "b"));
}

TEST_CASE("names that mean something in a URI are only names") {
    const TemporaryFolder folder;
    const auto path = folder / "a?mode=rw#50%25 ü.sqlite";
    write_catalog(path, numbered(1));

    CHECK(Catalog(path).size() == 1);
}

TEST_CASE("a file that is no catalogue is refused and named") {
    const TemporaryFolder folder;
    write_bytes(folder / "text", std::string(10000, 'x'));
    write_bytes(folder / "empty", "");

    CHECK(message_of<DamagedError>([&] {
              Catalog catalog(folder / "text");
          }).starts_with((folder / "text") + ": found "));
    CHECK_THROWS_AS(Catalog(folder / "empty"), DamagedError);
    CHECK_THROWS_AS(Catalog(folder / "absent"), InputError);
    CHECK_THROWS_AS(CatalogWriter(folder / "no/c"), InputError);
}

TEST_CASE("a catalogue answers several threads at once") {
    const TemporaryFolder folder;
    write_catalog(folder / "c", numbered(500));
    const Catalog catalog(folder / "c");
    std::atomic<int> wrong = 0;

    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::int64_t row = 0; row < 500; ++row) wrong += catalog.row_of(catalog.entry(row).id) != row;
        });
    }
    for (auto& thread : threads) thread.join();

    CHECK(wrong == 0);
}
