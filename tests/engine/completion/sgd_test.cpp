#include "engine/completion/sgd.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

#include "engine/completion/rating_grid.h"
#include "engine/completion/sgd_sweep.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/completion/rated_matrix.h"

using namespace eckart;
using eckart::testing::rated_matrix;

namespace {

/// Numbers that look random, in [-0.5, 0.5].
float wave(double k) {
    return static_cast<float>(0.5 * std::sin(12.9 * k + 1));
}

DenseMatrix waves(Eigen::Index rows, Eigen::Index used, Eigen::Index columns, double phase) {
    DenseMatrix result = DenseMatrix::Zero(rows, columns);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index k = 0; k < used; ++k) result(i, k) = wave(phase + static_cast<double>(i * used + k));
    }
    return result;
}

/// One row, one column, one entry, all that its step depends on, in float64.
struct OneEntry {
    double value = 0.9, weight = 0.3, bias_weight = 0.2, prior_of_b = 0.7, prior_of_c = 0.4;
    Eigen::VectorXd p, q, s, t;
    double b = 0.11, c = -0.23;

    /// Half of what sgd_sweep.h says a step goes down.
    double objective() const {
        const double e = value - b - c - p.dot(q);
        return 0.5 * (e * e + weight * ((p - s).squaredNorm() + (q - t).squaredNorm()) + bias_weight * (b * b + c * c) +
                      prior_of_b * b * b + prior_of_c * c * c);
    }

    /// (objective(x + h) - objective(x - h)) / 2h for one of the numbers above.
    double slope(double& x) {
        const double h = 1e-5, kept = x;
        x = kept + h;
        const double above = objective();
        x = kept - h;
        const double below = objective();
        x = kept;
        return (above - below) / (2 * h);
    }
};

double root_mean_square(const SgdModel& model, const CsrView& matrix) {
    double sum = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto u = static_cast<std::size_t>(row);
        for (auto p = matrix.row_offsets[u]; p < matrix.row_offsets[u + 1]; ++p) {
            const std::int32_t i = matrix.column_indices[static_cast<std::size_t>(p)];
            const float dot = model.row_factors.row(row).dot(model.column_factors.row(i));
            const double predicted = model.mean + static_cast<double>(model.row_biases[u]) +
                                     static_cast<double>(model.column_biases[static_cast<std::size_t>(i)]) +
                                     static_cast<double>(dot);
            sum += std::pow(static_cast<double>(matrix.values[static_cast<std::size_t>(p)]) - predicted, 2);
        }
    }
    return std::sqrt(sum / static_cast<double>(matrix.nonzeros()));
}

bool same(const SgdModel& a, const SgdModel& b) {
    return a.row_factors == b.row_factors && a.column_factors == b.column_factors && a.row_biases == b.row_biases &&
           a.column_biases == b.column_biases;
}

}  // namespace

TEST_CASE("a grid holds every entry once, and blocks of a stratum share no row and no column") {
    const CsrMatrix matrix = rated_matrix(300, 170, 0.3, 5);
    const RatingGrid grid = rating_grid(matrix, 256, 1);
    REQUIRE(grid.side >= 4);

    std::set<std::tuple<std::int64_t, std::int64_t, float>> seen;
    for (std::int64_t stratum = 0; stratum < grid.side; ++stratum) {
        std::set<std::int32_t> rows, columns;
        for (std::int64_t block_row = 0; block_row < grid.side; ++block_row) {
            std::set<std::int32_t> own_rows, own_columns;
            for (const GridEntry& entry : grid.block(block_row, stratum)) {
                CHECK(seen.insert({entry.row, entry.column, entry.value}).second);
                own_rows.insert(entry.row);
                own_columns.insert(entry.column);
            }
            for (const std::int32_t row : own_rows) CHECK(rows.insert(row).second);
            for (const std::int32_t column : own_columns) CHECK(columns.insert(column).second);
        }
    }

    CHECK(static_cast<std::int64_t>(seen.size()) == matrix.nonzeros());
    for (std::int64_t row = 0, p = 0; row < matrix.rows; ++row) {
        for (; p < matrix.row_offsets[static_cast<std::size_t>(row) + 1]; ++p) {
            const auto at = static_cast<std::size_t>(p);
            CHECK(seen.count({row, matrix.column_indices[at], matrix.values[at]}) == 1);
        }
    }
}

TEST_CASE("a grid of few entries is one block, and block rows have about as many entries each") {
    CHECK(rating_grid(rated_matrix(20, 20, 0.3, 1), 256, 1).side == 1);

    const RatingGrid grid = rating_grid(rated_matrix(400, 400, 0.2, 1), 256, 1);
    for (std::int64_t k = 0; k < grid.side; ++k) {
        const auto first = static_cast<std::size_t>(k * grid.side);
        const std::int64_t count =
            grid.block_offsets[first + static_cast<std::size_t>(grid.side)] - grid.block_offsets[first];
        CHECK(std::abs(count * grid.side - grid.block_offsets.back()) <=
              0.1 * static_cast<double>(grid.block_offsets.back()));
    }
}

TEST_CASE("a step goes down the gradient, with and without pulls, for every length of factors") {
    for (const std::int64_t f : {1, 5, 8, 11, 16, 32, 40, 64, 128}) {
        for (const bool pulled : {false, true}) {
            INFO("factors " << f << ", pulled " << pulled);
            const std::int64_t padded = padded_factors(f);
            SgdState state{{0.11F}, {-0.23F}, {0.7F}, {0.4F}, waves(1, f, padded, 1), waves(1, f, padded, 200)};
            const DenseMatrix s = waves(1, pulled ? f : 0, padded, 400), t = waves(1, pulled ? f : 0, padded, 600);
            const CsrMatrix matrix = csr_from_entries(1, 1, {{0, 0, 0.9F}});
            const SgdState before = state;
            OneEntry one;
            const auto column = [&](const DenseMatrix& m) {
                return m.row(0).head(f).transpose().cast<double>().eval();
            };
            one.value = static_cast<double>(0.9F);
            one.p = column(state.row_factors);
            one.q = column(state.column_factors);
            one.s = column(s);
            one.t = column(t);

            const float rate = 0.5F;
            const SgdPulls pulls = pulled ? SgdPulls{&s, &t} : SgdPulls{};
            const double sum =
                sgd_epoch(rating_grid(matrix, 4 * padded, 1), {rate, rate, 0.3F, 0.2F}, pulls, 1, 0, state);

            const double e = one.value - one.b - one.c - one.p.dot(one.q);
            CHECK(std::abs(sum - e * e) <= 1e-5 * (1 + e * e));
            // float32 keeps numbers of size 1 to 6e-8, and a step is half the gradient; |e| grows with the factors
            const double bound = 1e-6 * (1 + std::abs(e));
            const auto check = [&](float after, float at_first, double slope) {
                CHECK(std::abs((static_cast<double>(at_first) - static_cast<double>(after)) / 0.5 - slope) <= bound);
            };
            for (Eigen::Index k = 0; k < f; ++k) {
                check(state.row_factors(0, k), before.row_factors(0, k), one.slope(one.p[k]));
                check(state.column_factors(0, k), before.column_factors(0, k), one.slope(one.q[k]));
            }
            check(state.row_biases[0], before.row_biases[0], one.slope(one.b));
            check(state.column_biases[0], before.column_biases[0], one.slope(one.c));
            CHECK(state.row_factors.rightCols(padded - f).isZero(0));
        }
    }
}

TEST_CASE("the loss falls with each epoch") {
    const SgdModel model = fit_sgd(rated_matrix(200, 120, 0.3, 3), {.factors = 16, .epochs = 25});

    REQUIRE(model.loss.size() == 25);
    for (std::size_t epoch = 1; epoch < model.loss.size(); ++epoch) CHECK(model.loss[epoch] < model.loss[epoch - 1]);
}

TEST_CASE("a matrix of rank one is completed") {
    std::vector<Entry> entries;
    for (std::int64_t u = 0; u < 60; ++u) {
        for (std::int64_t i = 0; i < 40; ++i) {
            const auto x = static_cast<double>(wave(static_cast<double>(u))),
                       y = static_cast<double>(wave(100.0 + static_cast<double>(i)));
            if ((u + 3 * i) % 4 != 0) entries.push_back({u, i, static_cast<float>(3 + 8 * x * y)});
        }
    }
    const CsrMatrix matrix = csr_from_entries(60, 40, entries);

    const SgdModel model = fit_sgd(matrix, {.factors = 4,
                                            .epochs = 300,
                                            .learning_rate = 0.05,
                                            .decay = 0.99,
                                            .regularization = 1e-4,
                                            .bias_regularization = 1e-4});

    CHECK(root_mean_square(model, matrix) < 0.02);
    const double expected =
        3 + 8 * static_cast<double>(wave(0)) * static_cast<double>(wave(100));  // (0, 0) is not stored
    const double predicted =
        model.mean + static_cast<double>(model.row_biases[0] + model.column_biases[0] +
                                         model.row_factors.row(0).dot(model.column_factors.row(0)));
    CHECK(std::abs(predicted - expected) < 0.1);
}

TEST_CASE("a fit is the same bytes for 1, 2 and 4 threads, and another for another seed") {
    const CsrMatrix matrix = rated_matrix(400, 200, 0.3, 4);
    const auto fit = [&](int threads, std::uint64_t seed) {
        const ThreadLimit limit(threads);
        return fit_sgd(matrix, {.factors = 20, .epochs = 3, .seed = seed});
    };
    const SgdModel one = fit(1, 1);

    CHECK(same(one, fit(2, 1)));
    CHECK(same(one, fit(4, 1)));
    CHECK_FALSE(same(one, fit(1, 2)));
}

TEST_CASE("going on for two epochs after three is fitting for five") {
    const CsrMatrix matrix = rated_matrix(150, 90, 0.4, 6);
    const SgdModel three = fit_sgd(matrix, {.factors = 12, .epochs = 3});
    const SgdModel further = fit_sgd(matrix, {.factors = 12, .epochs = 2}, {}, &three);
    const SgdModel five = fit_sgd(matrix, {.factors = 12, .epochs = 5});

    CHECK(same(further, five));
    CHECK(further.loss == five.loss);
    CHECK(further.epochs == 5);
}

TEST_CASE("an epoch's steps are those of the one before, times the decay") {
    const CsrMatrix matrix = rated_matrix(80, 60, 0.4, 5);
    const SgdModel two = fit_sgd(matrix, {.factors = 8, .epochs = 2, .learning_rate = 0.02, .decay = 0.5});

    SgdModel first = fit_sgd(matrix, {.factors = 8, .epochs = 1, .learning_rate = 0.02, .decay = 1});
    first.learning_rate = 0.01;
    const SgdModel second = fit_sgd(matrix, {.factors = 8, .epochs = 1, .decay = 1}, {}, &first);

    CHECK(same(two, second));
    CHECK(two.learning_rate == 0.005);
}

TEST_CASE("rows and columns without entries have no factors and no bias") {
    const CsrMatrix matrix = rated_matrix(50, 30, 0.5, 2);  // the last of each is empty
    const SgdModel model = fit_sgd(matrix, {.factors = 8, .epochs = 4});

    CHECK(model.row_factors.row(49).isZero(0));
    CHECK(model.column_factors.row(29).isZero(0));
    CHECK(model.row_biases[49] == 0);
    CHECK(model.column_biases[29] == 0);
}

TEST_CASE("steps that diverge are begun anew with smaller ones, and the model says so") {
    CsrMatrix matrix = rated_matrix(60, 40, 0.5, 2);
    for (float& value : matrix.values) value *= 1000;
    const SgdModel model = fit_sgd(matrix, {.factors = 8, .epochs = 5, .learning_rate = 1});

    CHECK(model.note.find("diverged") != std::string::npos);
    CHECK(model.row_factors.allFinite());
    CHECK(model.column_factors.allFinite());
    CHECK(std::isfinite(model.loss.back()));
}

TEST_CASE("an interruption after an epoch keeps what there is, and before the first ends the fit") {
    const CsrMatrix matrix = rated_matrix(60, 40, 0.5, 2);
    const auto interrupted_after = [&](int epochs) {
        int reports = 0;
        return fit_sgd(matrix, {.factors = 8, .epochs = 10},
                       Progress({}, [=]() mutable { return ++reports > epochs; }));
    };

    const SgdModel model = interrupted_after(4);
    CHECK(model.interrupted);
    CHECK(model.loss.size() == 4);
    CHECK(same(model, fit_sgd(matrix, {.factors = 8, .epochs = 4})));
    CHECK_THROWS_AS(static_cast<void>(interrupted_after(0)), InterruptedError);
}

TEST_CASE("options out of range, no entries, a foreign start and a small budget are refused") {
    const CsrMatrix matrix = rated_matrix(20, 10, 0.5, 2);
    const auto refused = [&](const SgdOptions& options) {
        CHECK_THROWS_AS(static_cast<void>(fit_sgd(matrix, options)), UsageError);
    };
    refused({.factors = 0});
    refused({.epochs = 0});
    refused({.learning_rate = 0});
    refused({.decay = 1.5});
    refused({.regularization = -1});
    refused({.regularization = std::nan("")});
    CHECK_THROWS_AS(static_cast<void>(fit_sgd(csr_from_entries(3, 3, {}))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_sgd(matrix, {.memory = {1000}})), MemoryError);
    const SgdModel other = fit_sgd(matrix, {.factors = 3, .epochs = 1});
    CHECK_THROWS_AS(static_cast<void>(fit_sgd(matrix, {.factors = 4}, {}, &other)), UsageError);
}
