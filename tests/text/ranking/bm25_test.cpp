#include "text/ranking/bm25.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "engine/support/random.h"

using namespace eckart;
using namespace eckart::text;

namespace {

constexpr Bm25Options bm25_options{1.5, 0.75};

/// Terms x documents of three documents, as long as 2, 4 and 6 terms.
struct Example {
    CsrMatrix postings = csr_from_entries(2, 3, {{0, 1, 2}, {1, 0, 1}, {1, 1, 1}, {1, 2, 6}});
    std::vector<float> lengths = {2, 4, 6};
    std::vector<float> saturations = bm25_saturations(lengths, bm25_options);
    Bm25View view{postings, saturations, bm25_options.k1};
};

}  // namespace

TEST_CASE("the saturation is k1 for a document of mean length, less for a shorter one, more for a longer one") {
    const Example example;

    CHECK(mean_length(example.lengths) == 4);
    CHECK(example.saturations == std::vector<float>{0.9375F, 1.5F, 2.0625F});
}

TEST_CASE("BM25 is what a pencil says") {
    const Example example;
    std::vector<float> scores(3, 0);

    add_bm25_scores(example.view, {{0, 1.0F}, {1, 2.0F}}, scores);

    const double rare = std::log(1 + 2.5 / 1.5), common = std::log(1 + 0.5 / 3.5);
    const std::vector<double> expected = {2 * common * 2.5 / 1.9375, rare * 2 * 2.5 / 3.5 + 2 * common * 2.5 / 2.5,
                                          2 * common * 6 * 2.5 / 8.0625};
    for (std::size_t d = 0; d < 3; ++d) CHECK(std::abs(static_cast<double>(scores[d]) - expected[d]) <= 1e-6);
}

TEST_CASE("what single terms give adds up to the score, over random postings") {
    const Philox random(5);
    std::vector<Entry> entries;
    for (std::uint64_t i = 0; i < 900; ++i) {
        entries.push_back({static_cast<std::int64_t>(random.below(2 * i, 50)),
                           static_cast<std::int64_t>(random.below(2 * i + 1, 80)), 1});
    }
    const CsrMatrix postings = csr_from_entries(50, 80, entries);
    std::vector<float> lengths(80, 0);
    for (const Entry& entry : entries) ++lengths[static_cast<std::size_t>(entry.col)];
    const auto saturations = bm25_saturations(lengths, {});
    const Bm25View view{postings, saturations, Bm25Options{}.k1};
    const WeightedTerms query = {{3, 1.0F}, {7, 2.0F}, {20, 0.5F}, {49, 1.0F}};
    std::vector<float> scores(80, 0);

    add_bm25_scores(view, query, scores);

    for (std::int32_t d = 0; d < 80; ++d) {
        double sum = 0;
        for (const auto& [term, weight] : query) sum += bm25_contribution(view, term, weight, d);
        CHECK(std::abs(sum - static_cast<double>(scores[static_cast<std::size_t>(d)])) <= 1e-6 * (1 + sum));
    }
}

TEST_CASE("no length, no document and no term of any document make no number that is not finite") {
    CHECK(mean_length({}) == 1);
    CHECK(mean_length(std::vector<float>{0, 0}) == 1);
    CHECK(bm25_saturations({}, bm25_options).empty());

    const CsrMatrix postings = csr_from_entries(1, 2, {});
    const std::vector<float> saturations = bm25_saturations(std::vector<float>{0, 0}, bm25_options);
    const Bm25View view{postings, saturations, bm25_options.k1};
    std::vector<float> scores(2, 0);
    add_bm25_scores(view, {{0, 1.0F}}, scores);
    CHECK(scores == std::vector<float>{0, 0});
    CHECK(bm25_contribution(view, 0, 1, 1) == 0);
    CHECK(std::abs(bm25_idf(view, 0) - std::log(6.0)) <= 1e-12);
}

TEST_CASE("a posting of a document that there is none of is damage, not a write past the end") {
    const Example example;
    std::vector<std::int32_t> documents(example.postings.column_indices);
    for (const std::int32_t wrong : {3, -1, 1 << 30}) {
        documents[0] = wrong;
        const Bm25View view{{2, 3, example.postings.row_offsets, documents, example.postings.values},
                            example.saturations,
                            bm25_options.k1};
        std::vector<float> scores(3, 0);
        CHECK_THROWS_AS(add_bm25_scores(view, {{0, 1.0F}}, scores), DamagedError);
    }
}
