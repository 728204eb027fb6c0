#include "engine/completion/matrix_completion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/matrix/centering.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

DenseMatrix random_matrix(std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
    const Philox random(seed);
    DenseMatrix matrix(rows, cols);
    for (std::int64_t i = 0; i < matrix.size(); ++i) {
        matrix.data()[i] = static_cast<float>(random.normal(static_cast<std::uint64_t>(i)));
    }
    return matrix;
}

/// Rank `rank` and noise of this deviation.
DenseMatrix low_rank_matrix(std::int64_t rows, std::int64_t cols, std::int64_t rank, float noise) {
    return random_matrix(rows, rank, 1) * random_matrix(rank, cols, 2) + noise * random_matrix(rows, cols, 3);
}

/// Each entry kept with this probability.
CsrMatrix sampled(const DenseMatrix& matrix, double share) {
    const Philox random(7);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row < matrix.rows(); ++row) {
        for (std::int64_t col = 0; col < matrix.cols(); ++col) {
            const auto at = static_cast<std::uint64_t>(row * matrix.cols() + col);
            if (random.uniform(at) < share) entries.push_back({row, col, matrix(row, col)});
        }
    }
    return csr_from_entries(matrix.rows(), matrix.cols(), std::move(entries));
}

double squared_error(const DenseMatrix& x, const MatrixCompletion& fit) {
    return (x - fit.row_factors * fit.column_factors.transpose()).cast<double>().squaredNorm();
}

void check_never_increases(const std::vector<double>& objective, double scale) {
    for (std::size_t i = 1; i < objective.size(); ++i) CHECK(objective[i] <= objective[i - 1] + 1e-10 * scale);
}

}  // namespace

TEST_CASE("where every entry counts, alternating least squares meets Eckart and Young's bound") {
    const DenseMatrix x = low_rank_matrix(40, 23, 4, 0.1F);
    const CenteredDenseOperator a(x);
    const double bound = eckart_young_errors(truncated_svd(a, {.rank = 4, .tolerance = 1e-9}))(4);

    const MatrixCompletion fit = complete_matrix(a, {.rank = 4});

    CHECK(fit.converged);
    CHECK(fit.objective.back() >= bound * (1 - 1e-9));
    CHECK(fit.objective.back() <= bound * (1 + 1e-6));
    CHECK(fit.stored_error == fit.objective.back());
    CHECK(std::abs(squared_error(x, fit) - bound) <= 1e-5 * bound);  // float32 factors
    check_never_increases(fit.objective, a.squared_norm());
}

TEST_CASE("a rank above the matrix's own leaves nothing") {
    const DenseMatrix x = low_rank_matrix(12, 9, 2, 0);
    const MatrixCompletion fit = complete_matrix(CenteredDenseOperator(x), {.rank = 5});

    CHECK(squared_error(x, fit) <= 1e-10 * x.squaredNorm());
}

TEST_CASE("with lambda the gradient of the objective is zero at the end") {
    const DenseMatrix x = low_rank_matrix(20, 15, 3, 0.2F);
    const double lambda = 2;
    const MatrixCompletion fit =
        complete_matrix(CenteredDenseOperator(x), {.rank = 3, .lambda = lambda, .sweeps = 2000, .tolerance = 1e-14});

    const Eigen::MatrixXd z = fit.row_factors.cast<double>(), w = fit.column_factors.cast<double>();
    const Eigen::MatrixXd left = x.cast<double>() - z * w.transpose();
    CHECK((left * w - lambda * z).norm() <= 1e-4 * (lambda * z).norm());
    CHECK((left.transpose() * z - lambda * w).norm() <= 1e-4 * (lambda * w).norm());
    CHECK(fit.objective.back() ==
          doctest::Approx(left.squaredNorm() + lambda * (z.squaredNorm() + w.squaredNorm())).epsilon(1e-6));
    CHECK(fit.stored_error == doctest::Approx(left.squaredNorm()).epsilon(1e-5));
}

TEST_CASE("from half of its entries a matrix of low rank is completed") {
    const DenseMatrix x = low_rank_matrix(60, 50, 2, 0);
    const CsrMatrix half = sampled(x, 0.5);

    const MatrixCompletion fit = complete_matrix(half, {.rank = 2, .lambda = 1e-5, .sweeps = 1000, .tolerance = 1e-9});

    CHECK(squared_error(x, fit) <= 1e-4 * x.squaredNorm());
    check_never_increases(fit.objective, x.squaredNorm());
}

TEST_CASE("a row of the minimum over stored entries solves its normal equations") {
    const CsrMatrix x = sampled(low_rank_matrix(12, 10, 3, 0.3F), 0.6);
    const double lambda = 0.1;
    const MatrixCompletion fit = complete_matrix(x, {.rank = 3, .lambda = lambda});

    double error = 0;
    Eigen::MatrixXd gradient = Eigen::MatrixXd::Zero(x.cols, 3);
    for (std::size_t row = 0; row < static_cast<std::size_t>(x.rows); ++row) {
        const Eigen::VectorXd z = fit.row_factors.row(static_cast<Eigen::Index>(row)).cast<double>();
        for (auto p = static_cast<std::size_t>(x.row_offsets[row]);
             p < static_cast<std::size_t>(x.row_offsets[row + 1]); ++p) {
            const Eigen::VectorXd w = fit.column_factors.row(x.column_indices[p]).cast<double>();
            const double left = x.values[p] - z.dot(w);
            error += left * left;
            gradient.row(x.column_indices[p]) += left * z - lambda * w;
        }
    }
    CHECK(gradient.norm() <= 1e-4 * fit.column_factors.cast<double>().norm());
    CHECK(fit.stored_error == doctest::Approx(error).epsilon(1e-5));
}

TEST_CASE("rows and columns without entries get zeros") {
    const CsrMatrix x = csr_from_entries(3, 3, {{0, 0, 2}, {0, 2, 1}, {2, 0, 4}, {2, 2, 2}});
    const MatrixCompletion fit = complete_matrix(x, {.rank = 1, .lambda = 1e-4});

    CHECK(fit.row_factors.row(1).isZero());
    CHECK(fit.column_factors.row(1).isZero());
    CHECK(fit.stored_error <= 1e-3);
}

TEST_CASE("completions are the same bytes for every number of threads") {
    const DenseMatrix x = low_rank_matrix(1300, 40, 3, 0.1F);
    const CsrMatrix sparse = sampled(x, 0.3);
    const auto fit = [&](int threads) {
        const ThreadLimit limit(threads);
        return std::pair(complete_matrix(CenteredDenseOperator(x), {.rank = 3, .sweeps = 3}),
                         complete_matrix(sparse, {.rank = 3, .lambda = 0.1, .sweeps = 3}));
    };
    const auto one = fit(1);

    for (const int threads : {2, 4}) {
        const auto many = fit(threads);
        CHECK(many.first.row_factors == one.first.row_factors);
        CHECK(many.first.objective == one.first.objective);
        CHECK(many.second.column_factors == one.second.column_factors);
        CHECK(many.second.objective == one.second.objective);
    }
}

TEST_CASE("options and values that make no sense are refused") {
    const DenseMatrix x = DenseMatrix::Ones(2, 2);
    const CenteredDenseOperator a(x);
    const CsrMatrix sparse = sampled(x, 1), bad = csr_from_entries(1, 1, {{0, 0, INFINITY}});

    CHECK_THROWS_AS(static_cast<void>(complete_matrix(a, {.rank = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(a, {.lambda = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(a, {.sweeps = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(a, {.tolerance = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(a, {.memory = {10}})), MemoryError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(sparse, {.rank = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(CsrMatrix(), {.lambda = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(bad, {.rank = 1, .lambda = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(complete_matrix(sparse, {.lambda = 1, .memory = {10}})), MemoryError);
}
