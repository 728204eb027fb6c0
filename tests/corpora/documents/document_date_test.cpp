#include "corpora/documents/document_date.h"

#include <doctest/doctest.h>

#include <string>

using namespace eckart::corpora;

TEST_CASE("dates of records are read in the forms that people write") {
    CHECK(document_date("1970-01-02") == 86400);
    CHECK(document_date(" 2024-03-04T10:00:00+01:00 ") == 1'709'542'800);
    CHECK(document_date("2024-03-04 10:00") == 1'709'546'400);
    CHECK(document_date("2024-03") == 1'709'251'200);
    CHECK(document_date("1970") == 0);
    CHECK(document_date("1709542800") == 1'709'542'800);
    CHECK(document_date("1709542800123") == 1'709'542'800);
    CHECK(document_date("-86400") == -86400);
    CHECK(document_date("Mon, 4 Mar 2024 10:00:00 +0100") == 1'709'542'800);
}

TEST_CASE("what is no date gives none") {
    for (const char* text :
         {"", "  ", "soon", "2024-13-01", "2024-02-30", "0000", "99999999999999999999", "2024-3", "-99999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(document_date(text));
    }
    CHECK_FALSE(document_date(std::string(1000, '1')));
    CHECK_FALSE(mail_date("no date"));
}

TEST_CASE("the date of a mail is read in the forms of old ones too") {
    CHECK(mail_date("Tue, 20 Apr 1993 12:00:00 GMT") == 735'307'200);
    CHECK(mail_date("20 Apr 93 12:00:00 GMT") == 735'307'200);
}
