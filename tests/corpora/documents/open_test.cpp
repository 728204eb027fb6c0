#include "corpora/documents/open.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

constexpr std::string_view json = "{\"_id\": \"j\", \"text\": \"words\"}\n";

Ids ids_in(const std::string& source, const OpenOptions& options = {}) {
    return ids_of(all_documents(*open_documents(source, options)));
}

TEST_CASE("columns reach the tables and the JSON lines, and are refused for what has none") {
    const ScratchFolder folder;
    const OpenOptions options = {.columns = {.id = "key", .title = {}, .text = {"words"}}};

    CHECK(ids_in(folder.write("x.csv", "key,words\nc,red\n"), options) == Ids{"c"});
    CHECK(ids_in(folder.write("x.jsonl", "{\"key\": \"j\", \"words\": \"red\"}\n"), options) == Ids{"j"});
    for (const std::string& source : {folder.path(), folder.write("a.txt", "text")}) {
        CAPTURE(source);
        CHECK_THROWS_AS(open_documents(source, options), UsageError);
    }
}

TEST_CASE("a source is opened as what it is") {
    const ScratchFolder folder, beir;
    folder.write("tree/a.txt", "text");
    beir.write("corpus.jsonl", json);

    CHECK(ids_in(folder.path("tree")) == Ids{"a.txt"});
    CHECK(ids_in(beir.path()) == Ids{"j"});
    CHECK(ids_in(folder.write("x.jsonl", json)) == Ids{"j"});
    CHECK(ids_in(folder.write("x.jsonl.gz", gzipped(json))) == Ids{"j"});
    CHECK(ids_in(folder.write("x.jsonl.zst", zstd_compressed(json))) == Ids{"j"});
    CHECK(ids_in(folder.write("x.CSV", "id,text\nc,words\n")) == Ids{"c"});
    CHECK(ids_in(folder.write("x.tsv.gz", gzipped("id\ttext\nt\twords\n"))) == Ids{"t"});
    CHECK(ids_in(folder.write("MED.ALL", ".I 5\r\n.W\r\nwords\r\n")) == Ids{"5"});
    CHECK(ids_in(folder.write("mail", "From a@b\nMessage-ID: <m>\n\nwords\n")) == Ids{"m"});
    CHECK(ids_in(folder.write("letter.txt", "From here on\nwe walk: slowly\n")) == Ids{"letter.txt"});
    CHECK(ids_in(folder.write("page.html", "<p>words")) == Ids{"page.html"});
    CHECK(ids_in(folder.write("notes.txt.gz", gzipped("words"))) == Ids{"notes.txt.gz"});
}

TEST_CASE("a format that is named is taken") {
    const ScratchFolder folder;
    const std::string path = folder.write("x.txt", "id,text\nc,words\n");

    CHECK(ids_in(path) == Ids{"x.txt"});
    CHECK(ids_in(path, {.format = "csv"}) == Ids{"c"});
    CHECK_THROWS_AS(open_documents(path, {.format = "word"}), UsageError);
    for (const std::string& format : source_formats()) {
        CAPTURE(format);
        CHECK_THROWS_AS(all_documents(*open_documents(folder.path("absent"), {.format = format})), InputError);
    }
}

TEST_CASE("nothing there, and nothing in it, are errors with the path") {
    const ScratchFolder folder;
    const std::string empty = folder.write("empty.txt", "");

    CHECK(input_error([&] { open_documents(folder.path("x")); }) == folder.path("x") + ": No such file or directory");
    CHECK(input_error([&] { open_documents(empty); }) == empty + ": found an empty file, expected documents");
    CHECK(input_error([&] {
              open_documents(folder.write("cut.jsonl.gz", gzipped(json).substr(0, 15)));
          }).find("cut.jsonl.gz: found the end of the file within gzip data") != std::string::npos);
}

TEST_CASE("ids of several sources that hold many documents get the sources' names") {
    const ScratchFolder folder;
    folder.write("one/a.txt", "text");
    folder.write("two/a.txt", "text");
    folder.write("deep/one/a.txt", "text");
    const std::string file = folder.write("b.txt", "text");
    const auto ids = [](const std::vector<std::string>& sources) {
        return ids_of(all_documents(*open_documents(sources)));
    };

    CHECK(ids({folder.path("one")}) == Ids{"a.txt"});
    CHECK(ids({folder.path("one"), file}) == Ids{"a.txt", "b.txt"});
    CHECK(ids({folder.path("one/"), folder.path("two"), file}) == Ids{"one/a.txt", "two/a.txt", "b.txt"});
    CHECK(ids({folder.path("one"), folder.path("deep/one")}) ==
          Ids{folder.path("one") + "/a.txt", folder.path("deep/one") + "/a.txt"});
}

TEST_CASE("the report of several sources is their sum") {
    const ScratchFolder folder;
    folder.write("one/a.txt", "text");
    folder.write("one/b.pdf", "text");
    folder.write("two/c.txt", "words");
    folder.write("two/d.pdf", "text");
    folder.write("empty/.keep", "");
    const auto reader = open_documents({folder.path("one"), folder.path("empty"), folder.path("two")});

    CHECK(all_documents(*reader).size() == 2);
    CHECK(reader->report().documents == 2);
    CHECK(reader->report().skipped.at(".pdf") == 2);
    CHECK(reader->report().skipped.at("hidden") == 1);
    CHECK(reader->fraction_done() == 1);
}

TEST_CASE("folders of several sources begin with their source's name, as ids do") {
    const ScratchFolder folder;
    folder.write("a/x/1.txt", "one");
    folder.write("a/2.txt", "two");
    folder.write("b/3.txt", "three");

    const auto documents = all_documents(*open_documents({folder.path("a"), folder.path("b")}, OpenOptions{}));

    REQUIRE(ids_of(documents) == Ids{"a/2.txt", "a/x/1.txt", "b/3.txt"});
    CHECK(documents[0].folder == "a");
    CHECK(documents[1].folder == "a/x");
    CHECK(documents[2].folder == "b");
    CHECK(documents[2].path == folder.path("b/3.txt"));
}

TEST_CASE("records of a collection know its file, and those of standard input none") {
    const ScratchFolder folder;
    const std::string file = folder.write("x.jsonl", json);

    CHECK(all_documents(*open_documents(file)).at(0).path == file);
    CHECK(absolute_path("-").empty());
    CHECK(absolute_path("/a/./b/../c") == "/a/c");
    CHECK(absolute_path("c") == std::filesystem::current_path().string() + "/c");
}

}  // namespace
}  // namespace eckart::corpora
