#include "engine/completion/offsets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/dense_oracle.h"
#include "tests/engine/completion/rated_matrix.h"

using namespace eckart;
using namespace eckart::testing;
using eckart::testing::rated_matrix;

namespace {

/// The normal equations written out: unknowns are the rows' offsets, then the columns'.
struct Dense {
    Eigen::MatrixXd a;
    Eigen::VectorXd g;
};

Dense normal_equations(const CsrView& matrix, double mean, double lambda_row, double lambda_column) {
    const auto n = matrix.rows + matrix.cols;
    Dense result{Eigen::MatrixXd::Zero(n, n), Eigen::VectorXd::Zero(n)};
    for (std::int64_t u = 0; u < matrix.rows; ++u) {
        for (auto p = matrix.row_offsets[static_cast<std::size_t>(u)];
             p < matrix.row_offsets[static_cast<std::size_t>(u) + 1]; ++p) {
            const std::int64_t i = matrix.rows + matrix.column_indices[static_cast<std::size_t>(p)];
            const double r = static_cast<double>(matrix.values[static_cast<std::size_t>(p)]) - mean;
            for (const std::int64_t one : {u, i}) {
                result.a(one, u) += 1;
                result.a(one, i) += 1;
                result.g[one] += r;
            }
        }
    }
    for (std::int64_t k = 0; k < n; ++k) result.a(k, k) += k < matrix.rows ? lambda_row : lambda_column;
    return result;
}

double largest_difference(const Offsets& offsets, const Eigen::VectorXd& z) {
    double largest = 0;
    const auto rows = static_cast<Eigen::Index>(offsets.row_offsets.size());
    for (Eigen::Index k = 0; k < z.size(); ++k) {
        const double found = k < rows ? offsets.row_offsets[static_cast<std::size_t>(k)]
                                      : offsets.column_offsets[static_cast<std::size_t>(k - rows)];
        largest = std::max(largest, std::abs(found - z[k]));
    }
    return largest;
}

bool all_finite(const Offsets& offsets) {
    const auto finite = [](double x) { return std::isfinite(x); };
    return std::all_of(offsets.row_offsets.begin(), offsets.row_offsets.end(), finite) &&
           std::all_of(offsets.column_offsets.begin(), offsets.column_offsets.end(), finite);
}

}  // namespace

TEST_CASE("two rows and two columns by hand") {
    // mean 3; by symmetry b = (x, -x), c = 0, and (2 + 1) x = 1 + 1
    const CsrMatrix matrix = csr_from_entries(2, 2, {{0, 0, 4}, {0, 1, 4}, {1, 0, 2}, {1, 1, 2}});

    const Offsets offsets = fit_offsets(matrix, {.lambda_row = 1, .lambda_column = 1});

    CHECK(offsets.mean == 3);
    CHECK(offsets.row_offsets[0] == doctest::Approx(2.0 / 3).epsilon(1e-14));
    CHECK(offsets.row_offsets[1] == doctest::Approx(-2.0 / 3).epsilon(1e-14));
    CHECK(std::abs(offsets.column_offsets[0]) <= 1e-15);
    CHECK(offsets.converged);
}

TEST_CASE("the offsets solve the normal equations written out, to roundoff") {
    for (const std::uint64_t seed : {1, 2, 3}) {
        const CsrMatrix matrix = rated_matrix(50, 30, 0.2, seed);
        for (const auto& [lambda_row, lambda_column] : {std::pair{5.0, 3.0}, {0.1, 20.0}, {1e-3, 1e-3}, {0.0, 2.0}}) {
            const Offsets offsets = fit_offsets(matrix, {.lambda_row = lambda_row, .lambda_column = lambda_column});

            Dense dense = normal_equations(matrix, offsets.mean, lambda_row, lambda_column);
            for (Eigen::Index k = 0; k < dense.g.size(); ++k) {
                if (dense.a(k, k) == 0) dense.a(k, k) = 1;  // an empty row without weight
            }
            const Eigen::VectorXd z = oracle_solution(dense.a, dense.g);
            CHECK(offsets.converged);
            // residual 1e-13, times what the condition number can make of it
            CHECK(largest_difference(offsets, z) <= 1e-9);
        }
    }
}

TEST_CASE("the residual is that of the equations, measured") {
    const CsrMatrix matrix = rated_matrix(50, 30, 0.2, 4);
    const Offsets offsets = fit_offsets(matrix, {.lambda_row = 2, .lambda_column = 1, .tolerance = 1e-3});

    const Dense dense = normal_equations(matrix, offsets.mean, 2, 1);
    Eigen::VectorXd z(80);
    for (Eigen::Index k = 0; k < 80; ++k) {
        z[k] = k < 50 ? offsets.row_offsets[static_cast<std::size_t>(k)]
                      : offsets.column_offsets[static_cast<std::size_t>(k - 50)];
    }
    const double measured = (dense.a * z - dense.g).norm() / dense.g.norm();

    CHECK(measured <= 1e-3);
    CHECK(measured >= 1e-10);  // it did stop early
    CHECK(std::abs(offsets.residual - measured) <= 1e-12);
}

TEST_CASE("too few iterations are told") {
    const Offsets offsets = fit_offsets(rated_matrix(50, 30, 0.2, 4), {.max_iterations = 1});

    CHECK_FALSE(offsets.converged);
    CHECK(offsets.residual > 1e-13);
    CHECK(offsets.iterations == 1);
}

TEST_CASE("a row's offset given the columns' is the one that was fitted") {
    const CsrMatrix matrix = rated_matrix(50, 30, 0.2, 5);
    const Offsets offsets = fit_offsets(matrix, {.lambda_row = 4});

    for (std::size_t u = 0; u < 50; ++u) {
        const auto begin = static_cast<std::size_t>(matrix.row_offsets[u]);
        const auto count = static_cast<std::size_t>(matrix.row_offsets[u + 1]) - begin;
        const double folded =
            row_offset(std::span(matrix.column_indices).subspan(begin, count),
                       std::span(matrix.values).subspan(begin, count), offsets.mean, offsets.column_offsets, 4);
        CHECK(std::abs(folded - offsets.row_offsets[u]) <= 1e-14);
    }
}

TEST_CASE("offsets are the same bytes for 1, 2 and 4 threads") {
    const CsrMatrix matrix = rated_matrix(3000, 800, 0.02, 6);
    const auto fit = [&](int threads) {
        const ThreadLimit limit(threads);
        return fit_offsets(matrix);
    };

    const Offsets one = fit(1);
    for (const int threads : {2, 4}) {
        const Offsets other = fit(threads);
        CHECK(other.row_offsets == one.row_offsets);
        CHECK(other.column_offsets == one.column_offsets);
    }
}

TEST_CASE("what is not there has no offset") {
    const CsrMatrix matrix = csr_from_entries(3, 3, {{0, 0, 5}, {2, 0, 1}, {2, 2, 2}});

    for (const double lambda : {0.0, 1.0}) {
        const Offsets offsets = fit_offsets(matrix, {.lambda_row = lambda, .lambda_column = lambda});

        CHECK(offsets.row_offsets[1] == 0);
        CHECK(offsets.column_offsets[1] == 0);
        CHECK(all_finite(offsets));
    }
}

TEST_CASE("values that are all equal have offsets of zero") {
    for (const float value : {3.0F, 0.1F, -7.3F}) {
        std::vector<Entry> entries;
        for (std::int64_t u = 0; u < 40; ++u) {
            for (std::int64_t i = u % 3; i < 20; i += 3) entries.push_back({u, i, value});
        }
        const CsrMatrix matrix = csr_from_entries(40, 20, entries);

        const Offsets offsets = fit_offsets(matrix, {.lambda_row = 0, .lambda_column = 0});

        CHECK(offsets.mean == doctest::Approx(static_cast<double>(value)).epsilon(1e-15));
        CHECK(*std::max_element(offsets.row_offsets.begin(), offsets.row_offsets.end()) == 0);
        CHECK(*std::min_element(offsets.column_offsets.begin(), offsets.column_offsets.end()) == 0);
        CHECK(offsets.converged);
    }
}

TEST_CASE("without weights the fit is finite and reproduces what offsets can") {
    // exact sums of a row's and a column's part; two components that share nothing, so two null directions
    std::vector<Entry> entries;
    for (std::int64_t u = 0; u < 12; ++u) {
        for (std::int64_t i = 0; i < 10; ++i) {
            if ((u < 6) != (i < 5)) continue;
            entries.push_back({u, i, static_cast<float>(u) * 0.25F - static_cast<float>(i) * 0.5F});
        }
    }
    const CsrMatrix matrix = csr_from_entries(12, 10, entries);

    const Offsets offsets = fit_offsets(matrix, {.lambda_row = 0, .lambda_column = 0});

    CHECK(offsets.converged);
    for (const Entry& e : entries) {
        const double fitted = offsets.mean + offsets.row_offsets[static_cast<std::size_t>(e.row)] +
                              offsets.column_offsets[static_cast<std::size_t>(e.col)];
        CHECK(std::abs(fitted - static_cast<double>(e.value)) <= 1e-11);
    }
}

TEST_CASE("one row, one column, one entry") {
    const Offsets row = fit_offsets(csr_from_entries(1, 3, {{0, 0, 1}, {0, 1, 2}, {0, 2, 3}}));
    const Offsets column = fit_offsets(csr_from_entries(3, 1, {{0, 0, 1}, {1, 0, 2}, {2, 0, 3}}));
    const Offsets entry = fit_offsets(csr_from_entries(1, 1, {{0, 0, 4}}));

    CHECK(row.converged);
    CHECK(column.converged);
    CHECK(entry.mean == 4);
    CHECK(entry.row_offsets[0] == 0);
}

TEST_CASE("offsets of nothing, and weights below zero, are refused") {
    const CsrMatrix empty = csr_from_entries(2, 2, {});
    const CsrMatrix matrix = csr_from_entries(1, 1, {{0, 0, 4}});
    const CsrMatrix other = csr_from_entries(2, 1, {{0, 0, 4}});

    CHECK_THROWS_AS(fit_offsets(empty), UsageError);
    CHECK_THROWS_AS(fit_offsets(matrix, {.lambda_row = -1}), UsageError);
    CHECK_THROWS_AS(fit_offsets(matrix, {.lambda_column = std::nan("")}), UsageError);
    CHECK_THROWS_AS(fit_offsets(matrix, {.tolerance = 0}), UsageError);
    CHECK_THROWS_AS(fit_offsets(matrix, other, {}), UsageError);
}

TEST_CASE("an interrupt is obeyed") {
    const Progress interrupted({}, [] { return true; });
    CHECK_THROWS_AS(fit_offsets(rated_matrix(50, 30, 0.2, 4), {}, interrupted), InterruptedError);
}
