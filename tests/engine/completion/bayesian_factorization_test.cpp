#include "engine/completion/bayesian_factorization.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/completion/gaussian_rows.h"
#include "engine/completion/random_draws.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/dense_oracle.h"
#include "tests/engine/completion/rated_matrix.h"

using namespace eckart;
using namespace eckart::testing;
using eckart::testing::rated_matrix;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// A row taken in by GaussianRow, and the same in float64, written out.
struct Posterior {
    DenseMatrix columns = DenseMatrix::NullaryExpr(30, 5, [](Eigen::Index i, Eigen::Index k) {
        return static_cast<float>(std::sin(static_cast<double>(7 * i + 3 * k + 1)));
    });
    std::vector<std::int32_t> rated = {2, 3, 11, 17, 29};
    std::vector<float> targets = {1, -0.5F, 0.25F, 2, -1};
    Eigen::MatrixXf precision = 2 * Eigen::MatrixXf::Identity(5, 5) + 0.3F * Eigen::MatrixXf::Ones(5, 5);
    Eigen::VectorXf right = Eigen::VectorXf::LinSpaced(5, -1, 1);
    GaussianRow row{ConstMatrixMap(columns.data(), 30, 5)};
    MatrixXd a = precision.cast<double>();
    VectorXd b = right.cast<double>();

    Posterior() {
        for (std::size_t j = 0; j < rated.size(); ++j) {
            VectorXd g = columns.row(rated[j]).transpose().cast<double>();
            g[4] = 1;
            a += 1.5 * g * g.transpose();
            b += 1.5 * static_cast<double>(targets[j]) * g;
        }
        row.condition(rated, targets.data(), 1.5F, precision, right);
    }
};

double root_mean_square(const DenseMatrix& predictions, const CsrMatrix& matrix) {
    double sum = 0;
    for (std::int64_t row = 0, p = 0; row < matrix.rows; ++row) {
        for (; p < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++p) {
            const auto at = static_cast<std::size_t>(p);
            sum += std::pow(static_cast<double>(predictions(row, matrix.column_indices[at]) - matrix.values[at]), 2);
        }
    }
    return std::sqrt(sum / static_cast<double>(matrix.nonzeros()));
}

/// A plane of rank two with noise of deviation 0.3, parted: every fifth entry is left out and put into `test`.
void make_plane(CsrMatrix& train, CsrMatrix& test) {
    const Philox random(5, 5);
    std::vector<Entry> in, out;
    const auto normal = [&](std::int64_t k) { return random.normal(static_cast<std::uint64_t>(k)); };
    for (std::int64_t u = 0; u < 80; ++u) {
        for (std::int64_t i = 0; i < 60; ++i) {
            const double value = 3 + normal(2 * u) * normal(500 + 2 * i) + normal(2 * u + 1) * normal(501 + 2 * i) +
                                 0.3 * normal(10000 + 60 * u + i);
            ((u + 2 * i) % 5 == 0 ? out : in).push_back({u, i, static_cast<float>(value)});
        }
    }
    train = csr_from_entries(80, 60, in);
    test = csr_from_entries(80, 60, out);
}

}  // namespace

TEST_CASE("gamma and Wishart draws have the mean and the variance of their laws") {
    RandomDraws random(1, 1);
    for (const double shape : {0.4, 1.0, 7.5}) {
        const int n = 20000;
        double sum = 0, squares = 0;
        for (int k = 0; k < n; ++k) {
            const double draw = random.gamma(shape);
            sum += draw;
            squares += draw * draw;
        }
        const double mean = sum / n;
        CHECK(std::abs(mean - shape) < 5 * std::sqrt(shape / n));  // five standard errors
        CHECK(std::abs(squares / n - mean * mean - shape) < 0.1 * shape + 0.05);
    }
    MatrixXd inverse_scale(2, 2);
    inverse_scale << 2, 0.5, 0.5, 1;
    MatrixXd mean = MatrixXd::Zero(2, 2);
    for (int k = 0; k < 4000; ++k) mean += random.wishart(inverse_scale, 6) / 4000;
    const MatrixXd expected = 6 * oracle_inverse(inverse_scale);
    CHECK((mean - expected).cwiseAbs().maxCoeff() < 0.05 * expected.cwiseAbs().maxCoeff());
}

TEST_CASE("the posterior mean of a row solves its equations, and draws have its covariance") {
    Posterior posterior;
    const VectorXd expected = oracle_solution(posterior.a, posterior.b);
    Eigen::VectorXf mean(5), draw(5);
    posterior.row.write(nullptr, mean.data());
    CHECK((mean.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-5);

    RandomDraws random(3, 1);
    const int n = 20000;
    MatrixXd covariance = MatrixXd::Zero(5, 5);
    for (int k = 0; k < n; ++k) {
        const Eigen::VectorXf normals = random.normals(5).cast<float>();
        posterior.row.write(normals.data(), draw.data());
        const VectorXd away = draw.cast<double>() - expected;
        covariance += away * away.transpose() / n;
    }
    const MatrixXd inverse = oracle_inverse(posterior.a);
    CHECK((covariance - inverse).cwiseAbs().maxCoeff() < 0.05 * inverse.cwiseAbs().maxCoeff());
}

TEST_CASE("a row whose equations are too ill-conditioned for float32 is solved in float64") {
    Posterior posterior;
    const Eigen::MatrixXf almost_nothing = 1e-7F * Eigen::MatrixXf::Identity(5, 5);
    const std::vector<std::int32_t> one = {4};
    const float target = 0.7F;
    posterior.row.condition(one, &target, 1e3F, almost_nothing, Eigen::VectorXf::Zero(5));
    Eigen::VectorXf x(5);
    posterior.row.write(nullptr, x.data());

    CHECK(posterior.row.solved_in_float64() == 1);
    Eigen::VectorXf g = posterior.columns.row(4).transpose();
    g[4] = 1;
    CHECK(std::abs(g.dot(x) - 0.7F) < 1e-3F);
}

TEST_CASE("what was left out of a noisy plane is predicted to little more than the noise") {
    CsrMatrix train, test;
    make_plane(train, test);
    const BayesModel model = fit_bayes(train, {.factors = 6, .sweeps = 80, .burn_in = 30, .samples = 25});
    DenseMatrix predictions(80, 60);
    bayes_predictions(train, model.columns(), predictions);

    CHECK(model.noise.size() == 25);
    CHECK(root_mean_square(predictions, test) < 0.36);
    CHECK(root_mean_square(predictions, train) < 0.3);
    const double noise = model.deviation / std::sqrt(static_cast<double>(model.noise.back()));
    CHECK(std::abs(noise - 0.3) < 0.05);
}

TEST_CASE("contributions add up to the prediction, with sets and without") {
    const CsrMatrix matrix = rated_matrix(40, 25, 0.4, 2);
    for (const bool sets : {false, true}) {
        const BayesModel model = fit_bayes(
            matrix, {.factors = 5, .sweeps = 8, .burn_in = 3, .samples = 4, .row_sets = sets, .column_sets = sets});
        DenseMatrix predictions(40, 25);
        bayes_predictions(matrix, model.columns(), predictions);
        for (const std::int64_t u : {0, 11, 39}) {  // the last has no entries
            const auto begin = static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(u)]);
            const auto size = static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(u) + 1]) - begin;
            const std::vector<std::int64_t> offsets = {0, static_cast<std::int64_t>(size)};
            const CsrView row{1, 25, offsets, std::span(matrix.column_indices).subspan(begin, size),
                              std::span(matrix.values).subspan(begin, size)};
            const BayesContributions parts = bayes_contributions(row, 7, model.columns());
            double sum = parts.base;
            for (const double part : parts.contributions) sum += part;
            CHECK(std::abs(sum - static_cast<double>(predictions(u, 7))) < 1e-4);
            if (size == 0) CHECK(std::abs(parts.base - static_cast<double>(predictions(u, 7))) < 1e-4);
        }
    }
}

TEST_CASE("draws are the same bytes for 1, 2 and 4 threads, and others for another seed") {
    const CsrMatrix matrix = rated_matrix(300, 120, 0.2, 4);
    const auto fit = [&](int threads, std::uint64_t seed) {
        const ThreadLimit limit(threads);
        return fit_bayes(matrix, {.factors = 9, .sweeps = 4, .burn_in = 1, .samples = 3, .seed = seed}).column_factors;
    };
    const DenseMatrix one = fit(1, 1);

    CHECK((fit(2, 1) == one));
    CHECK((fit(4, 1) == one));
    CHECK_FALSE((fit(1, 2) == one));
}

TEST_CASE("going on keeps the draws that there were, as many as there is room for, and adds others") {
    const CsrMatrix matrix = rated_matrix(60, 40, 0.4, 2);
    const BayesOptions options{.factors = 4, .sweeps = 6, .burn_in = 0, .samples = 10};
    const BayesModel start = fit_bayes(matrix, options);
    const BayesColumns columns = start.columns();
    const BayesModel further = fit_bayes(matrix, options, {}, &columns);

    REQUIRE(start.noise.size() == 6);
    REQUIRE(further.noise.size() == 10);
    CHECK((further.column_factors.topRows(4 * 40) == start.column_factors.bottomRows(4 * 40)));
    CHECK_FALSE((further.column_factors.bottomRows(40) == start.column_factors.bottomRows(40)));
    CHECK(further.loss.front() < 1.2 * start.loss.back());
}

TEST_CASE("too short a run keeps its last draw; options out of range and small budgets are refused") {
    const CsrMatrix matrix = rated_matrix(20, 10, 0.5, 2);
    CHECK(fit_bayes(matrix, {.factors = 3, .sweeps = 2, .burn_in = 100}).noise.size() == 1);
    const auto refused = [&](const BayesOptions& options) {
        CHECK_THROWS_AS(static_cast<void>(fit_bayes(matrix, options)), UsageError);
    };
    refused({.factors = 1});
    refused({.sweeps = 0});
    refused({.burn_in = -1});
    refused({.samples = 0});
    refused({.set_steps = 0});
    CHECK_THROWS_AS(static_cast<void>(fit_bayes(csr_from_entries(2, 2, {}))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_bayes(matrix, {.memory = {1000}})), MemoryError);
}
