#include "text/query/index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr Mode modes[] = {Mode::lexical, Mode::latent, Mode::hybrid};

SearchOptions asking(Mode mode, std::int64_t count = 10, std::optional<double> weight = {}) {
    return {.mode = mode, .count = count, .latent_weight = weight};
}

const SmallIndex& shared() {
    static const SmallIndex made(random_documents(120, 31), plain("20"));
    return made;
}

const Ids queries = {"aword1 aword2", "bword3 bword3 plain7 own17", "own5 cword0", "plain1 plain2 dword4 eword9"};

/// Three documents of one text among others: equal in every mode.
std::vector<SourceDocument> with_twins() {
    auto documents = random_documents(30, 7);
    for (const auto* id : {"twin-c", "twin-a", "twin-b"}) documents.push_back({id, "", "aword1 aword2 plain3 plain4"});
    return documents;
}

}  // namespace

TEST_CASE("lexical answers are those of a scorer that knows no index") {
    const auto documents = random_documents(120, 31);
    const OpenFiles open(shared().path());
    const CsrMatrix counts = transposed(open.files.postings());
    double mean = 0;
    for (const float length : open.files.token_counts()) mean += static_cast<double>(length) / 120;

    for (const auto& query : queries) {
        std::map<std::string, int> words;
        for (std::size_t at = 0; at < query.size();) {
            const auto end = std::min(query.find(' ', at), query.size());
            ++words[query.substr(at, end - at)];
            at = end + 1;
        }
        std::vector<std::pair<double, std::string>> expected;
        for (const auto& document : documents) {
            double score = 0, length = 0;
            const auto count = [](const std::string& text, const std::string& word) {
                const std::string padded = " " + text + " ";
                double times = 0;
                for (auto at = padded.find(" " + word); at != std::string::npos; at = padded.find(" " + word, at + 1)) {
                    const char after = padded[at + 1 + word.size()];
                    times += after == ' ' || after == '.' ? 1 : 0;
                }
                return times;
            };
            length = static_cast<double>(std::count(document.text.begin(), document.text.end(), ' ')) + 1;
            for (const auto& weighted : words) {
                const std::string& word = weighted.first;
                const auto df = static_cast<double>(std::count_if(
                    documents.begin(), documents.end(), [&](const auto& d) { return count(d.text, word) > 0; }));
                const double tf = count(document.text, word), k1 = Bm25Options{}.k1, b = Bm25Options{}.b;
                const double idf = std::log(1 + (120 - df + 0.5) / (df + 0.5));
                score += weighted.second * idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean));
            }
            if (score > 0) expected.emplace_back(-score, document.id);
        }
        std::sort(expected.begin(), expected.end());

        const auto hits = shared().index.search(query, asking(Mode::lexical, 1000));

        REQUIRE(hits.size() == expected.size());
        for (std::size_t i = 0; i < hits.size(); ++i) {
            CHECK(std::abs(hits[i].score + expected[i].first) <= 1e-5 * (1 + hits[i].score));
        }
    }
}

TEST_CASE("an explanation's parts and terms add up to the score, in each mode") {
    for (const auto& query : queries) {
        for (const Mode mode : modes) {
            for (const std::optional<double> weight : {std::optional<double>{}, std::optional<double>{0.5}}) {
                const auto options = asking(mode, 30, weight);
                for (const Hit& hit : shared().index.search(query, options)) {
                    const Explanation why = shared().index.explain(hit, query, options);
                    double lexical = 0, latent = why.feedback;
                    for (const auto& term : why.terms) {
                        lexical += term.lexical;
                        latent += term.latent;
                    }
                    CHECK(why.score == hit.score);
                    CHECK(std::abs(why.lexical + why.latent - why.score) <= 1e-5 * (1 + std::abs(why.score)));
                    CHECK(std::abs(lexical - why.lexical) <= 1e-9);
                    CHECK(std::abs(latent - why.latent) <= 1e-9);
                    if (mode == Mode::lexical) CHECK(why.latent == 0);
                    if (mode == Mode::latent) CHECK(why.lexical == 0);
                    CHECK(std::is_sorted(why.terms.begin(), why.terms.end(), [](const auto& a, const auto& b) {
                        return std::abs(a.lexical + a.latent) > std::abs(b.lexical + b.latent);
                    }));
                }
            }
        }
    }
}

TEST_CASE("an explanation of what the mode has nothing to say about is zero") {
    const auto latent = shared().index.search("own5", asking(Mode::latent));
    CHECK(latent.empty());
    Hit hit = shared().index.search("own5", asking(Mode::lexical)).at(0);
    CHECK(hit.document == "d005");
    for (const auto* query : {"", "zebra", "own6"}) {
        for (const Mode mode : modes) {
            const Explanation why = shared().index.explain(hit, query, asking(mode));
            CHECK(why.score == 0);
            CHECK(why.lexical + why.latent == 0);
        }
    }
}

TEST_CASE("documents of one text stand in the order of their ids") {
    const SmallIndex made(with_twins(), plain("10"));
    for (const Mode mode : modes) {
        const auto hits =
            ids(made.index.search("aword1 aword2 plain3", asking(mode, 33, mode == Mode::hybrid ? 0.5 : 0)));
        const auto first = std::find(hits.begin(), hits.end(), "twin-a");
        REQUIRE(hits.end() - first >= 3);
        CHECK(first[1] == "twin-b");
        CHECK(first[2] == "twin-c");
    }
}

TEST_CASE("as many hits come as are asked for or there are, in one order") {
    for (const Mode mode : modes) {
        const auto all = ids(shared().index.search("aword1 plain3", asking(mode, 1'000'000'000'000)));
        CHECK(all.size() <= 120);
        CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
        for (const std::int64_t count : {1, 2, 7, 40}) {
            const auto some = ids(shared().index.search("aword1 plain3", asking(mode, count)));
            REQUIRE(some.size() == static_cast<std::size_t>(count));
            CHECK(std::equal(some.begin(), some.end(), all.begin()));
        }
    }
    CHECK(shared().index.search("aword1", asking(Mode::latent, 1000)).size() == 120);
}

TEST_CASE("a query without a known term has no hits, and no query is an error") {
    const std::string nul("aword1\0aword2", 13);
    for (const Mode mode : modes) {
        CHECK(shared().index.search("", asking(mode)).empty());
        CHECK(shared().index.search("zebra unknown", asking(mode)).empty());
        CHECK(shared().index.search("\xff\xfe\x80", asking(mode)).empty());
        CHECK(shared().index.search("  ...?! ", asking(mode)).empty());
        CHECK(shared().index.search("\u65e5\u672c\u8a9e \u0e20\u0e32\u0e29\u0e32", asking(mode)).empty());
        CHECK(ids(shared().index.search(nul, asking(mode))) ==
              ids(shared().index.search("aword1 aword2", asking(mode))));
        CHECK(ids(shared().index.search("\xff"
                                        "aword1\xc3 zebra aword2",
                                        asking(mode))) == ids(shared().index.search("aword1 aword2", asking(mode))));
        CHECK(shared().index.search(std::string(300'000, 'x'), asking(mode)).empty());
    }
}

TEST_CASE("options out of range are usage errors") {
    for (const std::int64_t count : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
        CHECK_THROWS_AS(shared().index.search("aword1", asking(Mode::hybrid, count)), UsageError);
        CHECK_THROWS_AS(shared().index.similar("d001", asking(Mode::hybrid, count)), UsageError);
        CHECK_THROWS_AS(shared().index.nearest_terms("aword1", count), UsageError);
    }
    for (const double weight : {-0.01, 1.01, std::nan(""), -std::numeric_limits<double>::infinity()}) {
        CHECK_THROWS_AS(shared().index.search("aword1", asking(Mode::hybrid, 10, weight)), UsageError);
        CHECK_THROWS_AS(shared().index.similar("d001", asking(Mode::hybrid, 10, weight)), UsageError);
    }
}

TEST_CASE("a hit of another index is a usage error, not a read outside") {
    for (const std::int32_t row : {-1, 120, std::numeric_limits<std::int32_t>::max()}) {
        const Hit hit{row, "other", "", 1};
        CHECK_THROWS_AS(shared().index.snippet(hit, "aword1"), UsageError);
        CHECK_THROWS_AS(shared().index.explain(hit, "aword1"), UsageError);
    }
}

TEST_CASE("a document's neighbours are found with the weight that the index found for itself") {
    const double weight = OpenFiles(shared().path()).ranker.latent_weight;
    REQUIRE(weight > 0);

    const auto own = shared().index.similar("d001", asking(Mode::hybrid, 20));
    const auto given = shared().index.similar("d001", asking(Mode::hybrid, 20, weight));

    REQUIRE(own.size() == given.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
        CHECK(own[i].document == given[i].document);
        CHECK(own[i].score == given[i].score);
    }
}

TEST_CASE("the nearest documents of a document are those of its text, without itself") {
    const SmallIndex made(with_twins(), plain("10"));
    for (const Mode mode : modes) {
        const auto near = made.index.similar("twin-b", asking(mode, 5));
        REQUIRE(near.size() == 5);
        CHECK(near[0].document == "twin-a");
        CHECK(near[1].document == "twin-c");
        if (mode == Mode::latent) CHECK(std::abs(near[0].score - 1) <= 1e-5);
        const auto all = ids(made.index.similar("twin-b", asking(mode, 1000)));
        CHECK(std::find(all.begin(), all.end(), "twin-b") == all.end());
    }
}

TEST_CASE("an unknown document is an error that names the nearest ids") {
    CHECK_THROWS_WITH_AS(shared().index.similar("d01"), doctest::Contains("'d01'"), UnknownIdError);
    CHECK_THROWS_WITH_AS(shared().index.similar("d0001"), doctest::Contains("'d001'"), UnknownIdError);
    CHECK_THROWS_AS(shared().index.similar(""), UnknownIdError);
}

TEST_CASE("words that stand in the same documents are near, by falling cosine") {
    std::vector<SourceDocument> documents;
    for (int i = 0; i < 8; ++i) {
        documents.push_back({"a" + std::to_string(i), "", i % 2 == 0 ? "car engine tyre" : "automobile engine tyre"});
        documents.push_back({"b" + std::to_string(i), "", i % 2 == 0 ? "rose petal thorn" : "flower petal thorn"});
    }
    const SmallIndex made(documents, plain("2"));

    const auto near = made.index.nearest_terms("CAR", 100);

    REQUIRE(near.size() == 7);  // all but itself
    CHECK(std::set<std::string>{near[0].term, near[1].term, near[2].term} ==
          std::set<std::string>{"automobile", "engine", "tyre"});
    CHECK(near[2].score >= 0.99);
    CHECK(near[3].score <= 0.01);
    CHECK(made.index.nearest_terms("car", 2).size() == 2);
}

TEST_CASE("copies however many leave room for the other documents of a page") {
    std::vector<SourceDocument> documents;
    const std::string text = "the river runs down to the river mouth and the river is wide, the river is deep and slow";
    for (int i = 0; i < 200; ++i) documents.push_back({"copy" + std::to_string(1000 + i), "", text});
    for (int i = 0; i < 4; ++i) {
        documents.push_back(
            {"other" + std::to_string(i), "",
             "one river, and much that is of no river: own" + std::to_string(i) + " words of a longer text"});
    }
    const SmallIndex made(documents, plain("2"));
    for (const Mode mode : {Mode::lexical, Mode::hybrid, Mode::latent}) {
        const auto hits = made.index.search("river", {.mode = mode, .count = 5, .fold_copies = true});
        REQUIRE(hits.size() == 5);
        CHECK(std::count_if(hits.begin(), hits.end(), [](const Hit& hit) { return hit.copies.size() == 199; }) == 1);
    }
}

TEST_CASE("a word that the latent space does not hold is an unknown id; where it does not reach, nothing is near") {
    const auto refused = [](const Index& index, const std::string& word) {
        return message_of<UnknownIdError>([&] { (void)index.nearest_terms(word); });
    };
    CHECK(refused(shared().index, "zebra") == "'zebra' is in no document of the index");
    CHECK(refused(shared().index, "own5").starts_with("'own5' is in one document only"));
    CHECK(refused(shared().index, " ?") == "' ?' is not a word");
    IndexOptions english = plain("1");
    english.language = "en";
    const SmallIndex same({{"a", "", "the river cat"}, {"b", "", "river cat dog"}, {"c", "", "river dog bird"}},
                          english);
    CHECK(refused(same.index, "the").starts_with("'the' is a stop word"));
    CHECK(refused(same.index, "river").starts_with("'river' is in all documents alike"));
    const SmallIndex one({{"a", "", "alone"}}, plain());
    CHECK_THROWS_WITH_AS(one.index.nearest_terms("alone"), doctest::Contains("no latent space"), UsageError);

    // Two groups without a word in common, and one dimension: the smaller group has no place in it.
    std::vector<SourceDocument> documents;
    for (int i = 0; i < 6; ++i) documents.push_back({"a" + std::to_string(i), "", "car engine tyre"});
    for (int i = 0; i < 3; ++i) documents.push_back({"b" + std::to_string(i), "", "rose petal thorn"});
    const SmallIndex made(documents, plain("1"));
    for (const auto& near : made.index.nearest_terms("rose")) CHECK(std::isfinite(near.score));
}

TEST_CASE("an answer tells titles, and the words of a title are found") {
    auto documents = random_documents(20, 3);
    documents[4].title = "Of zebras, \"quoted\" \u00e9t\u00e9";
    const SmallIndex made(documents);

    const auto hits = made.index.search("zebras", asking(Mode::lexical));

    REQUIRE(hits.size() == 1);
    CHECK(hits[0].document == "d004");
    CHECK(hits[0].title == documents[4].title);
}

TEST_CASE("info tells what the manifest does") {
    const IndexInfo& info = shared().index.info();
    const auto json = nlohmann::json::parse(info.description_json);

    CHECK(info.documents == 120);
    CHECK(info.terms == json.at("terms"));
    CHECK(info.latent_terms == json.at("latent_terms"));
    CHECK(info.nonzeros == json.at("nonzeros"));
    CHECK(info.terms > info.latent_terms);
    CHECK(json.at("rank") == 20);
    CHECK(json.at("certificate").at("eckart_young_errors").size() == 21);
    const double weight = json.at("blend").at("latent_weight");
    CHECK(weight >= 0);
    CHECK(weight <= 1);
    CHECK_FALSE(json.at("blend").at("reason").get<std::string>().empty());
}

TEST_CASE("an index that was opened answers as before while another one takes its place") {
    const TemporaryFolder folder;
    const std::string path = folder / "index";
    build_index(path, source_of(random_documents(40, 1)), plain());
    const Index old = Index::open(path);
    const auto before = old.search("aword1 plain3", asking(Mode::hybrid, 40));

    build_index(path, source_of({{"only", "", "another text"}}), plain());

    const auto after = old.search("aword1 plain3", asking(Mode::hybrid, 40));
    CHECK(ids(before) == ids(after));
    CHECK(old.snippet(before[0], "aword1").text == old.snippet(after[0], "aword1").text);
    CHECK(ids(Index::open(path).search("another")) == Ids{"only"});
}

TEST_CASE("no index at a path is an input error") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(Index::open(folder / "none"), InputError);
    CHECK_THROWS_AS(Index::open(folder.path()), InputError);
}
