#include "engine/spectral/pca.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/matrix/subspace.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/metrics/reconstruction.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr PcaSolver pca_solvers[] = {PcaSolver::covariance, PcaSolver::truncated_svd};

/// m x n of which a few directions have most of the variance, around means that differ.
DenseMatrix sample(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    DenseMatrix x = random_panel<float>(rows, cols, seed);
    for (Eigen::Index j = 0; j < cols; ++j) {
        x.col(j) *= 1.0F + 9.0F / static_cast<float>(1 + j);
        x.col(j).array() += static_cast<float>(j % 7);
    }
    return x;
}

/// The covariance written out, independent of what pca sums.
SymmetricEigen oracle(const Eigen::MatrixXd& x) {
    const Eigen::MatrixXd a = centered(x);
    return symmetric_eigen(a.transpose() * a / static_cast<double>(x.rows() - 1));
}

double reconstruction_error_of(const Pca& pca, const DenseMatrix& x) {
    return (x.cast<double>() - reconstruct(pca, project(pca, x)).cast<double>()).squaredNorm();
}

bool same(const Pca& a, const Pca& b) {
    return same_bytes(a.components, b.components) && same_bytes(a.variances, b.variances) &&
           same_bytes(a.mean, b.mean) && a.total_variance == b.total_variance && a.energy == b.energy;
}

}  // namespace

TEST_CASE("points on a line have one component, by hand") {
    DenseMatrix x(3, 2);
    x << 1, 5, 2, 3, 3, 1;  // along (1, -2), mean (2, 3), scores -r5, 0, r5

    const Pca line = pca(x, {.components = 2});

    REQUIRE(line.rank() == 1);
    CHECK(line.mean.isApprox(Eigen::Vector2d(2, 3)));
    CHECK(line.components(0, 0) == doctest::Approx(-1 / std::sqrt(5)));  // the larger entry is positive
    CHECK(line.components(1, 0) == doctest::Approx(2 / std::sqrt(5)));
    CHECK(line.variances(0) == doctest::Approx(5));
    CHECK(line.total_variance == doctest::Approx(5));
    CHECK(line.squared_norm == doctest::Approx(49));
    CHECK(line.energy == doctest::Approx(1));
    CHECK(project(line, x)(0, 0) == doctest::Approx(std::sqrt(5)));
    CHECK(reconstruct(line, project(line, x)).isApprox(x, 1e-6F));
}

TEST_CASE("five points have the figures of scikit-learn") {
    DenseMatrix x(5, 3);
    x << 2, 0, 1, 4, 1, 0, 0, 3, 5, 1, 1, 1, 3, 6, 2;

    const Pca five = pca(x, {.components = 2});

    CHECK(five.variances.isApprox(Eigen::Vector2d(7.22957846, 4.32415227), 1e-8));
    CHECK(five.variance_ratios().isApprox(Eigen::Vector2d(0.6075276, 0.36337414), 1e-7));
    CHECK(five.singular_values().isApprox(Eigen::Vector2d(5.37757509, 4.15891922), 1e-8));
}

TEST_CASE("both solvers find what a dense eigenproblem of the covariance gives") {
    const DenseMatrix x = sample(900, 320, 1);
    const SymmetricEigen wanted = oracle(x.cast<double>());
    for (const PcaSolver solver : pca_solvers) {
        CAPTURE(name(solver));
        const Pca found = pca(x, {.components = 12, .solver = solver, .tolerance = 1e-6});

        REQUIRE(found.rank() == 12);
        CHECK(found.solver == solver);
        CHECK(found.certificate.converged);
        CHECK(found.certificate.max_residual <= 2e-6);
        CHECK(found.certificate.orthogonality_loss <= 1e-5);
        CHECK((found.variances - wanted.values.head(12)).cwiseAbs().maxCoeff() <= 1e-6 * wanted.values(0));
        CHECK(found.total_variance == doctest::Approx(wanted.values.sum()));
        const DenseMatrixF64 stored = found.components.cast<double>(), leading = wanted.vectors.leftCols(12);
        CHECK(principal_angles(stored, leading).maxCoeff() <= 1e-4);
        for (Eigen::Index j = 0; j < 12; ++j) {
            Eigen::Index largest = 0;
            found.components.col(j).cwiseAbs().maxCoeff(&largest);
            CHECK(found.components(largest, j) > 0);
        }
    }
}

TEST_CASE("means a million times the spread cost no digits") {
    DenseMatrix x = random_panel<float>(500, 8, 2);
    for (Eigen::Index j = 0; j < 8; ++j) x.col(j).array() += 1e4F;
    for (const PcaSolver solver : pca_solvers) {
        CAPTURE(name(solver));
        const Pca found = pca(x, {.components = 8, .solver = solver, .tolerance = 1e-6});

        CHECK((found.variances - oracle(x.cast<double>()).values).cwiseAbs().maxCoeff() <= 1e-9);
        CHECK(found.energy == doctest::Approx(1));
    }
}

TEST_CASE("maximum spread is minimum reconstruction error") {
    const DenseMatrix x = sample(400, 30, 3);
    const Pca best = pca(x, {.components = 5});
    const double error = reconstruction_error_of(best, x);

    // total - kept = what is lost; off by the roundoff of float32 scores and components
    CHECK(std::abs(error - best.squared_error()) <= 1e-5 * error);
    CHECK(std::abs(reconstruction_error(x, project(best, x), best.components.transpose(), best.mean) -
                   best.squared_error()) <= 1e-5 * error);
    CHECK((best.total_variance - best.variances.sum()) * 399 == doctest::Approx(error).epsilon(1e-5));
    const DenseMatrix scores = project(best, x);
    CHECK(scores.cast<double>().squaredNorm() / 399 == doctest::Approx(best.variances.sum()).epsilon(1e-5));
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Pca other = best;
        other.components = random_orthonormal(30, 5, seed).cast<float>();
        CHECK(reconstruction_error_of(other, x) > error);
        CHECK(project(other, x).squaredNorm() < scores.squaredNorm());
    }
}

TEST_CASE("PCA is the SVD of the centered matrix") {
    const DenseMatrix x = sample(300, 280, 4);
    const Eigen::MatrixXd a = centered(x.cast<double>());

    const Pca found = pca(x, {.components = 6});
    const TruncatedSvd svd = truncated_svd(sparse(a), {.rank = 6, .tolerance = 1e-6});

    CHECK((found.singular_values() - svd.singular_values).cwiseAbs().maxCoeff() <= 1e-5 * svd.singular_values(0));
    CHECK((found.components - svd.v).cwiseAbs().maxCoeff() <= 1e-3);  // signs too
    CHECK((project(found, x) - svd.u * svd.singular_values.cast<float>().asDiagonal()).cwiseAbs().maxCoeff() <=
          1e-3 * svd.singular_values(0));
}

TEST_CASE("sparse data gives what its dense copy gives") {
    const CsrMatrix x = random_sparse(700, 400, 0.05, 5);
    const DenseMatrix full = dense(x).cast<float>();
    const Pca wanted = pca(full, {.components = 5, .solver = PcaSolver::covariance});

    const Pca found = pca(x, {.components = 5, .tolerance = 1e-6});

    CHECK(found.certificate.converged);
    CHECK(found.solver == PcaSolver::truncated_svd);
    CHECK((found.variances - wanted.variances).cwiseAbs().maxCoeff() <= 1e-6 * wanted.variances(0));
    CHECK(principal_angles(found.components, wanted.components).maxCoeff() <= 1e-3);
    CHECK(found.energy == doctest::Approx(wanted.energy));
    CHECK(found.squared_norm == doctest::Approx(squared_norm(x)));
    CHECK((project(found, x) - project(found, full)).cwiseAbs().maxCoeff() <= 1e-5);
}

TEST_CASE("sparse data with large means is centered without losing its digits") {
    DenseMatrix full = random_panel<float>(600, 300, 6);
    full.col(0).array() += 3000.0F;
    const CsrMatrix x = sparse(full.cast<double>());

    const Pca found = pca(x, {.components = 4});

    CHECK((found.variances - oracle(full.cast<double>()).values.head(4)).cwiseAbs().maxCoeff() <= 1e-5);
}

TEST_CASE("energy counts the mean in, the share of variance does not") {
    const DenseMatrix x = sample(200, 12, 7);
    const Pca found = pca(x, {.components = 3});
    const double error = reconstruction_error_of(found, x), norm = x.cast<double>().squaredNorm();

    CHECK(found.squared_norm == doctest::Approx(norm));
    CHECK(found.energy == doctest::Approx(1 - error / norm).epsilon(1e-5));
    CHECK(found.energy > found.variance_ratios().sum());
    CHECK(found.variance_ratios().sum() == doctest::Approx(1 - error / centered(x.cast<double>()).squaredNorm()));
}

TEST_CASE("whitened scores have variance 1 and no correlation, and are turned back") {
    const DenseMatrix x = sample(500, 20, 8);
    const Pca plain = pca(x, {.components = 4}), white = pca(x, {.components = 4, .whiten = true});

    const DenseMatrix scores = project(white, x);

    const Eigen::MatrixXd covariance = scores.cast<double>().transpose() * scores.cast<double>() / 499;
    CHECK((covariance - Eigen::MatrixXd::Identity(4, 4)).cwiseAbs().maxCoeff() <= 1e-5);
    CHECK((reconstruct(white, scores) - reconstruct(plain, project(plain, x))).cwiseAbs().maxCoeff() <= 1e-4F);
    const CsrMatrix rows = sparse(x.cast<double>());
    CHECK((project(white, rows) - scores).cwiseAbs().maxCoeff() <= 1e-5F);
}

TEST_CASE("awkward data has the components that it has") {
    const Eigen::VectorXd along = random_panel<double>(9, 1, 9);
    DenseMatrix x = random_panel<float>(40, 9, 10);
    const auto ranks = [&](std::int64_t k) {
        std::vector<std::int64_t> found;
        for (const PcaSolver solver : pca_solvers) {
            const Pca p = pca(x, {.components = k, .solver = solver});
            CHECK(p.certificate.converged);
            CHECK(reconstruction_error_of(p, x) <= p.squared_error() + 1e-5 * x.squaredNorm());
            found.push_back(p.rank());
        }
        found.push_back(pca(sparse(x.cast<double>()), {.components = k}).rank());
        return found;
    };

    SUBCASE("rows that are all equal have none") {
        x.setConstant(0.1F);
        CHECK(ranks(3) == std::vector<std::int64_t>{0, 0, 0});
        const Pca p = pca(x, {.components = 3});
        CHECK(p.total_variance == 0);
        CHECK(p.energy == doctest::Approx(1));
        CHECK(reconstruct(p, project(p, x)).isApprox(x));
    }
    SUBCASE("zeros have none, and no energy") {
        x.setZero();
        CHECK(ranks(2) == std::vector<std::int64_t>{0, 0, 0});
        CHECK(pca(x).energy == 0);
    }
    SUBCASE("one row has none") {
        x.conservativeResize(1, Eigen::NoChange);
        CHECK(ranks(2) == std::vector<std::int64_t>{0, 0, 0});
    }
    SUBCASE("two rows have one") {
        x.conservativeResize(2, Eigen::NoChange);
        CHECK(ranks(4) == std::vector<std::int64_t>{1, 1, 1});
    }
    SUBCASE("a column has one") {
        x.conservativeResize(Eigen::NoChange, 1);
        CHECK(ranks(4) == std::vector<std::int64_t>{1, 1, 1});
    }
    SUBCASE("more components than columns are cut") {
        CHECK(ranks(1000) == std::vector<std::int64_t>{9, 9, 9});
    }
    SUBCASE("points in two places have one") {
        for (Eigen::Index i = 0; i < 40; ++i) x.row(i) = (along * (i % 2 == 0 ? 1.0 : -2.0)).cast<float>().transpose();
        CHECK(ranks(3) == std::vector<std::int64_t>{1, 1, 1});
    }
    SUBCASE("an empty row and a column of zeros change nothing") {
        x.row(3).setZero();
        x.col(4).setZero();
        CHECK(ranks(9) == std::vector<std::int64_t>{8, 8, 8});
    }
}

TEST_CASE("components are the same bytes for 1, 2 and 4 threads") {
    const DenseMatrix x = sample(3000, 300, 11);
    const CsrMatrix rows = random_sparse(900, 700, 0.03, 12);
    for (const PcaSolver solver : pca_solvers) {
        const auto with = [&](int threads) {
            const ThreadLimit limit(threads);
            return pca(x, {.components = 5, .solver = solver});
        };
        const Pca one = with(1);
        CHECK(same(with(2), one));
        CHECK(same(with(4), one));
    }
    const auto sparsely = [&](int threads) {
        const ThreadLimit limit(threads);
        const Pca p = pca(rows, {.components = 5});
        return std::pair{p, project(p, rows)};
    };
    const auto one = sparsely(1);
    CHECK(same(sparsely(2).first, one.first));
    CHECK(same_bytes(sparsely(4).second, one.second));
}

TEST_CASE("a row is projected as it is among others") {
    const DenseMatrix x = sample(100, 30, 13);
    const Pca found = pca(x, {.components = 4});
    const CsrMatrix rows = sparse(x.cast<double>());
    const CsrMatrix alone = sparse(x.row(17).cast<double>());

    CHECK(same_bytes(project(found, alone), DenseMatrix(project(found, rows).row(17))));
    CHECK((project(found, x.row(17)) - project(found, x).row(17)).cwiseAbs().maxCoeff() <= 1e-5F);
}

TEST_CASE("a covariance that the budget does not hold gives way, unless it was asked for") {
    const DenseMatrix x = sample(4000, 900, 14);
    PcaOptions options{.components = 2};
    CHECK(pca_memory(4000, 900, options) > 5 * 900 * 900 * 8);
    options.memory.bytes = 30'000'000;

    const Pca found = pca(x, options);

    CHECK(found.solver == PcaSolver::truncated_svd);
    CHECK_FALSE(found.note.empty());
    CHECK(found.certificate.converged);
    CHECK(pca_memory(4000, 900, options) <= 30'000'000);
    options.solver = PcaSolver::covariance;
    CHECK_THROWS_AS(pca(x, options), MemoryError);
    options = {.components = 2};
    options.memory.bytes = 1000;
    CHECK_THROWS_AS(pca(x, options), MemoryError);
    CHECK_THROWS_AS(pca(random_sparse(500, 500, 0.1, 15), options), MemoryError);
}

TEST_CASE("options out of range and data that is none are refused") {
    DenseMatrix x = sample(20, 5, 16);
    const Pca found = pca(x);

    CHECK_THROWS_AS(pca(x, {.components = 0}), UsageError);
    CHECK_THROWS_AS(pca(x, {.tolerance = 0}), UsageError);
    CHECK_THROWS_AS(pca(x, {.tolerance = std::numeric_limits<double>::quiet_NaN()}), UsageError);
    CHECK_THROWS_AS(pca(DenseMatrix(0, 5)), UsageError);
    CHECK_THROWS_AS(pca(DenseMatrix(5, 0)), UsageError);
    CHECK_THROWS_AS(pca(csr_from_entries(0, 5, {})), UsageError);
    CHECK_THROWS_AS(pca(random_sparse(9, 5, 0.5, 17), {.solver = PcaSolver::covariance}), UsageError);
    CHECK_THROWS_AS(project(found, sample(3, 4, 18)), UsageError);
    CHECK_THROWS_AS(reconstruct(found, sample(3, 4, 18)), UsageError);
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        x(2, 3) = value;
        CHECK_THROWS_AS(pca(x), UsageError);
        CHECK_THROWS_AS(pca(sparse(x.cast<double>())), UsageError);
        CHECK_THROWS_AS(project(found, x), UsageError);
        CHECK_THROWS_AS(project(found, sparse(x.cast<double>())), UsageError);
    }
}

TEST_CASE("solvers of principal components have names that are read back") {
    for (const PcaSolver solver : {PcaSolver::automatic, PcaSolver::covariance, PcaSolver::truncated_svd}) {
        CHECK(parse_pca_solver(name(solver)) == solver);
    }
    CHECK(parse_pca_solver("auto") == PcaSolver::automatic);
    CHECK_THROWS_AS(parse_pca_solver("full"), UsageError);
}
