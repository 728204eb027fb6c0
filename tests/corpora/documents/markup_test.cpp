#include "corpora/documents/markup.h"

#include <doctest/doctest.h>

namespace eckart::corpora {
namespace {

TEST_CASE("a Markdown text is called by its first heading") {
    CHECK(markdown_title("text\n# First #\n# Second\n") == "First");
    CHECK(markdown_title("## Deeper\r\n") == "Deeper");
    CHECK(markdown_title("Under lined\n===\n") == "Under lined");
    CHECK(markdown_title("```\n# a comment\n```\n# Real\n") == "Real");
    CHECK(markdown_title("---\ntitle: x\n---\n# Real\n") == "Real");
    CHECK(markdown_title("#hashtag\n").empty());
    CHECK(markdown_title("").empty());
    CHECK(markdown_title("---\nnever closed").empty());
}

TEST_CASE("a reStructuredText is called by its first underlined line") {
    CHECK(restructured_title("=====\nTitle\n=====\n\ntext") == "Title");
    CHECK(restructured_title("words\n\nTitle\n~~~~~\n") == "Title");
    CHECK(restructured_title("A longer line\n---\n").empty());
    CHECK(restructured_title("").empty());
}

TEST_CASE("a posting is called by its subject") {
    CHECK(posting_header("From: a@b\nSubject: Re: sparse\nLines: 3\n\nSubject: no\n").subject == "Re: sparse");
    CHECK(posting_header("From: a@b\n folded\nsubject: x\n").subject == "x");
    CHECK(posting_header("Plain words here.\nSubject: no\n").subject.empty());
    CHECK(posting_header("From: a@b\n\nSubject: no\n").subject.empty());
}

TEST_CASE("a TeX source gives its words") {
    const TitledText tex = read_tex(
        "\\documentclass[12pt]{article}\n\\title{On \\emph{sparse} matrices}\n"
        "\\begin{document}% note\nA \\textbf{bold} word, 5\\% of "
        "$x_1$.\n\\label{eq:1}\\section*{Next}\n\\end{document}\n");

    CHECK(tex.title == "On  sparse matrices");
    CHECK(tex.text.find("bold") != std::string::npos);
    CHECK(tex.text.find("5%") != std::string::npos);
    CHECK(tex.text.find("Next") != std::string::npos);
    for (const char* gone : {"documentclass", "12pt", "article", "textbf", "note", "eq:1", "\\", "{", "}"}) {
        CAPTURE(gone);
        CHECK(tex.text.find(gone) == std::string::npos);
    }
}

TEST_CASE("a TeX source that is cut short anywhere is read to its end") {
    const std::string source = "\\title[x]{A \\b{c}} \\ref{d} \\% $e$ \\\\ % f\ng";
    for (std::size_t size = 0; size <= source.size(); ++size) CHECK_NOTHROW(read_tex(source.substr(0, size)));
}

TEST_CASE("a manual page gives its words and is called by its NAME") {
    const TitledText page = read_man_page(
        ".\\\" comment\n.TH GREP 1 2020\n.SH NAME\ngrep \\- print \\fBlines\\fP\n.SH \"SEE ALSO\"\n.BR sed (1)\n");

    CHECK(page.title == "grep - print lines");
    CHECK(page.text == "NAME\ngrep - print lines\nSEE ALSO\nsed (1)\n");
    CHECK(is_man_page(".TH GREP 1"));
    CHECK_FALSE(is_man_page("TH"));
}

}  // namespace
}  // namespace eckart::corpora
