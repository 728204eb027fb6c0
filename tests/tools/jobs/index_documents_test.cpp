#include "tools/jobs/search/index_documents.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"
#include "text/query/index.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;

namespace {

bool has_note(const Notes& notes, const std::string& code) {
    return std::any_of(notes.begin(), notes.end(), [&](const Note& note) { return note.code == code; });
}

std::string note(const Notes& notes, const std::string& code) {
    const auto found = std::find_if(notes.begin(), notes.end(), [&](const Note& each) { return each.code == code; });
    return found == notes.end() ? "" : found->text;
}

}  // namespace

TEST_CASE("documents become an index that opens, and the result counts them") {
    const SmallCollection small;

    CHECK(small.made.summary.documents == 6);
    CHECK(small.made.report.documents == 6);
    CHECK(small.made.notes.empty());
    CHECK(text::Index::open(small.index).info().documents == 6);
}

TEST_CASE("what was skipped, empty or twice there is noted, in the number that it has") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "tree");
    write_bytes(folder / "tree/a.txt", "a boat and a sail\n");
    write_bytes(folder / "tree/b.bin", std::string("\x7f"
                                                   "ELF\0\0\1\2",
                                                   8));
    write_bytes(folder / "twice.jsonl",
                "{\"_id\": \"x\", \"text\": \"a boat\"}\n{\"_id\": \"x\", \"text\": \"a sail\"}\n"
                "{\"_id\": \"y\", \"text\": \"\"}\n{\"_id\": \"z\", \"text\": \"...\"}\n");

    const auto tree = index_documents({folder / "tree"}, folder / "tree.idx", {}, Work());
    const auto twice = index_documents({folder / "twice.jsonl"}, folder / "twice.idx", {}, Work());

    CHECK(note(tree.notes, "files-skipped").find("1 document, ") != std::string::npos);
    CHECK(!has_note(tree.notes, "empty-documents"));
    CHECK(note(twice.notes, "duplicate-ids") == "1 document left out because an earlier one has its id");
    CHECK(note(twice.notes, "empty-documents") == "2 documents without a term: found by their ids only");
}

TEST_CASE("columns are named, and refused where there are none") {
    const TemporaryFolder folder;
    write_bytes(folder / "t.csv", "key,lead,body\nk1,boats,an oar\nk2,bread,a loaf\n");
    write_bytes(folder / "t.txt", "an oar\n");
    IndexingOptions options;
    options.reading.columns = {.id = "key", .title = "lead", .text = {"body"}};

    index_documents({folder / "t.csv"}, folder / "t.idx", options, Work());

    const auto hits = text::Index::open(folder / "t.idx").search("oar");
    REQUIRE(hits.size() == 1);
    CHECK(hits[0].document == "k1");
    CHECK(hits[0].title == "boats");
    CHECK_THROWS_AS(index_documents({folder / "t.txt"}, folder / "u.idx", options, Work()), UsageError);
}

TEST_CASE("an unknown language is refused with what is known before anything is made") {
    const SmallCollection small;
    const auto refusal = [&](const std::string& language) {
        return message_of<UsageError>([&] {
            index_documents({small.source}, small.folder / "new.idx", {.index = {.language = language}}, Work());
        });
    };

    for (const std::string unknown : {"xx", "qq", "english", "EN"}) {
        CAPTURE(unknown);
        CHECK(refusal(unknown).find("'" + unknown + "' is not a") == 0);
    }
    CHECK(refusal("xx").find(" de ") != std::string::npos);
    CHECK(refusal("xx").find(" ja ") != std::string::npos);
    CHECK(!std::filesystem::exists(small.folder / "new.idx"));
    for (const std::string known : {"none", "auto", "de", "deu", "ja"}) CHECK(refusal(known).empty());
}

TEST_CASE("seed, threads and memory are the work's") {
    const SmallCollection small;
    Work tight;
    tight.memory = {1'000'000};

    CHECK_THROWS_AS(index_documents({small.source}, small.folder / "new.idx", {}, tight), MemoryError);
    CHECK_THROWS_AS(index_documents({}, small.folder / "new.idx", {}, Work()), UsageError);
    CHECK(!std::filesystem::exists(small.folder / "new.idx"));
}
