#include "engine/completion/als.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tests/dense_oracle.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Both sides in float64, with the offset as the last column of each.
struct Sides {
    Eigen::MatrixXd x;
    Eigen::MatrixXd y;
};

double weight(const CsrView& matrix, std::int64_t row, double lambda, double power) {
    const auto at = static_cast<std::size_t>(row);
    const auto n = static_cast<double>(matrix.row_offsets[at + 1] - matrix.row_offsets[at]);
    return n == 0 ? 0 : lambda * std::pow(n, power);
}

/// The objective as the header writes it, term by term.
double objective(const CsrMatrix& matrix, double mean, const Sides& sides, const AlsOptions& options) {
    const CsrMatrix transpose = transposed(matrix);
    const Eigen::Index f = options.factors;
    double sum = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (auto e = matrix.row_offsets[static_cast<std::size_t>(row)];
             e < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++e) {
            const auto column = matrix.column_indices[static_cast<std::size_t>(e)];
            const double predicted =
                mean + sides.x(row, f) + sides.y(column, f) + sides.x.row(row).head(f).dot(sides.y.row(column).head(f));
            sum += std::pow(static_cast<double>(matrix.values[static_cast<std::size_t>(e)]) - predicted, 2);
        }
    }
    const auto penalty = [&](const CsrView& of, const Eigen::MatrixXd& side) {
        for (std::int64_t row = 0; row < of.rows; ++row) {
            sum += (weight(of, row, options.lambda, options.power) + options.lambda * options.factor_prior) *
                       side.row(row).head(f).squaredNorm() +
                   (weight(of, row, options.offset_lambda, options.power) + options.offset_prior) *
                       std::pow(side(row, f), 2);
        }
    };
    penalty(matrix, sides.x);
    penalty(transpose, sides.y);
    return sum;
}

/// One half sweep by dense equations with all unknowns of a row together.
Eigen::MatrixXd half_sweep(const CsrView& matrix, double mean, const Eigen::MatrixXd& given,
                           const AlsOptions& options) {
    const Eigen::Index f = options.factors;
    Eigen::MatrixXd solved = Eigen::MatrixXd::Zero(matrix.rows, f + 1);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(f + 1, f + 1);
        Eigen::VectorXd right = Eigen::VectorXd::Zero(f + 1);
        const auto begin = matrix.row_offsets[static_cast<std::size_t>(row)];
        const auto end = matrix.row_offsets[static_cast<std::size_t>(row) + 1];
        if (begin == end) continue;
        for (auto e = begin; e < end; ++e) {
            const auto at = static_cast<std::size_t>(e);
            Eigen::VectorXd features = given.row(matrix.column_indices[at]).transpose();
            const double offset = features(f);
            features(f) = 1;
            normal += features * features.transpose();
            right += (static_cast<double>(matrix.values[at]) - mean - offset) * features;
        }
        normal.diagonal().head(f).array() +=
            weight(matrix, row, options.lambda, options.power) + options.lambda * options.factor_prior;
        normal(f, f) += weight(matrix, row, options.offset_lambda, options.power) + options.offset_prior;
        solved.row(row) = oracle_solution(normal, right).transpose();
    }
    return solved;
}

Eigen::MatrixXd side(const DenseMatrix& factors, std::span<const float> offsets) {
    Eigen::MatrixXd joined(factors.rows(), factors.cols() + 1);
    joined.leftCols(factors.cols()) = factors.cast<double>();
    for (Eigen::Index i = 0; i < factors.rows(); ++i) {
        joined(i, factors.cols()) = static_cast<double>(offsets[static_cast<std::size_t>(i)]);
    }
    return joined;
}

/// Ratings with an empty row, an empty column, a row and a column of one entry.
CsrMatrix ratings() {
    CsrMatrix matrix = random_sparse(40, 30, 0.3, 1);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (auto e = matrix.row_offsets[static_cast<std::size_t>(row)];
             e < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++e) {
            const auto at = static_cast<std::size_t>(e);
            if (row == 7 || row == 8 || matrix.column_indices[at] == 3 || matrix.column_indices[at] == 4) continue;
            entries.push_back({row, matrix.column_indices[at], 3 + std::round(matrix.values[at])});
        }
    }
    entries.push_back({8, 5, 4});
    entries.push_back({9, 4, 2});
    return csr_from_entries(40, 30, std::move(entries));
}

}  // namespace

TEST_CASE("a row's factor and offset are the ones by hand") {
    const DenseMatrix y = (DenseMatrix(3, 1) << 1, 2, 9).finished();
    const std::vector<float> offsets = {0.5F, -0.5F, 0};
    const AlsColumns columns{3, {y.data(), 3, 1}, offsets};
    const CsrMatrix row = csr_from_entries(1, 3, {{0, 0, 4.5F}, {0, 1, 4.5F}});

    const AlsRows solved = als_rows(
        row, columns,
        {.factors = 1, .lambda = 0.5, .offset_lambda = 0.25, .power = 1, .offset_prior = 0.5, .factor_prior = 0});

    CHECK(solved.factors(0, 0) == doctest::Approx(2.0 / 3.0));  // 6 x + 3 b = 5, 3 x + 3 b = 3
    CHECK(solved.offsets[0] == doctest::Approx(1.0 / 3.0));
}

TEST_CASE("sweeps equal those of dense equations in float64") {
    const CsrMatrix matrix = ratings(), transpose = transposed(matrix);
    for (const double power : {0.0, 0.5, 1.0}) {
        CAPTURE(power);
        const AlsOptions options{.factors = 5, .lambda = 0.3, .offset_lambda = 0.2, .power = power, .sweeps = 1};
        const AlsModel start = fit_als(matrix, options);
        AlsOptions more = options;
        more.sweeps = 3;
        const AlsColumns columns = start.columns();

        const AlsModel model = fit_als(matrix, more, {}, &columns);

        Sides sides{{}, side(start.factors, start.offsets)};
        for (std::size_t sweep = 0; sweep < 3; ++sweep) {
            sides.x = half_sweep(matrix, model.mean, sides.y, options);
            sides.y = half_sweep(transpose, model.mean, sides.x, options);
            CHECK(model.loss[sweep] == doctest::Approx(objective(matrix, model.mean, sides, options)).epsilon(1e-5));
        }
        CHECK((side(model.factors, model.offsets) - sides.y).cwiseAbs().maxCoeff() <= 1e-4);
    }
}

TEST_CASE("the loss never increases") {
    const CsrMatrix matrix = ratings();
    for (const std::int64_t factors : {1, 8, 40}) {
        for (const double lambda : {1e-3, 0.1, 10.0}) {
            for (const double power : {0.0, 0.7, 1.0}) {
                const AlsModel model =
                    fit_als(matrix, {.factors = factors, .lambda = lambda, .power = power, .sweeps = 25});

                CAPTURE(factors);
                CAPTURE(lambda);
                REQUIRE(model.loss.size() == 25);
                for (std::size_t sweep = 1; sweep < model.loss.size(); ++sweep) {
                    CHECK(model.loss[sweep] <= model.loss[sweep - 1] * (1 + 1e-6));  // float32 factors
                }
            }
        }
    }
}

TEST_CASE("at what rows are solved to, the gradient by finite differences is zero") {
    const CsrMatrix matrix = ratings();
    const AlsOptions options{.factors = 4, .lambda = 0.1, .offset_lambda = 0.05, .power = 0.7, .sweeps = 3};
    const AlsModel model = fit_als(matrix, options);
    const AlsRows rows = als_rows(matrix, model.columns(), options);
    const Sides sides{side(rows.factors, rows.offsets), side(model.factors, model.offsets)};
    const double step = 1e-3;
    for (const std::int64_t row : {0, 7, 8, 20}) {
        for (Eigen::Index k = 0; k < 5; ++k) {
            Sides up = sides, down = sides;
            up.x(row, k) += step;
            down.x(row, k) -= step;

            const double slope =
                (objective(matrix, model.mean, up, options) - objective(matrix, model.mean, down, options)) /
                (2 * step);
            CHECK(std::abs(slope) <= 1e-4);  // curvature below 100, float32 solutions
        }
    }
}

TEST_CASE("one, two and four threads give the same bytes") {
    const CsrMatrix matrix = random_sparse(3000, 400, 0.1, 2);
    const AlsOptions options{.factors = 20, .sweeps = 2};
    const auto fit = [&](int threads) {
        const ThreadLimit limit(threads);
        return fit_als(matrix, options);
    };
    const AlsModel one = fit(1), two = fit(2), four = fit(4);

    CHECK(same_bytes(one.factors, two.factors));
    CHECK(same_bytes(one.factors, four.factors));
    CHECK(one.offsets == two.offsets);
    CHECK(one.offsets == four.offsets);
    CHECK(one.loss == two.loss);
    CHECK(one.loss == four.loss);
}

TEST_CASE("a row alone is solved to the same bytes as among others") {
    const CsrMatrix matrix = ratings();
    const AlsOptions options{.factors = 6, .sweeps = 2};
    const AlsModel model = fit_als(matrix, options);
    const AlsRows all = als_rows(matrix, model.columns(), options);
    for (const std::size_t row : {0, 7, 8, 39}) {
        CsrMatrix alone{1, matrix.cols, {0}, {}, {}};
        for (auto e = matrix.row_offsets[row]; e < matrix.row_offsets[row + 1]; ++e) {
            alone.column_indices.push_back(matrix.column_indices[static_cast<std::size_t>(e)]);
            alone.values.push_back(matrix.values[static_cast<std::size_t>(e)]);
        }
        alone.row_offsets.push_back(alone.nonzeros());

        const AlsRows solved = als_rows(alone, model.columns(), options);

        CHECK(same_bytes(solved.factors, DenseMatrix(all.factors.row(static_cast<Eigen::Index>(row)))));
        CHECK(solved.offsets[0] == all.offsets[row]);
    }
}

TEST_CASE("going on from two sweeps is the same as four at once") {
    const CsrMatrix matrix = ratings();
    const AlsModel two = fit_als(matrix, {.factors = 6, .sweeps = 2});
    const AlsColumns start = two.columns();

    const AlsModel further = fit_als(matrix, {.factors = 6, .sweeps = 2}, {}, &start);

    const AlsModel four = fit_als(matrix, {.factors = 6, .sweeps = 4});
    CHECK(same_bytes(further.factors, four.factors));
    CHECK(further.loss.back() == four.loss.back());
}

TEST_CASE("rows and columns without entries are zero, and one entry is enough") {
    const CsrMatrix matrix = ratings();
    const AlsOptions options{.factors = 6, .sweeps = 3};

    const AlsModel model = fit_als(matrix, options);
    const AlsRows rows = als_rows(matrix, model.columns(), options);

    CHECK(rows.factors.row(7).isZero(0));
    CHECK(rows.offsets[7] == 0);
    CHECK(model.factors.row(3).isZero(0));
    CHECK(model.offsets[3] == 0);
    CHECK(rows.factors.row(8).allFinite());
    CHECK(model.factors.allFinite());
}

TEST_CASE("ratings that are all equal are predicted by the mean alone") {
    const CsrMatrix matrix = sparse(Eigen::MatrixXd::Constant(6, 5, 4));

    const AlsModel model = fit_als(matrix, {.factors = 3, .sweeps = 5});

    CHECK(model.mean == 4);
    CHECK(model.factors.isZero(1e-6F));
    CHECK(model.loss.back() <= 1e-9);
}

TEST_CASE("more factors than rows and columns are no harm") {
    const CsrMatrix matrix = csr_from_entries(2, 3, {{0, 0, 5}, {0, 1, 1}, {1, 1, 2}, {1, 2, 4}});

    const AlsModel model = fit_als(matrix, {.factors = 100, .lambda = 0.01, .sweeps = 10});

    CHECK(model.factors.allFinite());
    CHECK(model.loss.back() < model.loss.front());
}

TEST_CASE("contributions add up to the prediction, and each is linear in its rating") {
    const CsrMatrix matrix = ratings();
    const AlsOptions options{.factors = 6, .lambda = 0.1, .sweeps = 4};
    const AlsModel model = fit_als(matrix, options);
    CsrMatrix row = csr_from_entries(1, 30, {{0, 1, 5}, {0, 6, 2}, {0, 20, 3}});
    const auto prediction = [&] {
        const AlsRows solved = als_rows(row, model.columns(), options);
        return model.mean + static_cast<double>(model.offsets[10] + solved.offsets[0]) +
               solved.factors.row(0).cast<double>().dot(model.factors.row(10).cast<double>());
    };

    const std::vector<double> parts = als_contributions(row, 10, model.columns(), options);

    const double before = prediction();
    const double base = model.mean + static_cast<double>(model.offsets[10]);
    CHECK(std::abs(before - base - parts[0] - parts[1] - parts[2]) <= 1e-5);
    row.values[1] += 1;
    const std::vector<double> changed = als_contributions(row, 10, model.columns(), options);
    CHECK(changed[0] == parts[0]);
    CHECK(changed[2] == parts[2]);
    CHECK(std::abs(prediction() - before - (changed[1] - parts[1])) <= 1e-5);
}

TEST_CASE("an interrupt after a sweep leaves that sweep's model; before, there is none") {
    const CsrMatrix matrix = ratings();
    int reports = 0;
    const Progress stop_at_once({}, [] { return true; });
    const Progress stop_after_two({}, [&] { return ++reports > 2; });

    CHECK_THROWS_AS(fit_als(matrix, {.factors = 4, .sweeps = 9}, stop_at_once), InterruptedError);
    const AlsModel model = fit_als(matrix, {.factors = 4, .sweeps = 9}, stop_after_two);

    CHECK(model.interrupted);
    CHECK(model.loss.size() == 2);
    CHECK(same_bytes(model.factors, fit_als(matrix, {.factors = 4, .sweeps = 2}).factors));
}

TEST_CASE("options out of range, no entries, values without bound, too little memory are refused") {
    const CsrMatrix matrix = ratings();
    const AlsColumns others{0, {nullptr, 0, 4}, {}};

    CHECK_THROWS_WITH_AS(fit_als(matrix, {.lambda = 0}), doctest::Contains("lambda > 0"), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.offset_lambda = 0}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.lambda = std::nan("")}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.factors = 0}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.power = -1}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.offset_prior = -1}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.factor_prior = std::nan("")}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.sweeps = 0}), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.factors = 4}, {}, &others), UsageError);
    CHECK_THROWS_AS(fit_als(csr_from_entries(3, 3, {})), UsageError);
    CHECK_THROWS_AS(fit_als(csr_from_entries(1, 1, {{0, 0, 1e7F}})), UsageError);
    CHECK_THROWS_AS(fit_als(csr_from_entries(1, 1, {{0, 0, std::nanf("")}})), UsageError);
    CHECK_THROWS_AS(fit_als(matrix, {.memory = {1000}}), MemoryError);
}
