#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// The samples, indexed once for all tests of this file.
struct SearchSamples {
    TemporaryFolder folder;
    std::string index;

    SearchSamples() : index(folder / "samples.idx") {
        REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    }
};

const std::string& search_samples() {
    static const SearchSamples made;
    return made.index;
}

std::vector<std::string> documents(const Outcome& outcome) {
    std::vector<std::string> ids;
    for (const auto& hit : outcome.objects()) ids.push_back(hit.at("document"));
    return ids;
}

}  // namespace

TEST_CASE("a hit has the documented fields, ranks count from one and scores fall") {
    const Outcome outcome = run_eckart({"search", search_samples(), "sharp knife", "--json"});
    const auto hits = outcome.objects();

    REQUIRE(outcome.exit_code == 0);
    REQUIRE(!hits.empty());
    CHECK(hits.size() <= 10);
    CHECK(hits[0].at("document") == "kitchen/knives.md");
    CHECK(hits[0].at("title") == "Keeping knives sharp");
    for (std::size_t i = 0; i < hits.size(); ++i) {
        CHECK(hits[i].size() == 8);
        CHECK(hits[i].at("rank") == i + 1);
        CHECK(hits[i].at("snippet").is_string());
        CHECK(hits[i].at("highlights").is_array());
        if (i > 0) CHECK(hits[i].at("score").get<double>() <= hits[i - 1].at("score").get<double>());
    }
}

TEST_CASE("the reasons of a hit add up to its score") {
    for (const std::string mode : {"hybrid", "lexical", "latent"}) {
        const Outcome outcome =
            run_eckart({"search", search_samples(), "sharp knife", "--json", "--why", "--mode", mode, "-n", "3"});
        REQUIRE(outcome.exit_code == 0);
        for (const auto& hit : outcome.objects()) {
            const auto& why = hit.at("why");
            const double parts = why.at("lexical").get<double>() + why.at("latent").get<double>();
            CAPTURE(mode);
            CHECK(parts == doctest::Approx(hit.at("score").get<double>()).epsilon(1e-4));
            double latent = why.at("feedback").get<double>() + why.at("likeness").get<double>(), factors = 0;
            for (const auto& term : why.at("terms")) {
                double through = 0;
                for (const auto& part : term.at("through")) through += part.at("latent").get<double>();
                CHECK(std::abs(through - term.at("latent").get<double>()) <= 1e-12);
                latent += term.at("latent").get<double>();
            }
            for (const auto& factor : why.at("factors")) {
                factors += factor.at("latent").get<double>() + factor.at("other").get<double>();
            }
            CHECK(std::abs(latent - why.at("latent").get<double>()) <= 1e-12);
            CHECK(std::abs(factors - why.at("latent").get<double>()) <= 1e-12);
        }
    }
}

TEST_CASE("people read through which words a document was found, and by which factors") {
    const Outcome outcome = run_eckart({"search", search_samples(), "illness", "--why", "-n", "1"});

    CHECK(outcome.out.find("     why: words 0.") != std::string::npos);
    CHECK(outcome.out.find("\n       illness 0.") != std::string::npos);
    CHECK(outcome.out.find(", meaning 0.") != std::string::npos);
    CHECK(outcome.out.find(" through ") != std::string::npos);
    CHECK(outcome.out.find("\n       like the leading documents 0.") != std::string::npos);
    CHECK(outcome.out.find("\n       meaning by factor: ") != std::string::npos);
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 7);  // with its path

    const Outcome latent = run_eckart({"search", search_samples(), "illness", "--why", "-n", "1", "--mode", "latent"});
    CHECK(latent.out.find("     why: words 0.0000 + meaning 0.") != std::string::npos);
    CHECK(latent.out.find(" by meaning, through arm ") != std::string::npos);
}

TEST_CASE("highlights say what they are, and where in characters") {
    const auto hit = run_eckart({"search", search_samples(), "automobile", "-n", "1", "--json"}).objects().at(0);
    const std::string snippet = hit.at("snippet");
    REQUIRE(snippet.starts_with("\u2026"));  // three bytes, and one character
    std::set<std::string> kinds, words;
    for (const auto& highlight : hit.at("highlights")) {
        const auto begin = highlight.at("begin").get<std::size_t>() + 2,
                   end = highlight.at("end").get<std::size_t>() + 2;
        REQUIRE(end < snippet.size());
        kinds.insert(highlight.at("match"));
        if (highlight.at("match") == "word") words.insert(snippet.substr(begin, end - begin));
    }
    CHECK(kinds == std::set<std::string>{"meaning", "word"});
    CHECK(words == std::set<std::string>{"automobile"});
}

TEST_CASE("the default view finds texts that do not have the word of the query, and the lexical one does not") {
    const auto by_word =
        documents(run_eckart({"search", search_samples(), "automobile", "--mode", "lexical", "--json"}));
    const auto by_both = documents(run_eckart({"search", search_samples(), "automobile", "--json", "-n", "4"}));

    const std::string wanted = "cars/first-engine.md";  // speaks of cars and has no automobile in it
    CHECK(std::find(by_word.begin(), by_word.end(), wanted) == by_word.end());
    CHECK(std::find(by_both.begin(), by_both.end(), wanted) != by_both.end());
}

TEST_CASE("people get ranks, ids and titles without escape sequences in a pipe") {
    const Outcome outcome = run_eckart({"search", search_samples(), "tomatoes", "on", "a", "balcony", "-n", "1"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.starts_with("  1  "));
    CHECK(outcome.out.find("garden/tomatoes.md  Tomatoes on a balcony\n") != std::string::npos);
    CHECK(outcome.out.find('\x1b') == std::string::npos);
}

TEST_CASE("a query without a known term has no hits and says so on stderr") {
    const Outcome outcome = run_eckart({"search", search_samples(), "zzzyx"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == "no document matches: 'zzzyx' is in no document\n");
}

TEST_CASE("what is left out of a query is said, and --language tells whose common words are") {
    CHECK(run_eckart({"search", search_samples(), "the knife"}).err ==
          "'the' was left out, as nearly every document has such words\n");
    CHECK(run_eckart({"search", search_samples(), "the knife", "--language", "de"}).err.empty());
    CHECK(run_eckart({"search", search_samples(), "the"}).err.starts_with("the query has only words that nearly"));
    CHECK(run_eckart({"search", search_samples(), "knife", "--language", "klingon"}).exit_code == 2);
}

TEST_CASE("options that would be ignored are refused") {
    CHECK(run_eckart({"search", search_samples()}).exit_code == 2);
    CHECK(run_eckart({"search", search_samples(), "bread", "--queries", "q.txt"}).exit_code == 2);
    CHECK(run_eckart({"search", search_samples(), "bread", "--format", "trec", "--json"}).exit_code == 2);
    CHECK(run_eckart({"search", search_samples(), "bread", "--mode", "latent", "--latent-weight", "0.5"}).exit_code ==
          2);
    CHECK(run_eckart({"search", search_samples(), "bread", "--latent-weight", "1.5"}).exit_code == 2);
}

TEST_CASE("a file of queries is answered in its order, in lists, objects and as a run") {
    const TemporaryFolder folder;
    const std::string queries = folder.write("queries.tsv", "q1\tsharp knife\nq2\ttomatoes\n");

    const auto objects = run_eckart({"search", search_samples(), "--queries", queries, "-n", "1", "--json"}).objects();
    const Outcome list = run_eckart({"search", search_samples(), "--queries", queries, "-n", "1"});
    const Outcome run = run_eckart({"search", search_samples(), "--queries", queries, "-n", "2", "--format", "trec"});

    REQUIRE(objects.size() == 2);
    CHECK(objects[0].at("query") == "q1");
    CHECK(objects[1].at("query") == "q2");
    CHECK(objects[1].at("document") == "garden/tomatoes.md");
    CHECK(list.out.starts_with("query q1: sharp knife\n"));
    CHECK(run.out.starts_with("q1 Q0 kitchen/knives.md 1 "));
    CHECK(run.out.find("\nq2 Q0 garden/tomatoes.md 1 ") != std::string::npos);
    CHECK(run.out.ends_with(" eckart\n"));
}

TEST_CASE("a query of a file that finds nothing is named, however the others are printed") {
    const TemporaryFolder folder;
    const std::string queries = folder.write("queries.tsv", "q1\tsharp knife\nq2\tzzzyx\n");

    for (const std::vector<std::string>& how :
         std::vector<std::vector<std::string>>{{}, {"--json"}, {"--format", "trec"}}) {
        std::vector<std::string> line = {"search", search_samples(), "--queries", queries};
        line.insert(line.end(), how.begin(), how.end());
        const Outcome outcome = run_eckart(line);
        CHECK(outcome.exit_code == 0);
        CHECK(outcome.err == "query q2: no document matches: 'zzzyx' is in no document\n");
    }
}

TEST_CASE("queries come from standard input too") {
    RunOptions options;
    options.input = "sharp knife\n";

    const Outcome outcome = run_eckart({"search", search_samples(), "-", "-n", "1", "--json"}, options);

    CHECK(documents(outcome) == std::vector<std::string>{"kitchen/knives.md"});
}

TEST_CASE("similar leaves the document itself out, and an unknown one ends with code 4") {
    const Outcome similar = run_eckart({"similar", search_samples(), "cars/flat-tyre.md", "--json", "-n", "3"});
    const Outcome unknown = run_eckart({"similar", search_samples(), "cars/flat-tire.md"});

    CHECK(similar.exit_code == 0);
    CHECK(similar.objects().size() == 3);
    for (const auto& hit : similar.objects()) {
        CHECK(hit.size() == 6);
        CHECK(hit.at("document") != "cars/flat-tyre.md");
    }
    CHECK(unknown.exit_code == 4);
    CHECK(unknown.err.find("cars/flat-tire.md") != std::string::npos);
    CHECK(unknown.err.find("cars/flat-tyre.md") != std::string::npos);
}

TEST_CASE("a document without a word in common with others has none near in meaning, and similar says so") {
    const TemporaryFolder folder;
    for (const std::string name : {"a", "b", "c"})
        folder.write("in/" + name, "boats and sails, oars and " + name + "zzz");
    folder.write("in/alone", "xylophone marimba");
    REQUIRE(run_eckart({"index", folder / "in", "-o", folder / "x.idx", "--quiet"}).exit_code == 0);

    const Outcome latent = run_eckart({"similar", folder / "x.idx", "alone", "--mode", "latent"});

    CHECK(latent.exit_code == 0);
    CHECK(latent.out.empty());
    CHECK(latent.err.starts_with("no document is similar to 'alone' in meaning: the latent space holds words of at"));
}

TEST_CASE("terms ranks neighbours of a word, and an unknown one ends with code 4") {
    const Outcome terms = run_eckart({"terms", search_samples(), "automobile", "--json", "-n", "5"});

    CHECK(terms.exit_code == 0);
    CHECK(terms.objects().size() == 5);
    for (const auto& term : terms.objects()) {
        CHECK(term.size() == 3);
        CHECK(std::abs(term.at("score").get<double>()) <= 1.0001);
    }
    const Outcome unknown = run_eckart({"terms", search_samples(), "zzzyx"});
    CHECK(unknown.exit_code == 4);
    CHECK(unknown.err == "eckart: 'zzzyx' is in no document of the index\n");
    CHECK(run_eckart({"terms", search_samples(), "the"}).err.starts_with("eckart: 'the' is a stop word"));
}

TEST_CASE("info tells numbers and options, for people and for programs") {
    const Outcome people = run_eckart({"info", search_samples()});
    const auto info = run_eckart({"info", search_samples(), "--json"}).objects().at(0);

    CHECK(people.exit_code == 0);
    CHECK(people.out.find("documents") != std::string::npos);
    CHECK(info.at("documents") == 24);
    CHECK(info.at("latent_terms").get<int>() < info.at("terms").get<int>());
    CHECK(info.at("manifest").at("files").size() >= 3);
}

TEST_CASE("info shows factors with both their ends, for people and for programs") {
    const Outcome people = run_eckart({"info", search_samples(), "--factors", "3"});
    const auto cards = run_eckart({"info", search_samples(), "--factors", "--json"}).objects();
    const Outcome before = run_eckart({"info", "--factors", search_samples()});

    CHECK(people.exit_code == 0);
    CHECK(people.out.starts_with("  1  singular value "));
    CHECK(people.out.find("\n  3  singular value ") != std::string::npos);
    CHECK(people.out.find("\n  4  ") == std::string::npos);
    CHECK(people.out.find("engine +0.") != std::string::npos);
    REQUIRE(cards.size() == 8);  // all, since there are no ten
    double energy = 0;
    for (std::size_t k = 0; k < cards.size(); ++k) {
        CHECK(cards[k].at("factor") == k + 1);
        CHECK(cards[k].at("positive").at("terms").size() == 6);
        CHECK(cards[k].at("positive").at("documents").size() == 3);
        energy += cards[k].at("energy").get<double>();
    }
    const auto info = run_eckart({"info", search_samples(), "--json"}).objects().at(0);
    CHECK(std::abs(energy - info.at("manifest").at("certificate").at("energy").get<double>()) <= 1e-6);
    CHECK(before.exit_code == 0);
    CHECK(run_eckart({"info", search_samples(), "--factors", "0"}).exit_code == 2);
    CHECK(run_eckart({"info", search_samples(), "--factors", "many"}).exit_code == 2);
}

TEST_CASE("a memory bound that ranking cannot keep is refused") {
    const Outcome outcome = run_eckart({"search", search_samples(), "bread", "--memory", "10M"});

    CHECK(outcome.exit_code == 6);
    CHECK(outcome.out.empty());
}

TEST_CASE("what is no index is refused in plain words by every command that opens one") {
    const TemporaryFolder folder;
    const std::string absent = folder / "nosuch.idx", other = folder.path().string(), file = folder.write("a.txt", "a");
    const std::vector<std::vector<std::string>> lines = {
        {"search", "", "x"},
        {"similar", "", "x"},
        {"terms", "", "x"},
        {"info", ""},
        {"verify", ""},
        {"cluster", "", "-k", "2"},
        {"recommend", "", "--user", "1"},
        {"predict", "", "--user", "1", "--item", "1"},
        {"export", "", "-o", folder / "out"},
        {"evaluate", "", "--queries", file, "--qrels", folder.write("q.qrels", "1 0 a 1\n")}};

    for (std::vector<std::string> line : lines) {
        CAPTURE(line[0]);
        line[1] = absent;
        const Outcome no_folder = run_eckart(line);
        line[1] = other;
        const Outcome no_store = run_eckart(line);
        if (line[0] != "cluster") {  // which takes matrices too
            CHECK(no_folder.err == "eckart: " + absent + ": there is no such folder\n");
            CHECK(no_store.err == "eckart: " + other + " is not an Eckart index or model\n");
        }
        CHECK(no_folder.exit_code == 3);
        CHECK(no_store.exit_code == 3);
    }
    CHECK(run_eckart({"search", file, "x"}).err.starts_with("eckart: " + file + " is not an Eckart index or model"));
}

TEST_CASE("a model in the place of an index, and an index in that of a model, are called what they are") {
    const TemporaryFolder folder;
    const std::string ratings = folder.write("r.csv", "user,item,rating\na,x,5\na,y,3\nb,x,4\nb,z,2\nc,y,1\nc,z,5\n");
    const std::string model = folder / "films.model";
    REQUIRE(run_eckart({"train", ratings, "-o", model, "--model", "bias", "--quiet"}).exit_code == 0);

    CHECK(run_eckart({"search", model, "x"}).err == "eckart: " + model + " is a model; `search` needs an index\n");
    CHECK(run_eckart({"terms", model, "x"}).err == "eckart: " + model + " is a model; `terms` needs an index\n");
    CHECK(run_eckart({"predict", search_samples(), "--user", "a", "--item", "x"}).err ==
          "eckart: " + search_samples() + " is an index; `predict` needs a model\n");
    const Outcome measured = run_eckart({"evaluate", model});
    CHECK(measured.exit_code == 2);
    CHECK(measured.err.starts_with("eckart: " + model + " is a model; evaluate fits and measures models on ratings"));
}
