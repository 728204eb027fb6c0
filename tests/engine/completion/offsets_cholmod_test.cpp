#include <cholmod.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/completion/offsets.h"
#include "tests/engine/completion/rated_matrix.h"

using namespace eckart;
using eckart::testing::rated_matrix;

namespace {

/// The normal equations of offsets as CHOLMOD keeps symmetric matrices: the lower triangle, by columns.
cholmod_sparse* normal_matrix(const CsrView& matrix, double lambda_row, double lambda_column, cholmod_common* common) {
    const auto n = static_cast<std::size_t>(matrix.rows + matrix.cols);
    const auto entries = static_cast<std::size_t>(matrix.nonzeros()) + n;
    cholmod_triplet* triplets = cholmod_allocate_triplet(n, n, entries, -1, CHOLMOD_REAL, common);
    const auto put = [&](std::int64_t row, std::int64_t col, double value) {
        static_cast<int*>(triplets->i)[triplets->nnz] = static_cast<int>(row);
        static_cast<int*>(triplets->j)[triplets->nnz] = static_cast<int>(col);
        static_cast<double*>(triplets->x)[triplets->nnz++] = value;
    };
    std::vector<double> diagonal(n);
    for (std::int64_t u = 0; u < matrix.rows; ++u) {
        const auto begin = matrix.row_offsets[static_cast<std::size_t>(u)];
        const auto end = matrix.row_offsets[static_cast<std::size_t>(u) + 1];
        diagonal[static_cast<std::size_t>(u)] = static_cast<double>(end - begin) + lambda_row;
        for (auto p = begin; p < end; ++p) {
            const std::int64_t i = matrix.rows + matrix.column_indices[static_cast<std::size_t>(p)];
            put(i, u, 1);
            diagonal[static_cast<std::size_t>(i)] += 1;
        }
    }
    for (std::size_t k = 0; k < n; ++k) {
        const bool column = k >= static_cast<std::size_t>(matrix.rows);
        put(static_cast<std::int64_t>(k), static_cast<std::int64_t>(k), diagonal[k] + (column ? lambda_column : 0));
    }
    cholmod_sparse* a = cholmod_triplet_to_sparse(triplets, triplets->nnz, common);
    cholmod_free_triplet(&triplets, common);
    return a;
}

cholmod_dense* right_side(const CsrView& matrix, double mean, cholmod_common* common) {
    cholmod_dense* g = cholmod_zeros(static_cast<std::size_t>(matrix.rows + matrix.cols), 1, CHOLMOD_REAL, common);
    auto* sums = static_cast<double*>(g->x);
    for (std::int64_t u = 0; u < matrix.rows; ++u) {
        for (auto p = static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(u)]);
             p < static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(u) + 1]); ++p) {
            const double r = static_cast<double>(matrix.values[p]) - mean;
            sums[u] += r;
            sums[matrix.rows + matrix.column_indices[p]] += r;
        }
    }
    return g;
}

}  // namespace

TEST_CASE("offsets agree with CHOLMOD's direct solve of the normal equations") {
    cholmod_common common;
    cholmod_start(&common);
    for (const std::uint64_t seed : {1, 2}) {
        const CsrMatrix matrix = rated_matrix(700, 300, 0.05, seed);

        const Offsets offsets = fit_offsets(matrix, {.lambda_row = 5, .lambda_column = 2});
        cholmod_sparse* a = normal_matrix(matrix, 5, 2, &common);
        cholmod_dense* g = right_side(matrix, offsets.mean, &common);
        cholmod_factor* factor = cholmod_analyze(a, &common);
        cholmod_factorize(a, factor, &common);
        cholmod_dense* z = cholmod_solve(CHOLMOD_A, factor, g, &common);

        REQUIRE(common.status == CHOLMOD_OK);
        const auto* solved = static_cast<const double*>(z->x);
        double largest = 0;
        for (std::size_t k = 0; k < 1000; ++k) {
            const double found = k < 700 ? offsets.row_offsets[k] : offsets.column_offsets[k - 700];
            largest = std::max(largest, std::abs(found - solved[k]));
        }
        CHECK(offsets.converged);
        CHECK(largest <= 1e-11);  // 1e-13 times the condition number, which is below 100 here

        cholmod_free_dense(&z, &common);
        cholmod_free_factor(&factor, &common);
        cholmod_free_dense(&g, &common);
        cholmod_free_sparse(&a, &common);
    }
    cholmod_finish(&common);
}
