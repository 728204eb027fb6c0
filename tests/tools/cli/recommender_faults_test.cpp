#include <doctest/doctest.h>

#include <chrono>
#include <csignal>

#include "tools/cli/films.h"

using namespace eckart::testing;
namespace fs = std::filesystem;

namespace {

const std::string header = "userId,movieId,rating,timestamp\n";

/// What train says of a file with this content.
Outcome trained(const std::string& content, const std::vector<std::string>& options = {},
                const std::string& name = "r.csv") {
    const TemporaryFolder folder;
    std::vector<std::string> line = {"train", folder.write(name, content), "-o", folder / "m", "--json"};
    line.insert(line.end(), options.begin(), options.end());
    Outcome outcome = run_eckart(line);
    if (outcome.exit_code != 0) CHECK_FALSE(fs::exists(folder / "m"));
    return outcome;
}

/// Ratings enough for work that takes a while.
std::string many_ratings() {
    std::string lines = header;
    for (int user = 0; user < 1500; ++user) {
        for (int k = 0; k < 60; ++k) {
            lines += std::to_string(user) + "," + std::to_string((user * 7 + k * k * 13) % 900) + "," +
                     std::to_string(1 + (user * k) % 5) + ",0\n";
        }
    }
    return lines;
}

std::string answer(const std::string& model) {
    const Outcome outcome = run_eckart({"recommend", model, "--user", "ann", "--json"});
    REQUIRE(outcome.exit_code == 0);
    return outcome.out;
}

}  // namespace

TEST_CASE("files without a rating are refused and named") {
    for (const std::string& content : {std::string(), header, std::string("\n\n")}) {
        const Outcome outcome = trained(content);
        CAPTURE(content);
        CHECK(outcome.exit_code == 3);
        CHECK(outcome.err.find("r.csv") != std::string::npos);
    }
    CHECK(trained("", {}, "r.csv.gz").exit_code == 3);
    CHECK(run_eckart({"train", "/nowhere/ratings.csv", "-o", "/nowhere/m"}).exit_code == 3);
}

TEST_CASE("a rating that is none is refused with its line") {
    for (const char* bad : {"nan", "inf", "-inf", "x", "", "1e99"}) {
        const Outcome outcome = trained(header + "a,1,5,0\nb,2," + bad + ",0\n");
        CAPTURE(bad);
        CHECK(outcome.exit_code == 3);
        CHECK(outcome.err.find("r.csv:3: ") != std::string::npos);
    }
    CHECK(trained(header + "a,1,5,0\nb,2\n").exit_code == 3);
    CHECK(trained(header + "a,1,5,0\n,2,3,0\n").exit_code == 3);
}

TEST_CASE("the smallest ratings train every model") {
    const std::vector<std::string> worlds = {
        header + "a,1,5,0\n",                                   // one user, one item
        header + "a,1,5,0\na,2,3,0\na,3,1,0\n",                 // one user
        header + "a,1,5,0\nb,1,3,0\nc,1,1,0\n",                 // one item
        header + "a,1,4,0\na,2,4,0\nb,1,4,0\nb,3,4,0\n",        // all equal
        header + "a,1,5,0\na,2,1,0\nb,1,4,0\nb,2,2,0\nc,3,3,0"  // a user and an item of one rating; no last line end
    };
    for (const std::string model :
         {"popular", "bias", "als", "sgd", "svd++", "implicit-als", "ease", "edlae", "item-knn", "auto"}) {
        for (std::size_t world = 0; world < worlds.size(); ++world) {
            const TemporaryFolder folder;
            CAPTURE(model);
            CAPTURE(world);
            const Outcome outcome = run_eckart(
                {"train", folder.write("r.csv", worlds[world]), "-o", folder / "m", "--model", model, "--json"});
            REQUIRE(outcome.exit_code == 0);
            CHECK(outcome.out.find("nan") == std::string::npos);
            const Outcome rows = run_eckart({"recommend", folder / "m", "--user", "a", "--include-seen", "--json"});
            CHECK(rows.exit_code == 0);
            for (const auto& row : rows.objects()) CHECK(row.at("score").is_number());
        }
    }
}

TEST_CASE("more factors than data are no fault, and lambda zero is refused or safe") {
    CHECK(trained(film_ratings, {"--model", "als", "--factors", "500"}).exit_code == 0);
    for (const std::string model : {"bias", "als", "sgd", "svd++", "implicit-als", "ease"}) {
        const TemporaryFolder folder;
        CAPTURE(model);
        const Outcome outcome = run_eckart({"train", folder.write("r.csv", film_ratings), "-o", folder / "m", "--model",
                                            model + (model == "bias" ? ":lambda-user=0" : ":lambda=0"), "--json"});
        CHECK((outcome.exit_code == 0 || outcome.exit_code == 2));
        if (outcome.exit_code != 0) continue;
        for (const auto& row : run_eckart({"recommend", folder / "m", "--user", "ann", "--json"}).objects()) {
            CHECK(row.at("score").is_number());
        }
    }
}

TEST_CASE("ids keep what they are made of") {
    const TemporaryFolder folder;
    const std::string long_id(10'000, 'x');
    const std::string ratings = folder.write("r.jsonl", R"({"user": "Ann \"the\" Great", "item": "a\tb", "rating": 5})"
                                                        "\n"
                                                        R"({"user": "😀 e", "item": "🎬", "rating": 4})"
                                                        "\n"
                                                        R"({"user": "Ann \"the\" Great", "item": "🎬", "rating": 3})"
                                                        "\n"
                                                        R"({"user": ")" +
                                                            long_id + R"(", "item": "a\tb", "rating": 1})" + "\n");
    REQUIRE(run_eckart({"train", ratings, "-o", folder / "m", "--model", "popular", "--quiet"}).exit_code == 0);

    const auto quotes =
        run_eckart({"recommend", folder / "m", "--user", "Ann \"the\" Great", "--include-seen", "--json"}).objects();
    const auto smile = run_eckart({"recommend", folder / "m", "--user", "😀 e", "--json"}).objects();
    const auto longest = run_eckart({"recommend", folder / "m", "--user", long_id, "--json"}).objects();
    const Outcome table = run_eckart({"recommend", folder / "m", "--users", "all"});

    REQUIRE(quotes.size() == 2);
    CHECK(quotes[0].at("user") == "Ann \"the\" Great");
    CHECK(quotes[0].at("item") == "a\tb");
    REQUIRE(smile.size() == 1);
    CHECK(smile[0].at("item") == "a\tb");
    REQUIRE(longest.size() == 1);
    CHECK(longest[0].at("item") == "🎬");
    CHECK(table.exit_code == 3);  // a tab in an id would make another table of it
    CHECK(run_eckart({"recommend", folder / "m", "--users", "all", "--json"}).objects().size() == 2);
}

TEST_CASE("Windows line ends, quotes and a byte order mark change nothing") {
    std::string windows = "\xef\xbb\xbf";
    for (const char c : film_ratings) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);

    const auto plain = trained(film_ratings, {"--model", "bias"}).objects().at(0);
    const auto other = trained(windows, {"--model", "bias"}).objects().at(0);

    CHECK(plain.at("figures") == other.at("figures"));
    CHECK(other.at("users") == 6);
}

TEST_CASE("a compressed file that is cut short is refused") {
    const TemporaryFolder folder;
    const Outcome packed = run_shell("gzip -c \"$0\" | head -c 60 > \"$1\"; gzip -c \"$0\" > \"$2\"",
                                     {folder.write("r.csv", film_ratings), folder / "cut.csv.gz", folder / "r.csv.gz"});
    REQUIRE(packed.exit_code == 0);

    CHECK(run_eckart({"train", folder / "cut.csv.gz", "-o", folder / "m"}).exit_code == 3);
    CHECK_FALSE(fs::exists(folder / "m"));
    CHECK(run_eckart({"train", folder / "r.csv.gz", "-o", folder / "m"}).exit_code == 0);
}

TEST_CASE("a movies file that does not match is refused if it was named, and noted if it lay there") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("films/ratings.csv", film_ratings);
    const std::string others = folder.write("films/movies.csv", "movieId,title,genres\n77,Nothing (1990),Drama\n");

    const Outcome named = run_eckart({"train", ratings, "--items", others, "-o", folder / "m"});
    const Outcome beside = run_eckart({"train", ratings, "-o", folder / "m", "--model", "bias"});
    const Outcome broken =
        run_eckart({"train", ratings, "-o", folder / "n", "--items", folder.write("bad.csv", "a\n")});

    CHECK(named.exit_code == 3);
    CHECK(named.err.find("describes none of the 6 items") != std::string::npos);
    CHECK(beside.exit_code == 0);
    CHECK(beside.err.find("6 of 6 items are not in") != std::string::npos);
    CHECK(broken.exit_code == 3);
    CHECK(run_eckart({"recommend", folder / "m", "--user", "ann"}).exit_code == 0);
}

TEST_CASE("a memory bound that training cannot keep is refused with the number, and the old model stays") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder), before = answer(model);

    const Outcome at_once = run_eckart({"train", folder / "films", "--model", "als", "-o", model, "--memory", "1M"});
    const Outcome planned = run_eckart({"train", folder.write("many.csv", many_ratings()), "-o", model, "--memory",
                                        "36M", "--model", "als", "--factors", "1000", "--quiet"});

    CHECK(at_once.exit_code == 6);
    CHECK(planned.exit_code == 6);
    CHECK(planned.err.find("training als needs ") != std::string::npos);
    CHECK(planned.err.find("36 MB") != std::string::npos);
    CHECK(answer(model) == before);
}

TEST_CASE("ease past the memory bound is approximated, and says so") {
    std::string text = "user,item\n";
    for (int k = 0; k < 9000; ++k) {
        text.append(std::to_string(k % 601)).append(",").append(std::to_string(k % 3000)).append("\n");
    }
    const TemporaryFolder folder;
    const std::string ratings = folder.write("likes.csv", text), model = folder / "m";

    const Outcome outcome = run_eckart({"train", ratings, "-o", model, "--model", "ease", "--keep", "20", "--memory",
                                        "50M", "--json", "-q"});  // the whole of 3,000 items would hold 36 MB twice

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.objects().at(0).at("figures").at("approximate") == true);
}

TEST_CASE("an interrupt keeps the last sweep where there was no model, and the old model where there was one") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder), before = answer(model);
    const std::string ratings = folder.write("many.csv", many_ratings());
    bool kept = false;

    for (const int lines : {1, 3, 6, 10, 16}) {
        const auto line = [&](const std::string& path) {
            return std::vector<std::string>{"train", ratings,    "-o",  path,         "--model",
                                            "als",   "--sweeps", "400", "--progress", "json"};
        };
        CAPTURE(lines);
        const std::string fresh = folder / ("fresh" + std::to_string(lines));
        const Outcome first = run_eckart_and_signal(line(fresh), lines, SIGINT);
        const Outcome over = run_eckart_and_signal(line(model), lines, SIGINT);
        CHECK(first.exit_code == 130);
        CHECK(over.exit_code == 130);
        CHECK(answer(model) == before);
        if (!fs::exists(fresh)) continue;
        kept = true;
        CHECK(first.err.find("train --resume goes on from it") != std::string::npos);
        CHECK(run_eckart({"verify", fresh}).exit_code == 0);
        CHECK(run_eckart({"recommend", fresh, "--user", "7"}).exit_code == 0);
    }
    CHECK(kept);
}

TEST_CASE("killed at any moment, train leaves the old model or the new one, whole") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder, {"--model", "bias"}), old_answer = answer(model);
    const std::string other = folder / "other.model";
    const auto line = [&](const std::string& path) {
        return std::vector<std::string>{"train", folder / "films", "-o", path, "--model", "als"};
    };
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(run_eckart(line(other)).exit_code == 0);
    const auto duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    const std::string new_answer = answer(other);
    REQUIRE(new_answer != old_answer);

    constexpr int points = 20;
    for (int point = 0; point < points; ++point) {
        run_eckart_and_kill(line(model), duration.count() * point / (points - 1));
        const std::string now = answer(model);
        CAPTURE(point);
        CHECK((now == old_answer || now == new_answer));
        CHECK(run_eckart({"verify", model}).exit_code == 0);
    }
}

TEST_CASE("a model whose bytes have changed is refused with code 5") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder);
    for (const auto& entry : fs::recursive_directory_iterator(model)) {
        if (entry.path().filename() != "rating_items.npy") continue;
        fs::resize_file(entry.path(), fs::file_size(entry.path()) - 1);
    }

    CHECK(run_eckart({"recommend", model, "--user", "ann"}).exit_code == 5);
    CHECK(run_eckart({"verify", model}).exit_code == 5);
    CHECK(run_eckart({"search", model, "robots"}).exit_code != 0);
}

TEST_CASE("an index is no model, and a model is no index") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder), index = folder / "docs.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);

    CHECK(run_eckart({"recommend", index, "--user", "ann"}).exit_code == 3);
    CHECK(run_eckart({"search", model, "robots"}).exit_code == 3);
}
