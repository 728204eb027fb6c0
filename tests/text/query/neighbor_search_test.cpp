#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tests/text/small_index.h"
#include "text/store/neighbor_file.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr NeighborMethod stored[] = {NeighborMethod::ivf, NeighborMethod::ivf_pq};

IndexOptions with(NeighborMethod method) {
    IndexOptions options = plain("20");
    options.neighbors = method;
    return options;
}

SearchOptions asking(Mode mode, NeighborMethod method) {
    SearchOptions options;
    options.mode = mode;
    options.neighbors = method;
    return options;
}

void check_same(const std::vector<Hit>& found, const std::vector<Hit>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].document == expected[i].document);
        CHECK(found[i].score == expected[i].score);
    }
}

}  // namespace

TEST_CASE("where all documents are candidates, an inverted file answers as the exact search does") {
    const auto documents = random_documents(300, 31);
    for (const NeighborMethod method : stored) {
        const SmallIndex made(documents, with(method));
        CHECK(made.index.neighbor_method() == method);
        for (const Mode mode : {Mode::latent, Mode::hybrid}) {
            const auto exact = asking(mode, NeighborMethod::exact), own = asking(mode, NeighborMethod::automatic);
            for (const char* query : {"aword1 aword2", "bword3 plain7 own17", "plain1 dword4"}) {
                const auto hits = made.index.search(query, own);
                check_same(hits, made.index.search(query, exact));
                check_same(hits, made.index.search(query, asking(mode, method)));
                const Explanation why = made.index.explain(hits.front(), query, own);
                CHECK(why.score == hits.front().score);
                CHECK(why.lexical + why.latent == doctest::Approx(why.score).epsilon(1e-5));
            }
            check_same(made.index.similar(documents[5].id, own), made.index.similar(documents[5].id, exact));
        }
        check_same(made.index.search("aword1", asking(Mode::lexical, NeighborMethod::automatic)),
                   made.index.search("aword1", asking(Mode::lexical, NeighborMethod::exact)));
    }
}

TEST_CASE("with few candidates, those that are scored have the scores that all would have") {
    const SmallIndex made(random_documents(300, 33), with(NeighborMethod::ivf));
    const OpenFiles open(made.path());
    const RankedQuery query = ranked_query(open.ranker, open.terms({{"aword1", 1}, {"plain3", 1}}));
    const LatentCandidates few = {.file = open.files.neighbors()->view(), .probes = 1, .candidates = 12};
    const auto scored = [](const Scores& scores) {
        return std::count_if(scores.values.begin(), scores.values.end(), [](float s) { return std::isfinite(s); });
    };

    const Scores all = score_documents(open.ranker, query, Mode::latent);
    const Scores some = score_documents(open.ranker, query, Mode::latent, {}, &few);
    const Scores both = score_documents(open.ranker, query, Mode::hybrid, {}, &few);

    CHECK(scored(some) == 12);
    for (std::size_t d = 0; d < 300; ++d) {
        if (std::isfinite(some.values[d])) CHECK(some.values[d] == all.values[d]);
    }
    CHECK(scored(both) >= 12);
    CHECK(scored(both) <= 24);
}

TEST_CASE("an index says what it has, and asking for another is refused") {
    const auto documents = random_documents(120, 35);
    const SmallIndex none(documents, with(NeighborMethod::automatic)), cells(documents, with(NeighborMethod::ivf));

    CHECK(none.index.neighbor_method() == NeighborMethod::exact);
    CHECK(none.summary.neighbors.empty());
    CHECK_THROWS_AS(none.index.search("aword1", asking(Mode::latent, NeighborMethod::ivf)), UsageError);
    CHECK_THROWS_AS(cells.index.search("aword1", asking(Mode::hybrid, NeighborMethod::ivf_pq)), UsageError);
    const auto manifest = nlohmann::json::parse(cells.index.info().description_json);
    CHECK(manifest.at("neighbors").at("method") == "ivf");
    CHECK(manifest.at("neighbors").at("recall").get<double>() >= 0.98);
    CHECK(manifest.at("neighbors").at("probes").get<std::int64_t>() >= 1);
    CHECK(cells.summary.neighbors.starts_with("ivf of 44 cells, "));
    CHECK_FALSE(nlohmann::json::parse(none.index.info().description_json).contains("neighbors"));
}

TEST_CASE("an index keeps its inverted file as arrays of its store") {
    const auto documents = random_documents(60, 37);
    const SmallIndex made(documents, with(NeighborMethod::ivf));
    const OpenFiles open(made.path());

    CHECK(open.files.manifest().probes > 0);
    CHECK(open.store.has_file("neighbor_rows.npy"));
    CHECK(open.store.has_file("neighbor_vectors.npy"));
}
