#include "text/query/factor_cards.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/support/error.h"
#include "tests/text/small_index.h"
#include "text/query/factors.h"
#include "text/store/weighted_matrix.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

TEST_CASE("the ends of a column are its largest entries to either side, ties by row") {
    const DenseMatrix matrix = (DenseMatrix(5, 2) << 1, 0, -2, 0, 3, 0, 1, 0, -0.5F, 0).finished();

    const auto ends = column_ends(ConstMatrixMap(matrix.data(), 5, 2), 2, 2);

    REQUIRE(ends.size() == 2);
    CHECK(ends[0].positive == std::vector<std::int32_t>{2, 0});
    CHECK(ends[0].negative == std::vector<std::int32_t>{1, 4});
    CHECK(ends[1].positive.empty());
    CHECK(ends[1].negative.empty());
}

TEST_CASE("two subjects are the two ends of one factor, with their words and documents") {
    std::vector<SourceDocument> documents;
    for (int i = 0; i < 5; ++i) {
        const std::string both = i < 4 ? " Roads." : "";  // a word that tells of one subject as much as of the other
        documents.push_back({"car" + std::to_string(i), "Cars", "Engines and tyres." + both});
        documents.push_back({"rose" + std::to_string(i), "Roses", "Petals and thorns." + both});
    }
    IndexOptions options = plain("2");
    options.language = "en";
    const SmallIndex made(documents, options);

    const auto cards = factor_cards(made.path(), {.factors = 10, .terms = 3, .documents = 2});

    REQUIRE(cards.size() == 2);
    const FactorCard& second = cards[1];
    CHECK(second.factor == 2);
    REQUIRE(second.positive.terms.size() == 3);
    REQUIRE(second.negative.terms.size() == 3);
    const bool cars_first = second.positive.documents.at(0).document.starts_with("car");
    const FactorEnd& cars = cars_first ? second.positive : second.negative;
    const FactorEnd& roses = cars_first ? second.negative : second.positive;
    for (const FactorTerm& term : cars.terms) {
        CHECK((term.word == "cars" || term.word == "engines" || term.word == "tyres"));
        CHECK((term.weight > 0) == cars_first);
    }
    for (const FactorDocument& document : roses.documents) {
        CHECK(document.title == "Roses");
        CHECK((document.weight < 0) == cars_first);
    }
}

TEST_CASE("the energies are the squares of the singular values, as shares of all that X holds") {
    const SmallIndex made(random_documents(60, 4), plain("8"));
    const WeightedMatrix x = weighted_matrix(made.path());
    double squares = 0, energy = 0;
    for (const float value : x.matrix.values) squares += static_cast<double>(value) * static_cast<double>(value);

    const auto cards = factor_cards(made.path(), {.factors = 100});

    REQUIRE(cards.size() == 8);
    for (std::size_t k = 0; k < cards.size(); ++k) {
        CHECK(cards[k].factor == static_cast<std::int64_t>(k) + 1);
        CHECK(std::abs(cards[k].energy - cards[k].singular_value * cards[k].singular_value / squares) <= 1e-6);
        if (k > 0) CHECK(cards[k].singular_value <= cards[k - 1].singular_value);
        energy += cards[k].energy;
        const auto falls = [](const auto& a, const auto& b) { return std::abs(a.weight) > std::abs(b.weight); };
        for (const FactorEnd* end : {&cards[k].positive, &cards[k].negative}) {
            CHECK(std::is_sorted(end->terms.begin(), end->terms.end(), falls));
            CHECK(std::is_sorted(end->documents.begin(), end->documents.end(), falls));
        }
    }
    CHECK(std::abs(energy - made.summary.energy) <= 1e-6);
}

TEST_CASE("an index without a latent space has no factors, and none at all is no number of cards") {
    const SmallIndex one({{"a", "", "alone"}}, plain());
    CHECK_THROWS_WITH_AS(factor_cards(one.path()), doctest::Contains("no latent space"), UsageError);
    const SmallIndex some(random_documents(20, 1), plain());
    CHECK_THROWS_AS(factor_cards(some.path(), {.factors = 0}), UsageError);
}
