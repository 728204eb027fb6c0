#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tools/cli/films.h"

using namespace eckart::testing;

namespace {

std::vector<std::string> items_of(const Outcome& outcome) {
    std::vector<std::string> items;
    for (const auto& row : outcome.objects()) items.push_back(row.at("item"));
    return items;
}

using Ids = std::vector<std::string>;

/// A model "m" of 200 people, 9 films that all of them know some of, and one that a single person rated.
void train_with_rare_item(const TemporaryFolder& folder) {
    std::string ratings = "userId,movieId,rating\nfirst,rare,5\nfirst,1,5\n";
    for (int user = 0; user < 200; ++user) {
        for (int item = 0; item < 5; ++item) {
            ratings += std::to_string(user) + "," + std::to_string((user + item) % 9) + "," +
                       std::to_string(1 + (user + item * item) % 4) + "\n";
        }
    }
    REQUIRE(run_eckart({"train", folder.write("r.csv", ratings), "-o", folder / "m", "--model", "als", "--quiet"})
                .exit_code == 0);
}

}  // namespace

TEST_CASE("recommend prints ranks, scores, titles and categories, and nothing that was seen") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "popular"});

    const Outcome outcome = run_eckart({"recommend", store, "--user", "fay"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out ==
          "  1  4.0000  Owls, Larks and the Clock (1999)  Drama\n"
          "  2  4.0000  Robots at Noon (1991)  Comedy, Sci-Fi\n"
          "  3  3.0000  Copper Moon, The (1994)  Drama, War\n"
          "  4  2.0000  A Field of Glass (2004)  Drama\n");
    CHECK(outcome.err == "scores only rank: popular learns from likes, not ratings\n");
}

TEST_CASE("--json has the documented fields, one object a row") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "popular"});

    const Outcome outcome = run_eckart({"recommend", store, "--user", "fay", "-n", "1", "--json", "--quiet"});

    CHECK(outcome.out == R"x({"user":"fay","rank":1,"item":"2","title":"Owls, Larks and the Clock (1999)",)x"
                         R"x("score":4.0,"source":"popular"})x"
                         "\n");
    CHECK(outcome.err.empty());
    const auto named = run_eckart({"recommend", store, "--likes", "1=5", "-n", "1", "--json", "--quiet"}).objects();
    REQUIRE(named.size() == 1);
    CHECK(named[0].at("user").is_null());
}

TEST_CASE("a person who names films gets what a stored user with the same ratings gets") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const Outcome stored = run_eckart({"recommend", store, "--user", "ann"});
    const Outcome named =
        run_eckart({"recommend", store, "--likes", "the copper moon = 5, Owls, Larks and the Clock (1999)=4, 4=1"});
    const Outcome lines = run_eckart({"recommend", store, "--likes-file",
                                      folder.write("likes", "copper moon=5\nowls larks and the clock=4\n\n4=1\n")});

    CHECK(stored.exit_code == 0);
    CHECK(!stored.out.empty());
    CHECK(named.out == stored.out);
    CHECK(lines.out == stored.out);
}

TEST_CASE("a title with an equals sign is named in quotes, or as it is where that is no riddle") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const auto quoted = run_eckart({"recommend", store, "--likes", "\"2 + 2 = 5 (2010)\"=4", "--json"});
    const auto plain = run_eckart({"recommend", store, "--likes", "2 + 2 = 5 (2010)=4", "--json"});

    CHECK(quoted.exit_code == 0);
    CHECK(items_of(quoted).size() == 5);
    CHECK(items_of(quoted) == items_of(plain));
}

TEST_CASE("an unknown title is answered with the nearest and code 4, an unknown user with what is popular") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const Outcome title = run_eckart({"recommend", store, "--likes", "Cooper Moon=5"});
    const Outcome several = run_eckart({"recommend", store, "--likes", "robots at=5"});
    const Outcome user = run_eckart({"recommend", store, "--user", "anna", "--json"});

    CHECK(title.exit_code == 4);
    CHECK(title.out.empty());
    CHECK(title.err == "eckart: there is no item \"Cooper Moon\"; the nearest are Copper Moon, The (1994) [1]\n");
    CHECK(several.exit_code == 4);
    CHECK(several.out.empty());
    CHECK(
        several.err ==
        "eckart: \"robots at\" matches 2 items: Robots at Noon (1991) [4], Robots at Night (2004) [5]; give the whole "
        "title, \"Robots at Noon (1991)\", or the id, 4\n");
    CHECK(user.exit_code == 0);
    CHECK(user.err.find("there is no user 'anna'; nearest: 'ann'") != std::string::npos);
    REQUIRE(!user.objects().empty());
    CHECK(user.objects()[0].at("user") == "anna");
    CHECK(user.objects()[0].at("source") == "popular");
    CHECK(run_eckart({"predict", store, "--user", "anna", "--item", "1"}).exit_code == 4);
}

TEST_CASE("the start or a part of a title names an item, and what was matched is said") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const Outcome part =
        run_eckart({"recommend", store, "--by", "rating", "--likes", "owls, larks=5, Field of Glass=4"});
    const Outcome whole = run_eckart({"recommend", store, "--by", "rating", "--likes",
                                      "Owls, Larks and the Clock (1999)=5, A Field of Glass (2004)=4"});
    const Outcome similar = run_eckart({"similar", film_model(folder, {"--model", "ease"}), "copper moon"});

    CHECK(part.exit_code == 0);
    CHECK(part.out == whole.out);
    CHECK(part.err ==
          "\"owls, larks\": Owls, Larks and the Clock (1999)\n\"Field of Glass\": A Field of Glass (2004)\n");
    CHECK(whole.err.empty());
    CHECK(similar.err == "\"copper moon\": Copper Moon, The (1994)\n");
}

TEST_CASE("likes that cannot be meant are refused") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    for (const char* likes : {"1=6", "1=0", "1=nan", "1", "1=5, copper moon=4", "1=5,", "\"1"}) {
        CAPTURE(likes);
        CHECK(run_eckart({"recommend", store, "--likes", likes}).exit_code == 2);
    }
    CHECK(run_eckart({"recommend", store}).exit_code == 2);
    CHECK(run_eckart({"recommend", store, "--user", "ann", "--likes", "1=5"}).exit_code == 2);
    CHECK(run_eckart({"recommend", store, "--user", "ann", "--users", "all"}).exit_code == 2);
    CHECK(run_eckart({"recommend", store, "--user", "ann", "--diversity", "2"}).exit_code == 2);
    CHECK(run_eckart({"recommend", store, "--users", "-", "--candidates", "-"}).exit_code == 2);
    CHECK(run_eckart({"recommend", store, "--likes-file", folder.write("none", "\n")}).exit_code == 0);
}

TEST_CASE("only and not keep what they say, and fewer rows are shown rather than others") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "popular"});
    const auto kept = [&](const std::vector<std::string>& options) {
        std::vector<std::string> line = {"recommend", store, "--likes", "4", "--json"};
        line.insert(line.end(), options.begin(), options.end());
        return items_of(run_eckart(line));
    };

    CHECK(kept({}) == Ids{"2", "5", "1", "3", "6"});
    CHECK(kept({"--only", "comedy"}) == Ids{"5", "6"});
    CHECK(kept({"--only", "drama", "--only", "1990-1999"}) == Ids{"2", "1"});
    CHECK(kept({"--only", "war,comedy", "--not", "2005-"}) == Ids{"5", "1"});
    CHECK(kept({"--not", "DRAMA"}) == Ids{"5", "6"});
    CHECK(kept({"--only", "sci-fi"}).empty());
    CHECK(kept({"--include-seen", "--only", "sci-fi"}) == Ids{"4"});
    CHECK(kept({"--exclude-seen", "-n", "1"}) == Ids{"2"});
    CHECK(kept({"--candidates", folder.write("c", "6\nA field of glass\n4\n")}) == Ids{"3", "6"});
    CHECK(run_eckart({"recommend", store, "--likes", "4", "--only", "opera"}).exit_code == 4);
    CHECK(run_eckart({"recommend", store, "--likes", "4", "--candidates", folder.write("d", "99\n")}).exit_code == 4);
}

TEST_CASE("a model of ratings does not show what next to nobody rated, unless it is asked to") {
    const TemporaryFolder folder;
    train_with_rare_item(folder);
    const auto shown = [&](const std::vector<std::string>& options) {
        std::vector<std::string> line = {"recommend", folder / "m", "--user", "3", "--json"};
        line.insert(line.end(), options.begin(), options.end());
        const Ids items = items_of(run_eckart(line));
        return std::count(items.begin(), items.end(), "rare");
    };

    CHECK(shown({}) == 0);
    CHECK(shown({"--least-ratings", "0"}) == 1);
    CHECK(shown({"--least-ratings", "2"}) == 0);
    CHECK(shown({"--candidates", folder.write("c", "rare\n1\n")}) == 1);
}

TEST_CASE("lists of a model of ratings are by rating and by how many rated, and by rating alone where it is asked") {
    const TemporaryFolder folder;
    std::string ratings = "userId,movieId,rating\n";
    for (int user = 0; user < 60; ++user) {
        const std::string name = std::to_string(user);
        if (user > 0) ratings += name + ",often," + (user % 3 == 0 ? "5" : "4") + "\n";
        if (user > 50) ratings += name + ",seldom,5\n";
        ratings += name + ",other," + std::to_string(1 + user % 3) + "\n";
    }
    REQUIRE(run_eckart({"train", folder.write("r.csv", ratings), "-o", folder / "m", "--model", "bias", "--quiet"})
                .exit_code == 0);

    const auto usual = run_eckart({"recommend", folder / "m", "--user", "0", "--json"}).objects();
    const auto by_rating = run_eckart({"recommend", folder / "m", "--user", "0", "--by", "rating", "--json"}).objects();

    REQUIRE(usual.size() == 2);
    REQUIRE(by_rating.size() == 2);
    CHECK(usual[0].at("item") == "often");
    CHECK(by_rating[0].at("item") == "seldom");
    CHECK(usual[0].at("score") == by_rating[1].at("score"));
    CHECK(run_eckart({"recommend", folder / "m", "--user", "0"}).err.starts_with("ordered by predicted rating and"));
    CHECK(run_eckart({"recommend", folder / "m", "--user", "0", "--by", "name"}).exit_code == 2);
}

TEST_CASE("why adds up to the score, and says what the answer would be without a rating") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const auto rows = run_eckart({"recommend", store, "--user", "ann", "--why", "--json"}).objects();
    const Outcome text = run_eckart({"recommend", store, "--user", "ann", "--why", "-n", "1"});

    REQUIRE(!rows.empty());
    for (const auto& row : rows) {
        const auto& why = row.at("why");
        double sum = why.at("base").get<double>() + why.at("others_score").get<double>();
        for (const auto& part : why.at("contributions")) sum += part.at("score").get<double>();
        CHECK(std::abs(sum - why.at("score").get<double>()) <= 1e-4);  // float32 factors, a few terms
        CHECK(why.at("score") == row.at("score"));

        std::map<std::string, std::string> ratings = {{"1", "5"}, {"2", "4"}, {"4", "1"}};
        ratings.erase(why.at("without").at("item").get<std::string>());
        std::string likes;
        for (const auto& [item, value] : ratings) likes += (likes.empty() ? "" : ",") + item + "=" + value;
        for (const auto& other : run_eckart({"recommend", store, "--likes", likes, "--json"}).objects()) {
            if (other.at("item") != row.at("item")) continue;
            const double again = std::clamp(why.at("without").at("score").get<double>(), 1.0, 5.0);
            CHECK(std::abs(again - other.at("score").get<double>()) <= 1e-5);
        }
    }
    CHECK(text.out.find("  for anybody\n") != std::string::npos);
    CHECK(text.out.find("without ") != std::string::npos);
}

TEST_CASE("scores of a model of ratings are ratings on its scale") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const auto rows = run_eckart({"recommend", store, "--likes", "1=5,2=5,3=5", "--include-seen", "--json"}).objects();

    CHECK(rows.size() == 6);
    for (const auto& row : rows) {
        CHECK(row.at("score").get<double>() >= 1);
        CHECK(row.at("score").get<double>() <= 5);
    }
}

TEST_CASE("nobody's likes are answered with what is popular, and that is said") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "ease", "--positive", "4"});

    const Outcome outcome = run_eckart({"recommend", store, "--likes", "1=1", "--json"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.err.find("1 of 1 ratings is below 4") != std::string::npos);
    CHECK(outcome.err.find("nothing is known of this person") != std::string::npos);
    REQUIRE(outcome.objects().size() == 5);  // all but the one that was named
    CHECK(outcome.objects()[0].at("source") == "popular");
}

TEST_CASE("many users at once get what each gets alone, in a table or as objects") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});
    const std::string some = folder.write("some", "eva\n ann \n\n");

    const Outcome table = run_eckart({"recommend", store, "--users", some, "-n", "1", "-o", folder / "out.tsv"});
    const Outcome objects = run_eckart({"recommend", store, "--users", "all", "--json"});

    CHECK(table.exit_code == 0);
    CHECK(table.out.empty());
    const std::string written = read_file(folder / "out.tsv");
    CHECK(written.starts_with("user\trank\titem\tscore\ttitle\tsource\neva\t1\t"));
    CHECK(written.find("\nann\t1\t") != std::string::npos);
    std::string alone;
    for (const char* user : {"ann", "ben", "cem", "dee", "eva", "fay"}) {
        alone += run_eckart({"recommend", store, "--user", user, "--json"}).out;
    }
    CHECK(objects.out == alone);
}

TEST_CASE("users that are unknown are named, the others served, and the exit code is 4") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});
    const std::string known = folder.write("known", "eva\nann\n");
    const std::string mixed = folder.write("mixed", "eva\nnobody\nann\nno one\n");

    const Outcome all = run_eckart({"recommend", store, "--users", known});
    const Outcome some = run_eckart({"recommend", store, "--users", mixed});
    const Outcome into_file = run_eckart({"recommend", store, "--users", mixed, "-o", folder / "out.tsv", "-q"});

    CHECK(all.exit_code == 0);
    CHECK(some.exit_code == 4);
    CHECK(some.out == all.out);
    CHECK(some.err == "there is no user \"nobody\"\nthere is no user \"no one\"\neckart: 2 of the 4 users in " + mixed +
                          " are unknown; the others are served\n");
    CHECK(into_file.exit_code == 4);
    CHECK(read_file(folder / "out.tsv") == all.out);
}

TEST_CASE("rows for many users go through a link, and into a pipe, a device or an open file as they come") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "popular"});
    const std::string rows = run_eckart({"recommend", store, "--users", "all"}).out;
    const auto written_to = [&](const std::string& path) {
        return run_eckart({"recommend", store, "--users", "all", "-o", path}).exit_code;
    };
    folder.write("elsewhere/rows", "old");
    std::filesystem::create_symlink("elsewhere/rows", folder / "link");
    std::filesystem::create_symlink("elsewhere/new", folder / "dangling");
    std::filesystem::create_symlink("circle", folder / "circle");

    CHECK(written_to(folder / "link") == 0);
    CHECK(written_to(folder / "dangling") == 0);
    CHECK(written_to(folder / "circle") == 3);
    CHECK(written_to(folder / "elsewhere") == 3);
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(read_file(folder / "elsewhere/rows") == rows);
    CHECK(read_file(folder / "elsewhere/new") == rows);

    const std::string part = "\"$0\" recommend \"$1\" --users all -q -o ";
    const std::vector<std::string> arguments = {ECKART_PROGRAM, store, folder / "fifo", folder / "log"};
    CHECK(run_shell("mkfifo \"$2\" && (timeout 60 cat \"$2\" & " + part + "\"$2\"; wait)", arguments).out == rows);
    CHECK(std::filesystem::is_fifo(folder / "fifo"));
    CHECK(run_shell(part + ">(cat) | cat", arguments).out == rows);
    CHECK(run_shell("echo before > \"$3\"; " + part + "/dev/fd/5 5>> \"$3\"", arguments).exit_code == 0);
    CHECK(read_file(folder / "log") == "before\n" + rows);
    CHECK(run_shell(part + "/dev/fd/5 5> /dev/full", arguments).exit_code == 3);
}

TEST_CASE("diversity keeps the first and changes what follows") {
    const TemporaryFolder folder;
    REQUIRE(run_eckart({"train", ECKART_RATINGS, "-o", folder / "m", "--model", "als", "--quiet"}).exit_code == 0);

    const auto plain = items_of(run_eckart({"recommend", folder / "m", "--user", "17", "--json"}));
    const auto diverse =
        items_of(run_eckart({"recommend", folder / "m", "--user", "17", "--json", "--diversity", "0.6"}));

    REQUIRE(plain.size() == 10);
    REQUIRE(diverse.size() == 10);
    CHECK(plain[0] == diverse[0]);
    CHECK(plain != diverse);
    CHECK(std::set<std::string>(diverse.begin(), diverse.end()).size() == 10);
}

TEST_CASE("predict prints one rating with its source") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "bias"});

    const Outcome text = run_eckart({"predict", store, "--user", "ann", "--item", "robots at night"});
    const auto object = run_eckart({"predict", store, "--user", "ann", "--item", "5", "--json"}).objects().at(0);
    const Outcome nobody =
        run_eckart({"predict", store, "--likes-file", folder.write("none", ""), "--item", "5", "--json"});

    CHECK(text.out.ends_with("  Robots at Night (2004)\n"));
    CHECK(object.at("user") == "ann");
    CHECK(object.at("item") == "5");
    CHECK(object.at("source") == "bias");
    CHECK(object.at("score").get<double>() >= 1);
    CHECK(object.at("score").get<double>() <= 5);
    CHECK(nobody.objects().at(0).at("source") == "item");
    CHECK(nobody.err.find("by item, since too little is known of the person") != std::string::npos);
    CHECK(run_eckart({"predict", store, "--user", "ann", "--item", "nothing such"}).exit_code == 4);
}

TEST_CASE("predict takes many items, and pairs from a file") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});
    const std::string pairs = folder.write("pairs.tsv", "ann\t5\neva\t1\nann\t6\n");
    const auto one = [&](const std::string& user, const std::string& item) {
        return run_eckart({"predict", store, "--user", user, "--item", item, "--json"}).out;
    };

    const Outcome items =
        run_eckart({"predict", store, "--user", "ann", "--item", "5", "--item", "2 + 2 = 5 (2010)", "--json"});
    const Outcome objects = run_eckart({"predict", store, "--pairs", pairs, "--json"});
    const Outcome table = run_eckart({"predict", store, "--pairs", pairs});

    CHECK(items.out == one("ann", "5") + one("ann", "6"));
    CHECK(objects.exit_code == 0);
    CHECK(objects.out == one("ann", "5") + one("eva", "1") + one("ann", "6"));
    CHECK(table.out.starts_with("user\titem\tscore\ttitle\tsource\nann\t5\t"));
    CHECK(table.out.find("\tRobots at Night (2004)\tals\neva\t1\t") != std::string::npos);
    CHECK(run_eckart({"predict", store, "--user", "ann"}).exit_code == 2);
    CHECK(run_eckart({"predict", store, "--user", "ann", "--pairs", pairs}).exit_code == 2);
    CHECK(run_eckart({"predict", store, "--item", "5", "--pairs", pairs}).exit_code == 2);
}

TEST_CASE("pairs with unknown users or items are left out and named, and the exit code is 4") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});
    const std::string pairs = folder.write("pairs.csv", "user,item\nann,5\nnobody,5\nann,99\neva,1\n");

    const Outcome outcome = run_eckart({"predict", store, "--pairs", pairs, "--json"});

    CHECK(outcome.exit_code == 4);
    CHECK(outcome.objects().size() == 2);
    CHECK(outcome.err.find("there is no user \"nobody\"\n") != std::string::npos);
    CHECK(outcome.err.find("there is no item \"99\"") != std::string::npos);
    CHECK(outcome.err.find("2 unknown users or items") != std::string::npos);
}

TEST_CASE("a name from a file cannot drive the terminal") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "als"});

    const Outcome outcome = run_eckart({"recommend", store, "--likes", "a\x1b[2J\nb=5"});

    CHECK(outcome.exit_code == 4);
    CHECK(outcome.err.find('\x1b') == std::string::npos);
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
}

TEST_CASE("similar tells an index from a model") {
    const TemporaryFolder folder;
    const std::string store = film_model(folder, {"--model", "ease"});

    const Outcome items = run_eckart({"similar", store, "Copper Moon", "-n", "2", "--json"});
    const Outcome wrong = run_eckart({"similar", store, "Copper Moon", "--mode", "latent"});
    const Outcome unable = run_eckart({"similar", film_model(folder, {"--model", "bias"}), "1"});

    CHECK(items.exit_code == 0);
    CHECK(items.objects().size() <= 2);
    CHECK(items.objects().at(0).at("rank") == 1);
    CHECK(items.objects().at(0).at("source") == "ease");
    CHECK(wrong.exit_code == 2);
    CHECK(unable.exit_code == 2);
}

TEST_CASE("similar of a model of ratings leaves out what next to nobody rated") {
    const TemporaryFolder folder;
    train_with_rare_item(folder);

    const Ids near = items_of(run_eckart({"similar", folder / "m", "1", "-n", "100", "--json"}));

    CHECK(near.size() == 8);
    CHECK(std::count(near.begin(), near.end(), "rare") == 0);
}

TEST_CASE("a rating at the end of the scale is on it, though no float is that number") {
    const TemporaryFolder folder;
    const std::string more = folder.write("more.csv", "userId,movieId,rating\ngus,6,0.1\n");
    const std::string store = film_model(folder, {"--model", "bias", more});

    CHECK(run_eckart({"recommend", store, "--likes", "3=0.1", "--quiet"}).exit_code == 0);
    CHECK(run_eckart({"recommend", store, "--likes", "3=0.09", "--quiet"}).exit_code == 2);
}

TEST_CASE("what export writes is read again to the same model, times that are missing too") {
    const TemporaryFolder folder;
    const std::string more = folder.write("more.csv", "userId,movieId,rating\ngus,1,4\ngus,6,0.1\n");
    const std::string store = film_model(folder, {"--model", "bias", more});

    const Outcome exported = run_eckart({"export", store, "-o", folder / "out"});
    const Outcome again = run_eckart({"train", folder / "out", "-o", folder / "again", "--model", "bias", "--quiet"});
    const Outcome second = run_eckart({"export", folder / "again", "-o", folder / "second"});

    CHECK(exported.exit_code == 0);
    CHECK(second.exit_code == 0);
    CHECK(read_file(folder / "out/ratings.csv").find("fay,6,4,101\ngus,1,4,\ngus,6,0.1,\n") != std::string::npos);
    CHECK(read_file(folder / "second/ratings.csv") == read_file(folder / "out/ratings.csv"));
    CHECK(read_file(folder / "out/users.csv") == "user\nann\nben\ncem\ndee\neva\nfay\ngus\n");
    CHECK(read_file(folder / "out/items.csv").find("2,\"Owls, Larks and the Clock (1999)\",1999,Drama\n") !=
          std::string::npos);
    CHECK(again.exit_code == 0);
    CHECK(run_eckart({"recommend", folder / "again", "--user", "ann"}).out ==
          run_eckart({"recommend", store, "--user", "ann"}).out);
}

TEST_CASE("plan says what training would take, and refuses what is past the bound") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("r.csv", film_ratings);

    const auto plan = run_eckart({"plan", ratings, "--model", "als:factors=8", "--json"}).objects().at(0);
    const Outcome refused = run_eckart({"plan", ratings, "--model", "als", "--memory", "1M"});

    CHECK(plan.at("model") == "als");
    CHECK(plan.at("ratings") == 19);
    CHECK(plan.at("memory").get<double>() > 0);
    CHECK(plan.at("seconds").get<double>() >= 0);
    CHECK(refused.exit_code == 6);
    CHECK(run_eckart({"plan", ratings, "--positive", "4"}).exit_code == 2);
}
