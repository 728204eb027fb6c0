#include "corpora/documents/folder.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

using namespace std::string_literals;

TEST_CASE("files come in the bytewise order of their paths, called by them") {
    const ScratchFolder folder;
    for (const char* name : {"b.txt", "a/z.txt", "a.txt", "a-b/c.txt", "a/B/d.txt", "\u00e9.txt"})
        folder.write(name, name);

    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"a-b/c.txt", "a.txt", "a/B/d.txt", "a/z.txt", "b.txt", "\u00e9.txt"});
    CHECK(reader->report().documents == 6);
    CHECK(reader->fraction_done() == 1);
}

TEST_CASE("the fraction done never falls") {
    const ScratchFolder folder;
    for (const char* below : {"d1/", "d2/", "d3/x/", "d3/y/", "d4/"}) {
        for (int i = 0; i < 6; ++i) folder.write(below + std::to_string(i), "text");
    }
    const auto reader = read_folder(folder.path());
    Document document;
    double last = 0;
    bool rises = true;

    while (reader->next(document)) {
        rises = rises && reader->fraction_done() >= last && reader->fraction_done() <= 1;
        last = reader->fraction_done();
    }

    CHECK(rises);
    CHECK(last > 0.9);
}

TEST_CASE("a path given with a slash at its end is the same folder") {
    const ScratchFolder folder;
    folder.write("a.txt", "text");

    CHECK(ids_of(all_documents(*read_folder(folder.path() + "/"))) == Ids{"a.txt"});
}

TEST_CASE("an empty folder, and one without text, hold no documents") {
    const ScratchFolder empty, pictures;
    pictures.write("a.png", "\x89PNG");
    pictures.write("b", std::string(200, '\0'));
    const auto reader = read_folder(pictures.path());

    CHECK(all_documents(*read_folder(empty.path())).empty());
    CHECK(all_documents(*reader).empty());
    CHECK(reader->report().skipped.at(".png") == 1);
    CHECK(reader->report().skipped.at("binary") == 1);
    CHECK(reader->report().first_problem.empty());
}

TEST_CASE("a folder that is not there, or is a file, is an error with its path") {
    const ScratchFolder folder;
    const std::string file = folder.write("a.txt", "text");

    CHECK(input_error([&] { read_folder(folder.path("x")); }) == folder.path("x") + ": No such file or directory");
    CHECK(input_error([&] { read_folder(file); }) == file + ": Not a directory");
}

constexpr std::string_view two_messages =
    "From a@b Mon Jan  1\nMessage-ID: <1@b>\nFrom: Ann <ann@b.example>\nSubject: one\n\nfirst body\n\n"
    "From c@d Tue Jan  2\nSubject: two\n\nsecond body\n";

TEST_CASE("an mbox in a folder is read as its messages, told by its name or by its first lines") {
    const ScratchFolder folder;
    folder.write("a.txt", "text");
    folder.write("mail/inbox", two_messages);
    folder.write("mail/old.mbox", "\n" + std::string(two_messages));
    folder.write("mail/older.MBOX.gz", gzipped(two_messages));
    folder.write("mail/oldest.zst", zstd_compressed(two_messages));
    folder.write("z.txt", "text");
    const auto reader = read_folder(folder.path());

    const auto documents = all_documents(*reader);

    CHECK(ids_of(documents) == Ids{"a.txt", "mail/inbox:1@b", "mail/inbox:message 2", "mail/old.mbox:1@b",
                                   "mail/old.mbox:message 2", "mail/older.MBOX.gz:1@b", "mail/older.MBOX.gz:message 2",
                                   "mail/oldest.zst:1@b", "mail/oldest.zst:message 2", "z.txt"});
    CHECK(documents[1].title == "one");
    CHECK(documents[1].text.starts_with("From: Ann <ann@b.example>\n\nfirst body\n"));
    CHECK(reader->report().documents == 10);
    CHECK(reader->report().skipped.empty());
    CHECK(reader->fraction_done() == 1);
}

TEST_CASE("what only looks like an mbox is one document, and a damaged one stops nothing") {
    const ScratchFolder folder;
    folder.write("a.txt", "From here on\nwe walk: slowly\n");
    folder.write("b.mbox", "no messages\n");
    folder.write("c.mbox", "");
    folder.write("d.mbox.gz", gzipped(two_messages).substr(0, 40));
    folder.write("e.mbox", "From a\nSubject: s\nContent-Type: image/png\n\nx\n");
    folder.write("f.txt", "text");
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"a.txt", "b.mbox", "e.mbox:message 1", "f.txt"});
    CHECK(reader->report().skipped.at("damaged") == 1);
    CHECK(reader->report().skipped.at("attachment") == 1);
    CHECK(reader->report().first_problem.starts_with(folder.path("d.mbox.gz") + ": found the end of the file"));
}

TEST_CASE("hidden files and folders are counted, not read") {
    const ScratchFolder folder;
    folder.write(".git/config", "text");
    folder.write(".profile", "text");
    folder.write("a.txt", "text");
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"a.txt"});
    CHECK(reader->report().skipped.at("hidden") == 2);
    CHECK(reader->report().first_problem.empty());
}

TEST_CASE("links into the tree are skipped, so that none can make a loop") {
    const ScratchFolder folder;
    folder.write("d/a.txt", "text");
    std::filesystem::create_symlink(folder.path(), folder.path("d/up"));
    std::filesystem::create_symlink("/", folder.path("root"));
    std::filesystem::create_symlink("a.txt", folder.path("d/again.txt"));
    std::filesystem::create_symlink("self", folder.path("self"));
    std::filesystem::create_symlink("absent", folder.path("dangling"));
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"d/a.txt"});
    CHECK(reader->report().skipped.at("link into the tree") == 3);
    CHECK(reader->report().skipped.at("symlink loop") == 1);
    CHECK(reader->report().skipped.at("dangling link") == 1);
    CHECK(reader->report().first_problem == folder.path("dangling") + ": No such file or directory");
}

TEST_CASE("links out of the tree are followed, each file once") {
    const ScratchFolder folder, outside;
    outside.write("far/b.txt", "text");
    outside.write("c.txt", "text");
    folder.write("a.txt", "text");
    folder.write(".hidden/d.txt", "text");
    std::filesystem::create_directory_symlink(outside.path("far"), folder.path("one"));
    std::filesystem::create_directory_symlink(outside.path("far"), folder.path("two"));
    std::filesystem::create_symlink(outside.path("c.txt"), folder.path("c1.txt"));
    std::filesystem::create_symlink(outside.path("c.txt"), folder.path("c2.txt"));
    std::filesystem::create_symlink(".hidden/d.txt", folder.path("d.txt"));
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"a.txt", "c1.txt", "d.txt", "one/b.txt"});
    CHECK(reader->report().skipped.at("same file") == 1);
    CHECK(reader->report().skipped.at("same folder") == 1);
}

TEST_CASE("two names of one file are one document") {
    const ScratchFolder folder;
    folder.write("a.txt", "text");
    std::filesystem::create_hard_link(folder.path("a.txt"), folder.path("b.txt"));

    CHECK(ids_of(all_documents(*read_folder(folder.path()))) == Ids{"a.txt"});
}

TEST_CASE("pipes are never opened") {
    const ScratchFolder folder;
    REQUIRE(::mkfifo(folder.path("pipe.txt").c_str(), 0600) == 0);
    folder.write("text.txt", "text");
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"text.txt"});
    CHECK(reader->report().skipped.at("special") == 1);
}

TEST_CASE("a file that vanishes while the folder is read is counted and named") {
    const ScratchFolder folder;
    for (const char* name : {"a.txt", "b.txt", "c.txt", "d/e.txt"}) folder.write(name, name);
    const auto reader = read_folder(folder.path());
    Document document;

    REQUIRE(reader->next(document));
    std::filesystem::remove(folder.path("b.txt"));
    std::filesystem::remove_all(folder.path("d"));

    CHECK(ids_of(all_documents(*reader)) == Ids{"c.txt"});
    CHECK(reader->report().skipped.at("vanished") == 2);
    CHECK(reader->report().first_problem == folder.path("b.txt") + ": No such file or directory");
}

TEST_CASE("an unreadable file is counted and named") {
    if (::geteuid() == 0) {
        MESSAGE("skipped: root can read everything");
        return;
    }
    const ScratchFolder folder;
    folder.write("a.txt", "text");
    folder.write("b.txt", "text");
    ::chmod(folder.path("a.txt").c_str(), 0);
    const auto reader = read_folder(folder.path());

    CHECK(ids_of(all_documents(*reader)) == Ids{"b.txt"});
    CHECK(reader->report().skipped.at("unreadable") == 1);
    CHECK(reader->report().first_problem == folder.path("a.txt") + ": Permission denied");
}

TEST_CASE("a file that became a folder since it was listed is counted, not an error") {
    const ScratchFolder folder;
    folder.write("a.txt", "text");
    folder.write("b.txt", "text");
    const auto reader = read_folder(folder.path());
    Document document;

    REQUIRE(reader->next(document));
    std::filesystem::remove(folder.path("b.txt"));
    std::filesystem::create_directory(folder.path("b.txt"));

    CHECK_FALSE(reader->next(document));
    CHECK(reader->report().skipped.at("special") == 1);
}

TEST_CASE("compressed texts are read by what is inside") {
    const ScratchFolder folder;
    folder.write("page.html.gz", gzipped("<title>t</title><p>words"));
    folder.write("notes.zst", zstd_compressed("notes"));
    folder.write("pic.png.gz", gzipped("x"));
    folder.write("cut.txt.gz", gzipped(std::string(5000, 'x') + "y").substr(0, 20));
    folder.write("twice.txt.gz.gz", gzipped(gzipped("x")));
    const auto reader = read_folder(folder.path());

    const std::vector<Document> documents = all_documents(*reader);

    CHECK(ids_of(documents) == Ids{"notes.zst", "page.html.gz"});
    CHECK(documents[1].title == "t");
    CHECK(documents[1].text == "words");
    CHECK(reader->report().skipped.at(".png") == 1);
    CHECK(reader->report().skipped.at("damaged") == 1);
    CHECK(reader->report().skipped.at(".gz") == 1);
    CHECK(reader->report().first_problem.find("cut.txt.gz: found the end of the file within gzip data") !=
          std::string::npos);
}

TEST_CASE("a file beyond the bound is too large, before and after decompression") {
    const ScratchFolder folder;
    folder.write("a.txt", std::string(901, 'x'));
    folder.write("b.txt", std::string(900, 'x'));
    folder.write("c.txt.gz", gzipped(std::string(100000, 'x')));
    const auto reader = read_folder(folder.path(), {.most_file_bytes = 900});

    CHECK(ids_of(all_documents(*reader)) == Ids{"b.txt"});
    CHECK(reader->report().skipped.at("too large") == 2);
    CHECK(reader->report().first_problem == "a.txt: more than 900 bytes of text");
}

TEST_CASE("every charset becomes UTF-8, and NUL bytes do no harm") {
    const ScratchFolder folder;
    folder.write("latin.txt",
                 "d\xe9j\xe0 vu, tr\xe8s bien, le gar\xe7on est all\xe9 \xe0 l'\xe9"
                 "cole");
    folder.write("nul.txt", "one NUL byte \0 among many other characters"s);
    folder.write("invalid.txt", "mostly fine \u65e5\u672c\u8a9e \u65e5\u672c\u8a9e and one bad \xff byte");
    folder.write("wide.txt", "\xff\xfeh\0i\0"s);

    const std::vector<Document> documents = all_documents(*read_folder(folder.path()));

    REQUIRE(ids_of(documents) == Ids{"invalid.txt", "latin.txt", "nul.txt", "wide.txt"});
    CHECK(documents[0].text.find("\u65e5\u672c\u8a9e") != std::string::npos);
    CHECK(documents[1].text.find("d\u00e9j\u00e0 vu") == 0);
    CHECK(documents[2].text.size() == 42);
    CHECK(documents[3].text == "hi");
}

TEST_CASE("a hundred megabytes without a blank or a line end are one document") {
    const ScratchFolder folder;
    folder.write("a.txt", std::string(100'000'000, 'x'));

    const std::vector<Document> documents = all_documents(*read_folder(folder.path()));

    REQUIRE(documents.size() == 1);
    CHECK(documents[0].text.size() == 100'000'000);
}

TEST_CASE("one file is one document called by its name, and says why it is none") {
    const ScratchFolder folder;
    const std::string text = folder.write("d/a.md", "# Head\n");
    const std::string picture = folder.write("a.png", "x");
    const std::string binary = folder.write("b", std::string(100, '\0'));

    const std::vector<Document> documents = all_documents(*read_single_file(text));

    REQUIRE(documents.size() == 1);
    CHECK(documents[0].id == "a.md");
    CHECK(documents[0].title == "Head");
    for (const auto& [path, problem] :
         {std::pair(picture, ": .png files are not supported; convert the file to text or HTML"),
          std::pair(folder.write("c.pdf.gz", gzipped("x")),
                    ": .pdf files are not supported; convert the file to text or HTML"),
          std::pair(binary, ": found binary data, expected text")}) {
        CHECK(input_error([&, path = path] { all_documents(*read_single_file(path)); }) == path + problem);
    }
    CHECK(input_error([&] { all_documents(*read_single_file(folder.path("x"))); }) ==
          folder.path("x") + ": No such file or directory");
}

TEST_CASE("a document of a folder knows its file, its folder, its kind and its date") {
    const ScratchFolder folder;
    folder.write("a/b/notes.md", "# Head\n");
    folder.write("top", "words");
    const timespec times[2] = {{86400, 5}, {86400, 5}};
    REQUIRE(::utimensat(AT_FDCWD, (folder.path() + "/top").c_str(), times, 0) == 0);

    const auto documents = all_documents(*read_folder(folder.path() + "/./"));

    REQUIRE(ids_of(documents) == Ids{"a/b/notes.md", "top"});
    CHECK(documents[0].path == folder.path() + "/a/b/notes.md");
    CHECK(documents[0].folder == "a/b");
    CHECK(documents[0].type == "md");
    CHECK(documents[0].sender.empty());
    CHECK(documents[0].date > 1'000'000'000);
    CHECK(documents[1].path == folder.path() + "/top");
    CHECK(documents[1].folder.empty());
    CHECK(documents[1].type == "txt");
    CHECK(documents[1].date == 86400);
}

TEST_CASE("mails have the date of their header, and those without one that of their file") {
    const ScratchFolder folder;
    folder.write("m/box",
                 "From a\nFrom: Ada <a@x>\nDate: Tue, 20 Apr 1993 12:00:00 GMT\nMessage-ID: <1>\n\nx\n\n"
                 "From b\nFrom: Bob <b@x>\nMessage-ID: <2>\n\ny\n");
    folder.write("one.eml", "From: Eve <e@x>\nSubject: s\nDate: 20 Apr 93 12:00:00 GMT\n\nz\n");
    folder.write("posting", "From: Pat <p@x>\nSubject: old\nDate: 20 Apr 93 12:00:00 GMT\n\nwords\n");
    folder.write("posting.txt", "Subject: no sender\n\nwords\n");

    const auto documents = all_documents(*read_folder(folder.path()));

    REQUIRE(ids_of(documents) == Ids{"m/box:1", "m/box:2", "one.eml", "posting", "posting.txt"});
    const std::vector<std::string> senders = {"Ada <a@x>", "Bob <b@x>", "Eve <e@x>", "Pat <p@x>", ""};
    for (std::size_t i = 0; i < documents.size(); ++i) {
        CHECK(documents[i].sender == senders[i]);
        CHECK(documents[i].type == (i == 4 ? "txt" : "mail"));
        if (i == 1 || i == 4) {
            CHECK(documents[i].date > 1'000'000'000);
        } else {
            CHECK(documents[i].date == 735'307'200);
        }
    }
    CHECK(documents[0].path == folder.path() + "/m/box");
    CHECK(documents[1].folder == "m");
}

TEST_CASE("a single file knows where it is, whatever the path to it looks like") {
    const ScratchFolder folder;
    folder.write("a/b.html", "<p>words");

    const auto documents = all_documents(*read_single_file(folder.path() + "/a/../a/b.html"));

    REQUIRE(documents.size() == 1);
    CHECK(documents[0].path == folder.path() + "/a/b.html");
    CHECK(documents[0].type == "html");
    CHECK(documents[0].folder.empty());
}

}  // namespace
}  // namespace eckart::corpora
