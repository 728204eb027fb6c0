#include "text/ranking/latent_space.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

/// Three terms, the middle one not latent; two dimensions, which are the two latent terms themselves.
struct LatentExample {
    std::vector<std::int32_t> latent_rows = {0, -1, 1};
    std::vector<float> global_weights = {1, 0.5F};
    DenseMatrix term_vectors = DenseMatrix::Identity(2, 2);
    DenseMatrix document_vectors = (DenseMatrix(3, 2) << 0.6F, 0.8F, 0, 0, -0.5F, 0).finished();
    std::vector<float> document_lengths = {1, 0, 0.5F};
    LatentView view{parse_weighting("log-entropy"),
                    latent_rows,
                    global_weights,
                    ConstMatrixMap(term_vectors.data(), 2, 2),
                    ConstMatrixMap(document_vectors.data(), 3, 2),
                    document_lengths,
                    2};
};

}  // namespace

TEST_CASE("a query is its weights times V, the global weight squared, made unit length before") {
    const LatentExample example;

    const FoldedQuery folded = fold_in(example.view, {{0, 1.0F}, {1, 5.0F}, {2, 3.0F}});

    // Weights 1 x 1 and log2(4) x .25: (1, .5) / sqrt(1.25).
    CHECK_FALSE(folded.empty);
    CHECK(std::abs(folded.vector(0) - 1 / std::sqrt(1.25F)) <= 1e-6F);
    CHECK(std::abs(folded.vector(1) - 0.5F / std::sqrt(1.25F)) <= 1e-6F);
    CHECK(std::abs(folded.share - 1) <= 1e-6);
}

TEST_CASE("a query without a latent term folds into nothing") {
    const LatentExample example;

    CHECK(fold_in(example.view, {}).empty);
    const FoldedQuery folded = fold_in(example.view, {{1, 2.0F}});
    CHECK(folded.empty);
    CHECK(folded.vector.norm() == 0);
}

TEST_CASE("scores are cosines, whatever the length of the query; a document without a vector scores nothing") {
    const LatentExample example;
    std::vector<float> scores(3, -7);

    latent_scores(example.view, Eigen::Vector2f(5, 0), scores);

    CHECK(std::abs(scores[0] - 0.6F) <= 1e-6F);
    CHECK(scores[1] == 0);
    CHECK(std::abs(scores[2] + 1) <= 1e-6F);
    for (std::int64_t d = 0; d < 3; ++d) {
        CHECK(latent_score(example.view, Eigen::Vector2f(5, 0), d) ==
              static_cast<double>(scores[static_cast<std::size_t>(d)]));
    }
}

TEST_CASE("a document folded in by its own counts stands where it stands, if queries weigh terms as documents do") {
    const SmallIndex made(random_documents(40, 11), plain("12", "tf-idf:nnc"));
    const OpenFiles open(made.path());
    const CsrMatrix documents = transposed(open.files.postings());
    const LatentView latent = open.files.latent();

    for (std::size_t d = 0; d < 40; ++d) {
        WeightedTerms counts;
        for (auto p = documents.row_offsets[d]; p < documents.row_offsets[d + 1]; ++p) {
            const auto at = static_cast<std::size_t>(p);
            counts.emplace_back(documents.column_indices[at], documents.values[at]);
        }
        const FoldedQuery folded = fold_in(latent, counts);
        const Eigen::VectorXf row = latent.document_vectors.row(static_cast<Eigen::Index>(d)).transpose();

        CHECK((folded.vector - row).norm() <= 1e-5F);  // 40 sums of float32
        CHECK(std::abs(folded.share - static_cast<double>(latent.document_lengths[d])) <= 1e-5);
        CHECK(latent_score(latent, folded.vector, static_cast<std::int64_t>(d)) >= 1 - 1e-5);
    }
}
