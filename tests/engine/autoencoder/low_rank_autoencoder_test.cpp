#include "engine/autoencoder/low_rank_autoencoder.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/centering.h"
#include "engine/matrix/random_matrices.h"
#include "engine/matrix/subspace.h"
#include "engine/metrics/reconstruction.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

double error_of(const Eigen::MatrixXd& x, const LowRankAutoencoder& a) {
    return (x - x * a.encoder.cast<double>() * a.decoder.cast<double>().transpose()).squaredNorm();
}

bool never_increases(const LowRankAutoencoder& a) {
    for (std::size_t i = 1; i < a.objective.size(); ++i) {
        if (!(a.objective[i] <= a.objective[i - 1] + 1e-13 * a.squared_norm)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("one hidden unit learns the direction of the largest spread, by hand") {
    DenseMatrix x(2, 2);
    x << 3, 0, 0, 1;
    for (const bool tied : {false, true}) {
        const LowRankAutoencoder a = fit_low_rank_autoencoder(x, {.rank = 1, .tied = tied});

        CHECK(a.converged);
        CHECK(a.squared_norm == doctest::Approx(10));
        CHECK(a.objective.back() == doctest::Approx(1));
        CHECK(std::abs(a.encoder(0, 0)) == doctest::Approx(1));
        CHECK(a.encoder(0, 0) * a.decoder(0, 0) == doctest::Approx(1));
        CHECK(std::abs(a.encoder(1, 0)) <= 1e-6);
    }
}

TEST_CASE("tied or not, dense or sparse, training ends at the least error and in the leading subspace") {
    const CsrMatrix x = random_sparse(300, 250, 0.1, 1);
    const DenseMatrix full = dense(x).cast<float>();
    const TruncatedSvd svd = truncated_svd(x, {.rank = 6, .tolerance = 1e-9});
    const double least = eckart_young_errors(svd)(6);
    for (const bool tied : {false, true}) {
        CAPTURE(tied);
        const LowRankAutoencoderOptions options{.rank = 6, .tied = tied, .tolerance = 1e-6};
        for (const auto& a : {fit_low_rank_autoencoder(x, options), fit_low_rank_autoencoder(full, options)}) {
            CHECK(a.converged);
            CHECK(never_increases(a));
            CHECK(a.iterations + 1 == static_cast<std::int64_t>(a.objective.size()));
            CHECK(std::abs(a.objective.back() - least) <= 1e-9 * a.squared_norm);
            CHECK(std::abs(error_of(dense(x), a) - a.objective.back()) <= 1e-6 * a.squared_norm);  // float32 factors
            CHECK(principal_angles(a.encoder, svd.v).maxCoeff() <= 1e-3);
            CHECK(principal_angles(a.decoder, svd.v).maxCoeff() <= 1e-3);
        }
    }
}

TEST_CASE("an encoder is orthonormal, and a tied one is its decoder") {
    const CsrMatrix x = random_sparse(80, 60, 0.3, 2);
    const LowRankAutoencoder untied = fit_low_rank_autoencoder(x, {.rank = 5}),
                             tied = fit_low_rank_autoencoder(x, {.rank = 5, .tied = true});

    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(5, 5);
    CHECK(
        (untied.encoder.cast<double>().transpose() * untied.encoder.cast<double>() - identity).cwiseAbs().maxCoeff() <=
        1e-6);
    CHECK((tied.encoder.cast<double>().transpose() * tied.encoder.cast<double>() - identity).cwiseAbs().maxCoeff() <=
          1e-6);
    CHECK(same_bytes(tied.encoder, tied.decoder));
}

TEST_CASE("before it has converged, a decoder is the best for its encoder") {
    const CsrMatrix x = random_sparse(120, 90, 0.2, 3);
    const LowRankAutoencoder early = fit_low_rank_autoencoder(x, {.rank = 4, .iterations = 2});
    REQUIRE_FALSE(early.converged);
    CHECK(early.iterations == 2);
    const double error = error_of(dense(x), early);

    CHECK(std::abs(error - early.objective.back()) <= 1e-6 * early.squared_norm);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        LowRankAutoencoder other = early;
        other.decoder += 0.01F * random_panel<float>(90, 4, seed);
        CHECK(error_of(dense(x), other) > error);
    }
}

TEST_CASE("awkward matrices are learned as far as their rank goes") {
    const DenseMatrix column = random_panel<float>(40, 1, 4), row = random_panel<float>(1, 30, 5);
    const DenseMatrix a = random_panel<float>(40, 3, 6), b = random_panel<float>(3, 30, 7);
    DenseMatrix x;
    std::int64_t rank = 0;
    SUBCASE("rank one") {
        x = column * row;
        rank = 1;
    }
    SUBCASE("rank below k") {
        x = a * b;
        rank = 3;
    }
    SUBCASE("all equal") {
        x = DenseMatrix::Constant(40, 30, 2.0F);
        rank = 1;
    }
    SUBCASE("one column") {
        x = column;
        rank = 1;
    }
    SUBCASE("one row") {
        x = row;
        rank = 1;
    }
    for (const bool tied : {false, true}) {
        const LowRankAutoencoder fit = fit_low_rank_autoencoder(x, {.rank = 8, .tied = tied});
        CHECK(fit.encoder.cols() >= rank);
        CHECK(fit.encoder.cols() <= 8);
        CHECK(fit.objective.back() <= 1e-10 * fit.squared_norm);
        CHECK(error_of(x.cast<double>(), fit) <= 1e-10 * fit.squared_norm);
    }
}

TEST_CASE("equal singular values leave the subspace open, not the error") {
    const CsrMatrix identity = sparse(Eigen::MatrixXd::Identity(30, 30));
    for (const bool tied : {false, true}) {
        const LowRankAutoencoder a = fit_low_rank_autoencoder(identity, {.rank = 7, .tied = tied});
        CHECK(a.converged);
        CHECK(a.objective.back() == doctest::Approx(23));
    }
}

TEST_CASE("a rank as wide as the matrix leaves no error") {
    const CsrMatrix x = random_sparse(25, 12, 0.5, 8);

    const LowRankAutoencoder a = fit_low_rank_autoencoder(x, {.rank = 50});

    CHECK(a.objective.back() <= 1e-12 * a.squared_norm);
}

TEST_CASE("training is the same bytes for 1, 2 and 4 threads, and another seed starts elsewhere") {
    const CsrMatrix x = random_sparse(1500, 400, 0.02, 9);
    const auto with = [&](int threads, std::uint64_t seed) {
        const ThreadLimit limit(threads);
        return fit_low_rank_autoencoder(x, {.rank = 5, .iterations = 10, .seed = seed});
    };
    const LowRankAutoencoder one = with(1, 1);

    CHECK(same_bytes(with(2, 1).encoder, one.encoder));
    CHECK(same_bytes(with(4, 1).decoder, one.decoder));
    CHECK(with(2, 1).objective == one.objective);
    CHECK(with(1, 2).objective != one.objective);
}

TEST_CASE("what cannot be trained is refused") {
    const CsrMatrix x = random_sparse(20, 10, 0.5, 10);
    CsrMatrix bad = x;
    bad.values[2] = std::numeric_limits<float>::quiet_NaN();
    LowRankAutoencoderOptions little{.rank = 3};
    little.memory.bytes = low_rank_autoencoder_memory(20, 10, little) - 1;

    CHECK_THROWS_AS(fit_low_rank_autoencoder(x, {.rank = 0}), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(x, {.iterations = 0}), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(x, {.tolerance = 0}), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(bad), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(csr_from_entries(5, 5, {})), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(DenseMatrix(0, 4)), UsageError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(x, little), MemoryError);
    CHECK_THROWS_AS(fit_low_rank_autoencoder(x, {}, Progress({}, [] { return true; })), InterruptedError);
}
