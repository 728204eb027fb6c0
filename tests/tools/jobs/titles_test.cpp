#include "tools/jobs/titles.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"

using namespace eckart::tools;

namespace {

TitleIndex films() {
    return TitleIndex({{"1", "Heat (1995)"},
                       {"2", "Heat (1986)"},
                       {"3", "Matrix, The (1999)"},
                       {"4", "Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il) (1966)"},
                       {"5", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"},
                       {"6", "Die Hard (1988)"},
                       {"7", "Hard (1998)"},
                       {"300", "1917 (2019)"},
                       {"8", "300 (2006)"},
                       {"9", "Series, The (1995-1999)"},
                       {"10", ""},
                       {"11", "Emma (1996)"},
                       {"12", "Emma (1996)"},
                       {"13", "Cube 2: Hypercube (2002)"},
                       {"14", "Avventura, L' (Adventure, The) (1960)"}});
}

using Rows = std::vector<std::int32_t>;

std::string refusal(std::string_view text) {
    auto index = films();
    try {
        index.row(text);
    } catch (const eckart::UnknownIdError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a title is found whatever its case, marks, year and article") {
    auto index = films();

    for (const char* name : {"Matrix, The (1999)", "The Matrix (1999)", "matrix", "THE MATRIX", " Matrix, the ", "3",
                             "matrix (1999)", "A Matrix"}) {
        CAPTURE(name);
        CHECK(index.rows(name) == Rows{2});
    }
    CHECK(index.rows("the good the bad and the ugly") == Rows{3});
    CHECK(index.rows("Good, the Bad and the Ugly, The") == Rows{3});
    CHECK(index.rows("Il buono, il brutto, il cattivo (1966)") == Rows{3});
    CHECK(index.rows("Le fabuleux destin d'Amélie Poulain") == Rows{4});
    CHECK(index.rows("amelie") == Rows{4});
    CHECK(index.rows("The Series (1995)") == Rows{9});
    CHECK(index.rows("cube 2 hypercube") == Rows{13});
    for (const char* name : {"L'avventura", "L’Avventura (1960)", "avventura", "The Adventure"}) {
        CAPTURE(name);
        CHECK(index.rows(name) == Rows{14});
    }
}

TEST_CASE("a year tells films of one title apart, and a wrong one finds nothing") {
    auto index = films();

    CHECK(index.rows("heat") == Rows{0, 1});
    CHECK(index.rows("Heat (1986)") == Rows{1});
    CHECK(index.rows("heat (2012)").empty());
}

TEST_CASE("all words go before all but the article") {
    auto index = films();

    CHECK(index.rows("die hard") == Rows{5});
    CHECK(index.rows("hard") == Rows{6});
}

TEST_CASE("an id goes before a title") {
    auto index = films();

    CHECK(index.rows("300") == Rows{7});
    CHECK(index.rows("300 (2006)") == Rows{8});
    CHECK(index.rows("10") == Rows{10});
}

TEST_CASE("an unknown title is answered with the nearest, and one of several films with all of them") {
    CHECK(refusal("Matrrix") == "there is no item 'Matrrix'; nearest are Matrix, The (1999) [3]");
    CHECK(refusal("hypercube").find("Cube 2: Hypercube (2002) [13]") != std::string::npos);
    CHECK(refusal("xyzzyxyzzy") == "there is no item 'xyzzyxyzzy'");
    CHECK(refusal("heat") ==
          "'heat' names 2 items: Heat (1995) [1], Heat (1986) [2]; give the year, or the id in "
          "brackets");
    CHECK(refusal("Emma (1996)").find("Emma (1996) [11], Emma (1996) [12]") != std::string::npos);
    CHECK(refusal("") == "there is no item ''");
    CHECK(refusal("(1995)") == "there is no item '(1995)'");
}

TEST_CASE("nothing that a person or a file can write makes it fail") {
    auto index =
        TitleIndex({{"a", "((("}, {"b", ")))("}, {"c", "(1995)"}, {"d", ", The"}, {"e", "The"}, {"f", "\xff\xfe"}});

    for (const char* name : {"(", ")", "(((", "the", ", the", "\xff", "=", ",", "(1995", "1995)"}) {
        CAPTURE(name);
        CHECK_NOTHROW(index.rows(name));
        CHECK_NOTHROW(index.nearest(name, 3));
    }
    CHECK(index.rows("the") == Rows{3, 4});
    CHECK(index.shown(5) == "\xff\xfe [f]");
}
