#include "text/query/query_reading.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr Mode ranked_modes[] = {Mode::lexical, Mode::latent, Mode::hybrid};

SearchOptions all_hits(Mode mode) {
    return {.mode = mode, .count = 1000, .latent_weight = {}};
}

const SmallIndex& topics() {
    static const SmallIndex made(random_documents(120, 31), plain("20"));
    return made;
}

double score_of(const std::vector<Hit>& hits, std::string_view document) {
    const auto found = std::find_if(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.document == document; });
    return found == hits.end() ? 0 : found->score;
}

std::string note_of(const SearchAnswer& answer, std::string_view code) {
    for (const Note& note : answer.notes) {
        if (note.code == code) return note.text;
    }
    return "";
}

}  // namespace

TEST_CASE("a boost is as good as writing the word so often") {
    for (const Mode mode : ranked_modes) {
        const auto boosted = topics().index.search("aword1^3 plain2", all_hits(mode));
        const auto repeated = topics().index.search("aword1 aword1 aword1 plain2", all_hits(mode));
        REQUIRE(boosted.size() == repeated.size());
        for (std::size_t i = 0; i < boosted.size(); ++i) {
            CHECK(std::abs(boosted[i].score - score_of(repeated, boosted[i].document)) <= 1e-5);
        }
    }
}

TEST_CASE("the ranking of allowed documents is that of an index in which the others have no score") {
    for (const Mode mode : {Mode::lexical, Mode::latent}) {
        const auto all = topics().index.search("aword1 plain2", all_hits(mode));
        const auto some = topics().index.search("aword1 plain2 -bword1", all_hits(mode));
        CHECK(some.size() < all.size());
        CHECK(!some.empty());
        for (const Hit& hit : some) CHECK(hit.score == score_of(all, hit.document));
    }
    const auto hybrid = topics().index.search("aword1 plain2 -bword1", {.mode = Mode::hybrid, .latent_weight = 0.5});
    CHECK(std::abs(hybrid.front().score) <= 1 + 1e-6);  // both parts are divided by the best of what is allowed
}

TEST_CASE("like a document ranks as it does, and leaves it out") {
    for (const Mode mode : {Mode::lexical, Mode::latent}) {  // the hybrid divides by the best of what is allowed
        const auto like = ids(topics().index.search("like:d007", all_hits(mode)));
        const auto similar = ids(topics().index.similar("d007", all_hits(mode)));
        CHECK(like == similar);
    }
    CHECK(ids(topics().index.search("like:aword1")) == ids(topics().index.search("aword1")));
}

TEST_CASE("what is taken away is at a right angle to the query, which keeps its direction otherwise") {
    const OpenFiles open(topics().path());
    const auto direction = [&](const char* word) {
        return Eigen::VectorXf(ranked_query(open.ranker, open.terms({{word, 1.0F}})).folded.vector.normalized());
    };
    const Eigen::VectorXf java = direction("aword1"), coffee = direction("plain3");
    Eigen::VectorXf expected = (java - coffee.dot(java) * coffee).normalized();

    const auto hits = topics().index.search("aword1 -like:plain3", all_hits(Mode::latent));

    REQUIRE(hits.size() == 120);
    for (const Hit& hit : hits) {
        const Eigen::VectorXf document = open.ranker.latent->document_vectors.row(hit.row).transpose().normalized();
        CHECK(std::abs(hit.score - static_cast<double>(document.dot(expected))) <= 1e-5);
    }
}

TEST_CASE("by words, a document counts by the share of it that lies outside of what is taken away") {
    const OpenFiles open(topics().path());
    const Eigen::VectorXf coffee = ranked_query(open.ranker, open.terms({{"plain3", 1.0F}})).folded.vector.normalized();
    const auto before = topics().index.search("aword1", all_hits(Mode::lexical));

    for (const Hit& hit : topics().index.search("aword1 -like:plain3", all_hits(Mode::lexical))) {
        const Eigen::VectorXf document = open.ranker.latent->document_vectors.row(hit.row).transpose().normalized();
        const double share = 1 - std::pow(static_cast<double>(document.dot(coffee)), 2);
        CHECK(std::abs(hit.score - share * score_of(before, hit.document)) <= 1e-5);
    }
}

TEST_CASE("a query of nothing but what is taken away says so") {
    const SearchAnswer answer = topics().index.answer("aword1 -like:aword1", all_hits(Mode::latent));

    CHECK(answer.hits.empty());
    CHECK(note_of(answer, "nothing-left") == "what is taken away holds all of what the query means");
    CHECK(note_of(topics().index.answer("aword1 -like:zebra"), "not-taken-away") ==
          "'zebra' has no place in the latent space; nothing was taken away");
}

TEST_CASE("texts that are wanted rank, and those that are not are taken away") {
    SearchOptions more = all_hits(Mode::latent), less = more;
    more.more = {"aword1 plain3"};
    less.less = {"plain3"};

    CHECK(ids(topics().index.search("", more)) == ids(topics().index.search("aword1 plain3", all_hits(Mode::latent))));
    CHECK(ids(topics().index.search("aword1", less)) ==
          ids(topics().index.search("aword1 -like:plain3", all_hits(Mode::latent))));
}

TEST_CASE("mistyped words are corrected where they stand, and right ones are left") {
    const SmallIndex made({{"a", "", "worn summer tyres and brakes"},
                           {"b", "", "winter tyres"},
                           {"c", "", "summer at the sea"},
                           {"d", "", "caf\xC3\xA9"}});
    const auto offered = [&](std::string_view query) { return note_of(made.index.answer(query), "did-you-mean"); };

    CHECK(offered("worn summre tyres") == "did you mean: worn summer tyres");
    CHECK(offered("Worn (tyers OR breaks)") == "did you mean: Worn (tyres OR brakes)");
    CHECK(offered("title:tyres \"wintr tyres\"") == "did you mean: title:tyres \"winter tyres\"");
    CHECK(offered("worn summer tyres").empty());
    CHECK(offered("cafe").empty());
    CHECK(offered("-tyers worn").empty());
    CHECK(offered("=tyers worn").empty());
    CHECK(offered("xyzzy").empty());
}

TEST_CASE("several stop words with operators are looked for, one among other words is not") {
    IndexOptions english = plain();
    english.language = "en";
    const SmallIndex made({{"a", "", "to be or not to be"}, {"b", "", "the sea"}, {"c", "", "a sea"}}, english);

    CHECK(ids(made.index.search("\"not to be\"")) == Ids{"a"});
    CHECK(ids(made.index.search("the +sea", all_hits(Mode::lexical))) == Ids{"b", "c"});
    CHECK(note_of(made.index.answer("the +sea"), "words-left-out").starts_with("'the' was left out"));
    CHECK(note_of(made.index.answer("-sea"), "no-words").empty());
}
