#include "text/indexing/index_encoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/text/small_index.h"
#include "text/query/index_space.h"
#include "text/store/weighted_matrix.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr float nothing = -std::numeric_limits<float>::infinity();

const SearchOptions by_codes = {.mode = Mode::autoencoder, .count = 100, .latent_weight = {}};

EncodeOptions small(bool variational = false) {
    return {.layers = {.encoder = {9}, .code = 6, .decoder = {}, .linear_code = true, .variational = variational},
            .training = {.loss = ReconstructionLoss::squared, .batch = 20, .epochs = 15, .patience = 0}};
}

std::vector<SourceDocument> collection() {
    auto documents = random_documents(60, 5);
    documents.push_back({"empty", "", "...!"});
    return documents;
}

}  // namespace

TEST_CASE("codes of an index are E of its weighted matrix, and zeros where a document has no latent term") {
    for (const bool variational : {false, true}) {
        CAPTURE(variational);
        const SmallIndex made(collection(), plain("10"));
        const EncodeSummary summary = encode_index(made.path(), small(variational));
        const OpenFiles open(made.path());
        const CodeView& code = *open.ranker.code;
        const CsrMatrix x = weighted_matrix(made.path()).matrix;

        const DenseMatrix expected = encode(code.network, x);

        CHECK(summary.documents == 61);
        CHECK(summary.without_code == 1);
        CHECK(code.document_codes.topRows(60) == expected.topRows(60));  // "empty" is the last id
        CHECK(code.document_codes.row(60).isZero(0));
        CHECK(code.document_lengths[60] == 0);
    }
}

TEST_CASE("the score by codes is the cosine of E(q) and a document's code") {
    const SmallIndex made(collection(), plain("10"));
    encode_index(made.path(), small());
    const OpenFiles open(made.path());
    const CodeView& code = *open.ranker.code;
    const RankedQuery query = ranked_query(open.ranker, open.terms({{"aword1", 1.0F}, {"plain7", 2.0F}}));

    const Scores scores = score_documents(open.ranker, query, Mode::autoencoder);

    Eigen::VectorXd weights = Eigen::VectorXd::Zero(open.ranker.latent->term_vectors.rows());
    for (const auto& [term, count] : query.terms) {
        const std::int32_t row = open.ranker.latent->latent_rows[static_cast<std::size_t>(term)];
        weights(row) = folded_weight(*open.ranker.latent, row, count);
    }
    const auto layer = [&](std::size_t l, const Eigen::VectorXd& sum) {
        const Eigen::Map<const Eigen::VectorXf> biases(code.network.biases[l].data(), sum.size());
        return Eigen::VectorXd(sum + biases.cast<double>());
    };
    const Eigen::MatrixXd first = code.network.weights[0].cast<double>(),
                          second = code.network.weights[1].cast<double>();
    const Eigen::VectorXd hidden = layer(0, first.transpose() * weights.normalized()).array().tanh();
    const Eigen::VectorXd expected = layer(1, second * hidden);
    for (Eigen::Index d = 0; d < 60; ++d) {
        const Eigen::VectorXd document = code.document_codes.row(d).cast<double>();
        const auto score = static_cast<double>(scores.values[static_cast<std::size_t>(d)]);
        CHECK(std::abs(score - expected.dot(document) / expected.norm() / document.norm()) <= 1e-5);
    }
    CHECK(scores.values[60] == nothing);
}

TEST_CASE("a query of no latent term has no hits by codes, and an index without codes says what to do") {
    const SmallIndex made(collection(), plain("10"));
    CHECK(message_of<UsageError>([&] {
              static_cast<void>(made.index.search("aword1", by_codes));
          }).find("eckart encode") != std::string::npos);
    encode_index(made.path(), small());
    const Index encoded = Index::open(made.path());

    CHECK(encoded.search("own17", by_codes).empty());  // in one document alone
    CHECK(encoded.search("aword1", by_codes).size() == 60);
    CHECK(encoded.similar("d003", by_codes).size() == 59);
}

TEST_CASE("the other modes answer as they did before the index was encoded") {
    const SmallIndex made(collection(), plain("10"));
    const std::vector<Hit> before = made.index.search("aword1 bword2");
    encode_index(made.path(), small());
    const std::vector<Hit> after = Index::open(made.path()).search("aword1 bword2");

    REQUIRE(ids(after) == ids(before));
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i].score == before[i].score);
    CHECK(made.index.search("aword1 bword2").size() == before.size());  // a reader keeps its generation
}

TEST_CASE("an encoding is the same bytes for any number of threads") {
    const auto encoded = [&](int threads) {
        const ThreadLimit limit(threads);
        const SmallIndex made(collection(), plain("10"));
        encode_index(made.path(), small());
        return bytes_of(made.path());
    };

    const auto one = encoded(1);

    CHECK(encoded(2) == one);
    CHECK(encoded(4) == one);
}

TEST_CASE("what fails or is interrupted leaves the generation that was there") {
    const SmallIndex made(collection(), plain("10"));
    const auto before = bytes_of(made.path());
    EncodeOptions options = small();

    options.training.memory = {10'000};
    CHECK_THROWS_AS(encode_index(made.path(), options), MemoryError);
    for (const int reports : {0, 3, 30}) {
        const Progress interrupted({}, [left = reports]() mutable { return left-- <= 0; });
        CHECK_THROWS_AS(encode_index(made.path(), small(), interrupted), InterruptedError);
    }
    CHECK(bytes_of(made.path()) == before);
    CHECK_THROWS_AS(encode_index(made.path() + "/none", small()), InputError);
}

TEST_CASE("an index without a latent space has nothing to encode") {
    const SmallIndex made({{"a", "", "one"}, {"b", "", "two"}});
    CHECK(message_of<UsageError>([&] { encode_index(made.path(), small()); }).find("no latent space") !=
          std::string::npos);
}
