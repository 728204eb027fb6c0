#include "tools/jobs/factors/factorization.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/metrics/reconstruction.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/matrix/random_matrices.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tools/jobs/factors/factor_files.h"
#include "tools/jobs/plans/factorization_plan.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::testing;

namespace {

/// 40 x 9 around five places, away from the origin.
DenseMatrix points() {
    const DenseMatrix places = 3 * random_panel<float>(5, 9, 1);
    DenseMatrix x = random_panel<float>(40, 9, 2);
    for (Eigen::Index i = 0; i < x.rows(); ++i) x.row(i) += places.row(i % 5);
    x.array() += 1;
    return x;
}

const LadderOptions few_rounds = {.rank = 3, .iterations = 20};

LadderOptions with_methods(LadderOptions options, std::vector<std::string> methods) {
    options.methods = std::move(methods);
    return options;
}

std::string csv(const DenseMatrix& x, double offset = 0) {
    std::string text;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        for (Eigen::Index j = 0; j < x.cols(); ++j) {
            char number[64];
            std::snprintf(number, sizeof number, "%s%.6f", j > 0 ? "," : "", static_cast<double>(x(i, j)) + offset);
            text += number;
        }
        text += "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("every row of the ladder says what its factors leave, and no row is below its bound") {
    const CsrMatrix sparse_x = random_sparse(30, 12, 0.4, 3);
    for (const bool center : {false, true}) {
        for (const bool is_sparse : {false, true}) {
            const FactorizedMatrix matrix =
                is_sparse ? FactorizedMatrix(sparse_x, center) : FactorizedMatrix(points(), center);
            const double norm = matrix.matrix().squared_norm();
            std::vector<std::string> seen;

            const Ladder ladder = factorize(matrix, few_rounds, {}, [&](const LadderRow& row, const Factors& factors) {
                CAPTURE(row.method);
                seen.push_back(row.method);
                CHECK(row.rank == factors.w.rows());
                CHECK(row.objective >= row.bound - 1e-6 * norm);
                CHECK(row.gap == row.objective - row.bound);
                CHECK(row.relative_error == doctest::Approx(std::sqrt(row.objective / norm)));
                if (!factors.labels.empty()) return;
                const double left = reconstruction_error(matrix, factors.z, factors.w, factors.mean);
                CHECK(row.objective == doctest::Approx(left));
            });

            std::vector<std::string> expected = factorization_methods();
            if (is_sparse) expected.pop_back();  // product-quantization
            CHECK(seen == expected);
            CHECK(ladder.rows.size() == expected.size());
        }
    }
}

TEST_CASE("methods are those that were asked for, in their order") {
    const Ladder ladder = factorize({points(), false}, with_methods(few_rounds, {"kmeans", "svd"}), {});

    REQUIRE(ladder.rows.size() == 2);
    CHECK(ladder.rows[0].method == "kmeans");
    CHECK(ladder.rows[1].method == "svd");
    CHECK(ladder.notes.empty());
}

TEST_CASE("a rank above that of the matrix is cut with a note") {
    LadderOptions options = with_methods(few_rounds, {"svd"});
    options.rank = 70;

    const Ladder ladder = factorize({points(), false}, options, {});

    CHECK(ladder.rows.at(0).rank == 9);
    REQUIRE(ladder.notes.size() == 1);
    CHECK(ladder.notes[0].code == "rank-cut");
    CHECK(ladder.notes[0].text == "the rank is cut to 9: no 40 x 9 matrix has a higher one");
}

TEST_CASE("the ladder is the same for any number of threads") {
    const auto rows = [](int threads) { return factorize({points(), false}, few_rounds, {.threads = threads}).rows; };
    const auto one = rows(1), three = rows(3);

    for (std::size_t i = 0; i < one.size(); ++i) {
        CAPTURE(one[i].method);
        CHECK(one[i].objective == three[i].objective);
        CHECK(one[i].bound == three[i].bound);
    }
    const int before = thread_count();
    static_cast<void>(rows(1));
    CHECK(thread_count() == before);
}

TEST_CASE("options out of their range, and methods that are not for the matrix, are refused before any work") {
    const FactorizedMatrix matrix(points(), false), sparse_matrix(random_sparse(9, 5, 0.5, 1), false);
    const auto refused = [&](const FactorizedMatrix& x, const LadderOptions& options) {
        CHECK_THROWS_AS(static_cast<void>(factorize(x, options, {})), UsageError);
    };

    refused(matrix, {.rank = 0});
    refused(matrix, {.rank = 2, .iterations = 0});
    refused(matrix, {.rank = 2, .tolerance = 0});
    refused(matrix, {.rank = 2, .tolerance = std::nan("")});
    refused(matrix, {.rank = 2, .dropout = 1});
    refused(matrix, with_methods(few_rounds, {"magic"}));
    refused(sparse_matrix, with_methods(few_rounds, {"svd", "product-quantization"}));
}

TEST_CASE("past the bound of memory nothing is done") {
    const FactorizedMatrix matrix(points(), false);

    CHECK_THROWS_AS(static_cast<void>(factorize(matrix, few_rounds, {.memory = {1'000}})), MemoryError);
}

TEST_CASE("a matrix is read with what keeps its columns apart far from zero, and zeros are refused by name") {
    const TemporaryFolder folder;
    const DenseMatrix x = random_panel<float>(60, 4, 7);
    write_bytes(folder / "near.csv", csv(x));
    write_bytes(folder / "far.csv", csv(x, 1e9));
    write_bytes(folder / "zeros.csv", "0,0\n0,0\n");
    write_bytes(folder / "equal.csv", "1,2\n1,2\n");
    const auto rows = [&](const std::string& name, bool center, const std::vector<std::string>& methods) {
        return factorize(read_factorized_matrix(folder / name, {}, center, {}), with_methods({.rank = 2}, methods), {})
            .rows;
    };

    const std::vector<std::string> methods = {"svd", "pca", "als", "kmeans", "product-quantization"};
    const auto near = rows("near.csv", true, methods), far = rows("far.csv", true, methods);
    for (std::size_t i = 0; i < methods.size(); ++i) {
        CAPTURE(methods[i]);
        CHECK(far[i].objective == doctest::Approx(near[i].objective).epsilon(1e-4));
        CHECK(far[i].bound == doctest::Approx(near[i].bound).epsilon(1e-4));
    }
    // Methods that have a mean, or measure distances alone, are right without centering too.
    const std::vector<std::string> shifted = {"pca", "kmeans"};
    const auto plain_near = rows("near.csv", false, shifted), plain_far = rows("far.csv", false, shifted);
    for (std::size_t i = 0; i < shifted.size(); ++i) {
        CAPTURE(shifted[i]);
        CHECK(plain_far[i].objective == doctest::Approx(plain_near[i].objective).epsilon(1e-4));
    }

    CHECK(message_of<InputError>([&] { rows("zeros.csv", false, {"svd"}); }) ==
          (folder / "zeros.csv") + ": every entry is zero, so there is nothing to factorize");
    CHECK(message_of<InputError>([&] { rows("equal.csv", true, {"svd"}); }) ==
          (folder / "equal.csv") + ": all rows are equal, so nothing is left of them once they are centered");
}

TEST_CASE("factors are written as the arrays that they are") {
    const TemporaryFolder folder;
    ResultFolder results(folder / "out");
    static_cast<void>(
        factorize({points(), false}, with_methods(few_rounds, {"pca", "kmeans"}), {},
                  [&](const LadderRow& row, const Factors& factors) { write_factors(row.method, factors, results); }));
    results.finish();

    CHECK(results.names() ==
          std::vector<std::string>{"pca_z.npy", "pca_w.npy", "pca_mean.npy", "kmeans_labels.npy", "kmeans_w.npy"});
    CHECK(read_bytes(folder / "out/pca_z.npy").size() == 128 + 40 * 3 * sizeof(float));
    CHECK(read_bytes(folder / "out/pca_mean.npy").size() == 128 + 9 * sizeof(double));
    CHECK(read_bytes(folder / "out/kmeans_labels.npy").size() == 128 + 40 * sizeof(std::int32_t));
}

TEST_CASE("a plan says what it is of, and past the bound it tries nothing") {
    const TemporaryFolder folder;
    write_bytes(folder / "x.csv", csv(points()));

    const Plan plan = plan_factorization(folder / "x.csv", {}, 4, {});
    const Plan refused = plan_factorization(folder / "x.csv", {}, 4, {.memory = {plan.memory / 2 + program_bytes / 2}});

    CHECK(name(plan.work) == "factorize");
    REQUIRE(plan.sizes.size() == 4);
    CHECK(plan.sizes[0].name == "rows");
    CHECK(plan.sizes[0].count == 40);
    CHECK(plan.sizes[3].count == 4);
    CHECK(plan.seconds.value_or(0) > 0);
    CHECK_FALSE(refused.seconds.has_value());
    CHECK_NOTHROW(require_memory(plan, {.memory = {plan.memory}}));
    CHECK_THROWS_AS(require_memory(plan, {.memory = {plan.memory - 1}}), MemoryError);
}
