#include "text/query/explanation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/support/error.h"
#include "tests/text/small_index.h"
#include "text/store/weighted_matrix.h"

// Notation, as in the header:
//   q, x   weights of the query's terms, and of the document's, which has unit length
//   u      roundoff of single precision

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr double u = 0x1p-24;

SearchOptions latent_options(std::int64_t count = 10) {
    return {.mode = Mode::latent, .count = count, .latent_weight = {}};
}

const SmallIndex& many() {
    static const SmallIndex made(random_documents(120, 31), plain("20"));
    return made;
}

double sum_of(const std::vector<ThroughTerm>& parts) {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const ThroughTerm& part) { return sum + part.latent; });
}

/// A bound on what a score in single precision is off its parts. A vector that is a sum of n rows of V, with weights of
/// unit length together, is off by (n + 2) sqrt(n) u, which counts by its length; a product of two vectors of k numbers
/// and their lengths by 3 k u; sums and scales by a few u more.
double bound(const SmallIndex& made, const WeightedMatrix& x, const std::string& query, const Hit& hit,
             const Explanation& why) {
    const OpenFiles open(made.path());
    const LatentView& latent = *open.ranker.latent;
    const auto sum_error = [](double terms, double length) { return (terms + 2) * std::sqrt(terms) * u / length; };
    const auto terms = static_cast<double>(why.terms.size());
    const auto row = static_cast<std::size_t>(hit.row);
    const auto of_document = static_cast<double>(x.matrix.row_offsets[row + 1] - x.matrix.row_offsets[row]);
    WeightedTerms counted;
    for (const auto& term : why.terms) counted.emplace_back(open.vocabulary.find(term.term).value(), 1.0F);
    std::sort(counted.begin(), counted.end());
    const double share = fold_in(latent, counted).share;
    CAPTURE(query);
    const double of_cosine = sum_error(terms, std::max(share, 1e-3)) +
                             sum_error(of_document, static_cast<double>(latent.document_lengths[row])) +
                             (3 * static_cast<double>(latent.rank) + 16) * u;
    return 2 * of_cosine + (terms + 8) * u;  // a part of the score is at most about 1 in every mode but the lexical
}

}  // namespace

TEST_CASE("the parts by terms, by factors and of feedback add up to the score, to roundoff") {
    const WeightedMatrix x = weighted_matrix(many().path());
    for (const std::string query : {"aword1 aword2", "bword3 bword3 plain7 own17", "plain1 plain2 dword4 eword9"}) {
        for (const Mode mode : {Mode::latent, Mode::hybrid}) {
            const SearchOptions options = {.mode = mode, .count = 40, .latent_weight = {}};
            const auto hits = many().index.search(query, options);
            const auto reasons = many().index.explain(hits, query, options);
            REQUIRE(reasons.size() == hits.size());
            for (std::size_t i = 0; i < hits.size(); ++i) {
                const Explanation& why = reasons[i];
                double latent = why.feedback + why.likeness, lexical = 0, factors = 0, absolute = 1;
                for (const auto& term : why.terms) {
                    latent += term.latent;
                    lexical += term.lexical;
                    if (!term.through.empty()) CHECK(std::abs(sum_of(term.through) - term.latent) <= 1e-13);
                    CHECK(term.through.empty() == (term.latent == 0));
                    for (const auto& part : term.through) absolute += std::abs(part.latent);
                }
                for (const auto& factor : why.factors) factors += factor.latent + factor.other;
                CHECK(why.score == hits[i].score);
                CHECK(std::abs(sum_of(why.feedback_through) - why.feedback) <= 1e-13 * absolute);
                CHECK(std::abs(latent - why.latent) <= 1e-13 * absolute);
                CHECK(std::abs(factors - why.latent) <= 1e-13 * absolute);
                CHECK(std::abs(lexical - why.lexical) <= 1e-13 * absolute);
                CHECK(std::abs(why.lexical + why.latent - why.score) <= bound(many(), x, query, hits[i], why));
            }
        }
    }
}

TEST_CASE("a part is q_t (V_t . V_u) x_u over the two lengths, with the row of X as it was factorized") {
    const WeightedMatrix x = weighted_matrix(many().path());
    const OpenFiles open(many().path());
    const LatentView& latent = *open.ranker.latent;
    const std::map<std::string, float> counts = {{"aword1", 2}, {"plain3", 1}};
    const WeightedTerms terms = open.terms(counts);
    Eigen::VectorXd q = Eigen::VectorXd::Zero(latent.rank);
    std::map<std::string, Eigen::VectorXd, std::less<>> of_term;
    for (const auto& [term, count] : terms) {
        const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(term)];
        const Eigen::VectorXd part =
            folded_weight(latent, row, count) * latent.term_vectors.row(row).transpose().cast<double>();
        of_term[std::string(open.vocabulary.term(term))] = part;
        q += part;
    }

    for (const Hit& hit : many().index.search("aword1 aword1 plain3", latent_options(5))) {
        const Explanation why = many().index.explain(hit, "aword1 plain3 aword1", latent_options());
        const auto begin = static_cast<std::size_t>(x.matrix.row_offsets[static_cast<std::size_t>(hit.row)]);
        const auto end = static_cast<std::size_t>(x.matrix.row_offsets[static_cast<std::size_t>(hit.row) + 1]);
        Eigen::VectorXd d = Eigen::VectorXd::Zero(latent.rank);
        for (auto p = begin; p < end; ++p) {
            d += static_cast<double>(x.matrix.values[p]) *
                 latent.term_vectors.row(x.matrix.column_indices[p]).transpose().cast<double>();
        }
        REQUIRE(why.terms.size() == 2);
        for (const auto& term : why.terms) {
            REQUIRE(term.through.size() == end - begin);
            for (auto p = begin; p < end; ++p) {
                const std::string& name = x.terms[static_cast<std::size_t>(x.matrix.column_indices[p])];
                const auto found = std::find_if(term.through.begin(), term.through.end(),
                                                [&](const ThroughTerm& part) { return part.term == name; });
                REQUIRE(found != term.through.end());
                const auto v = latent.term_vectors.row(x.matrix.column_indices[p]).transpose().cast<double>();
                const double expected =
                    of_term[term.term].dot(v) * static_cast<double>(x.matrix.values[p]) / (q.norm() * d.norm());
                CHECK(std::abs(found->latent - expected) <= 1e-13);
            }
        }
        REQUIRE(why.factors.size() == static_cast<std::size_t>(latent.rank));
        for (const auto& factor : why.factors) {
            const Eigen::Index k = factor.factor - 1;
            CHECK(std::abs(factor.latent - q[k] * d[k] / (q.norm() * d.norm())) <= 1e-13);
            CHECK(factor.other == 0);
        }
    }
}

TEST_CASE("a word is found through those that stand beside it, as the document spells them") {
    std::vector<SourceDocument> documents;
    for (int i = 0; i < 6; ++i) {
        documents.push_back({"both" + std::to_string(i), "", "Automobiles and cars have engines and tyres."});
        documents.push_back({"flower" + std::to_string(i), "", "A rose is a flower with petals and thorns."});
    }
    documents.push_back({"far", "The Car", "Engines, and the car."});
    IndexOptions options = plain("2");
    options.language = "en";
    const SmallIndex made(documents, options);
    const auto hits = made.index.search("automobiles", latent_options(20));
    const auto far = std::find_if(hits.begin(), hits.end(), [](const Hit& hit) { return hit.document == "far"; });
    REQUIRE(far != hits.end());

    const Explanation why = made.index.explain(*far, "automobiles", latent_options());

    REQUIRE(why.terms.size() == 1);
    CHECK(why.terms[0].word == "automobiles");
    REQUIRE(why.terms[0].through.size() == 2);
    CHECK(why.terms[0].through[0].word == "car");  // twice there, and no less near
    CHECK(why.terms[0].through[1].word == "engines");
    CHECK(why.terms[0].through[1].term == "engin");
    CHECK(why.terms[0].through[0].latent > why.terms[0].through[1].latent);
    REQUIRE(why.factors.size() == 2);
    const auto& words = why.factors[0].words;
    CHECK(std::find(words.begin(), words.end(), "car") != words.end());
    CHECK(std::find(words.begin(), words.end(), "rose") == words.end());
}

TEST_CASE("of a very long query the strongest words are taken apart, and the parts still add up") {
    std::string query;
    for (int i = 0; i < 12; ++i) {
        for (const char topic : {'a', 'b', 'c', 'd', 'e'})
            query += std::string(1, topic) + "word" + std::to_string(i) + " ";
    }
    for (int i = 0; i < 60; ++i) query += "plain" + std::to_string(i) + " ";
    const Hit hit = many().index.search(query, latent_options(1)).at(0);

    const Explanation why = many().index.explain(hit, query, latent_options());

    REQUIRE(why.terms.size() >= 100);
    double sum = 0;
    for (std::size_t i = 0; i < why.terms.size(); ++i) {
        CHECK(why.terms[i].through.empty() == (i >= 64));
        sum += why.terms[i].latent;
    }
    CHECK(std::abs(sum - why.latent) <= 1e-13);
}

TEST_CASE("what is taken away counts in every part, and what documents are wanted like is a part of its own") {
    for (const std::string query : {"aword1 plain3 -like:d003", "aword1 like:d007", "like:d007 -like:d003"}) {
        const bool named = query.find(" like:") != std::string::npos || query.starts_with("like:");
        for (const Mode mode : {Mode::lexical, Mode::latent, Mode::hybrid}) {
            const SearchOptions options = {.mode = mode, .count = 20, .latent_weight = {}};
            const auto hits = many().index.search(query, options);
            REQUIRE(!hits.empty());
            const auto reasons = many().index.explain(hits, query, options);
            for (std::size_t i = 0; i < hits.size(); ++i) {
                const Explanation& why = reasons[i];
                double terms = 0, factors = 0;
                for (const auto& term : why.terms) terms += term.latent;
                for (const auto& factor : why.factors) factors += factor.latent + factor.other;
                CAPTURE(query);
                CHECK(std::abs(terms + why.likeness + why.feedback - why.latent) <= 1e-13);
                CHECK(std::abs(sum_of(why.likeness_through) - why.likeness) <= 1e-13);
                CHECK(std::abs(factors - why.latent) <= 1e-12);
                CHECK((why.likeness != 0) == (named && why.latent != 0));
                CHECK(std::abs(why.lexical + why.latent - why.score) <= 1e-4 * (1 + why.score));
            }
        }
    }
}

TEST_CASE("a score by an autoencoder is not explained") {
    const Hit hit = many().index.search("aword1").at(0);
    CHECK_THROWS_AS(many().index.explain(hit, "aword1", {.mode = Mode::autoencoder}), UsageError);
}
