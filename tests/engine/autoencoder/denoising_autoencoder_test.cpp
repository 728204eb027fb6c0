#include "engine/autoencoder/denoising_autoencoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../matrix/random_matrices.h"
#include "engine/autoencoder/dropout.h"
#include "engine/matrix/conjugate_gradients.h"
#include "engine/matrix/subspace.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd penalty_of(const MatrixXd& x, double dropout, double lambda) {
    return dropout_penalty(x.colwise().squaredNorm().transpose(), dropout, lambda);
}

double objective(const MatrixXd& x, const MatrixXd& b, const VectorXd& penalty) {
    return (x - x * b).squaredNorm() + (penalty.cwiseSqrt().asDiagonal() * b).squaredNorm();
}

MatrixXd map_of(const DenoisingAutoencoder& a) {
    return a.encoder.cast<double>() * a.decoder.cast<double>().transpose();
}

/// The same by whitening: with A = R'R, R B is the truncated SVD of R'^-1 X'X.
MatrixXd by_whitening(const MatrixXd& x, const VectorXd& penalty, Eigen::Index rank) {
    MatrixXd a = x.transpose() * x;
    const MatrixXd gram = a;
    a.diagonal() += penalty;
    const MatrixXd lower = oracle_cholesky(a);
    const OracleSvd svd = oracle_svd(oracle_solution(lower, gram));
    const MatrixXd cut = svd.u.leftCols(rank) * svd.values.head(rank).asDiagonal() * svd.v.leftCols(rank).transpose();
    return oracle_solution(lower.transpose(), cut);
}

}  // namespace

TEST_CASE("conjugate gradients solve a system of n unknowns in n steps, each closer") {
    const Eigen::Index n = 12;
    const DenseMatrixF64 root = random_panel<double>(n, n, 1), b = random_panel<double>(n, 1, 2);
    const DenseMatrixF64 h = root * root.transpose() + DenseMatrixF64::Identity(n, n);
    const auto apply = [&](const DenseMatrixF64& x) { return DenseMatrixF64(h * x); };
    const auto scaled = [&](const DenseMatrixF64& x) {
        return DenseMatrixF64(h.diagonal().cwiseInverse().asDiagonal() * x);
    };
    double last = std::numeric_limits<double>::infinity();
    for (std::int64_t steps = 0; steps <= n; ++steps) {
        DenseMatrixF64 x = DenseMatrixF64::Zero(n, 1);
        CHECK(conjugate_gradients(apply, scaled, b, {.steps = steps}, x) == steps);
        const double value = 0.5 * inner_product(x, h * x) - inner_product(x, b);
        CHECK(value < last);
        last = value;
        if (steps == n) CHECK((h * x - b).norm() <= 1e-8 * b.norm());
    }
}

TEST_CASE("one hidden unit on uncorrelated inputs keeps the larger, shrunk by its noise, by hand") {
    // G = diag(9, 1), p / (1 - p) = 1: A = diag(18, 2), B* = 1/2, gains 9/2 and 1/2.
    MatrixXd x(2, 2);
    x << 3, 0, 0, 1;

    const DenoisingAutoencoder a = fit_denoising_autoencoder(sparse(x), {.rank = 1, .dropout = 0.5});

    CHECK(a.encoder(0, 0) == doctest::Approx(0.5));
    CHECK(a.decoder(0, 0) == doctest::Approx(1));
    CHECK(std::abs(a.decoder(1, 0)) <= 1e-6);
    CHECK(a.gains[0] == doctest::Approx(4.5));
    CHECK(a.objective == doctest::Approx(5.5));
}

TEST_CASE("the closed form is the one that whitening and a dense SVD give, at every rank") {
    const CsrMatrix x = random_sparse(40, 15, 0.4, 1);
    for (const double lambda : {0.0, 4.0}) {
        const VectorXd penalty = penalty_of(dense(x), 0.3, lambda);
        for (const Eigen::Index rank : {1, 4, 15}) {
            CAPTURE(rank);
            const DenoisingAutoencoder a = fit_denoising_autoencoder(
                x, {.rank = rank, .dropout = 0.3, .regularization = lambda, .tolerance = 1e-9});
            const MatrixXd expected = by_whitening(dense(x), penalty, rank);

            CHECK((map_of(a) - expected).cwiseAbs().maxCoeff() <= 1e-5);
            CHECK(std::abs(objective(dense(x), map_of(a), penalty) - a.objective) <= 1e-9 * a.squared_norm);
            CHECK(std::abs(objective(dense(x), expected, penalty) - a.objective) <= 1e-9 * a.squared_norm);
            CHECK((a.decoder.transpose() * a.decoder - DenseMatrix::Identity(rank, rank)).norm() <= 1e-5F);
        }
    }
}

TEST_CASE("no other encoder and decoder of that rank is better") {
    const CsrMatrix x = random_sparse(40, 15, 0.4, 2);
    const VectorXd penalty = penalty_of(dense(x), 0.4, 1);
    const DenoisingAutoencoder a = fit_denoising_autoencoder(x, {.rank = 3, .dropout = 0.4, .regularization = 1});
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const double size : {1e-3, 1e-1, 1.0}) {
            const MatrixXd u = a.encoder.cast<double>() + size * random_panel<double>(15, 3, seed);
            const MatrixXd v = a.decoder.cast<double>() + size * random_panel<double>(15, 3, ~seed);
            CHECK(objective(dense(x), u * v.transpose(), penalty) > a.objective);
        }
    }
}

TEST_CASE("conjugate gradients beyond the order that is inverted find the same") {
    const CsrMatrix x = random_likes(60, 200, 0.1, 3);
    const DenoisingAutoencoderOptions options{.rank = 5, .dropout = 0.2, .regularization = 2};
    DenoisingAutoencoderOptions little = options;
    little.memory.bytes = denoising_autoencoder_memory(60, 200, {.rank = 5, .memory = {.bytes = 1}});

    const DenoisingAutoencoder inverted = fit_denoising_autoencoder(x, options);
    const DenoisingAutoencoder iterated = fit_denoising_autoencoder(x, little);

    CHECK((map_of(inverted) - map_of(iterated)).cwiseAbs().maxCoeff() <= 1e-5);
}

TEST_CASE("with next to no noise it is the truncated SVD, and so it is in direction where all columns weigh alike") {
    const CsrMatrix x = random_sparse(60, 20, 0.4, 4);
    const TruncatedSvd svd = truncated_svd(x, {.rank = 4, .tolerance = 1e-9});

    const DenoisingAutoencoder faint = fit_denoising_autoencoder(x, {.rank = 4, .dropout = 1e-9});
    const DenoisingAutoencoder even = fit_denoising_autoencoder(x, {.rank = 4, .dropout = 0, .regularization = 5});

    CHECK(faint.objective == doctest::Approx(eckart_young_errors(svd)(4)).epsilon(1e-6));
    CHECK(principal_angles(faint.decoder, svd.v).maxCoeff() <= 1e-3);
    CHECK(principal_angles(even.decoder, svd.v).maxCoeff() <= 1e-3);
}

TEST_CASE("awkward matrices are denoised as far as their rank goes") {
    MatrixXd x = MatrixXd::Zero(9, 6);
    SUBCASE("rank one") {
        x = random_panel<double>(9, 1, 1) * random_panel<double>(1, 6, 2);
    }
    SUBCASE("all equal") {
        x.setConstant(2);
    }
    SUBCASE("one column") {
        x = random_panel<double>(9, 1, 3);
    }
    SUBCASE("one row") {
        x = random_panel<double>(1, 6, 3);
    }
    SUBCASE("empty rows and columns") {
        x.topLeftCorner(4, 3) = random_panel<double>(4, 3, 4);
    }
    SUBCASE("duplicates") {
        x = random_panel<double>(9, 3, 5).replicate(1, 2);
    }
    x = x.cast<float>().cast<double>();
    const DenoisingAutoencoder a = fit_denoising_autoencoder(sparse(x), {.rank = 6, .dropout = 0.25});
    const VectorXd penalty = penalty_of(x, 0.25, 0);

    CHECK(std::abs(objective(x, map_of(a), penalty) - a.objective) <= 1e-6 * a.squared_norm);
    CHECK(std::abs(objective(x, by_whitening(x, penalty, std::min(x.rows(), x.cols())), penalty) - a.objective) <=
          1e-6 * a.squared_norm);
}

TEST_CASE("a denoising autoencoder has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_sparse(700, 400, 0.03, 6);
    const ThreadLimit single(1);
    const DenoisingAutoencoder one = fit_denoising_autoencoder(x, {.rank = 8});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        const DenoisingAutoencoder other = fit_denoising_autoencoder(x, {.rank = 8});
        CHECK(same_bytes(other.encoder, one.encoder));
        CHECK(same_bytes(other.decoder, one.decoder));
    }
}

TEST_CASE("what cannot be denoised is refused") {
    CsrMatrix x = random_sparse(10, 5, 0.5, 7);
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(x, {.rank = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(x, {.dropout = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(x, {.dropout = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(csr_from_entries(3, 3, {}))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(x, {.memory = {.bytes = 10}})), MemoryError);
    x.values[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(static_cast<void>(fit_denoising_autoencoder(x)), UsageError);
}
