#include "engine/completion/normal_equations.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "tests/dense_oracle.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// A row problem that owns what it refers to.
struct Owned {
    std::vector<std::int32_t> rated;
    std::vector<float> targets;
    std::vector<float> diagonal;
    float offset_weight;

    RowProblem view() const { return {rated, targets.data(), diagonal.data(), offset_weight}; }
};

/// `entries` rows of a factor matrix of `factors` columns, every other one; targets normal.
Owned random_problem(std::int64_t entries, std::int64_t factors, float ridge, float offset_weight, std::uint64_t seed) {
    const DenseMatrix targets = random_panel<float>(1, entries, seed);
    Owned problem{{}, {targets.data(), targets.data() + entries}, {}, offset_weight};
    for (std::int64_t j = 0; j < entries; ++j) problem.rated.push_back(static_cast<std::int32_t>(2 * j));
    for (std::int64_t k = 0; k < factors; ++k) problem.diagonal.push_back(ridge * (1 + 0.1F * static_cast<float>(k)));
    return problem;
}

/// (x, c) by the normal equations written out with one more column of ones, in float64 by LU.
Eigen::VectorXd oracle(const DenseMatrix& factors, const Owned& problem) {
    const auto n = static_cast<Eigen::Index>(problem.rated.size()), f = factors.cols();
    const bool offset = problem.offset_weight > 0;
    Eigen::MatrixXd design(n, f + 1);
    Eigen::VectorXd targets(n);
    for (Eigen::Index j = 0; j < n; ++j) {
        design.row(j) << factors.row(problem.rated[static_cast<std::size_t>(j)]).cast<double>(), (offset ? 1 : 0);
        targets(j) = static_cast<double>(problem.targets[static_cast<std::size_t>(j)]);
    }
    Eigen::MatrixXd normal = design.transpose() * design;
    for (Eigen::Index k = 0; k < f; ++k) {
        normal(k, k) += static_cast<double>(problem.diagonal[static_cast<std::size_t>(k)]);
    }
    normal(f, f) += offset ? static_cast<double>(problem.offset_weight) : 1;
    return oracle_solution(normal, design.transpose() * targets);
}

double squared_error(const DenseMatrix& factors, const Owned& problem, const Eigen::VectorXd& solution) {
    double sum = 0;
    for (std::size_t j = 0; j < problem.rated.size(); ++j) {
        const double dot =
            factors.row(problem.rated[j]).cast<double>() * solution.head(factors.cols()) + solution(factors.cols());
        sum += std::pow(static_cast<double>(problem.targets[j]) - dot, 2);
    }
    return sum;
}

}  // namespace

TEST_CASE("one rating and one factor give the ratio by hand") {
    const DenseMatrix factors = DenseMatrix::Constant(1, 1, 2.0F);
    const Owned problem{{0}, {3}, {5}, 0};
    RowSolver solver(factors);
    float x = 0;

    CHECK(solver.solve(problem.view(), &x) == 0);

    CHECK(x == doctest::Approx(6.0 / 9.0));  // 2 * 3 / (2 * 2 + 5)
}

TEST_CASE("one rating shares itself between factor and offset by hand") {
    const DenseMatrix factors = DenseMatrix::Constant(1, 1, 1.0F);
    const Owned problem{{0}, {4}, {1}, 1};
    RowSolver solver(factors);
    float x = 0;

    const float offset = solver.solve(problem.view(), &x);

    CHECK(x == doctest::Approx(4.0 / 3.0));  // 2 x + c = 4, x + 2 c = 4
    CHECK(offset == doctest::Approx(4.0 / 3.0));
}

TEST_CASE("solutions equal those of float64, whether rows are shorter or longer than factors") {
    for (const std::int64_t factors : {1, 5, 16, 20, 64, 100}) {
        const DenseMatrix y = random_panel<float>(1400, factors, 1);
        for (const std::int64_t entries : {1, 2, 7, 16, 17, 40, 80, 100, 256, 257, 700}) {
            for (const float offset_weight : {0.0F, 2.0F}) {
                CAPTURE(factors);
                CAPTURE(entries);
                CAPTURE(offset_weight);
                const Owned problem = random_problem(entries, factors, 3, offset_weight, 2);
                std::vector<float> x(static_cast<std::size_t>(factors));
                RowSolver solver(y);

                const float offset = solver.solve(problem.view(), x.data());

                const Eigen::VectorXd exact = oracle(y, problem);
                const Eigen::VectorXd found = Eigen::Map<const Eigen::VectorXf>(x.data(), factors).cast<double>();
                const double bound = 2e-5 * exact.norm();  // condition below 100 here, times float32's roundoff
                CHECK((found - exact.head(factors)).norm() <= bound);
                CHECK(std::abs(static_cast<double>(offset) - exact(factors)) <= bound);
                CHECK(solver.squared_error(problem.view(), x.data(), offset) ==
                      doctest::Approx(squared_error(y, problem, exact)).epsilon(1e-4));
                CHECK(solver.solved_in_float64() == 0);
            }
        }
    }
}

TEST_CASE("equations that float32 cannot solve are solved in float64") {
    DenseMatrix y = random_panel<float>(200, 24, 3);
    y.row(2) = y.row(0) + 1e-3F * y.row(2);  // two entries nearly alike,
    y.col(1) = y.col(0) + 1e-3F * y.col(1);  // and two factors
    for (const std::int64_t entries : {10, 90}) {
        CAPTURE(entries);
        Owned problem = random_problem(entries, 24, 1e-5F, 0, 4);
        std::vector<float> x(24);
        RowSolver solver(y);

        solver.solve(problem.view(), x.data());

        CHECK(solver.solved_in_float64() == 1);
        const Eigen::VectorXd exact = oracle(y, problem);
        const Eigen::VectorXd found = Eigen::Map<const Eigen::VectorXf>(x.data(), 24).cast<double>();
        CHECK((found - exact.head(24)).norm() <= 1e-3 * exact.norm());
    }
}

TEST_CASE("a row without entries has zeros") {
    const DenseMatrix y = random_panel<float>(4, 3, 5);
    const Owned problem{{}, {}, {1, 1, 1}, 1};
    std::vector<float> x = {7, 7, 7};
    RowSolver solver(y);

    CHECK(solver.solve(problem.view(), x.data()) == 0);

    CHECK(x == std::vector<float>{0, 0, 0});
    x = {7, 7, 7};
    solver.improve_by_gradients(problem.view(), problem.diagonal.data(), 3, x.data());
    CHECK(x == std::vector<float>{0, 0, 0});
}

TEST_CASE("blocks and conjugate gradients arrive at the exact solution") {
    const std::int64_t factors = 40;
    const DenseMatrix y = random_panel<float>(400, factors, 6);
    for (const std::int64_t entries : {1, 9, 60, 200}) {
        CAPTURE(entries);
        const Owned problem = random_problem(entries, factors, 20, 0, 7);
        std::vector<float> exact(40), blocks(40, 0.1F), gradients(40, 0.1F);
        RowSolver solver(y);
        solver.solve(problem.view(), exact.data());

        for (int pass = 0; pass < 60; ++pass) solver.improve_by_blocks(problem.view(), 12, blocks.data());
        solver.improve_by_gradients(problem.view(), problem.diagonal.data(), 60, gradients.data());

        for (std::size_t k = 0; k < 40; ++k) {
            CHECK(std::abs(blocks[k] - exact[k]) <= 1e-5F);
            CHECK(std::abs(gradients[k] - exact[k]) <= 1e-5F);
        }
    }
}

TEST_CASE("a block pass and a gradient step never raise the objective") {
    const DenseMatrix y = random_panel<float>(300, 48, 8);
    const Owned problem = random_problem(120, 48, 5, 0, 9);
    const auto objective = [&](const RowSolver& solver, const std::vector<float>& x) {
        double sum = solver.squared_error(problem.view(), x.data(), 0);
        for (std::size_t k = 0; k < x.size(); ++k) {
            sum += static_cast<double>(problem.diagonal[k]) * std::pow(static_cast<double>(x[k]), 2);
        }
        return sum;
    };
    RowSolver solver(y);
    std::vector<float> blocks(48, 0.5F), gradients(48, 0.5F);
    for (int pass = 0; pass < 5; ++pass) {
        const double before_blocks = objective(solver, blocks), before_gradients = objective(solver, gradients);

        solver.improve_by_blocks(problem.view(), 16, blocks.data());
        solver.improve_by_gradients(problem.view(), problem.diagonal.data(), 1, gradients.data());

        CHECK(objective(solver, blocks) <= before_blocks * (1 + 1e-6));
        CHECK(objective(solver, gradients) <= before_gradients * (1 + 1e-6));
    }
}

TEST_CASE("ranges cover all rows once, in order, and none is much dearer than another") {
    const CsrMatrix matrix = random_sparse(3000, 500, 0.1, 10);

    const std::vector<Range> ranges = balanced_ranges(matrix, 128);

    std::int64_t next = 0;
    double least = 1e300, most = 0;
    for (const Range& range : ranges) {
        CHECK(range.begin == next);
        next = range.end;
        double sum = 0;
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            sum += RowSolver::cost(std::ssize(matrix.row(row).values), 128);
        }
        most = std::max(most, sum);
        if (range.end < matrix.rows) least = std::min(least, sum);
    }
    CHECK(next == matrix.rows);
    CHECK(ranges.size() > 8);
    CHECK(most <= 1.5 * least);
}
