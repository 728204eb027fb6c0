#include <doctest/doctest.h>

#include <string>

#include "tools/cli/films.h"

using namespace eckart::testing;

namespace {

/// The films with two more that nobody rated, one of which has no category.
std::string more_films(const TemporaryFolder& folder) {
    return folder.write("more.csv", film_titles + "7,Robots at Dawn (2004),Comedy\n8,Unheard,\n");
}

std::string source_of(const Outcome& outcome, const std::string& item) {
    for (const auto& row : outcome.objects()) {
        if (row.at("item") == item) return row.at("source");
    }
    return "not shown";
}

}  // namespace

TEST_CASE("an item that nobody rated is recommended by its attributes, and each row says where it comes from") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("films/ratings.csv", film_ratings), store = folder / "m";
    for (const std::string model : {"als:factors=2", "implicit-als:factors=2", "sgd:factors=2", "svd++:factors=2"}) {
        CAPTURE(model);
        const Outcome trained =
            run_eckart({"train", ratings, "--model", model, "--items", more_films(folder), "-o", store, "--json"});
        REQUIRE(trained.exit_code == 0);
        const auto learned = trained.objects().front().at("attributes");
        CHECK(learned.at("columns").size() == 3);
        CHECK(learned.at("new_items") == 1);
        CHECK(learned.at("mixed_items") == 6);

        const Outcome outcome = run_eckart({"recommend", store, "--user", "fay", "--json"});

        CHECK(source_of(outcome, "7") == "attributes");
        CHECK(source_of(outcome, "1") == "both");
        CHECK(outcome.objects().back().at("item") != "7");  // it stands as an item of the usual number of ratings
        CHECK(run_eckart({"predict", store, "--user", "fay", "--item", "7", "--json"}).objects().front().at("source") ==
              "attributes");
    }
}

TEST_CASE("without attributes, the source is the model") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als:factors=2"});
    CHECK(source_of(run_eckart({"recommend", store, "--user", "fay", "--json"}), "1") == "als");
}

TEST_CASE("attributes that cannot be used are said, and texts of others are refused") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("films/ratings.csv", film_ratings), items = more_films(folder);

    const Outcome ease = run_eckart({"train", ratings, "--model", "ease", "--items", items, "-o", folder / "m"});
    CHECK(ease.exit_code == 0);
    CHECK(ease.err.find("models whose items can: als") != std::string::npos);

    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", folder / "texts", "--quiet"}).exit_code == 0);
    const Outcome others =
        run_eckart({"train", ratings, "--model", "als", "--texts", folder / "texts", "-o", folder / "n"});
    CHECK(others.exit_code == 3);
    CHECK(others.err.find("none of its documents is called as an item") != std::string::npos);
    CHECK(
        run_eckart({"train", ratings, "--model", "ease", "--texts", folder / "texts", "-o", folder / "n"}).exit_code ==
        2);

    const std::string bad = folder.write("bad.csv", "movieId,price\n1,3\n2,nan\n3,5\n4,6\n");
    const Outcome nan = run_eckart({"train", ratings, "--model", "als", "--items", bad, "-o", folder / "n"});
    CHECK(nan.exit_code == 3);
    CHECK(nan.err.find("found \"nan\" in the column price") != std::string::npos);
}

TEST_CASE("vectors of texts that are called as the items are attributes") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("films/ratings.csv", film_ratings);
    std::string rows = "id,title,text\n";
    for (const char* one : {"1,a,war and moon", "2,b,war and moon clock", "3,c,war field moon", "4,d,robots at noon",
                            "5,e,robots at night noon", "6,f,robots and night"}) {
        rows.append(one).append("\n");
    }
    REQUIRE(run_eckart({"index", folder.write("texts.csv", rows), "-o", folder / "texts", "--quiet"}).exit_code == 0);
    const Outcome trained = run_eckart(
        {"train", ratings, "--model", "als:factors=2", "--texts", folder / "texts", "-o", folder / "m", "--json"});
    REQUIRE(trained.exit_code == 0);
    CHECK(trained.objects().front().at("attributes").at("mixed_items") == 6);
}

TEST_CASE("ask names popular items, and neither what is rated nor what is unknown") {
    const TemporaryFolder folder;
    const std::string store = folder / "m";
    REQUIRE(run_eckart({"train", ECKART_RATINGS, "--model", "als:factors=4", "-o", store, "--quiet"}).exit_code == 0);

    const auto rows = run_eckart({"ask", store, "-n", "2", "--json"}).objects();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].at("gain") > rows[1].at("gain"));
    const std::string first = rows[0].at("item"), second = rows[1].at("item");

    const auto after = run_eckart({"ask", store, "--likes", first + "=5", "--unknown", second, "--json"}).objects();
    CHECK(after.size() == 5);
    for (const auto& row : after) {
        CHECK(row.at("item") != first);
        CHECK(row.at("item") != second);
    }
    CHECK(run_eckart({"ask", film_model(folder, {"--model", "ease"})}).exit_code == 2);
}
