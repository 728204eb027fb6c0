#include "corpora/documents/document.h"

#include <doctest/doctest.h>

namespace eckart::corpora {
namespace {

TEST_CASE("a report counts what was handed out and what was skipped") {
    ReadReport report;

    count_document(report, {"a", "title", "text"});
    count_skipped(report, ".pdf");
    count_skipped(report, ".pdf");
    count_skipped(report, "unreadable", "b: Permission denied");
    count_skipped(report, "vanished", "c: No such file");

    CHECK(report.documents == 1);
    CHECK(report.bytes == 9);
    CHECK(report.skipped.at(".pdf") == 2);
    CHECK(report.first_problem == "b: Permission denied");
    CHECK(summary(report) ==
          "1 document, 9 bytes of text; skipped 2 .pdf, 1 unreadable, 1 vanished; first problem: b: Permission "
          "denied");
}

TEST_CASE("a report of nothing is short") {
    CHECK(summary({}) == "0 documents, 0 bytes of text");
}

}  // namespace
}  // namespace eckart::corpora
