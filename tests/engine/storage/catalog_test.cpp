#include "engine/storage/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/support/error.h"
#include "engine/support/random.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

void write_catalog(const std::string& path, const std::vector<CatalogEntry>& entries,
                   std::string_view table = "document") {
    CatalogWriter writer(path, table);
    for (const auto& entry : entries) writer.add(entry.id, entry.title, entry.attributes);
    writer.finish();
}

/// Edits by the table of dynamic programming.
std::size_t edits_between(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                table[i][j] = i + j;
            } else {
                const std::size_t replaced = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i][j] = std::min({replaced, table[i - 1][j] + 1, table[i][j - 1] + 1});
            }
        }
    }
    return table[a.size()][b.size()];
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

TEST_CASE("a catalog may be empty and have several tables") {
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
          "there is no document 'sprt/199.txt'; nearest: 'sport/199.txt', 'sport/198.txt', 'tech/1.txt'");
    CHECK(catalog.similar_ids("199", 1) == std::vector<std::string>{"sport/199.txt"});
    CHECK(catalog.similar_ids("tech/1.tx", 1) == std::vector<std::string>{"tech/1.txt"});
    CHECK(catalog.similar_ids("", 2).size() == 2);
    CHECK(catalog.similar_ids("zzz", 9).size() == 3);
    CHECK(catalog.similar_ids(std::string(100000, 'x'), 9).size() == 3);
}

TEST_CASE("ids are near by the number of edits, as the table of dynamic programming counts them") {
    const TemporaryFolder folder;
    const Philox random(8);
    std::vector<CatalogEntry> entries;
    for (std::uint64_t i = 0; i < 300; ++i) {
        std::string id(1 + random.below(1000 * i, 70), ' ');
        for (std::size_t j = 0; j < id.size(); ++j) id[j] = static_cast<char>('a' + random.below(1000 * i + j + 1, 3));
        entries.push_back({id + std::to_string(i), "", ""});
    }
    write_catalog(folder / "c", entries);
    const Catalog catalog(folder / "c");

    for (const std::string wanted :
         {"zabcab", "zabcabacbcabcabcbabcabbcbabacbabcbabbacbabcbabbcbabcbabcabbcacba", "z", ""}) {
        std::size_t last = 0;
        const auto ids = catalog.similar_ids(wanted, 300);
        CHECK(ids.size() == 300);
        for (const auto& id : ids) {
            const std::size_t edits = edits_between(wanted, id.substr(0, 64));
            CHECK(edits >= last);
            last = edits;
        }
    }
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

TEST_CASE("a file that is no catalog is refused and named") {
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

TEST_CASE("a catalog answers several threads at once") {
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
