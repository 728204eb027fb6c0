#include "text/store/field_columns.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

/// Four documents in the order of reading, which is not that of their ids; the last is known by its words alone.
std::vector<SourceDocument> letters() {
    return {{"z", "", "sail and oar", "/mail/z.eml", "mail/old", "mail", "Ada <ada@x>", 86400},
            {"b", "", "oar and boat", "/mail/b.eml", "mail", "mail", "Ada <ada@x>", -1},
            {"a", "", "boat and sail", "/notes/a.txt", "notes", "txt", "", {}},
            {"c", "", "sail"}};
}

/// Columns of an index on disk, with what they are mapped from.
struct StoredColumns {
    explicit StoredColumns(const std::vector<SourceDocument>& documents)
        : index(documents),
          store(StoreReader::open(index.path(), index_kind)),
          columns(store, index.summary.documents) {}

    SmallIndex index;
    StoreReader store;
    FieldColumns columns;
};

std::vector<std::string> values(const FieldColumns& columns, Field field) {
    std::vector<std::string> result;
    for (const std::int32_t code : columns.codes(field)) result.emplace_back(columns.value(code));
    return result;
}

}  // namespace

TEST_CASE("each document has its own fields, in the order of the ids") {
    const StoredColumns stored(letters());
    const FieldColumns& columns = stored.columns;

    CHECK(values(columns, Field::type) == Ids{"txt", "mail", "", "mail"});
    CHECK(values(columns, Field::folder) == Ids{"notes", "mail", "", "mail/old"});
    CHECK(values(columns, Field::sender) == Ids{"", "Ada <ada@x>", "", "Ada <ada@x>"});
    CHECK(values(columns, Field::path) == Ids{"/notes/a.txt", "/mail/b.eml", "", "/mail/z.eml"});
    CHECK(values(columns, Field::language) == Ids{"", "", "", ""});
    CHECK(columns.value(Field::type, 3) == "mail");
    const auto dates = columns.dates();
    CHECK(std::vector<std::int64_t>(dates.begin(), dates.end()) ==
          std::vector<std::int64_t>{no_date, -1, no_date, 86400});
}

TEST_CASE("a value is found by its name, and values by how they begin") {
    const StoredColumns stored(letters());
    const FieldColumns& columns = stored.columns;

    REQUIRE(columns.find("mail/old"));
    CHECK(columns.value(*columns.find("mail/old")) == "mail/old");
    CHECK_FALSE(columns.find("mail/ol"));
    const CodeRange below = columns.with_prefix("mail");
    CHECK(below.end - below.begin == 2);
    CHECK(below.contains(*columns.find("mail")));
    CHECK(below.contains(*columns.find("mail/old")));
    CHECK_FALSE(below.contains(-1));
    CHECK(columns.with_prefix("mailbox").begin == columns.with_prefix("mailbox").end);
    CHECK(columns.with_prefix("").begin == 0);
    CHECK(columns.with_prefix("").contains(*columns.find("txt")));
    CHECK(columns.different(Field::type) == std::vector<std::int32_t>{*columns.find("mail"), *columns.find("txt")});
    CHECK(columns.different(Field::language).empty());
}

TEST_CASE("documents of which nothing is known have columns too") {
    const StoredColumns stored({{"a", "", "oar"}, {"b", "", "sail"}});

    CHECK(values(stored.columns, Field::sender) == Ids{"", ""});
    CHECK(stored.columns.with_prefix("") == CodeRange{});
    CHECK(stored.columns.dates()[1] == no_date);
}

TEST_CASE("a language that was detected or asked for is a field") {
    IndexOptions german = plain();
    german.language = "de";
    const SmallIndex index({{"a", "", "Segel und Ruder"}, {"b", "", "das Boot"}}, german);
    const StoreReader store = StoreReader::open(index.path(), index_kind);

    CHECK(values(FieldColumns(store, 2), Field::language) == Ids{"de", "de"});
}

TEST_CASE("a code that no value has, and columns of another number of documents, are damage") {
    const StoredColumns stored(letters());

    CHECK_THROWS_AS(stored.columns.value(-2), DamagedError);
    CHECK_THROWS_AS(stored.columns.value(1000), DamagedError);
    CHECK(message_of<DamagedError>([&] { FieldColumns(stored.store, 5); }).find("document_dates.npy") !=
          std::string::npos);
}

TEST_CASE("the year of a date is that of its day in UTC, before 1970 too") {
    CHECK(year_of(0) == 1970);
    CHECK(year_of(-1) == 1969);
    CHECK(year_of(951'782'399) == 2000);    // 28 February, 23:59:59
    CHECK(year_of(1'704'067'199) == 2023);  // the last second
    CHECK(year_of(1'704'067'200) == 2024);
}

TEST_CASE("fields have names, and a name has its field") {
    for (const Field field : all_fields) CHECK(parse_field(name(field)) == field);
    CHECK_FALSE(parse_field("Type"));
}

TEST_CASE("the columns are the same bytes for any number of threads and any order of reading") {
    std::vector<SourceDocument> documents = random_documents(60, 4);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        documents[i].type = i % 3 == 0 ? "mail" : "txt";
        documents[i].folder = numbered("f", i % 7);
        documents[i].date = static_cast<std::int64_t>(i) * 1000;
    }
    const auto columns_of = [](const std::vector<SourceDocument>& read) {
        const SmallIndex index(read);
        auto files = bytes_of(index.path());
        std::erase_if(files, [](const auto& file) { return file.first.find("field") == std::string::npos; });
        return files;
    };
    const auto files = columns_of(documents);

    CHECK(files.size() == 7);
    {
        const ThreadLimit one(1);
        CHECK(columns_of(documents) == files);
    }
    std::reverse(documents.begin(), documents.end());
    CHECK(columns_of(documents) == files);
}
