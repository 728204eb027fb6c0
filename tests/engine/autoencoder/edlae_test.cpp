#include "engine/autoencoder/edlae.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../matrix/random_matrices.h"
#include "engine/autoencoder/dropout.h"
#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd penalty_of(const MatrixXd& x, const EdlaeOptions& options) {
    return dropout_penalty(x.colwise().squaredNorm().transpose(), options.dropout, options.regularization);
}

double edlae_objective(const MatrixXd& x, MatrixXd b, const VectorXd& penalty) {
    b.diagonal().setZero();
    return (x - x * b).squaredNorm() + (penalty.cwiseSqrt().asDiagonal() * b).squaredNorm();
}

MatrixXd map_of(const Edlae& model) {
    return model.encoder.cast<double>() * model.decoder.cast<double>().transpose();
}

/// The least objective without a bound on the rank.
double full_rank_objective(const CsrMatrix& x, const EdlaeOptions& options) {
    const LinearAutoencoder best = fit_linear_autoencoder(
        x, {.regularization = options.regularization, .dropout = options.dropout, .arithmetic = Arithmetic::float64});
    return edlae_objective(dense(x), best.weights.cast<double>(), penalty_of(dense(x), options));
}

/// For an encoder, the best decoder by a least-squares problem for each column, written out.
MatrixXd best_decoder(const MatrixXd& x, const MatrixXd& u, const VectorXd& penalty) {
    MatrixXd v(u.rows(), u.cols());
    for (Eigen::Index j = 0; j < u.rows(); ++j) {
        MatrixXd others = u;
        others.row(j).setZero();
        const MatrixXd coded = x * others;
        const MatrixXd a = coded.transpose() * coded + others.transpose() * penalty.asDiagonal() * others;
        v.row(j) = oracle_solution(a, coded.transpose() * x.col(j)).transpose();
    }
    return v;
}

bool never_increases(const Edlae& model) {
    for (std::size_t i = 1; i < model.objective.size(); ++i) {
        if (!(model.objective[i] <= model.objective[i - 1] + 1e-12 * model.squared_norm)) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("two columns, one hidden unit: each is found from the other as with full rank, by hand") {
    // X'X = [2 2; 2 3] and L = [3 4]: B_12 = 2 / 5, B_21 = 2 / 7. One unit has room for both: u_1 v_2 and u_2 v_1.
    MatrixXd x(3, 2);
    x << 1, 1, 1, 1, 0, 1;

    const Edlae model = fit_edlae(sparse(x), {.rank = 1, .dropout = 0.5, .regularization = 1, .tolerance = 0});

    CHECK(map_of(model)(0, 1) == doctest::Approx(2. / 5));
    CHECK(map_of(model)(1, 0) == doctest::Approx(2. / 7));
    CHECK(model.objective.back() == doctest::Approx(5 - 4. / 5 - 4. / 7));
}

TEST_CASE("the objective never increases, and is that of the factors handed out") {
    const CsrMatrix x = random_likes(120, 40, 0.15, 1);
    for (const std::int64_t rank : {1, 5, 20}) {
        CAPTURE(rank);
        const EdlaeOptions options{.rank = rank, .dropout = 0.3, .regularization = 2, .sweeps = 15, .tolerance = 0};

        const Edlae model = fit_edlae(x, options);

        CHECK(model.objective.size() <= 16);
        CHECK(never_increases(model));
        CHECK(model.objective.back() < model.objective.front());
        CHECK(std::abs(edlae_objective(dense(x), map_of(model), penalty_of(dense(x), options)) -
                       model.objective.back()) <= 1e-6 * model.squared_norm);  // float32 factors
    }
}

TEST_CASE("the decoder is the best for its encoder") {
    const CsrMatrix x = random_likes(120, 40, 0.15, 2);
    for (const std::int64_t sweeps : {0, 3}) {
        const EdlaeOptions options{.rank = 6, .dropout = 0.3, .regularization = 2, .sweeps = sweeps};
        const VectorXd penalty = penalty_of(dense(x), options);
        const Edlae model = fit_edlae(x, options);

        const MatrixXd u = model.encoder.cast<double>(), best = best_decoder(dense(x), u, penalty);

        CHECK((model.decoder.cast<double>() - best).cwiseAbs().maxCoeff() <= 1e-5 * best.cwiseAbs().maxCoeff());
        CHECK(edlae_objective(dense(x), u * best.transpose(), penalty) == doctest::Approx(model.objective.back()));
    }
}

TEST_CASE("with as many hidden units as columns it comes to the full rank's optimum") {
    const CsrMatrix x = random_likes(90, 25, 0.2, 3);
    const EdlaeOptions options{.rank = 25, .dropout = 0.4, .regularization = 3, .sweeps = 300, .tolerance = 1e-12};

    const Edlae model = fit_edlae(x, options);

    const double least = full_rank_objective(x, options);
    CHECK(model.objective.back() >= least - 1e-7 * model.squared_norm);
    CHECK(model.objective.back() <= least + 1e-6 * model.squared_norm);
}

TEST_CASE("at the end the gradient is zero") {
    const CsrMatrix x = random_likes(60, 20, 0.25, 4);
    const EdlaeOptions options{.rank = 4, .dropout = 0.3, .regularization = 2, .sweeps = 2000, .tolerance = 1e-13};
    const VectorXd penalty = penalty_of(dense(x), options);
    const Edlae model = fit_edlae(x, options);
    const MatrixXd u = model.encoder.cast<double>(), v = model.decoder.cast<double>();
    const auto at = [&](const MatrixXd& encoder, const MatrixXd& decoder) {
        return edlae_objective(dense(x), encoder * decoder.transpose(), penalty);
    };
    REQUIRE(model.converged);
    for (Eigen::Index i = 0; i < u.size(); ++i) {
        MatrixXd up = u, down = u;
        const double step = 1e-3 * u.cwiseAbs().maxCoeff();
        up.data()[i] += step;
        down.data()[i] -= step;
        // In the length of the columns, and of the objective's part that can move.
        CHECK(std::abs(at(up, v) - at(down, v)) / 2e-3 <= 1e-3 * model.squared_norm);
    }
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const double size = 0.02 * u.norm() / std::sqrt(80.0);
        CHECK(at(u + size * random_panel<double>(20, 4, seed), v) > model.objective.back());
    }
}

TEST_CASE("more hidden units never make it worse, and all stay above the full rank") {
    const CsrMatrix x = random_likes(150, 50, 0.12, 5);
    const EdlaeOptions options{.dropout = 0.33, .regularization = 2};
    double last = squared_norm(x);
    for (const std::int64_t rank : {1, 3, 10, 30, 50}) {
        CAPTURE(rank);
        EdlaeOptions own = options;
        own.rank = rank;
        const double value = fit_edlae(x, own).objective.back();
        CHECK(value < last);
        CHECK(value >= full_rank_objective(x, options) - 1e-7 * squared_norm(x));
        last = value;
    }
}

TEST_CASE("weights of columns bring a low rank to the small ones, and leave the full rank as it is") {
    Eigen::MatrixXd x = dense(random_likes(150, 30, 0.1, 10));
    x.leftCols(10) *= 4;
    const EdlaeOptions plain{.rank = 5, .dropout = 0.3, .regularization = 2};
    EdlaeOptions even = plain, whole = plain;
    even.column_power = 1;
    whole.rank = 30;
    whole.sweeps = 300;
    whole.tolerance = 1e-12;
    const VectorXd penalty = penalty_of(x, plain);
    const VectorXd norms = x.colwise().squaredNorm().transpose();
    const VectorXd weights = norms.mean() * norms.cwiseInverse();
    const auto errors = [&](const EdlaeOptions& options) {
        MatrixXd b = map_of(fit_edlae(sparse(x), options));
        b.diagonal().setZero();
        return VectorXd((x - x * b).colwise().squaredNorm().transpose() +
                        (penalty.cwiseSqrt().asDiagonal() * b).colwise().squaredNorm().transpose());
    };
    const VectorXd large_first = errors(plain), all_alike = errors(even), best = errors(whole);
    whole.column_power = 0.7;

    CHECK(all_alike.tail(20).sum() < large_first.tail(20).sum());
    CHECK(all_alike.head(10).sum() > large_first.head(10).sum());
    CHECK(weights.dot(all_alike) == doctest::Approx(fit_edlae(sparse(x), even).objective.back()).epsilon(1e-5));
    CHECK((errors(whole) - best).cwiseAbs().maxCoeff() <= 1e-4 * best.maxCoeff());
}

TEST_CASE("without room for an inverse the steps are shorter and the end is the same") {
    const CsrMatrix x = random_likes(60, 200, 0.1, 6);
    const EdlaeOptions options{.rank = 5, .dropout = 0.3, .regularization = 2, .sweeps = 500, .tolerance = 1e-9};
    EdlaeOptions little = options;
    little.memory.bytes = edlae_memory(60, 200, x.nonzeros(), {.rank = 5, .memory = {.bytes = 1}});

    const Edlae inverted = fit_edlae(x, options), iterated = fit_edlae(x, little);

    CHECK(never_increases(iterated));
    CHECK(std::abs(inverted.objective.back() - iterated.objective.back()) <= 1e-3 * inverted.squared_norm);
}

TEST_CASE("awkward matrices give finite factors and an objective that never increases") {
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
    SUBCASE("columns that are alone") {
        x.topLeftCorner(6, 6).setIdentity();
    }
    SUBCASE("one column alone beside others") {
        x.topLeftCorner(5, 5) = random_panel<double>(5, 5, 6);
        x(7, 5) = 9;
    }
    x = x.cast<float>().cast<double>();
    const EdlaeOptions options{.rank = 6, .dropout = 0.25, .regularization = 0.1};

    const Edlae model = fit_edlae(sparse(x), options);

    CHECK(model.encoder.allFinite());
    CHECK(model.decoder.allFinite());
    CHECK(never_increases(model));
    CHECK(std::abs(edlae_objective(x, map_of(model), penalty_of(x, options)) - model.objective.back()) <=
          1e-5 * model.squared_norm);
    CHECK(model.objective.back() >= full_rank_objective(sparse(x), options) - 1e-6 * model.squared_norm);
}

TEST_CASE("EDLAE of low rank has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_likes(700, 400, 0.03, 7);
    const EdlaeOptions options{.rank = 8, .regularization = 5, .sweeps = 3, .tolerance = 0};
    const ThreadLimit single(1);
    const Edlae one = fit_edlae(x, options);
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        const Edlae other = fit_edlae(x, options);
        CHECK(same_bytes(other.encoder, one.encoder));
        CHECK(same_bytes(other.decoder, one.decoder));
        CHECK(other.objective == one.objective);
    }
}

TEST_CASE("an interrupt after the first sweep keeps what there is") {
    const CsrMatrix x = random_likes(100, 40, 0.1, 8);
    int sweeps = 0;
    const Progress progress([&](std::string_view phase, std::uint64_t, std::uint64_t) { sweeps += phase == "sweep"; },
                            [&] { return sweeps == 3; });

    const Edlae model = fit_edlae(x, {.rank = 4, .regularization = 2, .tolerance = 0}, progress);

    CHECK(model.interrupted);
    CHECK(model.objective.size() == 4);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {}, Progress({}, [] { return true; }))), InterruptedError);
}

TEST_CASE("what EDLAE cannot be fitted to is refused") {
    CsrMatrix x = random_likes(10, 5, 0.5, 9);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.rank = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.dropout = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.dropout = 0, .regularization = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.column_power = 1.5})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.sweeps = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.tolerance = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(csr_from_entries(3, 3, {}))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x, {.memory = {.bytes = 10}})), MemoryError);
    x.values[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(static_cast<void>(fit_edlae(x)), UsageError);
}
