#include "engine/autoencoder/autoencoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "engine/autoencoder/autoencoder_network.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Likes of `rows` people among `columns` things, in groups: who belongs to a group likes mostly its things.
CsrMatrix likes(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    const Philox random(seed);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            const bool own = row % 3 == column % 3;
            const auto at = static_cast<std::uint64_t>(row * columns + column);
            if (random.uniform(at) < (own ? 0.4 : 0.05)) entries.push_back({row, column, 1});
        }
    }
    return csr_from_entries(rows, columns, entries);
}

CsrMatrix sparse_of(const DenseMatrix& dense) {
    std::vector<Entry> entries;
    for (Eigen::Index row = 0; row < dense.rows(); ++row) {
        for (Eigen::Index column = 0; column < dense.cols(); ++column)
            entries.push_back({row, column, dense(row, column)});
    }
    return csr_from_entries(dense.rows(), dense.cols(), entries);
}

/// Rows from a normal distribution with covariance A A' + sigma^2 I, A of three columns.
DenseMatrix correlated(std::int64_t rows, std::int64_t columns, double sigma) {
    const Philox random(11);
    std::uint64_t next = 0;
    const auto normals = [&](Eigen::Index m, Eigen::Index n) {
        Eigen::MatrixXd values(m, n);
        for (Eigen::Index i = 0; i < values.size(); ++i) values.data()[i] = random.normal(next++);
        return values;
    };
    Eigen::MatrixXd a = 0.4 * normals(columns, 3);
    a.col(0) *= 2;
    const Eigen::MatrixXd z = normals(rows, 3), noise = normals(rows, columns);
    return (z * a.transpose() + sigma * noise).cast<float>();
}

constexpr AutoencoderTraining brief = {.batch = 16, .epochs = 5};
const AutoencoderLayers small = {.encoder = {8}, .code = 4, .decoder = {8}};

bool same(const NetworkParameters<float>& a, const NetworkParameters<float>& b) {
    return a.weights == b.weights && a.biases == b.biases;
}

/// Least possible multinomial loss of the rows, a mean: the entropy of each, times its sum.
double mean_entropy(const CsrView& x) {
    double sum = 0;
    for (std::size_t row = 0; row + 1 < x.row_offsets.size(); ++row) {
        double total = 0;
        for (auto p = x.row_offsets[row]; p < x.row_offsets[row + 1]; ++p) {
            total += static_cast<double>(x.values[static_cast<std::size_t>(p)]);
        }
        for (auto p = x.row_offsets[row]; p < x.row_offsets[row + 1]; ++p) {
            const auto value = static_cast<double>(x.values[static_cast<std::size_t>(p)]);
            sum -= value * std::log(value / total);
        }
    }
    return sum / static_cast<double>(x.rows);
}

/// Trained in steps that get smaller, so that little noise of draws and batches is left.
AutoencoderFit settled(const CsrView& x, const AutoencoderLayers& layers, AutoencoderTraining training) {
    training.learning_rate = 1e-2;
    training.epochs = 1500;
    AutoencoderFit fit = fit_autoencoder(x, layers, training);
    for (const double rate : {3e-3, 1e-3, 3e-4}) {
        training.learning_rate = rate;
        training.epochs = 500;
        fit = fit_autoencoder(x, layers, training, {}, {}, &fit);
    }
    return fit;
}

Progress interrupted_after(int reports) {
    return Progress({}, [left = reports]() mutable { return left-- <= 0; });
}

}  // namespace

TEST_CASE("ten rows are learned by heart") {
    const CsrMatrix x = likes(10, 30, 1);
    const AutoencoderLayers wide = {.encoder = {64}, .code = 32, .decoder = {64}};
    AutoencoderTraining training = {.noise = InputNoise::none, .learning_rate = 3e-3, .batch = 10, .epochs = 600};

    SUBCASE("squared") {
        training.loss = ReconstructionLoss::squared;
        CHECK(fit_autoencoder(x, wide, training).loss.back() < 1e-3);
    }
    SUBCASE("logistic") {
        training.loss = ReconstructionLoss::logistic;
        CHECK(fit_autoencoder(x, wide, training).loss.back() < 1e-1);
    }
    SUBCASE("multinomial") {
        const double excess = fit_autoencoder(x, wide, training).loss.back() - mean_entropy(x);
        CHECK(excess > 0);
        CHECK(excess < 1e-1);
    }
}

TEST_CASE("a linear autoencoder with squared loss reaches the bound of Eckart and Young") {
    const DenseMatrix x = correlated(60, 12, 0.3);
    const Eigen::VectorXd s = oracle_singular_values(x.cast<double>());
    const double bound = s.tail(9).squaredNorm() / 60;
    const AutoencoderLayers linear = {
        .encoder = {}, .code = 3, .decoder = {}, .activation = Activation::linear, .unit_rows = false};

    const AutoencoderFit fit =
        settled(sparse_of(x), linear, {.loss = ReconstructionLoss::squared, .noise = InputNoise::none, .batch = 60});

    CHECK(fit.loss.back() >= bound * (1 - 0.1));  // biases may take the mean away, which the bound knows nothing of
    CHECK(fit.loss.back() <= bound * (1 + 1e-2));
}

// Lucas, Tucker, Grosse and Norouzi, "Don't blame the ELBO! A linear VAE perspective on posterior collapse", NeurIPS
// 2019: at the optimum the decoder W has W W' = U (L - sigma^2 I) U', as in probabilistic PCA (Tipping and Bishop
// 1999), and the bound is the likelihood itself.
TEST_CASE("a linear variational autoencoder with normal likelihood finds probabilistic PCA") {
    constexpr double variance = 0.25;
    const std::int64_t m = 400, n = 8, k = 3;
    const DenseMatrix x = correlated(m, n, std::sqrt(variance));
    const Eigen::MatrixXd centered = x.cast<double>().rowwise() - x.cast<double>().colwise().mean();
    const OracleEigen eigen = oracle_eigen(centered.transpose() * centered / static_cast<double>(m));
    const Eigen::MatrixXd leading = eigen.vectors.rightCols(k);
    const Eigen::VectorXd spread = eigen.values.tail(k).array() - variance;
    const AutoencoderLayers linear = {.encoder = {},
                                      .code = k,
                                      .decoder = {},
                                      .activation = Activation::linear,
                                      .variational = true,
                                      .unit_rows = false};

    const AutoencoderFit fit = settled(sparse_of(x), linear,
                                       {.loss = ReconstructionLoss::squared,
                                        .noise = InputNoise::none,
                                        .kl_weight = 1,
                                        .annealing_epochs = 0,
                                        .variance = variance,
                                        .batch = 100});

    const Eigen::MatrixXd w = fit.best.weights.back().cast<double>();
    const Eigen::MatrixXd expected = leading * spread.asDiagonal() * leading.transpose();
    CHECK((w * w.transpose() - expected).norm() <= 0.03 * expected.norm());
}

TEST_CASE("the divergence is that of the closed form, and of draws") {
    const CsrMatrix x = likes(12, 20, 4);
    const AutoencoderLayers layers = {.encoder = {}, .code = 2, .decoder = {}, .variational = true};
    const AutoencoderTraining training = {
        .noise = InputNoise::none, .annealing_epochs = 0, .learning_rate = 1e-2, .batch = 12, .epochs = 60};
    const AutoencoderFit fit = fit_autoencoder(x, layers, training);
    // The means and log variances of q, from the weights.
    DenseMatrixF64 q(x.rows, 4);
    for (std::int64_t row = 0; row < x.rows; ++row) {
        for (Eigen::Index j = 0; j < 4; ++j) q(row, j) = static_cast<double>(fit.best.biases[0][j]);
        const auto begin = x.row_offsets[static_cast<std::size_t>(row)],
                   end = x.row_offsets[static_cast<std::size_t>(row) + 1];
        for (auto p = begin; p < end; ++p) {
            q.row(row) += fit.best.weights[0].row(x.column_indices[static_cast<std::size_t>(p)]).cast<double>() /
                          std::sqrt(static_cast<double>(end - begin));
        }
    }
    const auto mean = q.leftCols(2).array(), log_variance = q.rightCols(2).array();

    // log q(z) - log p(z), averaged over draws of z from q.
    const Philox random(8);
    const int draws = 20000;
    double sum = 0, squares = 0;
    for (int draw = 0; draw < draws; ++draw) {
        double difference = 0;
        for (std::int64_t i = 0; i < q.rows() * 2; ++i) {
            const auto row = i / 2, j = i % 2;
            const double r = random.normal(static_cast<std::uint64_t>(draw * q.rows() * 2 + i));
            const double z = mean(row, j) + std::exp(log_variance(row, j) / 2) * r;
            difference += 0.5 * (z * z - r * r - log_variance(row, j));
        }
        sum += difference;
        squares += difference * difference;
    }
    const double closed = 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum();
    const double average = sum / draws, error = std::sqrt((squares / draws - average * average) / draws);

    CHECK(std::abs(closed - average) <= 4 * error);
    AutoencoderTraining once = training;  // a step too small to move anything measures what `fit` has
    once.learning_rate = 1e-12;
    once.epochs = 1;
    const AutoencoderFit after = fit_autoencoder(x, layers, once, {}, {}, &fit);
    CHECK(std::abs(after.divergence.back() - closed / static_cast<double>(x.rows)) <= 1e-5 * closed);
}

TEST_CASE("training is the same bytes for any number of threads") {
    const CsrMatrix x = likes(70, 600, 2);
    std::vector<AutoencoderFit> fits;

    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        fits.push_back(fit_autoencoder(x, {.encoder = {20}, .code = 9, .decoder = {20}, .variational = true}, brief));
    }

    CHECK(same(fits[1].best, fits[0].best));
    CHECK(same(fits[2].best, fits[0].best));
    CHECK(fits[1].loss == fits[0].loss);
    CHECK(fits[2].loss == fits[0].loss);
}

TEST_CASE("training in two goes gives the bytes of training in one") {
    const CsrMatrix x = likes(50, 40, 2);
    AutoencoderTraining first = brief, rest = brief, whole = brief;
    first.epochs = 2;
    rest.epochs = 3;
    whole.epochs = 5;

    const AutoencoderFit begun = fit_autoencoder(x, small, first);
    const AutoencoderFit resumed = fit_autoencoder(x, small, rest, {}, {}, &begun);
    const AutoencoderFit at_once = fit_autoencoder(x, small, whole);

    CHECK(same(resumed.best, at_once.best));
    CHECK(same(resumed.current, at_once.current));
    CHECK(resumed.loss == at_once.loss);
    CHECK(resumed.steps == at_once.steps);
}

TEST_CASE("the network of the best validation figure is kept, and patience ends training") {
    const CsrMatrix x = likes(50, 40, 2);
    const std::vector<double> figures = {0.1, 0.5, 0.3, 0.2, 0.4, 0.9};
    std::size_t epoch = 0;
    std::vector<std::int64_t> seen;
    TrainingHooks hooks;
    hooks.validate = [&](const AutoencoderView&) { return figures[epoch++]; };
    hooks.checkpoint = [&](const AutoencoderFit& fit) { seen.push_back(fit.epochs()); };
    AutoencoderTraining training = brief;
    training.epochs = 6;
    training.patience = 3;

    const AutoencoderFit fit = fit_autoencoder(x, small, training, {}, hooks);

    AutoencoderTraining two = brief;
    two.epochs = 2;
    CHECK(fit.best_epoch == 2);
    CHECK(fit.end == TrainingEnd::patience);
    CHECK(fit.epochs() == 5);
    CHECK(seen == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(same(fit.best, fit_autoencoder(x, small, two).best));
}

TEST_CASE("an interruption keeps the epochs before it, and is passed on where there is none") {
    const CsrMatrix x = likes(50, 40, 2);  // four batches an epoch
    AutoencoderTraining two = brief;
    two.epochs = 2;

    const AutoencoderFit fit = fit_autoencoder(x, small, brief, interrupted_after(10));

    CHECK(fit.end == TrainingEnd::interrupted);
    CHECK(fit.epochs() == 2);
    CHECK(same(fit.best, fit_autoencoder(x, small, two).best));
    CHECK_THROWS_AS(static_cast<void>(fit_autoencoder(x, small, brief, interrupted_after(2))), InterruptedError);
}

TEST_CASE("a learning rate that diverges is told of, and what was best before it is kept") {
    const CsrMatrix x = likes(50, 40, 2);
    AutoencoderTraining wild = brief;
    wild.loss = ReconstructionLoss::squared;
    wild.learning_rate = 1e30;
    const AutoencoderLayers linear = {.encoder = {8}, .code = 4, .decoder = {8}, .activation = Activation::linear};

    CHECK_THROWS_WITH_AS(static_cast<void>(fit_autoencoder(x, linear, wild)), doctest::Contains("learning rate"),
                         UsageError);
    const AutoencoderFit calm = fit_autoencoder(x, linear, brief);
    const AutoencoderFit after = fit_autoencoder(x, linear, wild, {}, {}, &calm);
    CHECK(after.end == TrainingEnd::diverged);
    CHECK(same(after.best, calm.best));
}

TEST_CASE("a row's code and outputs are the same bytes alone or among others") {
    const CsrMatrix x = likes(9, 45, 6);
    const AutoencoderFit fit = fit_autoencoder(x, {.encoder = {13}, .code = 5, .decoder = {11}}, brief);
    const AutoencoderView network = view_of(fit.layers, fit.best);
    const DenseMatrix codes = encode(network, x);
    DenseMatrix outputs(x.rows, x.cols), one(1, x.cols);
    decode(network, codes, outputs);

    for (std::int64_t row = 0; row < x.rows; ++row) {
        const auto begin = x.row_offsets[static_cast<std::size_t>(row)],
                   end = x.row_offsets[static_cast<std::size_t>(row) + 1];
        const std::vector<std::int64_t> offsets = {0, end - begin};
        const CsrView alone{
            1, x.cols, offsets,
            std::span(x.column_indices).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
            std::span(x.values).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))};
        const DenseMatrix code = encode(network, alone);
        decode(network, code, one);

        CHECK(code == codes.row(row));
        CHECK(one == outputs.row(row));
    }
}

TEST_CASE("codes and outputs are those that training sees") {
    const CsrMatrix x = likes(6, 20, 3);
    const AutoencoderFit fit = fit_autoencoder(x, {.encoder = {7}, .code = 3, .decoder = {5}}, brief);
    const AutoencoderView network = view_of(fit.layers, fit.best);
    DenseMatrix outputs(x.rows, x.cols);
    decode(network, encode(network, x), outputs);
    double loss = 0;
    for (std::int64_t row = 0; row < x.rows; ++row) {
        const double all = std::log(outputs.row(row).cast<double>().array().exp().sum());
        for (auto p = x.row_offsets[static_cast<std::size_t>(row)];
             p < x.row_offsets[static_cast<std::size_t>(row) + 1]; ++p) {
            loss += all - static_cast<double>(outputs(row, x.column_indices[static_cast<std::size_t>(p)]));
        }
    }

    const AutoencoderFit after =
        fit_autoencoder(x, fit.layers, {.noise = InputNoise::none, .learning_rate = 1e-12, .epochs = 1}, {}, {}, &fit);

    CHECK(after.loss.back() == doctest::Approx(loss / 6).epsilon(1e-5));
}

TEST_CASE("rows and columns without entries, one column, one row and equal rows are learned without a NaN") {
    const std::vector<Entry> corner = {{1, 2, 1}};
    const std::vector<CsrMatrix> awkward = {
        csr_from_entries(4, 5, corner), csr_from_entries(2, 3, corner), csr_from_entries(3, 1, {{0, 0, 1}, {2, 0, 3}}),
        csr_from_entries(1, 4, {{0, 1, 1}}), csr_from_entries(3, 2, {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}})};
    for (const CsrMatrix& x : awkward) {
        for (const bool variational : {false, true}) {
            const AutoencoderFit fit =
                fit_autoencoder(x, {.encoder = {4}, .code = 9, .decoder = {4}, .variational = variational}, brief);
            DenseMatrix outputs(x.rows, x.cols);
            decode(view_of(fit.layers, fit.best), encode(view_of(fit.layers, fit.best), x), outputs);

            CHECK(outputs.allFinite());
        }
    }
}

TEST_CASE("what is out of range is refused") {
    const CsrMatrix x = likes(10, 12, 1);
    const auto refused = [&](const CsrMatrix& matrix, const AutoencoderLayers& layers,
                             const AutoencoderTraining& training, const char* words) {
        CHECK_THROWS_WITH_AS(static_cast<void>(fit_autoencoder(matrix, layers, training)), doctest::Contains(words),
                             UsageError);
    };
    const float nan = std::numeric_limits<float>::quiet_NaN();

    refused(x, small, {.noise_level = 1}, "below 1");
    refused(x, small, {.noise_level = -0.1}, "dropout");
    refused(x, {.code = 0}, {}, "code");
    refused(x, {.encoder = {0}}, {}, "layers");
    refused(x, small, {.learning_rate = 0}, "learning rate");
    refused(x, small, {.kl_weight = -1}, "KL");
    refused(x, small, {.variance = 0}, "variance");
    refused(x, small, {.batch = 0}, "batch");
    refused(csr_from_entries(3, 3, {}), small, {}, "at least one entry");
    refused(csr_from_entries(2, 2, {{0, 0, nan}}), small, {}, "not finite");
    refused(csr_from_entries(2, 2, {{0, 0, -1}}), small, {}, "below 0");
    refused(csr_from_entries(2, 2, {{0, 0, 4}}), small, {.loss = ReconstructionLoss::logistic}, "from 0 to 1");
    CHECK_THROWS_AS(static_cast<void>(fit_autoencoder(x, small, {.memory = {1000}})), MemoryError);
    const AutoencoderFit fit = fit_autoencoder(x, small, brief);
    CHECK_THROWS_AS(static_cast<void>(fit_autoencoder(x, {.code = 5}, brief, {}, {}, &fit)), UsageError);
    CHECK_THROWS_AS(static_cast<void>(encode(view_of(fit.layers, fit.best), likes(2, 3, 1))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(parse_activation("step")), UsageError);
}

TEST_CASE("dropout of nothing is no noise") {
    const CsrMatrix x = likes(20, 30, 1);
    AutoencoderTraining none = brief, zero = brief;
    none.noise = InputNoise::none;
    zero.noise_level = 0;

    CHECK(same(fit_autoencoder(x, small, zero).best, fit_autoencoder(x, small, none).best));
}

TEST_CASE("decay makes weights smaller") {
    const CsrMatrix x = likes(60, 30, 1);
    AutoencoderTraining decayed = brief;
    decayed.decay = 50;

    const double with = fit_autoencoder(x, small, decayed).best.weights.back().norm();
    const double without = fit_autoencoder(x, small, brief).best.weights.back().norm();

    CHECK(with < 0.8 * without);
}
