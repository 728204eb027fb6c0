#include "engine/autoencoder/sparse_autoencoder.h"

#include <doctest/doctest.h>

#include "../matrix/random_matrices.h"
#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("where all columns are neighbors the approximation is exact") {
    const CsrMatrix x = random_likes(200, 30, 0.3, 5);  // any two columns share a row

    const SparseAutoencoder sparse = fit_sparse_autoencoder(x, {.regularization = 3, .neighbors = 30});

    const LinearAutoencoder exact = fit_linear_autoencoder(x, {.regularization = 3});
    CHECK((dense(sparse.weights) - exact.weights.cast<double>()).cwiseAbs().maxCoeff() <= 1e-5);
    CHECK(sparse.residual <= 1e-5);
}

TEST_CASE("a column is the ridge regression on its neighbors") {
    const CsrMatrix x = random_likes(120, 60, 0.1, 6);
    const SparseAutoencoder model = fit_sparse_autoencoder(x, {.regularization = 2, .dropout = 0.5, .neighbors = 7});
    const Eigen::MatrixXd wide = dense(x), weights = dense(model.weights);
    const Eigen::MatrixXd nearest = dense(column_neighbors(x, {.neighbors = 7}));
    for (Eigen::Index j = 0; j < x.cols; ++j) {
        Eigen::MatrixXd chosen = wide;
        for (Eigen::Index i = 0; i < x.cols; ++i) {
            if (nearest(j, i) == 0) chosen.col(i).setZero();
        }
        Eigen::MatrixXd a = chosen.transpose() * chosen;
        a.diagonal() *= 2;  // dropout / (1 - dropout) = 1
        a.diagonal().array() += 2;
        const Eigen::VectorXd expected = oracle_solution(a, chosen.transpose() * wide.col(j));
        CHECK((weights.col(j) - expected).cwiseAbs().maxCoeff() <= 1e-6);
    }
}

TEST_CASE("fewer neighbors leave more of the equations") {
    const CsrMatrix x = random_likes(150, 80, 0.2, 7);
    const auto residual = [&](std::int64_t m) { return fit_sparse_autoencoder(x, {.neighbors = m}).residual; };

    CHECK(residual(80) <= residual(60));
    CHECK(residual(20) > residual(60));
    CHECK(residual(5) > residual(20));
}

TEST_CASE("neighbors are halved until they fit the budget, and nothing less is refused with the number") {
    const CsrMatrix x = random_likes(100, 300, 0.05, 8);
    const std::uint64_t enough = sparse_autoencoder_memory(100, 300, x.nonzeros(), 16);

    CHECK(fit_sparse_autoencoder(x, {.neighbors = 64, .memory = {.bytes = enough}}).neighbors == 16);
    CHECK_THROWS_AS(static_cast<void>(fit_sparse_autoencoder(x, {.memory = {.bytes = 1000}})), MemoryError);
}

TEST_CASE("a sparse linear autoencoder has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_likes(150, 200, 0.05, 9);
    const ThreadLimit single(1);
    const SparseAutoencoder one = fit_sparse_autoencoder(x, {.neighbors = 10});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        const SparseAutoencoder other = fit_sparse_autoencoder(x, {.neighbors = 10});
        CHECK(other.weights.column_indices == one.weights.column_indices);
        CHECK(other.weights.values == one.weights.values);
    }
}

TEST_CASE("options of a sparse linear autoencoder that are out of range are refused") {
    const CsrMatrix x = random_likes(10, 5, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(fit_sparse_autoencoder(x, {.regularization = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_sparse_autoencoder(x, {.dropout = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_sparse_autoencoder(x, {.neighbors = 0})), UsageError);
}
