#include "text/ranking/ranker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "engine/support/parallel.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

using Eigen::VectorXd;

constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr double float_roundoff = 2e-5;  // float32 over 300 documents' scores and two scalings

VectorXd lexical_parts(const OpenFiles& open, const RankedQuery& query) {
    std::vector<float> scores(static_cast<std::size_t>(open.ranker.documents()), 0);
    add_bm25_scores(open.ranker.lexical, query.terms, scores);
    return Eigen::Map<Eigen::VectorXf>(scores.data(), static_cast<Eigen::Index>(scores.size())).cast<double>();
}

/// Cosines of `query` and all documents, in float64.
VectorXd cosines(const OpenFiles& open, const VectorXd& query) {
    const Eigen::MatrixXd documents = open.ranker.latent->document_vectors.cast<double>();
    VectorXd result = documents * query / query.norm();
    for (Eigen::Index d = 0; d < result.size(); ++d) {
        const double length = documents.row(d).norm();
        result(d) = length > 0 ? result(d) / length : 0;
    }
    return result;
}

double idf(const OpenFiles& open, std::int32_t term) {
    const auto offsets = open.files.postings().row_offsets;
    const auto t = static_cast<std::size_t>(term);
    const auto df = static_cast<double>(offsets[t + 1] - offsets[t]), n = static_cast<double>(open.ranker.documents());
    return std::log(1 + (n - df + 0.5) / (df + 0.5));
}

/// The best `count` rows by falling score.
std::vector<Eigen::Index> best_rows(VectorXd scores, std::int64_t count) {
    std::vector<Eigen::Index> rows;
    for (std::int64_t i = 0; i < count; ++i) {
        scores.maxCoeff(&rows.emplace_back());
        scores(rows.back()) = -1;
    }
    return rows;
}

/// The weight of the header's formula.
double weight_by_formula(const OpenFiles& open, const RankedQuery& query) {
    const CsrMatrix documents = transposed(open.files.postings());
    double squares = 0, latent_squares = 0, sum = 0, most = 0;
    for (const auto& [term, count] : query.terms) {
        const double weight = idf(open, term);
        squares += weight * weight;
        sum += weight;
        if (open.ranker.latent->latent_rows[static_cast<std::size_t>(term)] >= 0) latent_squares += weight * weight;
    }
    for (const Eigen::Index row : best_rows(lexical_parts(open, query), 10)) {
        const auto begin = documents.column_indices.begin() + documents.row_offsets[static_cast<std::size_t>(row)];
        const auto end = documents.column_indices.begin() + documents.row_offsets[static_cast<std::size_t>(row) + 1];
        double held = 0;
        for (const auto& [term, count] : query.terms) held += std::find(begin, end, term) != end ? idf(open, term) : 0;
        most = std::max(most, held / sum);
    }
    return open.ranker.latent_weight * latent_squares / squares * (1 - 0.85 * std::pow(most, 4));
}

/// The score of the header's formula for the weight w.
VectorXd hybrid_by_formula(const OpenFiles& open, const RankedQuery& query, double w) {
    const VectorXd lexical = lexical_parts(open, query), unit = query.folded.vector.cast<double>().normalized();
    const VectorXd words = ((5 * lexical.array() / lexical.maxCoeff()).exp() - 1) / (std::exp(5.0) - 1);
    const auto blended = [&](const VectorXd& latent) {
        const double largest = latent.maxCoeff();
        return VectorXd((1 - w) * words + (largest > 0 ? w / largest : 0) * latent);
    };
    const VectorXd scores = blended(cosines(open, unit));
    VectorXd mean = VectorXd::Zero(unit.size());
    double weights = 0;
    for (const Eigen::Index best : best_rows(scores, open.ranker.documents() / 100)) {
        mean += scores(best) * open.ranker.latent->document_vectors.row(best).transpose().cast<double>().normalized();
        weights += scores(best);
    }
    mean /= weights;
    return blended(cosines(open, unit + 6 * w * (1 - w) * mean.norm() * mean));
}

/// 300 documents, some of them empty.
std::vector<SourceDocument> collection() {
    auto documents = random_documents(300, 21);
    documents.push_back({"empty1", "", ""});
    documents.push_back({"empty2", "", "...!"});
    return documents;
}

const std::vector<std::map<std::string, float>> asked = {
    {{"aword1", 1.0F}, {"aword2", 1.0F}},
    {{"bword3", 2.0F}, {"plain7", 1.0F}, {"own17", 1.0F}},
    {{"own5", 1.0F}, {"cword0", 1.0F}},
    {{"plain1", 1.0F}, {"plain2", 1.0F}, {"dword4", 1.0F}, {"eword9", 3.0F}}};

}  // namespace

TEST_CASE("the hybrid score is its documented formula of the two parts, for a given weight") {
    const SmallIndex made(collection(), plain("20"));
    const OpenFiles open(made.path());
    for (const auto& words : asked) {
        const RankedQuery query = ranked_query(open.ranker, open.terms(words));
        for (const double w : {0.1, 0.5, 0.9, 0.999}) {
            const Scores scores = score_documents(open.ranker, query, Mode::hybrid, w);
            const VectorXd expected = hybrid_by_formula(open, query, w);
            CHECK(scores.latent_weight == w);
            for (Eigen::Index d = 0; d < 300; ++d) {
                const auto score = static_cast<double>(scores.values[static_cast<std::size_t>(d)]);
                CHECK(std::abs(score - expected(d)) <= float_roundoff);
            }
        }
    }
}

TEST_CASE("the hybrid's own weight is its documented formula") {
    const SmallIndex made(collection(), plain("20"));
    OpenFiles open(made.path());
    for (const double of_index : {open.ranker.latent_weight, 0.3, 1.0}) {
        open.ranker.latent_weight = of_index;
        for (const auto& words : asked) {
            const RankedQuery query = ranked_query(open.ranker, open.terms(words));
            const double w = weight_by_formula(open, query);
            const Scores scores = score_documents(open.ranker, query, Mode::hybrid);
            CHECK(std::abs(scores.latent_weight - w) <= 1e-5);
            CHECK(scores.latent_weight >= 0);
            CHECK(scores.latent_weight <= of_index);
        }
    }
}

TEST_CASE("a weight of nothing is lexical mode, and a weight of one is latent mode") {
    const SmallIndex made(collection(), plain("20"));
    const OpenFiles open(made.path());
    for (const auto& words : asked) {
        const RankedQuery query = ranked_query(open.ranker, open.terms(words));

        const Scores lexical = score_documents(open.ranker, query, Mode::lexical);
        CHECK(score_documents(open.ranker, query, Mode::hybrid, 0.0).values == lexical.values);
        CHECK(lexical.latent_weight == 0);
        const Scores latent = score_documents(open.ranker, query, Mode::latent);
        CHECK(score_documents(open.ranker, query, Mode::hybrid, 1.0).values == latent.values);
        CHECK(latent.latent_weight == 1);
        CHECK(latent.feedback.size() == 0);
    }
}

TEST_CASE("the worth of a BM25 score rises with it, from nothing to its weight") {
    const LexicalWorth worth = lexical_worth(0.4, 20, 6);

    CHECK(worth(0) == 0);
    CHECK(worth(20) == doctest::Approx(0.4).epsilon(1e-6));
    CHECK(worth(10) == doctest::Approx(0.4 / (std::exp(3.0) + 1)).epsilon(1e-5));  // (x - 1) / (x^2 - 1) for x = e^3
    for (float score = 0.1F; score < 20; score += 0.1F) CHECK(worth(score) > worth(score - 0.1F));
}

TEST_CASE("feedback moves a query further the more the leading documents agree") {
    std::vector<SourceDocument> alike;
    for (int d = 0; d < 6; ++d) alike.push_back({"d" + std::to_string(d), "", "red green blue"});
    alike.push_back({"e", "", "red stone wood"});
    alike.push_back({"f", "", "wood iron stone"});
    const SmallIndex made(alike, plain("3"));
    const OpenFiles open(made.path());
    const RankedQuery query = ranked_query(open.ranker, open.terms({{"green", 1.0F}}));

    const Scores scores = score_documents(open.ranker, query, Mode::hybrid, 0.5);

    // One document in a hundred, and one at least: a document agrees with itself, so |m| = 1.
    CHECK(scores.feedback.norm() == doctest::Approx(6 * 0.25).epsilon(1e-5));
    CHECK(score_documents(open.ranker, query, Mode::hybrid, 0.1).feedback.norm() ==
          doctest::Approx(6 * 0.09).epsilon(1e-5));
}

TEST_CASE("who looks for a document by some of its words finds it as by words alone") {
    const auto documents = collection();
    const SmallIndex made(documents, plain("20"));
    OpenFiles open(made.path());
    for (const double of_index : {0.3, 0.6, 0.9}) {
        open.ranker.latent_weight = of_index;
        double by_words = 0, by_both = 0;
        for (std::size_t d = 0; d < 100; ++d) {
            std::istringstream text(documents[d].text);
            std::map<std::string, float> words;
            for (std::string word; words.size() < 5 && text >> word;) {
                if (word.back() != '.') words[word] = 1;
            }
            const RankedQuery query = ranked_query(open.ranker, open.terms(words));
            const auto reciprocal = [&](Mode mode) {
                const std::vector<float> scores = score_documents(open.ranker, query, mode).values;
                const auto better = std::count_if(scores.begin(), scores.end(), [&](float s) { return s > scores[d]; });
                return 1 / static_cast<double>(1 + better);
            };
            by_words += reciprocal(Mode::lexical) / 100;
            by_both += reciprocal(Mode::hybrid) / 100;
        }
        CHECK(by_both >= by_words - 0.005);
    }
}

TEST_CASE("what a mode has nothing to say about has no score") {
    const SmallIndex made(collection(), plain("20"));
    const OpenFiles open(made.path());
    const RankedQuery query = ranked_query(open.ranker, open.terms({{"own5", 1.0F}, {"aword1", 1.0F}}));

    for (const Mode mode : {Mode::lexical, Mode::latent, Mode::hybrid}) {
        const Scores scores = score_documents(open.ranker, query, mode, mode == Mode::hybrid ? 0.5 : 1.0);
        CHECK(scores.values[300] == nothing);
        CHECK(scores.values[301] == nothing);
        CHECK(scores.values[5] > nothing);
    }
    const RankedQuery own = ranked_query(open.ranker, open.terms({{"own5", 1.0F}}));
    CHECK(own.folded.empty);
    const Scores latent = score_documents(open.ranker, own, Mode::latent);
    CHECK(std::all_of(latent.values.begin(), latent.values.end(), [](float value) { return value == nothing; }));
    const Scores hybrid = score_documents(open.ranker, own, Mode::hybrid);
    CHECK(std::count_if(hybrid.values.begin(), hybrid.values.end(), [](float value) { return value > 0; }) == 1);
}

TEST_CASE("scores do not depend on the number of threads") {
    const SmallIndex made(collection(), plain("20"));
    const OpenFiles open(made.path());
    const RankedQuery query = ranked_query(open.ranker, open.terms(asked[3]));
    const auto scores = [&](int threads) {
        const ThreadLimit limit(threads);
        return score_documents(open.ranker, query, Mode::hybrid, 0.6).values;
    };

    CHECK(scores(1) == scores(2));
    CHECK(scores(1) == scores(4));
}
