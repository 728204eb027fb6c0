#include "corpora/documents/file_text.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace eckart::corpora {
namespace {

Document read_text(std::string_view name, std::string bytes) {
    Document document;
    CHECK(read_file_text(name, file_kind(name), bytes, document));
    return document;
}

TEST_CASE("the extension tells the kind, in any case") {
    CHECK(file_kind("a/b.HTML") == FileKind::html);
    CHECK(file_kind("a.md") == FileKind::markdown);
    CHECK(file_kind("a.pdf") == FileKind::not_text);
    CHECK(file_kind("changelog.gz") == FileKind::compressed);
    CHECK(file_kind("grep.1") == FileKind::man_page);
    CHECK(file_kind("Makefile") == FileKind::plain);
    CHECK(file_kind("main.cpp") == FileKind::plain);
    CHECK(file_kind("a.md/51060") == FileKind::plain);
    CHECK(file_kind(".profile") == FileKind::plain);
    CHECK(extension_of("a.b/C.Tar") == ".tar");
    CHECK(extension_of(".hidden").empty());
    CHECK(base_name("a/b/c") == "c");
}

TEST_CASE("a text is called by its own title, or by its file's name") {
    CHECK(read_text("x/a.md", "# Head\n").title == "Head");
    CHECK(read_text("x/a.rst", "Head\n====\n").title == "Head");
    CHECK(read_text("x/a.html", "<title>Head</title>").title == "Head");
    CHECK(read_text("x/a.tex", "\\title{Head}").title == "Head");
    CHECK(read_text("x/a.eml", "Subject: =?utf-8?q?H=C3=A9?=\n\nbody\n").title == "H\u00e9");
    CHECK(read_text("x/51060", "Subject: Head\n\nbody").title == "Head");
    CHECK(read_text("x/a.txt", "words").title == "a.txt");
    CHECK(read_text("x/a.md", "words").title == "a.md");
}

TEST_CASE("a name like a manual page's does not make one") {
    CHECK(read_text("notes.1", ".hidden gems\nof words").text == ".hidden gems\nof words");
    CHECK(read_text("grep.1", ".TH GREP\ntext").text == "text\n");
}

TEST_CASE("binary bytes are no text, whatever the name") {
    std::string bytes(100, '\1');
    Document document;

    CHECK_FALSE(read_file_text("a.txt", FileKind::plain, bytes, document));
}

TEST_CASE("a type is what people call a kind of file") {
    for (const auto& known : std::vector<std::pair<std::string, std::string>>{{"a.htm", "html"},
                                                                              {"a.xhtml", "html"},
                                                                              {"a.MARKDOWN", "md"},
                                                                              {"ls.1", "man"},
                                                                              {"a.eml", "mail"},
                                                                              {"a.rst", "rst"},
                                                                              {"a.tex", "tex"},
                                                                              {"a.TXT", "txt"},
                                                                              {"main.cpp", "cpp"},
                                                                              {"a.txt.gz", "txt"},
                                                                              {"ls.1.gz", "man"},
                                                                              {"README", "txt"},
                                                                              {".profile", "txt"},
                                                                              {"a.md/51060", "txt"},
                                                                              {"12.345", "txt"},
                                                                              {"a.b c", "txt"},
                                                                              {"a.", "txt"},
                                                                              {"a.extension", "txt"}}) {
        CAPTURE(known.first);
        CHECK(document_type(known.first) == known.second);
    }
}

TEST_CASE("what an earlier file said of itself is not kept for the next one") {
    Document document;
    std::string mail = "From: a@b\nSubject: s\nDate: 20 Apr 93 12:00:00 GMT\n\nx", plain = "plain words";
    REQUIRE(read_file_text("a.eml", FileKind::mail, mail, document));
    REQUIRE(document.date);
    REQUIRE(read_file_text("b.txt", FileKind::plain, plain, document));

    CHECK(document.sender.empty());
    CHECK_FALSE(document.date);
    CHECK(document.type == "txt");
}

}  // namespace
}  // namespace eckart::corpora
