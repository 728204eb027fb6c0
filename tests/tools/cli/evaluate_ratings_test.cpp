#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// Thirty users and eight items; three of four pairs are rated, later items later.
std::string small_ratings() {
    std::string text = "user,item,rating,timestamp\n";
    for (int user = 0; user < 30; ++user) {
        for (int item = 1; item <= 8; ++item) {
            if ((user * 7 + item * 3) % 4 == 0) continue;
            for (const int number : {user, item, 1 + (user + item * item) % 5, 100 * item + user}) {
                text.append(std::to_string(number)).append(number >= 100 ? "\n" : ",");
            }
        }
    }
    return text;
}

nlohmann::json value_of(const Outcome& outcome, const std::string& model, const std::string& metric) {
    for (const auto& object : outcome.objects()) {
        if (object.at("model") == model && object.at("metric") == metric) return object;
    }
    return {};
}

}  // namespace

TEST_CASE("given parts are measured as worked out by hand, with popular and bias in the table") {
    const TemporaryFolder folder;
    // Popularity 1 (3 users), 2 (2), 3 (1), 4 (0); a knows 1 2, and 4 is held out: ranked 3 4.
    const std::string train = folder.write("train.csv", "user,item,rating\na,1,5\na,2,3\nb,1,4\nb,2,4\nc,1,2\nc,3,1\n");
    const std::string test = folder.write("test.csv", "user,item,rating\na,4,4\nc,2,5\n");

    const Outcome outcome =
        run_eckart({"evaluate", "--train", train, "--test", test, "--json", "--metrics", "mrr,hr@1,rmse,coverage@1"});

    CHECK(outcome.exit_code == 0);
    CHECK(value_of(outcome, "popular", "mrr").at("value").get<double>() == doctest::Approx((0.5 + 1) / 2));
    CHECK(value_of(outcome, "popular", "hr@1").at("value").get<double>() == doctest::Approx(0.5));
    CHECK(value_of(outcome, "popular", "coverage@1").at("value").get<double>() == doctest::Approx(0.5));
    CHECK(value_of(outcome, "popular", "coverage@1").at("low").is_null());
    CHECK(value_of(outcome, "popular", "rmse").is_null());
    CHECK(value_of(outcome, "bias", "rmse").at("n") == 2);
    const auto row = value_of(outcome, "bias", "rmse");
    CHECK(row.at("low").get<double>() <= row.at("value").get<double>());
    CHECK(row.at("high").get<double>() >= row.at("value").get<double>());
}

TEST_CASE("every protocol that needs no files measures, the same for one seed") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    for (const char* protocol : {"random", "folds", "time", "leave-one-out", "strong", "lists"}) {
        CAPTURE(protocol);
        const std::vector<std::string> line = {"evaluate", ratings,  "--protocol", protocol, "--people",   "5",
                                               "-q",       "--json", "--seed",     "3",      "--positive", "2"};

        const Outcome outcome = run_eckart(line);

        CHECK(outcome.exit_code == 0);
        CHECK(outcome.objects().size() >= 6);
        CHECK(outcome.out == run_eckart(line).out);
    }
}

TEST_CASE("a model that can make do with less memory is measured so, and refused only where that is too little") {
    std::string text = "user,item,rating\n";
    for (int k = 0; k < 9000; ++k) {
        text.append(std::to_string(k % 601)).append(",").append(std::to_string(k % 3000)).append(",1\n");
    }
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", text);
    const auto measured_in = [&](const std::string& memory) {
        return run_eckart(
            {"evaluate", ratings, "--model", "ease:keep=20", "--memory", memory, "--metrics", "recall@20"});
    };

    CHECK(measured_in("50M").exit_code == 0);  // the whole ease of 3,000 items holds 36 MB of weights
    const Outcome refused = measured_in("1M");
    CHECK(refused.exit_code == 6);
    CHECK(refused.err.find("evaluate needs") != std::string::npos);
}

TEST_CASE("repeated splits show their spread, and a model's options stand in the list or on the line") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());

    const Outcome both = run_eckart({"evaluate", ratings, "--repeat", "3", "--metrics", "rmse", "--model",
                                     "bias:lambda-item=1,bias", "--lambda-item", "50", "--json", "-q"});

    CHECK(both.exit_code == 0);
    CHECK(both.objects().size() == 2);
    CHECK(both.objects()[0].at("model") == "bias:lambda-item=1");
    CHECK(both.objects()[0].at("spread").get<double>() > 0);
    CHECK(both.objects()[0].at("value") != both.objects()[1].at("value"));
}

TEST_CASE("people see a line for each measure and model, the model last") {
    const TemporaryFolder folder;
    const std::string train = folder.write("train.csv", "user,item,rating\na,1,5\na,2,3\nb,1,4\nb,3,2\n");
    const std::string test = folder.write("test.csv", "user,item,rating\na,3,2\n");

    const Outcome outcome =
        run_eckart({"evaluate", "--train", train, "--test", test, "--metrics", "rmse,hr@1", "--model", "bias", "-q"});

    CHECK(outcome.out.find("metric   value     low    high  model\nrmse  ") == 0);
    CHECK(outcome.out.find("hr@1    1.0000  1.0000  1.0000  popular\n") != std::string::npos);
}

TEST_CASE("evaluate ranks what recommend shows, and --least-ratings means the same for both") {
    const TemporaryFolder folder;
    std::string train = "user,item,rating\nz,rare,5\n";  // one rating, the highest: first for all who did not rate it
    for (const char* user : {"a", "b", "c", "d", "e", "f"}) {
        for (const char* item : {"1", "2", "3"}) {
            if (user[0] == 'a' && item[0] == '3') continue;
            train.append(user).append(",").append(item).append(item[0] == '1' ? ",3\n" : ",2\n");
        }
    }
    const std::string ratings = folder.write("train.csv", train);
    const std::string test = folder.write("test.csv", "user,item,rating\na,rare,5\n");
    REQUIRE(run_eckart({"train", ratings, "-o", folder / "m", "--model", "bias", "-q"}).exit_code == 0);

    for (const char* least : {"1", "2"}) {
        CAPTURE(least);
        const Outcome shown =
            run_eckart({"recommend", folder / "m", "--user", "a", "-n", "1", "--least-ratings", least, "--json"});
        const Outcome measured = run_eckart({"evaluate", "--train", ratings, "--test", test, "--metrics", "hr@1",
                                             "--least-ratings", least, "--json", "-q"});
        const double hit = shown.objects().at(0).at("item") == "rare" ? 1 : 0;
        CHECK(value_of(measured, "bias", "hr@1").at("value").get<double>() == hit);
        CHECK(hit == (std::string(least) == "1" ? 1 : 0));
    }
    CHECK(run_eckart({"evaluate", "-h"}).out.find("--least-ratings") != std::string::npos);
}

TEST_CASE("a test rating that is in training is refused, with the number and the first") {
    const TemporaryFolder folder;
    const std::string train = folder.write("train.csv", "user,item,rating\na,1,5\na,2,3\nb,1,4\n");
    const std::string test = folder.write("test.csv", "user,item,rating\na,2,4\nb,2,5\n");

    const Outcome outcome = run_eckart({"evaluate", "--train", train, "--test", test});

    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("1 test rating is also in the training data: user \"a\" with item \"2\"") !=
          std::string::npos);
}

TEST_CASE("ncf ranks the held-out item among the candidates, one named twice once") {
    const TemporaryFolder folder;
    const std::string train =
        folder.write("train.tsv", "0\t1\t5\n0\t2\t5\n1\t1\t5\n1\t3\t5\n2\t1\t5\n2\t2\t5\n2\t3\t5\n");
    const std::string test = folder.write("test.tsv", "0\t3\t5\n1\t2\t5\n");
    const std::string negatives = folder.write("negative", "(0,3)\t3\t4\t5\n(1,2)\t4\t5\t4\n");

    const Outcome outcome = run_eckart(
        {"evaluate", "--protocol", "ncf", "--train", train, "--test", test, "--negatives", negatives, "--json", "-q"});

    CHECK(outcome.exit_code == 0);
    CHECK(value_of(outcome, "popular", "hr@10").at("n") == 2);
    CHECK(value_of(outcome, "popular", "ndcg@10").at("value").get<double>() == 1);
    const std::string short_list = folder.write("short", "0 4 5\n1 2\n");
    const Outcome refused =
        run_eckart({"evaluate", "--protocol", "ncf", "--train", train, "--test", test, "--negatives", short_list});
    CHECK(refused.exit_code == 3);
    CHECK(refused.err.find("1 test rating is not among the candidates") != std::string::npos);
}

TEST_CASE("a number of folds asks for folds") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    const std::vector<std::string> line = {"evaluate", ratings, "--model", "bias", "--metrics", "rmse", "--quiet"};
    const auto with = [&](const std::vector<std::string>& more) {
        std::vector<std::string> whole = line;
        whole.insert(whole.end(), more.begin(), more.end());
        return run_eckart(whole).out;
    };

    CHECK(with({"--folds", "3"}) == with({"--protocol", "folds", "--folds", "3"}));
    CHECK(with({"--folds", "3"}) != with({}));
    CHECK(with({"--protocol", "folds"}) == with({"--folds", "5"}));
}

TEST_CASE("evaluate says what does not go together") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    const auto fails = [](const std::vector<std::string>& line) { return run_eckart(line).exit_code == 2; };

    CHECK(fails({"evaluate"}));
    CHECK(fails({"evaluate", ratings, "--model", "nothing"}));
    CHECK(fails({"evaluate", ratings, "--model", "bias:lambda"}));
    CHECK(fails({"evaluate", ratings, "--model", "bias:factors=3"}));
    CHECK(fails({"evaluate", ratings, "--model", "popular", "--lambda-item", "3"}));
    CHECK(fails({"evaluate", ratings, "--metrics", "auc"}));
    CHECK(fails({"evaluate", ratings, "--protocol", "best"}));
    CHECK(fails({"evaluate", ratings, "--protocol", "ncf"}));
    CHECK(fails({"evaluate", ratings, "--protocol", "random", "--folds", "3"}));
    CHECK(fails({"evaluate", ratings, "--train", ratings, "--test", ratings}));
    CHECK(fails({"evaluate", "--train", ratings}));
    CHECK(fails({"evaluate", ratings, "--model", "bias", "--qrels", ratings}));
    CHECK(fails({"evaluate", ratings, "--lambda-item", "3"}));
    for (const char* option : {"--lambda-item", "--holdout", "--positive"}) {
        const Outcome outcome = run_eckart({"evaluate", "x.idx", "--queries", "q", "--qrels", "r", option, "0.5"});
        CHECK(outcome.exit_code == 2);
        CHECK(outcome.err.find("do not go with") != std::string::npos);
    }
    CHECK(fails({"tune", ratings, "--model", "bias,als"}));
    CHECK(fails({"tune", ratings, "--model", "bias", "--protocol", "ncf"}));
    CHECK(fails({"plan", ratings, "--model", "bias", "--rank", "5"}));
}

TEST_CASE("the digits that are published for EASE come out of the NCF files") {
    const char* data = std::getenv("ECKART_DATA");
    if (data == nullptr) {
        MESSAGE("skipped: ECKART_DATA is not set");
        return;
    }
    const std::string ncf = std::string(data) + "/ratings/ml-1m/ncf/ml-1m.";

    const Outcome outcome = run_eckart({"evaluate", "--protocol", "ncf", "--train", ncf + "train.notime.rating",
                                        "--test", ncf + "test.rating", "--negatives", ncf + "test.negative", "--model",
                                        "ease", "--lambda", "1320", "--metrics", "hr@10,ndcg@10", "--json", "-q"});

    CHECK(std::abs(value_of(outcome, "ease", "hr@10").at("value").get<double>() - 0.7192) <= 0.00005);
    CHECK(std::abs(value_of(outcome, "ease", "ndcg@10").at("value").get<double>() - 0.4494) <= 0.00005);
}

TEST_CASE("tune tries as often as it may, shows the best first and the command that rebuilds it") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());

    const Outcome outcome = run_eckart({"tune", ratings, "--model", "bias", "--budget", "5", "--json", "-q"});

    CHECK(outcome.exit_code == 0);
    const auto rows = outcome.objects();
    REQUIRE(rows.size() == 6);
    for (std::size_t r = 1; r < 5; ++r) CHECK(rows[r - 1].at("value") <= rows[r].at("value"));
    CHECK(rows[5].at("best") == rows[0].at("trial"));
    CHECK(
        rows[5].at("command").get<std::string>().starts_with("eckart train " + ratings + " -o MODEL --model bias --"));
}

TEST_CASE("tune never looks at what evaluate tests with") {
    std::string text = "user,item,rating,timestamp\n";  // all rate 3, but the last tenth by time, which rates 5
    for (int k = 0; k < 200; ++k) {
        for (const int number : {k % 20, k / 10, k < 180 ? 3 : 5, 1000 + k}) {
            text.append(std::to_string(number)).append(number >= 1000 ? "\n" : ",");
        }
    }
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", text);

    const Outcome tuned = run_eckart(
        {"tune", ratings, "--model", "bias", "--protocol", "time", "--metric", "rmse", "--budget", "2", "--json"});
    const Outcome tested =
        run_eckart({"evaluate", ratings, "--model", "bias", "--protocol", "time", "--metrics", "rmse", "--json"});

    CHECK(tuned.objects().at(0).at("value").get<double>() < 1e-5);
    CHECK(value_of(tested, "bias", "rmse").at("value").get<double>() == doctest::Approx(2).epsilon(1e-5));
}

TEST_CASE("tune of strong generalization measures other people than evaluate") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    const std::vector<std::string> same = {"--protocol", "strong", "--people", "9", "--json", "--model", "item-knn"};
    std::vector<std::string> tune = {"tune", ratings, "--budget", "1", "--metric", "mrr"};
    std::vector<std::string> evaluate = {"evaluate", ratings, "--metrics", "mrr"};
    tune.insert(tune.end(), same.begin(), same.end());
    evaluate.insert(evaluate.end(), same.begin(), same.end());

    const double by_tune = run_eckart(tune).objects().at(0).at("value");  // the first trial has the defaults
    const double by_evaluate = value_of(run_eckart(evaluate), "item-knn", "mrr").at("value");

    CHECK(by_tune != by_evaluate);
}

TEST_CASE("a search taken up again ends as one that was never left") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    const std::string journal = folder / "bias.tune", other = folder / "other.tune";
    const auto tuned = [&](const std::string& budget, const std::string& file, bool resume) {
        std::vector<std::string> line = {"tune", ratings,     "--model", "bias", "--budget",
                                         budget, "--journal", file,      "-q"};
        if (resume) line.emplace_back("--resume");
        return run_eckart(line);
    };
    CHECK(tuned("4", journal, false).exit_code == 0);
    // As a kill leaves it: the last line is half there.
    const std::string content = read_file(journal);
    folder.write("bias.tune", content.substr(0, content.size() - 10));

    CHECK(tuned("9", journal, true).exit_code == 0);
    CHECK(tuned("9", other, false).exit_code == 0);

    const auto options_of = [](const std::string& text) {
        std::vector<nlohmann::json> options;
        for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
            const auto line = nlohmann::json::parse(text.substr(begin, text.find('\n', begin) - begin));
            if (line.contains("options")) options.push_back(line.at("options"));
        }
        return options;
    };
    CHECK(options_of(read_file(journal)).size() == 9);
    CHECK(options_of(read_file(journal)) == options_of(read_file(other)));
    CHECK(tuned("3", journal, false).exit_code == 2);
    CHECK(run_eckart(
              {"tune", ratings, "--model", "bias", "--budget", "9", "--journal", journal, "--resume", "--seed", "2"})
              .exit_code == 2);
}

TEST_CASE("an interrupted search shows what it found and ends with 130") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());

    const Outcome outcome = run_eckart_and_signal({"tune", ratings, "--model", "bias", "--budget", "1h"}, 3, SIGINT);

    CHECK(outcome.exit_code == 130);
    CHECK(outcome.out.find("eckart train") != std::string::npos);
}

TEST_CASE("tune says what does not go together") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("ratings.csv", small_ratings());
    const auto fails = [](const std::vector<std::string>& line) { return run_eckart(line).exit_code == 2; };

    CHECK(fails({"tune", ratings}));
    CHECK(fails({"tune", ratings, "--model", "bias", "--budget", "soon"}));
    CHECK(fails({"tune", ratings, "--model", "bias", "--budget", "0"}));
    CHECK(fails({"tune", ratings, "--model", "bias", "--resume"}));
    CHECK(fails({"tune", ratings, "--model", "bias", "--metric", "rmse,mae"}));
    CHECK(fails({"tune", ratings, "--model", "popular", "--metric", "rmse"}));
    CHECK(fails({"tune", ratings, "--model", "popular"}));
}
