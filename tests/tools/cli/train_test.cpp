#include <doctest/doctest.h>

#include "tools/cli/films.h"

using namespace eckart::testing;

TEST_CASE("train prints what it made, with the documented fields") {
    const TemporaryFolder folder;

    const Outcome outcome = run_eckart({"train", folder.write("r.csv", film_ratings), "-o", folder / "m", "--model",
                                        "als", "--sweeps", "5", "--json"});
    const auto summary = outcome.objects().at(0);

    CHECK(outcome.exit_code == 0);
    CHECK(summary.at("model") == "als");
    CHECK(summary.at("users") == 6);
    CHECK(summary.at("items") == 6);
    CHECK(summary.at("ratings") == 19);
    CHECK(summary.at("seconds").get<double>() >= 0);
    CHECK(summary.at("duplicates") == 0);
    CHECK(summary.at("options").at("sweeps") == "5");
    CHECK(summary.at("figures").is_object());
}

TEST_CASE("where no model is named, models are found by trials, and it is said") {
    const TemporaryFolder folder;

    const Outcome graded = run_eckart({"train", folder.write("r.csv", film_ratings), "-o", folder / "a"});
    const Outcome lists =
        run_eckart({"train", folder.write("r.tsv", "user\titem\na\tx\na\ty\nb\ty\nb\tz\n"), "-o", folder / "b"});

    CHECK(graded.exit_code == 0);
    CHECK(graded.err.find("ranking by ") != std::string::npos);
    CHECK(graded.err.find("ratings by ") != std::string::npos);
    CHECK(lists.err.find("ratings by ") == std::string::npos);
    CHECK(graded.out.find("auto (since no model was named), 6 users, 6 items, 19 ratings\n") != std::string::npos);
    CHECK(lists.exit_code == 0);
    CHECK(lists.out.find("auto (since no model was named), 2 users, 3 items, 4 ratings\n") != std::string::npos);
}

TEST_CASE("every model trains, recommends, predicts and finds what is similar or says that it cannot") {
    const Outcome help = run_eckart({"train", "-h"});
    for (const std::string model :
         {"popular", "bias", "als", "sgd", "svd++", "implicit-als", "ease", "edlae", "item-knn"}) {
        const TemporaryFolder folder;
        CAPTURE(model);
        CHECK(help.out.find("  " + model + " ") != std::string::npos);

        const std::string store = film_model(folder, {"--model", model});
        const auto rows = run_eckart({"recommend", store, "--user", "ann", "--json"}).objects();
        const auto prediction =
            run_eckart({"predict", store, "--user", "ann", "--item", "robots at night", "--json"}).objects();
        const Outcome similar = run_eckart({"similar", store, "1", "--json"});

        CHECK(rows.size() == 3);
        for (const auto& row : rows) {
            CHECK(row.at("score").is_number());
            CHECK(row.at("source") == model);
            CHECK((row.at("item") == "3" || row.at("item") == "5" || row.at("item") == "6"));
        }
        REQUIRE(prediction.size() == 1);
        CHECK(prediction[0].at("score").is_number());
        CHECK((similar.exit_code == 0 || similar.exit_code == 2));
        for (const auto& row : similar.objects()) CHECK(row.at("item") != "1");
        CHECK(run_eckart({"info", store}).exit_code == 0);
        CHECK(run_eckart({"verify", store}).exit_code == 0);
    }
}

TEST_CASE("the same ratings give the same bytes on 1, 2 and 4 threads") {
    const TemporaryFolder folder;

    for (const std::string threads : {"1", "2", "4"}) {
        REQUIRE(
            run_eckart({"train", ECKART_RATINGS, "-o", folder / threads, "--threads", threads, "--quiet"}).exit_code ==
            0);
    }

    auto one = contents(folder.path() / "1"), two = contents(folder.path() / "2"), four = contents(folder.path() / "4");
    for (auto* files : {&one, &two, &four}) files->erase("LOCK");  // names the process that wrote
    CHECK(one.size() >= 5);
    CHECK(one == two);
    CHECK(one == four);
}

TEST_CASE("duplicates are counted and the last by time stays") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("r.csv", film_ratings + "ann,1,2,500\nann,1,3,90\n");

    const Outcome outcome = run_eckart({"train", ratings, "-o", folder / "m", "--model", "bias"});
    const auto summary =
        run_eckart({"train", ratings, "-o", folder / "m", "--model", "bias", "--json", "--quiet"}).objects().at(0);

    CHECK(outcome.err.find("2 ratings were replaced by a later one") != std::string::npos);
    CHECK(summary.at("duplicates") == 2);
    CHECK(summary.at("ratings") == 19);
}

TEST_CASE("a model of likes takes those from --positive up, and the rest stays seen") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "popular", "--positive", "4"});

    const auto rows = run_eckart({"recommend", store, "--user", "ann", "--json"}).objects();

    REQUIRE(rows.size() == 3);  // 4 was rated 1: no like, and yet seen
    CHECK(rows[0].at("item") == "5");
    CHECK(rows[0].at("score") == 3);
    CHECK(rows[1].at("item") == "3");
    CHECK(rows[2].at("item") == "6");
}

TEST_CASE("what does not go together is refused as wrong usage") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("r.csv", film_ratings);
    const auto refused = [&](std::vector<std::string> options) {
        std::vector<std::string> line = {"train", ratings, "-o", folder / "m"};
        line.insert(line.end(), options.begin(), options.end());
        const Outcome outcome = run_eckart(line);
        CHECK_FALSE(std::filesystem::exists(folder / "m"));
        return outcome.exit_code;
    };

    CHECK(refused({"--model", "magic"}) == 2);
    CHECK(refused({"--model", "als,ease"}) == 2);
    CHECK(refused({"--model", "bias", "--factors", "3"}) == 2);
    CHECK(refused({"--model", "als", "--factors", "none"}) == 2);
    CHECK(refused({"--model", "als", "--positive", "4"}) == 2);
    CHECK(refused({"--model", "ease", "--positive", "9"}) == 3);
    CHECK(refused({"--format", "papyrus"}) == 2);
    CHECK(refused({"--columns", "user=who"}) == 3);
    CHECK(refused({"--columns", "nonsense"}) == 2);
    CHECK(refused({"--resume"}) == 3);
}

TEST_CASE("an option that cannot be is refused before anything is read") {
    const Outcome outcome = run_eckart({"train", "/no/such/file", "-o", "m", "--model", "als", "--lambda", "abc"});

    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find("--lambda: found \"abc\"") != std::string::npos);
}

TEST_CASE("ratings come from standard input and from several files") {
    const TemporaryFolder folder;
    RunOptions options;
    options.input = film_ratings;
    const std::string more = folder.write("more.csv", "userId,movieId,rating,timestamp\ngus,7,3,1\n");

    const auto piped =
        run_eckart({"train", "-", "--format", "csv", "-o", folder / "a", "--json", "--quiet"}, options).objects();
    const auto both =
        run_eckart({"train", folder.write("r.csv", film_ratings), more, "-o", folder / "b", "--json", "--quiet"})
            .objects();

    REQUIRE(piped.size() == 1);
    CHECK(piped[0].at("users") == 6);
    REQUIRE(both.size() == 1);
    CHECK(both[0].at("users") == 7);
    CHECK(both[0].at("items") == 7);
}

TEST_CASE("resume goes on from a model over the same items and from no other") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als", "--sweeps", "2", "--factors", "3"});
    const std::string ratings = folder / "films";
    const std::string others = folder.write("others.csv", film_ratings + "ann,99,5,1\n");

    const auto more = run_eckart({"train", ratings, "-o", store, "--resume", "--json", "--quiet"}).objects();
    const Outcome refused = run_eckart({"train", others, "-o", store, "--resume"});
    const Outcome other_model = run_eckart({"train", ratings, "-o", store, "--resume", "--model", "bias"});

    REQUIRE(more.size() == 1);
    CHECK(more[0].at("model") == "als");
    CHECK(more[0].at("options").at("factors") == "3");
    CHECK(refused.exit_code == 2);
    CHECK(other_model.exit_code == 2);
    CHECK(run_eckart({"info", store}).exit_code == 0);
}
