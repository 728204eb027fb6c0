#include "text/ranking/ranker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

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

/// The weight of the header's formula.
double weight_by_formula(const OpenFiles& open, const RankedQuery& query) {
    const VectorXd lexical = lexical_parts(open, query);
    std::vector<double> sorted(lexical.begin(), lexical.end());
    std::sort(sorted.rbegin(), sorted.rend());
    Eigen::Index first = 0;
    lexical.maxCoeff(&first);
    const CsrMatrix documents = transposed(open.files.postings());
    const auto begin = documents.column_indices.begin() + documents.row_offsets[static_cast<std::size_t>(first)];
    const auto end = documents.column_indices.begin() + documents.row_offsets[static_cast<std::size_t>(first) + 1];
    double squares = 0, latent_squares = 0, sum = 0, held = 0;
    for (const auto& [term, count] : query.terms) {
        const double weight = idf(open, term);
        squares += weight * weight;
        sum += weight;
        if (open.ranker.latent->latent_rows[static_cast<std::size_t>(term)] >= 0) latent_squares += weight * weight;
        if (std::find(begin, end, term) != end) held += weight;
    }
    const auto page = static_cast<std::size_t>(std::clamp<std::int64_t>(open.ranker.documents() / 100, 3, 10));
    const double t = held / sum * (1 - sorted[page - 1] / sorted[0]);
    return open.ranker.latent_weight * latent_squares / squares / (1 + std::pow(t / 0.35, 4));
}

/// The score of the header's formula for the weight w.
VectorXd hybrid_by_formula(const OpenFiles& open, const RankedQuery& query, double w) {
    const VectorXd lexical = lexical_parts(open, query), unit = query.folded.vector.cast<double>().normalized();
    const auto blended = [&](const VectorXd& latent) {
        const double largest = latent.maxCoeff();
        return VectorXd((1 - w) * lexical / lexical.maxCoeff() + (largest > 0 ? w / largest : 0) * latent);
    };
    VectorXd scores = blended(cosines(open, unit));
    VectorXd direction = VectorXd::Zero(unit.size());
    const auto leading = std::max<std::int64_t>(1, std::min<std::int64_t>(10, open.ranker.documents() / 100));
    for (std::int64_t i = 0; i < leading; ++i) {
        Eigen::Index best = 0;
        scores.maxCoeff(&best);
        scores(best) = -1;
        direction += open.ranker.latent->document_vectors.row(best).transpose().cast<double>().normalized();
    }
    return blended(cosines(open, unit + 2 * w * direction.normalized()));
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
        for (const double w : {0.1, 0.5, 0.9, 1.0}) {
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

TEST_CASE("a weight of nothing is lexical, of one latent with feedback") {
    const SmallIndex made(collection(), plain("20"));
    const OpenFiles open(made.path());
    const RankedQuery query = ranked_query(open.ranker, open.terms(asked[1]));

    const Scores lexical = score_documents(open.ranker, query, Mode::lexical);
    CHECK(score_documents(open.ranker, query, Mode::hybrid, 0.0).values == lexical.values);
    CHECK(lexical.latent_weight == 0);
    const Scores latent = score_documents(open.ranker, query, Mode::latent);
    CHECK(latent.latent_weight == 1);
    CHECK(latent.feedback.size() == 0);
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
