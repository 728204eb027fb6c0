#include "engine/completion/implicit_als.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tests/dense_oracle.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr ImplicitAlsSolver solvers[] = {ImplicitAlsSolver::cholesky, ImplicitAlsSolver::conjugate_gradient,
                                         ImplicitAlsSolver::block};

Eigen::MatrixXd likes(const CsrView& matrix) {
    return dense(matrix).unaryExpr([](double value) { return value != 0 ? 1.0 : 0.0; });
}

Eigen::VectorXd ridges(const Eigen::MatrixXd& likes, const ImplicitAlsOptions& options) {
    const double all = options.unobserved_weight * static_cast<double>(likes.cols());
    return options.lambda * (likes.rowwise().sum().array() + all).pow(options.power);
}

/// The objective as the header writes it, over all pairs.
double objective(const Eigen::MatrixXd& likes, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y,
                 const ImplicitAlsOptions& options) {
    const Eigen::ArrayXXd scores = (x * y.transpose()).array();
    return (likes.array() * (1 - scores).square()).sum() + options.unobserved_weight * scores.square().sum() +
           ridges(likes, options).dot(x.rowwise().squaredNorm()) +
           ridges(likes.transpose(), options).dot(y.rowwise().squaredNorm());
}

/// The minimum over x with y given, by dense equations over all pairs.
Eigen::MatrixXd half_sweep(const Eigen::MatrixXd& likes, const Eigen::MatrixXd& y, const ImplicitAlsOptions& options) {
    const Eigen::VectorXd ridge = ridges(likes, options);
    Eigen::MatrixXd x(likes.rows(), y.cols());
    for (Eigen::Index row = 0; row < likes.rows(); ++row) {
        const Eigen::VectorXd own = likes.row(row).transpose();
        const Eigen::VectorXd weights = own.array() + options.unobserved_weight;
        Eigen::MatrixXd normal = y.transpose() * weights.asDiagonal() * y;
        normal.diagonal().array() += ridge(row);
        x.row(row) = oracle_solution(normal, y.transpose() * own).transpose();
    }
    return x;
}

/// Scores of all pairs, which do not depend on the axes.
Eigen::MatrixXd scores(const CsrMatrix& matrix, const ImplicitAlsModel& model, const ImplicitAlsOptions& options) {
    return (implicit_als_rows(matrix, model.columns(), options) * model.factors.transpose()).cast<double>();
}

CsrMatrix some_likes() {
    CsrMatrix matrix = random_sparse(50, 35, 0.15, 1);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (auto e = matrix.row_offsets[static_cast<std::size_t>(row)];
             e < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++e) {
            const auto column = matrix.column_indices[static_cast<std::size_t>(e)];
            if (row != 7 && column != 3) entries.push_back({row, column, static_cast<float>(1 + row % 5)});
        }
    }
    return csr_from_entries(50, 35, std::move(entries));
}

}  // namespace

TEST_CASE("a row's factor is the one by hand") {
    const DenseMatrix y = (DenseMatrix(2, 1) << 2, 1).finished();
    const std::vector<double> spectrum = {5};
    const CsrMatrix row = csr_from_entries(1, 2, {{0, 0, 1}});

    const DenseMatrix x = implicit_als_rows(row, {{y.data(), 2, 1}, spectrum},
                                            {.factors = 1, .lambda = 0.5, .unobserved_weight = 0.5, .power = 1});

    CHECK(x(0, 0) == doctest::Approx(2 / 7.5));  // 4 + .5 * 5 + .5 * (1 + .5 * 2)
}

TEST_CASE("sweeps by Cholesky equal those of dense equations in float64") {
    const CsrMatrix matrix = some_likes();
    const Eigen::MatrixXd dense_likes = likes(matrix);
    for (const double power : {0.0, 0.5, 1.0}) {
        for (const std::int64_t factors : {3, 20}) {
            CAPTURE(power);
            CAPTURE(factors);
            ImplicitAlsOptions options{
                .factors = factors, .lambda = 0.05, .unobserved_weight = 0.1, .power = power, .sweeps = 1};
            const ImplicitAlsModel start = fit_implicit_als(matrix, options);
            const ImplicitAlsColumns columns = start.columns();
            options.sweeps = 3;

            const ImplicitAlsModel model = fit_implicit_als(matrix, options, {}, &columns);

            Eigen::MatrixXd y = start.factors.cast<double>(), x;
            for (std::size_t sweep = 0; sweep < 3; ++sweep) {
                x = half_sweep(dense_likes, y, options);
                y = half_sweep(dense_likes.transpose(), x, options);
                CHECK(model.loss[sweep] == doctest::Approx(objective(dense_likes, x, y, options)).epsilon(1e-5));
            }
            const Eigen::MatrixXd exact = half_sweep(dense_likes, y, options) * y.transpose();
            CHECK((scores(matrix, model, options) - exact).cwiseAbs().maxCoeff() <= 1e-4);
        }
    }
}

TEST_CASE("the loss never increases, whatever the solver") {
    const CsrMatrix matrix = some_likes();
    for (const ImplicitAlsSolver solver : solvers) {
        for (const double weight : {0.01, 0.3}) {
            const ImplicitAlsModel model = fit_implicit_als(matrix, {.factors = 12,
                                                                     .lambda = 0.01,
                                                                     .unobserved_weight = weight,
                                                                     .sweeps = 25,
                                                                     .solver = solver,
                                                                     .block_size = 4});

            CAPTURE(name(solver));
            REQUIRE(model.loss.size() == 25);
            for (std::size_t sweep = 1; sweep < model.loss.size(); ++sweep) {
                CHECK(model.loss[sweep] <= model.loss[sweep - 1] * (1 + 1e-6));  // float32 factors
            }
        }
    }
}

TEST_CASE("conjugate gradients with many steps go Cholesky's way, and blocks end where it ends") {
    const CsrMatrix matrix = some_likes();
    ImplicitAlsOptions options{
        .factors = 10, .lambda = 0.05, .unobserved_weight = 0.2, .sweeps = 3, .cg_steps = 60, .block_size = 4};
    const ImplicitAlsModel exact = fit_implicit_als(matrix, options);
    options.solver = ImplicitAlsSolver::conjugate_gradient;
    const ImplicitAlsModel gradients = fit_implicit_als(matrix, options);
    CHECK((scores(matrix, gradients, options) - scores(matrix, exact, options)).cwiseAbs().maxCoeff() <= 1e-4);

    options.sweeps = 400;
    options.solver = ImplicitAlsSolver::block;
    const ImplicitAlsModel blocks = fit_implicit_als(matrix, options);
    options.solver = ImplicitAlsSolver::cholesky;
    const ImplicitAlsModel converged = fit_implicit_als(matrix, options);
    CHECK(blocks.loss.back() == doctest::Approx(converged.loss.back()).epsilon(1e-4));
}

TEST_CASE("at what rows are solved to, the gradient by finite differences is zero") {
    const CsrMatrix matrix = some_likes();
    const Eigen::MatrixXd dense_likes = likes(matrix);
    const ImplicitAlsOptions options{.factors = 6, .lambda = 0.02, .unobserved_weight = 0.1, .sweeps = 3};
    const ImplicitAlsModel model = fit_implicit_als(matrix, options);
    const Eigen::MatrixXd y = model.factors.cast<double>();
    const Eigen::MatrixXd x = implicit_als_rows(matrix, model.columns(), options).cast<double>();
    const double step = 1e-3;
    for (const Eigen::Index row : {0, 7, 30}) {
        for (Eigen::Index k = 0; k < 6; ++k) {
            Eigen::MatrixXd up = x, down = x;
            up(row, k) += step;
            down(row, k) -= step;

            const double slope =
                (objective(dense_likes, up, y, options) - objective(dense_likes, down, y, options)) / (2 * step);
            CHECK(std::abs(slope) <= 1e-4);  // curvature below 100, float32 solutions
        }
    }
}

TEST_CASE("the columns are kept in their principal axes, with fixed signs") {
    const CsrMatrix matrix = some_likes();

    const ImplicitAlsModel model = fit_implicit_als(matrix, {.factors = 8, .unobserved_weight = 0.1, .sweeps = 4});

    const Eigen::MatrixXd gram = model.factors.cast<double>().transpose() * model.factors.cast<double>();
    for (Eigen::Index k = 0; k < 8; ++k) {
        CHECK(std::abs(gram(k, k) - model.spectrum[static_cast<std::size_t>(k)]) <= 1e-5 * gram(0, 0));
        for (Eigen::Index l = 0; l < k; ++l) CHECK(std::abs(gram(k, l)) <= 1e-5 * gram(0, 0));
        if (k > 0)
            CHECK(model.spectrum[static_cast<std::size_t>(k)] <= model.spectrum[static_cast<std::size_t>(k) - 1]);
        Eigen::Index largest = 0;
        model.factors.col(k).cwiseAbs().maxCoeff(&largest);
        CHECK(model.factors(largest, k) > 0);
    }
}

TEST_CASE("values do not matter, only what is stored") {
    CsrMatrix matrix = some_likes();
    const ImplicitAlsModel model = fit_implicit_als(matrix, {.factors = 5, .sweeps = 2});
    for (float& value : matrix.values) value = 1;

    CHECK(same_bytes(model.factors, fit_implicit_als(matrix, {.factors = 5, .sweeps = 2}).factors));
}

TEST_CASE("one, two and four threads give the same bytes, whatever the solver") {
    const CsrMatrix matrix = random_sparse(3000, 400, 0.05, 2);
    for (const ImplicitAlsSolver solver : solvers) {
        const ImplicitAlsOptions options{.factors = 24, .sweeps = 2, .solver = solver, .block_size = 8};
        const auto fit = [&](int threads) {
            const ThreadLimit limit(threads);
            return fit_implicit_als(matrix, options);
        };
        const ImplicitAlsModel one = fit(1), two = fit(2), four = fit(4);

        CHECK(same_bytes(one.factors, two.factors));
        CHECK(same_bytes(one.factors, four.factors));
        CHECK(one.loss == two.loss);
        CHECK(one.loss == four.loss);
        CHECK(one.spectrum == four.spectrum);
    }
}

TEST_CASE("going on from two sweeps ends where four at once end") {
    const CsrMatrix matrix = some_likes();
    ImplicitAlsOptions options{.factors = 6, .sweeps = 2};
    const ImplicitAlsModel two = fit_implicit_als(matrix, options);
    const ImplicitAlsColumns start = two.columns();

    const ImplicitAlsModel further = fit_implicit_als(matrix, options, {}, &start);

    options.sweeps = 4;
    CHECK(further.loss.back() == doctest::Approx(fit_implicit_als(matrix, options).loss.back()).epsilon(1e-6));
}

TEST_CASE("rows and columns without entries are zero") {
    const CsrMatrix matrix = some_likes();
    for (const ImplicitAlsSolver solver : solvers) {
        const ImplicitAlsOptions options{.factors = 6, .sweeps = 3, .solver = solver, .block_size = 2};

        const ImplicitAlsModel model = fit_implicit_als(matrix, options);

        CHECK(implicit_als_rows(matrix, model.columns(), options).row(7).isZero(0));
        CHECK(model.factors.row(3).isZero(0));
    }
}

TEST_CASE("more factors than rows and columns, and one entry alone, are no harm") {
    const CsrMatrix few = csr_from_entries(2, 3, {{0, 0, 1}, {0, 1, 1}, {1, 1, 1}}),
                    one = csr_from_entries(1, 1, {{0, 0, 1}});
    for (const ImplicitAlsSolver solver : solvers) {
        const ImplicitAlsOptions options{.factors = 50, .sweeps = 5, .solver = solver};

        CHECK(fit_implicit_als(few, options).factors.allFinite());
        CHECK(fit_implicit_als(one, options).factors.allFinite());
    }
}

TEST_CASE("contributions add up to the score") {
    const CsrMatrix matrix = some_likes();
    const ImplicitAlsOptions options{.factors = 6, .lambda = 0.02, .unobserved_weight = 0.1, .sweeps = 4};
    const ImplicitAlsModel model = fit_implicit_als(matrix, options);
    const CsrMatrix row = csr_from_entries(1, 35, {{0, 1, 1}, {0, 6, 1}, {0, 20, 1}});

    const std::vector<double> parts = implicit_als_contributions(row, 10, model.columns(), options);

    const DenseMatrix x = implicit_als_rows(row, model.columns(), options);
    REQUIRE(parts.size() == 3);
    CHECK(std::abs(parts[0] + parts[1] + parts[2] - static_cast<double>(x.row(0).dot(model.factors.row(10)))) <= 1e-5);
}

TEST_CASE("an interrupt after a sweep leaves that sweep's model; before, there is none") {
    const CsrMatrix matrix = some_likes();
    int reports = 0;
    const Progress stop_at_once({}, [] { return true; });
    const Progress stop_after_two({}, [&] { return ++reports > 2; });

    CHECK_THROWS_AS(fit_implicit_als(matrix, {.factors = 4, .sweeps = 9}, stop_at_once), InterruptedError);
    const ImplicitAlsModel model = fit_implicit_als(matrix, {.factors = 4, .sweeps = 9}, stop_after_two);

    CHECK(model.interrupted);
    CHECK(model.loss.size() == 2);
}

TEST_CASE("options out of range, no entries, too little memory, another word for a solver are refused") {
    const CsrMatrix matrix = some_likes();
    const ImplicitAlsColumns others{{nullptr, 0, 64}, {}};

    CHECK_THROWS_AS(fit_implicit_als(matrix, {.lambda = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.unobserved_weight = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.factors = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.power = 3}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.sweeps = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.cg_steps = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.block_size = 0}), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {}, {}, &others), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(csr_from_entries(3, 3, {})), UsageError);
    CHECK_THROWS_AS(fit_implicit_als(matrix, {.memory = {1000}}), MemoryError);
    CHECK_THROWS_AS(parse_implicit_als_solver("lu"), UsageError);
    for (const ImplicitAlsSolver solver : solvers) CHECK(parse_implicit_als_solver(name(solver)) == solver);
}
