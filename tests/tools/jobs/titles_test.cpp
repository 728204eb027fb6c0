#include "tools/jobs/common/titles.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"

using namespace eckart::jobs;

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

/// Films of one series, and one with its name.
TitleIndex series() {
    return TitleIndex({{"1", "Lantern of the North, The (1978)"},
                       {"2", "Lantern of the North: The Long Winter, The (2001)"},
                       {"3", "Lantern of the North: The Thaw, The (2003)"},
                       {"4", "Making of Lantern of the North, The (2004)"},
                       {"5", "Tin Orbit: Episode IV - An Old Hope (1977)"},
                       {"6", "Crème brûlée à Łódź (1999)"},
                       {"7", "Señorita Ångström (2010)"}});
}

std::string refusal(std::string_view text) {
    const auto index = films();
    try {
        index.item(text);
    } catch (const eckart::UnknownIdError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a title is found whatever its case, marks, year and article") {
    const auto index = films();

    for (const char* name : {"Matrix, The (1999)", "The Matrix (1999)", "matrix", "THE MATRIX", " Matrix, the ", "3",
                             "matrix (1999)", "A Matrix"}) {
        CAPTURE(name);
        CHECK(index.matches(name).rows == Rows{2});
    }
    CHECK(index.matches("the good the bad and the ugly").rows == Rows{3});
    CHECK(index.matches("Good, the Bad and the Ugly, The").rows == Rows{3});
    CHECK(index.matches("Il buono, il brutto, il cattivo (1966)").rows == Rows{3});
    CHECK(index.matches("Le fabuleux destin d'Amélie Poulain").rows == Rows{4});
    CHECK(index.matches("amelie").rows == Rows{4});
    CHECK(index.matches("The Series (1995)").rows == Rows{9});
    CHECK(index.matches("cube 2 hypercube").rows == Rows{13});
    for (const char* name : {"L'avventura", "L’Avventura (1960)", "avventura", "The Adventure"}) {
        CAPTURE(name);
        CHECK(index.matches(name).rows == Rows{14});
    }
}

TEST_CASE("a year tells films of one title apart, and a wrong one finds nothing") {
    const auto index = films();

    CHECK(index.matches("heat").rows == Rows{0, 1});
    CHECK(index.matches("Heat (1986)").rows == Rows{1});
    CHECK(index.matches("heat (2012)").rows.empty());
}

TEST_CASE("all words go before all but the article") {
    const auto index = films();

    CHECK(index.matches("die hard").rows == Rows{5});
    CHECK(index.matches("hard").rows == Rows{6});
}

TEST_CASE("an id goes before a title") {
    const auto index = films();

    CHECK(index.matches("300").rows == Rows{7});
    CHECK(index.matches("300 (2006)").rows == Rows{8});
    CHECK(index.matches("10").rows == Rows{10});
}

TEST_CASE("accents may be left out, or put where there are none") {
    const auto index = series();

    for (const char* name : {"creme brulee a lodz", "Crème Brulée à Łódź", "CREME BRULEE A LODZ (1999)",
                             "Cre\u0300me bru\u0302le\u0301e a \u0141odz"}) {
        CAPTURE(name);
        CHECK(index.matches(name).rows == Rows{5});
    }
    CHECK(index.matches("senorita angstrom").rows == Rows{6});
    CHECK(index.matches("Téte: tin orbit").rows.empty());
    CHECK(index.matches("Tïn Örbit").rows == Rows{4});
}

TEST_CASE("the start and parts of a title match where they are whole words one after the other") {
    const auto index = series();
    const auto is = [&](const char* text, TitleMatch match, const Rows& rows) {
        CAPTURE(text);
        CHECK(index.matches(text).match == match);
        CHECK(index.matches(text).rows == rows);
    };

    is("tin orbit", TitleMatch::part, {4});
    is("an old hope", TitleMatch::part, {4});
    is("The Long Winter", TitleMatch::part, {1});
    is("tin orb", TitleMatch::none, {});
    is("orbit tin", TitleMatch::none, {});
    is("tin orbit (1977)", TitleMatch::part, {4});
    is("tin orbit (1980)", TitleMatch::none, {});
    is("the lantern of the north", TitleMatch::words, {0});
    is("lantern of", TitleMatch::part, {0, 1, 2, 3});
    is("Lantern of the North, The (1978)", TitleMatch::exact, {0});
    is("2", TitleMatch::exact, {1});
}

TEST_CASE("what a text was taken for is said, with the other titles that contain it") {
    const auto index = series();
    const auto note = [&](const char* text) { return index.item(text).note.value_or(Note{}).text; };

    CHECK(note("tin orbit") == "\"tin orbit\": Tin Orbit: Episode IV - An Old Hope (1977)");
    CHECK(note("lantern of the north") ==
          "\"lantern of the north\": Lantern of the North, The (1978); 3 more titles contain it: Lantern of the North: "
          "The Long Winter, The (2001) [2], Lantern of the North: The Thaw, The (2003) [3], Making of Lantern of the "
          "North, The (2004) [4]");
    CHECK(note("5").empty());
    CHECK(note("Lantern of the North, The (1978)").empty());
}

TEST_CASE("an unknown title is answered with the nearest, and one of several films with all of them") {
    CHECK(refusal("Matrrix") == "there is no item \"Matrrix\"; the nearest are Matrix, The (1999) [3]");
    CHECK(refusal("cube hypercube").find("Cube 2: Hypercube (2002) [13]") != std::string::npos);
    CHECK(refusal("xyzzyxyzzy") == "there is no item \"xyzzyxyzzy\"");
    CHECK(refusal("heat") ==
          "\"heat\" matches 2 items: Heat (1995) [1], Heat (1986) [2]; give the whole title, \"Heat (1995)\", or the "
          "id, 1");
    CHECK(refusal("Emma (1996)") ==
          "\"Emma (1996)\" matches 2 items: Emma (1996) [11], Emma (1996) [12]; give the id, 11");
    CHECK(refusal("") == "there is no item \"\"");
    CHECK(refusal("(1995)") == "there is no item \"(1995)\"");
}

TEST_CASE("nothing that a person or a file can write makes it fail") {
    const auto index =
        TitleIndex({{"a", "((("}, {"b", ")))("}, {"c", "(1995)"}, {"d", ", The"}, {"e", "The"}, {"f", "\xff\xfe"}});

    for (const char* name : {"(", ")", "(((", "the", ", the", "\xff", "=", ",", "(1995", "1995)"}) {
        CAPTURE(name);
        CHECK_NOTHROW(static_cast<void>(index.matches(name)));
        CHECK_NOTHROW(index.nearest(name, 3));
    }
    CHECK(index.matches("the").rows == Rows{3, 4});
    CHECK(index.shown(5) == "\xff\xfe [f]");
}
