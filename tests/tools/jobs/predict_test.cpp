#include "tools/jobs/ratings/predict.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

using Ids = std::vector<std::string>;

TEST_CASE("many items of one person are predicted in their order") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "bias"));
    const Person ann = stored_person(model, "ann");

    const Predictions all = predict(model, ann, Ids{"robots at night", "3"}, {});
    const Predictions one = predict(model, ann, Ids{"3"}, {});

    REQUIRE(all.rows.size() == 2);
    CHECK(all.rows[0].user == "ann");
    CHECK(all.rows[0].item == "5");
    CHECK(all.rows[0].title == "Robots at Night (2004)");
    CHECK(all.rows[0].source == "bias");
    CHECK(all.rows[1].score == one.rows.at(0).score);
    CHECK(has_note(all.notes, "title-matched"));
    CHECK_THROWS_AS(static_cast<void>(predict(model, ann, Ids{"nothing such"}, {})), eckart::UnknownIdError);
}

TEST_CASE("a prediction that stands in is noted") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "bias"));

    const Predictions all = predict(model, visitor(model, {}), Ids{"5"}, {});

    CHECK(all.rows.at(0).source == "item");
    CHECK(has_note(all.notes, "stands-in"));
}

TEST_CASE("pairs are predicted as each is alone, and those with unknown ids are named and left out") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "als"));
    const std::vector<UserItem> pairs = {{"ann", "5"}, {"ann", "99"}, {"nobody", "5"}, {"eva", "1"}, {"ann", "6"}};

    const Predictions all = predict_pairs(model, pairs, {});

    REQUIRE(all.rows.size() == 3);
    CHECK(all.rows[0].score == predict(model, stored_person(model, "ann"), Ids{"5"}, {}).rows.at(0).score);
    CHECK(all.rows[1].user == "eva");
    CHECK(all.rows[1].score == predict(model, stored_person(model, "eva"), Ids{"1"}, {}).rows.at(0).score);
    CHECK(all.rows[2].item == "6");
    REQUIRE(all.unknown.size() == 2);
    CHECK(all.unknown[0].find("\"99\"") != std::string::npos);
    CHECK(all.unknown[1].find("\"nobody\"") != std::string::npos);
}

TEST_CASE("pairs are read from tables with and without a header, and other columns are passed over") {
    const TemporaryFolder folder;
    for (const std::string& path :
         {folder.write("a.csv", "user,item\nann,5\n\"b, b\",6\n"), folder.write("b.tsv", "ann\t5\nb, b\t6\n"),
          folder.write("c.csv", "userId,movieId,rating,timestamp\nann,5,3,1\n\"b, b\",6,2,2\n")}) {
        CAPTURE(path);
        const auto pairs = read_pairs(path);

        REQUIRE(pairs.size() == 2);
        CHECK(pairs[0].user == "ann");
        CHECK(pairs[0].item == "5");
        CHECK(pairs[1].user == "b, b");
        CHECK(pairs[1].item == "6");
    }
    CHECK_THROWS_AS(static_cast<void>(read_pairs(folder / "none.csv")), eckart::InputError);
}
