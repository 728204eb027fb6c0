#include "text/indexing/self_test.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/dense_oracle.h"
#include "text/terms/weighting.h"

using namespace eckart;
using namespace eckart::testing;
using namespace eckart::text;

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// A latent space of `rank` dimensions of a random weighted matrix, and trials of its documents. Each row is the sum of
/// a passage and a rest, so that both are parts of the document.
class Space {
  public:
    Space(Eigen::Index documents, Eigen::Index terms, Eigen::Index rank, std::uint64_t seed, Eigen::Index topics = 4)
        : counts_(MatrixXd::Zero(documents, terms)) {
        const Philox random(seed);
        std::uint64_t draw = 0;
        for (Eigen::Index d = 0; d < documents; ++d) {
            SplitDocument trial;
            trial.row = static_cast<std::int32_t>(d);
            const auto topic = random.below(draw++, static_cast<std::uint64_t>(topics));
            for (Eigen::Index t = 0; t < terms; ++t) {
                const bool of_topic = static_cast<std::uint64_t>(t % topics) == topic;
                for (WeightedTerms* half : {&trial.passage, &trial.rest}) {
                    if (random.uniform(draw++) > (of_topic ? 0.6 : 0.15) && t >= topics) continue;
                    const auto count = static_cast<float>(1 + random.below(draw++, 3));
                    half->emplace_back(static_cast<std::int32_t>(t), count);
                    counts_(d, t) += static_cast<double>(count);
                }
            }
            trials.push_back(trial);
        }
        weigh(rank);
    }

    /// What the space of X without row `d` says of the trial of document d: the question by a dense SVD.
    double target_by_svd(Eigen::Index d) const {
        MatrixXd without = x_;
        without.row(d).setZero();
        return target(d, leading(without, latent.rank));
    }

    double target_with_document(Eigen::Index d) const { return target(d, leading(x_, latent.rank)); }

    CsrMatrix postings() const {
        std::vector<Entry> entries;
        for (Eigen::Index d = 0; d < counts_.rows(); ++d) {
            for (Eigen::Index t = 0; t < counts_.cols(); ++t) {
                if (counts_(d, t) > 0) entries.push_back({t, d, static_cast<float>(counts_(d, t))});
            }
        }
        return csr_from_entries(counts_.cols(), counts_.rows(), entries);
    }

    double target(Eigen::Index d, const MatrixXd& v) const {
        const auto& trial = trials[static_cast<std::size_t>(d)];
        const VectorXd a = v.transpose() * vector(trial.passage, true), b = v.transpose() * vector(trial.rest, false);
        return a.dot(b) / (a.norm() * b.norm());
    }

    /// Scores of the other documents by the same SVD.
    VectorXd scores_by_svd(Eigen::Index d) const {
        MatrixXd without = x_;
        without.row(d).setZero();
        const MatrixXd v = leading(without, latent.rank), y = x_ * v;
        const VectorXd a = v.transpose() * vector(trials[static_cast<std::size_t>(d)].passage, true);
        return ((y * a).array() / (y.rowwise().norm().array() * a.norm())).matrix();
    }

    VectorXd scores(const Question& question) const {
        VectorXd result = (document_vectors_ * question.query).cast<double>();
        for (Eigen::Index d = 0; d < result.size(); ++d)
            result(d) /= static_cast<double>(lengths_[static_cast<std::size_t>(d)]);
        return result;
    }

    std::vector<SplitDocument> trials;
    LatentView latent{{}, {}, {}, ConstMatrixMap(nullptr, 0, 0), ConstMatrixMap(nullptr, 0, 0), {}, 0};
    LatentMatrix matrix;

  private:
    static MatrixXd leading(const MatrixXd& x, Eigen::Index rank) {
        const OracleSvd svd = oracle_svd(x);
        Eigen::Index kept = 0;  // a direction of no singular value is none
        while (kept < rank && svd.values(kept) > 1e-9) ++kept;
        return svd.v.leftCols(kept);
    }

    VectorXd vector(const WeightedTerms& terms, bool query) const {
        VectorXd result = VectorXd::Zero(x_.cols());
        for (const auto& [t, count] : terms) {
            result(t) = query_weight(latent.weighting, static_cast<double>(count)) * (query ? 0.25 : 0.5);
        }
        return result.normalized();
    }

    /// X: the counts under "tf-idf:nnc", with global weights of one half each, which a row's length takes out again.
    void weigh(Eigen::Index rank) {
        x_ = counts_;
        std::vector<Entry> entries;
        for (Eigen::Index d = 0; d < x_.rows(); ++d) {
            x_.row(d).normalize();
            for (Eigen::Index t = 0; t < x_.cols(); ++t) {
                if (x_(d, t) != 0) entries.push_back({d, t, static_cast<float>(x_(d, t))});
            }
        }
        weighted_ = csr_from_entries(x_.rows(), x_.cols(), entries);
        transposed_ = transposed(weighted_);
        const OracleSvd svd = oracle_svd(x_);
        term_vectors_ = svd.v.leftCols(rank).cast<float>();
        document_vectors_ = (x_ * svd.v.leftCols(rank)).cast<float>();
        for (Eigen::Index d = 0; d < x_.rows(); ++d) lengths_.push_back(document_vectors_.row(d).norm());
        for (Eigen::Index t = 0; t < x_.cols(); ++t) rows_.push_back(static_cast<std::int32_t>(t));
        weights_.assign(static_cast<std::size_t>(x_.cols()), 0.5F);
        matrix = {weighted_, transposed_, svd.values.head(rank)};
        new (&latent) LatentView{parse_weighting("tf-idf:nnc"),
                                 rows_,
                                 weights_,
                                 ConstMatrixMap(term_vectors_.data(), x_.cols(), rank),
                                 ConstMatrixMap(document_vectors_.data(), x_.rows(), rank),
                                 lengths_,
                                 rank};
    }

    MatrixXd counts_, x_;
    CsrMatrix weighted_, transposed_;
    DenseMatrix term_vectors_, document_vectors_;
    std::vector<float> lengths_, weights_;
    std::vector<std::int32_t> rows_;
};

}  // namespace

TEST_CASE("a question is that of an SVD without its document, wherever V and the document span what there is") {
    struct Shape {
        Eigen::Index documents, terms, rank;
        double tolerance;  // float32 of V and of the vectors, over what is left of a small singular value
    };
    for (const Shape& shape :
         {Shape{12, 30, 11, 2e-4}, Shape{12, 30, 12, 1e-3}, Shape{30, 10, 10, 1e-6}, Shape{30, 10, 9, 5e-3}}) {
        const auto& [documents, terms, rank, tolerance] = shape;
        const Space space(documents, terms, rank, 5);
        for (Eigen::Index d = 0; d < documents; ++d) {
            const auto& trial = space.trials[static_cast<std::size_t>(d)];
            const Question question = question_without_document(space.latent, space.matrix, trial);

            CAPTURE(shape.rank);
            CAPTURE(d);
            CHECK(std::abs(question.target - space.target_by_svd(d)) <= tolerance);
            CHECK(question.query.norm() <= 1 + 1e-5F);
        }
    }
}

TEST_CASE(
    "in fewer dimensions a question is near that of an SVD without its document, and nearer than the whole space") {
    const Space space(40, 60, 20, 5);
    double error = 0, whole_error = 0;
    for (Eigen::Index d = 0; d < 40; ++d) {
        const double truth = space.target_by_svd(d);
        const auto& trial = space.trials[static_cast<std::size_t>(d)];
        error += std::abs(question_without_document(space.latent, space.matrix, trial).target - truth) / 40;
        whole_error += std::abs(space.target_with_document(d) - truth) / 40;
    }

    CHECK(error <= 0.02);
    CHECK(error <= whole_error / 2);
}

TEST_CASE("scores of the other documents are those of the space without the row, where nothing has to be left out") {
    const Space space(30, 10, 10, 6);
    for (Eigen::Index d = 0; d < 30; ++d) {
        const Question question =
            question_without_document(space.latent, space.matrix, space.trials[static_cast<std::size_t>(d)]);
        CHECK((space.scores(question) - space.scores_by_svd(d)).cwiseAbs().maxCoeff() <= 1e-5);
    }
}

TEST_CASE("a passage or a half without a latent term is no question") {
    const Space space(12, 30, 8, 5);
    SplitDocument trial = space.trials[0];
    trial.passage.clear();
    CHECK(question_without_document(space.latent, space.matrix, trial).query.size() == 0);
    trial = space.trials[0];
    trial.rest.clear();
    CHECK(question_without_document(space.latent, space.matrix, trial).query.size() == 0);
}

TEST_CASE("a document that is all alone in its direction leaves finite numbers") {
    const Space space(6, 12, 5, 9, 6);
    for (Eigen::Index d = 0; d < 6; ++d) {
        const Question question =
            question_without_document(space.latent, space.matrix, space.trials[static_cast<std::size_t>(d)]);
        CHECK(std::isfinite(question.target));
        CHECK(std::abs(question.target) <= 1 + 1e-3);
        CHECK(question.query.allFinite());
    }
}

TEST_CASE("the weight is even where words are 1.2 times as far from the top, and follows the eighth power") {
    CHECK(latent_weight(1.19, 0.99) == doctest::Approx(0.5).epsilon(1e-9));
    // r = 1.14 / .74, (1.2 / r)^8 = (.888 / 1.14)^8 = .1355...
    CHECK(latent_weight(1.13, 0.73) == doctest::Approx(1 / 1.13554).epsilon(1e-3));
    CHECK(latent_weight(0.73, 1.13) < 0.01);
    CHECK(latent_weight(0, 0) == doctest::Approx(1 / (1 + 4.29982)).epsilon(1e-4));  // 1.2^8
}

TEST_CASE("the weight lies in [0, 1], is the same for any number of threads, and is a half for too few trials") {
    for (const std::uint64_t seed : {1, 2, 3}) {
        const Space space(40, 60, 8, seed);
        const CsrMatrix postings = space.postings();
        const std::vector<float> saturations(40, 2.0F);
        const Ranker ranker{{postings, saturations, 2.0}, space.latent, 0};
        std::vector<Blend> blends;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            blends.push_back(self_tested_blend(ranker, space.matrix, space.trials, {}));
        }

        CHECK(blends[0].latent_weight >= 0);
        CHECK(blends[0].latent_weight <= 1);
        CHECK(blends[0].reason.find("in 40 trials") == 0);
        for (const Blend& blend : blends) {
            CHECK(blend.latent_weight == blends[0].latent_weight);
            CHECK(blend.reason == blends[0].reason);
        }
        const std::vector<SplitDocument> few(space.trials.begin(), space.trials.begin() + 9);
        CHECK(self_tested_blend(ranker, space.matrix, few, {}).latent_weight == 0.5);
        CHECK(self_tested_blend(ranker, space.matrix, {}, {}).latent_weight == 0.5);
    }
}
