#include "direct/ridge_solver.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/dense_oracle.h"
#include "tests/engine/regression/ridge_cases.h"

using namespace eckart;
using eckart::testing::oracle_inverse;
using eckart::testing::ridge_case;
using eckart::testing::with_ones;

namespace {

double largest_number(const Eigen::MatrixXd& matrix) {
    return matrix.cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("factors and block conjugate gradients give the same map, error and lambda") {
    for (const auto factor : {direct::Factor::cholesky, direct::Factor::qr}) {
        for (const std::int64_t p : {10, 90}) {
            const auto made = ridge_case(60, p, 4, 7);
            const RidgeSystem system(made.a, made.weights);

            const RidgeMap ours = fit_ridge_map(made.a, made.e, {.weights = made.weights});
            const RidgeMap theirs = fit_ridge_map(system, *direct::ridge_solver(system, factor), made.e, {});

            CHECK(theirs.lambda == ours.lambda);
            CHECK(std::abs(theirs.error - ours.error) <= 1e-6 * ours.error);
            CHECK(largest_number(theirs.weights - ours.weights) <= 1e-6 * largest_number(ours.weights));
            CHECK(largest_number(theirs.intercept - ours.intercept) <= 1e-6 * largest_number(ours.intercept));
            CHECK(theirs.residual <= 1e-12);
        }
    }
}

TEST_CASE("leverages are the diagonal of the hat matrix written out") {
    const auto made = ridge_case(30, 8, 1, 2);
    const RidgeSystem system(made.a, made.weights);
    const Eigen::MatrixXd x = with_ones(made.a);
    Eigen::MatrixXd g = x.transpose() * system.weights().asDiagonal() * x;
    g.topLeftCorner(8, 8).diagonal().array() += 0.7;
    const Eigen::VectorXd energies = (x * oracle_inverse(g) * x.transpose()).diagonal().array() - 1 / system.total();

    for (const auto factor : {direct::Factor::cholesky, direct::Factor::qr}) {
        CHECK(largest_number(direct::ridge_solver(system, factor)->row_energies(0.7) - energies) <= 1e-12);
    }
    CHECK(largest_number(iterative_ridge_solver(system)->row_energies(0.7) - energies) <= 1e-9);
}

TEST_CASE("the factor of attributes that never meet has a nonzero for each, twice with the intercept") {
    const CsrMatrix a = csr_from_entries(3, 3, {{0, 0, 1}, {1, 1, 1}, {2, 2, 1}});
    const RidgeSystem system(a, {});
    CHECK(direct::factor_nonzeros(system) == 7);
    CHECK(direct::is_fast(system));
}

TEST_CASE("an attribute that no row has does no harm") {
    const CsrMatrix a = csr_from_entries(3, 3, {{0, 0, 1}, {1, 2, 1}});
    const RidgeSystem system(a, {});
    const DenseMatrixF64 right = DenseMatrixF64::Constant(3, 1, 2);
    for (const auto factor : {direct::Factor::cholesky, direct::Factor::qr}) {
        const DenseMatrixF64 x = direct::ridge_solver(system, factor)->solve(0.5, right);
        CHECK(x(1, 0) == doctest::Approx(4));
        CHECK(largest_number(system.apply(0.5, x) - right) <= 1e-12);
    }
}

TEST_CASE("a matrix whose factor fails is refused, not answered") {
    // Two equal columns and a lambda below the roundoff of their squares.
    const CsrMatrix a = csr_from_entries(3, 2, {{0, 0, 1e6F}, {0, 1, 1e6F}, {1, 0, 1e6F}, {1, 1, 1e6F}});
    const RidgeSystem system(a, {});
    CHECK_THROWS_AS(direct::ridge_solver(system)->solve(1e-9, DenseMatrixF64::Ones(2, 1)), UsageError);
}
