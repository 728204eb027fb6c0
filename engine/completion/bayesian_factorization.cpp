#include "engine/completion/bayesian_factorization.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "engine/completion/gaussian_rows.h"
#include "engine/completion/gibbs_side.h"
#include "engine/completion/normal_equations.h"
#include "engine/completion/random_draws.h"
#include "engine/completion/sweeps.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/row_products.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation, as in the header: for one draw, g_j = (q_j, 1), e = (q_i, 1) for the column i asked for, and
//
//     A = Lambda + alpha sum_j g_j g_j',   A (z - mu) = sum_j [Lambda y_j / sqrt(n) + alpha g_j (t_j - c_j - g_j . mu)]
//     prediction = mean + deviation (c_i + e . mu + e . (z - mu))

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::uint64_t noise_stream = std::uint64_t{1} << 62;
constexpr double start_noise = 1.5;  // alpha, in centered and scaled values
constexpr std::int64_t profile_block = 16;

void require(bool holds, const char* option, std::int64_t found, const char* expected) {
    if (!holds) {
        throw UsageError(std::string(option) + ": found " + std::to_string(found) + ", expected " + expected);
    }
}

void check(const CsrView& matrix, const BayesOptions& options, const BayesColumns* start) {
    require(options.factors >= 2 && options.factors <= 1024, "factors", options.factors, "2 to 1024");
    require(options.sweeps >= 1, "sweeps", options.sweeps, "at least 1");
    require(options.burn_in >= 0, "burn_in", options.burn_in, "at least 0");
    require(options.samples >= 1, "samples", options.samples, "at least 1");
    require(options.set_steps >= 1, "set_steps", options.set_steps, "at least 1");
    if (matrix.nonzeros() == 0) throw UsageError("a matrix without entries says nothing");
    require_finite(matrix, "a Bayesian factorization");
    if (start == nullptr) return;
    require(start->columns() == matrix.cols, "start", start->columns(), "as many columns as the matrix has");
    require(start->factors() == options.factors, "start", start->factors(), "as many factors as the options say");
    if ((start->set_factors.size() > 0) != options.row_sets) throw UsageError("start: differs in having sets");
}

struct Centered {
    double mean = 0;
    double deviation = 1;
    std::vector<float> values;
};

Centered centered(const CsrView& matrix, const BayesColumns* start) {
    Centered result;
    const double deviation = deviation_of_entries(matrix);
    result.mean = start != nullptr ? start->mean : mean_of_entries(matrix);
    result.deviation = start != nullptr ? start->deviation : deviation > 0 ? deviation : 1;
    for (const float value : matrix.values) {
        result.values.push_back(static_cast<float>((static_cast<double>(value) - result.mean) / result.deviation));
    }
    return result;
}

/// One draw of all that a row's prediction needs.
struct Sample {
    DenseMatrix columns;
    DenseMatrix sets;
    DenseMatrix prior;  ///< Lambda, and mu below it
    float noise;
};

MatrixXd precision_of(const BayesColumns& columns, std::int64_t sample) {
    const Index k = columns.factors();
    return columns.priors.middleRows(sample * (k + 1), k).cast<double>();
}

VectorXd mean_of(const BayesColumns& columns, std::int64_t sample) {
    const Index k = columns.factors();
    return columns.priors.row(sample * (k + 1) + k).transpose().cast<double>();
}

/// The vectors of all columns in one draw.
ConstMatrixMap columns_in(const BayesColumns& all, ConstMatrixMap stacked, std::int64_t sample) {
    const Index count = all.columns(), k = all.factors();
    return {stacked.data() + (stacked.size() > 0 ? sample * count * k : 0), stacked.size() > 0 ? count : 0, k};
}

class Gibbs {
  public:
    Gibbs(const CsrView& matrix, const BayesOptions& options, const BayesColumns* start)
        : options_(options), centered_(centered(matrix, start)), row_view_(matrix) {
        row_view_.values = centered_.values;
        column_row_ = transposed(row_view_);
        rows_.emplace(row_view_, options.factors, options.row_sets, options.set_steps, options.seed, 0);
        columns_.emplace(column_row_.view(), options.factors, options.column_sets, options.set_steps, options.seed, 1);
        if (start != nullptr) go_on(*start);
    }

    BayesModel run(const Progress& progress) {
        for (std::int64_t sweep = 0; goes_on(progress, sweep) && sweep < options_.sweeps; ++sweep) {
            one_sweep(first_sweep_ + static_cast<std::uint64_t>(sweep));
            if (is_kept(sweep)) keep();
        }
        return finished();
    }

  private:
    /// A chain that goes on must not draw the numbers of the one before again: where that stopped is not known, so the
    /// numbers follow from its last draw.
    void go_on(const BayesColumns& start) {
        burn_in_ = 0;
        for (std::int64_t s = 0; s < start.samples(); ++s) {
            const Index k = start.factors();
            kept_.push_back({columns_in(start, start.column_factors, s), columns_in(start, start.set_factors, s),
                             start.priors.middleRows(s * (k + 1), k + 1), start.noise[s]});
        }
        const std::int64_t last = start.samples() - 1;
        noise_ = static_cast<double>(start.noise[last]);
        std::uint32_t bits = 0;
        static_assert(sizeof bits == sizeof start.noise[0]);
        std::memcpy(&bits, &start.noise[last], sizeof bits);
        first_sweep_ = 1 + (std::uint64_t{bits} << 24);
        rows_->begin_from(precision_of(start, last), mean_of(start, last), columns_in(start, start.set_factors, last));
        columns_->begin_from(columns_in(start, start.column_factors, last));
        rows_->draw_vectors(columns_->vectors(), noise_, first_sweep_++);
    }

    /// False if the caller wishes to keep what there is.
    bool goes_on(const Progress& progress, std::int64_t done) {
        model_.interrupted = !report_sweeps(progress, done, options_.sweeps, "sweeps");
        return !model_.interrupted;
    }

    void one_sweep(std::uint64_t sweep) {
        columns_->draw(rows_->vectors(), noise_, sweep);
        rows_->draw(columns_->vectors(), noise_, sweep);
        const double error = rows_->squared_error(columns_->vectors());
        const auto n = static_cast<double>(row_view_.nonzeros());
        RandomDraws random(options_.seed, noise_stream + sweep);
        noise_ = random.gamma(1 + 0.5 * n) / (1 + 0.5 * error);
        model_.loss.push_back(centered_.deviation * std::sqrt(error / n));
    }

    /// So that the last sweep's draw is one of them; where there are more than asked for the first ones give way, which
    /// an interrupted run would have had.
    bool is_kept(std::int64_t sweep) const {
        const std::int64_t after = std::max<std::int64_t>(options_.sweeps - burn_in_, 1);
        const std::int64_t spacing = std::max<std::int64_t>(after / options_.samples, 1);
        const std::int64_t left = options_.sweeps - 1 - sweep;
        return left < after && left % spacing == 0;
    }

    void keep() {
        const Index k = options_.factors;
        DenseMatrix prior(k + 1, k);
        prior.topRows(k) = rows_->precision().cast<float>();
        prior.row(k) = rows_->mean().cast<float>().transpose();
        kept_.push_back({columns_->vectors(), rows_->set_factors(), std::move(prior), static_cast<float>(noise_)});
        while (static_cast<std::int64_t>(kept_.size()) > options_.samples) kept_.pop_front();
    }

    BayesModel finished() {
        if (kept_.empty()) keep();
        const auto count = static_cast<Index>(kept_.size());
        const Index m = columns_->vectors().rows(), k = options_.factors;
        model_.mean = centered_.mean;
        model_.deviation = centered_.deviation;
        model_.column_factors.resize(count * m, k);
        model_.set_factors.resize(options_.row_sets ? count * m : 0, options_.row_sets ? k : 0);
        model_.priors.resize(count * (k + 1), k);
        for (Index s = 0; s < count; ++s) {
            Sample& sample = kept_.front();
            model_.column_factors.middleRows(s * m, m) = sample.columns;
            if (options_.row_sets) model_.set_factors.middleRows(s * m, m) = sample.sets;
            model_.priors.middleRows(s * (k + 1), k + 1) = sample.prior;
            model_.noise.push_back(sample.noise);
            kept_.pop_front();
        }
        return std::move(model_);
    }

    const BayesOptions& options_;
    Centered centered_;
    CsrView row_view_;
    CsrMatrix column_row_;
    std::optional<GibbsSide> rows_;
    std::optional<GibbsSide> columns_;
    double noise_ = start_noise;
    std::int64_t burn_in_ = options_.burn_in;
    std::uint64_t first_sweep_ = 1;
    std::deque<Sample> kept_;
    BayesModel model_;
};

/// Targets t_j - c_j of a row in one draw, and the sum of its y_j over sqrt(n).
struct RowInput {
    std::vector<float> targets;
    Eigen::VectorXf set;
};

RowInput input_of(const CsrRow& entries, const BayesColumns& columns, ConstMatrixMap vectors, ConstMatrixMap sets) {
    RowInput input{{}, Eigen::VectorXf::Zero(columns.factors())};
    const Index bias = columns.factors() - 1;
    for (std::size_t e = 0; e < entries.size(); ++e) {
        const std::int32_t column = entries.columns[e];
        const double value = (static_cast<double>(entries.values[e]) - columns.mean) / columns.deviation;
        input.targets.push_back(static_cast<float>(value) - vectors(column, bias));
        if (sets.size() > 0) input.set += sets.row(column).transpose();
    }
    if (!input.targets.empty()) input.set /= std::sqrt(static_cast<float>(input.targets.size()));
    return input;
}

/// Posterior means of the rows in one draw, rows x k.
DenseMatrix row_means(const CsrView& matrix, const BayesColumns& columns, std::int64_t sample) {
    const ConstMatrixMap vectors = columns_in(columns, columns.column_factors, sample);
    const ConstMatrixMap sets = columns_in(columns, columns.set_factors, sample);
    const Eigen::MatrixXf precision = precision_of(columns, sample).cast<float>();
    const Eigen::VectorXf mean = mean_of(columns, sample).cast<float>();
    DenseMatrix result(matrix.rows, columns.factors());
    parallel_blocks(matrix.rows, profile_block, [&](Range rows) {
        GaussianRow solver(vectors);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const CsrRow entries = matrix.row(row);
            const RowInput input = input_of(entries, columns, vectors, sets);
            solver.condition(entries.columns, input.targets.data(), columns.noise[sample], precision,
                             precision * (mean + input.set));
            solver.write(nullptr, result.data() + row * columns.factors());
        }
    });
    return result;
}

}  // namespace

BayesColumns BayesModel::columns() const {
    const auto map = [](const DenseMatrix& matrix) {
        return ConstMatrixMap(matrix.data(), matrix.rows(), matrix.cols());
    };
    return {mean, deviation, map(column_factors), map(set_factors), map(priors), noise};
}

BayesModel fit_bayes(const CsrView& matrix, const BayesOptions& options, const Progress& progress,
                     const BayesColumns* start) {
    check(matrix, options, start);
    options.memory.require(bayes_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options),
                           "Bayesian matrix factorization");
    return Gibbs(matrix, options, start).run(progress);
}

void bayes_predictions(const CsrView& matrix, const BayesColumns& columns, PanelRef<float> predictions) {
    const Index f = columns.factors() - 1;
    DenseMatrix sum = DenseMatrix::Zero(matrix.rows, columns.columns()), part = sum;
    for (std::int64_t sample = 0; sample < columns.samples(); ++sample) {
        const ConstMatrixMap vectors = columns_in(columns, columns.column_factors, sample);
        DenseMatrix people = row_means(matrix, columns, sample);
        const Eigen::VectorXf biases = people.col(f);
        people.col(f).setOnes();  // (p_u, 1) . (q_i, c_i), to which b_u is added
        row_products(people, vectors, part);
        part.colwise() += biases;
        sum += part;
    }
    const auto scale = static_cast<float>(columns.deviation / static_cast<double>(columns.samples()));
    predictions = (sum.array() * scale + static_cast<float>(columns.mean)).matrix();
}

BayesContributions bayes_contributions(const CsrView& row, std::int64_t column, const BayesColumns& columns) {
    const Index k = columns.factors(), n = row.nonzeros();
    BayesContributions result{0, std::vector<double>(n, 0.0)};
    const double share = columns.deviation / static_cast<double>(columns.samples());
    for (std::int64_t sample = 0; sample < columns.samples(); ++sample) {
        const ConstMatrixMap vectors = columns_in(columns, columns.column_factors, sample);
        const ConstMatrixMap sets = columns_in(columns, columns.set_factors, sample);
        const MatrixXd lambda = precision_of(columns, sample);
        const VectorXd mu = mean_of(columns, sample);
        const auto alpha = static_cast<double>(columns.noise[sample]);
        const auto vector_of = [&](std::int64_t one) {
            VectorXd g = vectors.row(one).transpose().cast<double>();
            const double bias = std::exchange(g[k - 1], 1);
            return std::pair(g, bias);
        };
        MatrixXd a = lambda;
        MatrixXd design(n, k);
        VectorXd targets(n);
        for (Index j = 0; j < n; ++j) {
            const auto [g, bias] = vector_of(row.column_indices[j]);
            design.row(j) = g.transpose();
            const double value = (static_cast<double>(row.values[j]) - columns.mean) / columns.deviation;
            targets[j] = value - bias - g.dot(mu);
        }
        a += alpha * design.transpose() * design;
        const auto [asked, offset] = vector_of(column);
        const VectorXd weights = solve_semidefinite(a, asked);
        const VectorXd by_set = lambda * weights / std::sqrt(static_cast<double>(std::max<Index>(n, 1)));
        result.base += share * (offset + asked.dot(mu));
        for (Index j = 0; j < n; ++j) {
            double part = alpha * design.row(j).dot(weights) * targets[j];
            const std::int32_t one = row.column_indices[j];
            if (sets.size() > 0) part += sets.row(one).cast<double>().dot(by_set);
            result.contributions[j] += share * part;
        }
    }
    result.base += columns.mean;
    return result;
}

std::uint64_t bayes_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, const BayesOptions& options) {
    const auto u = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
    const std::uint64_t vector = 4 * u(options.factors);
    const std::uint64_t lines = u(rows + columns) * vector;
    const std::uint64_t sets = (options.row_sets ? 1U : 0U) + (options.column_sets ? 1U : 0U);
    const std::uint64_t kept = u(options.samples + 1) * vector * (2 * u(columns) + u(options.factors) + 1);
    return 12 * u(entries) + 8 * u(columns) + 3 * lines +
           sets * (set_regression_memory(std::max(rows, columns), entries) + 6 * lines) + 2 * kept;
}

}  // namespace eckart
