#include "text/terms/weighting.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;
using namespace eckart::text;

namespace {

constexpr double roundoff = 4e-7;  // a few units of float32

/// Four documents over the terms a, b, c: "a b b", "a c", "a c", "a".
CsrMatrix example() {
    return csr_from_entries(4, 3, {{0, 0, 1}, {0, 1, 2}, {1, 0, 1}, {1, 2, 1}, {2, 0, 1}, {2, 2, 1}, {3, 0, 1}});
}

/// The row `counts` under the local letter `local`, with global weights of one and no unit length.
std::vector<float> local_weights(char local, std::vector<float> counts) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < counts.size(); ++i) entries.push_back({0, static_cast<std::int64_t>(i), counts[i]});
    CsrMatrix row = csr_from_entries(1, static_cast<std::int64_t>(counts.size()), entries);
    weight_rows({local, 'n', 'n'}, std::vector<float>(counts.size(), 1.0F), row);
    return row.values;
}

void check_near(const std::vector<float>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(std::abs(static_cast<double>(found[i]) - expected[i]) <= roundoff * (1 + std::abs(expected[i])));
    }
}

}  // namespace

TEST_CASE(
    "the entropy weight is 0 for a term spread evenly, 1 for a term of one document, 1/2 for one of two in four") {
    const CsrMatrix postings = transposed(example());

    check_near(global_weights(parse_weighting("log-entropy"), postings), {0, 1, 0.5});
}

TEST_CASE("a term that is equally often in every document weighs exactly nothing, whatever the rounding") {
    for (std::int64_t documents = 2; documents < 60; ++documents) {
        for (const float tf : {1.0F, 2.0F, 3.0F, 7.0F, 12.0F}) {
            std::vector<Entry> entries;
            for (std::int64_t d = 0; d < documents; ++d) entries.push_back({0, d, tf});
            CAPTURE(documents);
            CHECK(global_weights(parse_weighting("log-entropy"), csr_from_entries(1, documents, entries))[0] == 0);
        }
    }
}

TEST_CASE("log-entropy rows are log2(1 + tf) times the weight, of unit length; a row without weight stays zero") {
    CsrMatrix matrix = example();
    const std::vector<float> weights = {0.5F, 1, 0.25F};

    weight_rows(parse_weighting("log-entropy"), weights, matrix);
    const double a = 0.5, b = std::log2(3.0), length = std::sqrt(a * a + b * b);
    check_near(matrix.values, {a / length, b / length, 0.5 / std::sqrt(0.3125), 0.25 / std::sqrt(0.3125),
                               0.5 / std::sqrt(0.3125), 0.25 / std::sqrt(0.3125), 1});

    CsrMatrix bare = example();
    weight_rows(parse_weighting("log-entropy"), std::vector<float>{0, 1, 0.5F}, bare);
    check_near(bare.values, {0, 1, 0, 1, 0, 1, 0});
}

TEST_CASE("each local letter is its formula") {
    check_near(local_weights('n', {1, 4, 1}), {1, 4, 1});
    check_near(local_weights('l', {1, 4, 1}), {1, 1 + std::log(4.0), 1});
    check_near(local_weights('a', {1, 4, 1}), {0.625, 1, 0.625});
    check_near(local_weights('b', {1, 4, 1}), {1, 1, 1});
    const double mean = 1 + std::log(2.0);
    check_near(local_weights('L', {1, 4, 1}), {1 / mean, (1 + std::log(4.0)) / mean, 1 / mean});
    check_near(local_weights('e', {1, 3, 7}), {1, 2, 3});
    check_near(local_weights('k', {1, 1.2F}), {1, 1.1});
}

TEST_CASE("each global letter is its formula") {
    const CsrMatrix postings = transposed(example());  // df 4, 1, 2 of 4

    check_near(global_weights({'n', 'n', 'c'}, postings), {1, 1, 1});
    check_near(global_weights({'n', 't', 'c'}, postings), {0, std::log(4.0), std::log(2.0)});
    check_near(global_weights({'n', 'p', 'c'}, postings), {0, std::log(3.0), 0});
    check_near(global_weights({'k', 'k', 'c'}, postings),
               {std::log(1 + 0.5 / 4.5), std::log(1 + 3.5 / 1.5), std::log(2.0)});
}

TEST_CASE("a term of no document weighs nothing, and one document makes no weight that is not finite") {
    const CsrMatrix postings = csr_from_entries(2, 1, {{0, 0, 3}});
    for (const auto* name : {"log-entropy", "bm25", "tf-idf", "tf-idf:npn", "tf-idf:bnc"}) {
        const auto weights = global_weights(parse_weighting(name), postings);
        CAPTURE(name);
        CHECK(std::isfinite(weights[0]));
        CHECK(weights[1] == 0);
    }
}

TEST_CASE("rows of unit length have it, under every weighting") {
    const Philox random(3);
    std::vector<Entry> entries;
    for (std::uint64_t i = 0; i < 400; ++i) {
        entries.push_back({static_cast<std::int64_t>(random.below(3 * i, 40)),
                           static_cast<std::int64_t>(random.below(3 * i + 1, 60)),
                           1 + static_cast<float>(random.below(3 * i + 2, 5))});
    }
    const CsrMatrix counts = csr_from_entries(40, 60, entries);
    for (const auto* name : {"log-entropy", "bm25", "tf-idf", "tf-idf:npc", "tf-idf:apc", "tf-idf:bnc", "tf-idf:Ltc"}) {
        CsrMatrix matrix = counts;
        const Weighting weighting = parse_weighting(name);
        weight_rows(weighting, global_weights(weighting, transposed(counts)), matrix);
        for (std::size_t r = 0; r < 40; ++r) {
            double squares = 0;
            for (auto p = matrix.row_offsets[r]; p < matrix.row_offsets[r + 1]; ++p) {
                const auto value = static_cast<double>(matrix.values[static_cast<std::size_t>(p)]);
                squares += value * value;
            }
            CAPTURE(name);
            CHECK((matrix.row_offsets[r] == matrix.row_offsets[r + 1] || std::abs(squares - 1) <= 60 * 1.2e-7));
        }
    }
}

TEST_CASE("a name that is read is written as it was read, and tf-idf is its letters") {
    for (const auto* given :
         {"log-entropy", "bm25", "tf-idf:ltc", "tf-idf:nnn", "tf-idf:apc", "tf-idf:btn", "tf-idf:Lnc"}) {
        CHECK(name(parse_weighting(given)) == given);
    }
    CHECK(name(parse_weighting("tf-idf")) == "tf-idf:ltc");
    CHECK(name(Weighting{}) == "log-entropy");
}

TEST_CASE("a word that is no weighting is an error that lists those there are") {
    for (const auto* given : {"", "tfidf", "tf-idf:", "tf-idf:lt", "tf-idf:ltcc", "tf-idf:xtc", "tf-idf:lxc",
                              "tf-idf:ltx", "BM25", "log-entropy "}) {
        CAPTURE(given);
        CHECK_THROWS_WITH_AS(parse_weighting(given), doctest::Contains("log-entropy, bm25, tf-idf"), UsageError);
    }
}

TEST_CASE("a query's weight grows with its count and is positive for fractions, under every local letter") {
    for (const char letter : {'e', 'k', 'n', 'l', 'a', 'b', 'L'}) {
        const Weighting weighting{letter, 'n', 'c'};
        CAPTURE(letter);
        CHECK(std::abs(query_weight(weighting, 1) - 1) <= 1e-12);
        CHECK(query_weight(weighting, 0.1) > 0);
        CHECK(query_weight(weighting, 3) >= query_weight(weighting, 2));
    }
}
