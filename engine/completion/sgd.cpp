#include "engine/completion/sgd.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "engine/completion/sgd_run.h"
#include "engine/completion/sweeps.h"
#include "engine/matrix/entries.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation, as in the header:
//   P, Q, b, c    factors and biases of rows and of columns;  e = r_ui - mean - b_u - c_i - p_u . q_i
//   p_u += g (e q_i - lambda p_u),   b_u += g (e - (lambda_b + kappa / n_u) b_u),   likewise q_i and c_i;  g_t = g_0
//   decay^t in epoch t

namespace eckart {
namespace {

using Eigen::Index;

constexpr std::uint64_t row_stream = 0x726f7773;
constexpr std::uint64_t column_stream = 0x636f6c73;
constexpr std::int64_t initial_block = 64;
constexpr double initial_deviation = 0.1;  // of each factor times sqrt(f) at the start
constexpr int most_halvings = 30;
constexpr double diverged = 4;  // an epoch's loss beyond that many times the deviation of the values is none

void require(bool holds, const std::string& option, const std::string& found, const std::string& expected) {
    if (!holds) throw UsageError(option + ": found " + found + ", expected " + expected);
}

std::string shown(double number) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

void check(const CsrView& matrix, const SgdOptions& options, const SgdModel* start) {
    const auto in_range = [](const char* name, double value, double least, double most) {
        require(value >= least && value <= most, name, shown(value),
                "a number from " + shown(least) + " to " + shown(most));
    };
    require(options.factors >= 1 && options.factors <= 4096, "factors", std::to_string(options.factors), "1 to 4096");
    require(options.epochs >= 1, "epochs", std::to_string(options.epochs), "at least 1");
    in_range("learning_rate", options.learning_rate, 1e-12, 1);
    in_range("decay", options.decay, 1e-3, 1);
    in_range("regularization", options.regularization, 0, 1e6);
    in_range("bias_regularization", options.bias_regularization, 0, 1e6);
    in_range("bias_prior", options.bias_prior, 0, 1e6);
    require(matrix.nonzeros() > 0, "matrix", "no entry", "at least one");
    if (start == nullptr) return;
    require(start->column_factors.rows() == matrix.cols && start->column_factors.cols() == options.factors, "start",
            std::to_string(start->column_factors.rows()) + " columns of " +
                std::to_string(start->column_factors.cols()) + " factors",
            std::to_string(matrix.cols) + " of " + std::to_string(options.factors));
}

std::vector<std::int64_t> column_counts(const CsrView& matrix) {
    std::vector<std::int64_t> counts(matrix.cols, 0);
    for (const std::int32_t column : matrix.column_indices) ++counts[column];
    return counts;
}

std::vector<std::int64_t> row_counts(const CsrView& matrix) {
    std::vector<std::int64_t> counts(matrix.rows);
    for (std::int64_t u = 0; u < matrix.rows; ++u) counts[u] = std::ssize(matrix.row(u).values);
    return counts;
}

/// Each entry's share of the prior of its row or column.
std::vector<float> shares(const std::vector<std::int64_t>& counts, double prior) {
    std::vector<float> result(counts.size());
    std::transform(counts.begin(), counts.end(), result.begin(), [prior](std::int64_t count) {
        return static_cast<float>(prior / static_cast<double>(std::max<std::int64_t>(count, 1)));
    });
    return result;
}

/// Normal numbers in the first f columns of the rows that have entries, zeros elsewhere.
DenseMatrix random_factors(const std::vector<std::int64_t>& counts, std::int64_t factors, double deviation,
                           const Philox& random) {
    DenseMatrix result = DenseMatrix::Zero(static_cast<Index>(counts.size()), padded_factors(factors));
    parallel_blocks(result.rows(), initial_block, [&](Range rows) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            if (counts[row] == 0) continue;
            for (std::int64_t k = 0; k < factors; ++k) {
                const auto index = static_cast<std::uint64_t>(row * factors + k);
                result(row, k) = static_cast<float>(deviation * random.normal(index));
            }
        }
    });
    return result;
}

class SgdRun {
  public:
    SgdRun(const CsrView& matrix, const SgdOptions& options, const SgdModel* start)
        : matrix_(matrix),
          options_(options),
          start_(start),
          rows_(row_counts(matrix)),
          columns_(column_counts(matrix)) {
        measure_values();
        model_.learning_rate = start != nullptr ? start->learning_rate : options.learning_rate;
        grid_ = rating_grid(matrix, padded_factors(options.factors) * static_cast<std::int64_t>(sizeof(float)),
                            options.seed);
        for (GridEntry& entry : grid_.entries) entry.value -= static_cast<float>(model_.mean);
        begin();
    }

    SgdModel run(const PullsBefore& pulls, const Progress& progress) {
        for (std::int64_t epoch = 0; goes_on(progress, epoch) && epoch < options_.epochs; ++epoch) {
            if (one_epoch(epoch, pulls)) continue;
            start_smaller();
            epoch = -1;
        }
        finish();
        return std::move(model_);
    }

  private:
    void measure_values() {
        require_finite(matrix_, "stochastic gradient descent");
        model_.mean = start_ != nullptr ? start_->mean : mean_of_entries(matrix_);
        deviation_ = deviation_of_entries(matrix_);
    }

    void begin() {
        const double deviation = initial_deviation / std::sqrt(static_cast<double>(options_.factors));
        state_.row_biases.assign(rows_.size(), 0);
        state_.column_biases.assign(columns_.size(), 0);
        state_.row_priors = shares(rows_, options_.bias_prior);
        state_.column_priors = shares(columns_, options_.bias_prior);
        state_.row_factors = random_factors(rows_, options_.factors, deviation, Philox(options_.seed, row_stream));
        state_.column_factors =
            random_factors(columns_, options_.factors, deviation, Philox(options_.seed, column_stream));
        model_.loss.clear();
        model_.epochs = 0;
        if (start_ != nullptr) go_on();
    }

    /// Columns without entries now keep what they had; columns that had none begin from the random factors.
    void go_on() {
        const auto take = [this](const DenseMatrix& factors, const std::vector<float>& biases, DenseMatrix& to,
                                 std::vector<float>& to_biases) {
            const Index count = std::min(factors.rows(), to.rows());
            for (Index row = 0; row < count; ++row) {
                to_biases[row] = biases[row];
                if (!factors.row(row).isZero(0)) to.row(row).head(options_.factors) = factors.row(row);
            }
        };
        take(start_->row_factors, start_->row_biases, state_.row_factors, state_.row_biases);
        take(start_->column_factors, start_->column_biases, state_.column_factors, state_.column_biases);
        model_.loss = start_->loss;
        model_.epochs = start_->epochs;
    }

    /// False if the caller wishes to keep what there is.
    bool goes_on(const Progress& progress, std::int64_t done) {
        model_.interrupted = !report_sweeps(progress, done, options_.epochs, "epochs");
        return !model_.interrupted;
    }

    /// False if the steps diverged.
    bool one_epoch(std::int64_t epoch, const PullsBefore& pulls) {
        const auto bounded = [](double rate, double weight) { return std::min(rate, 0.5 / std::max(weight, 1e-12)); };
        const double rate = bounded(model_.learning_rate, options_.regularization);
        const double bias_rate = bounded(model_.learning_rate, options_.bias_regularization + options_.bias_prior);
        const SgdSteps steps{static_cast<float>(rate), static_cast<float>(bias_rate),
                             static_cast<float>(options_.regularization),
                             static_cast<float>(options_.bias_regularization)};
        const double sum = sgd_epoch(grid_, steps, pulls(epoch, state_), options_.seed, model_.epochs, state_);
        const double loss = std::sqrt(sum / static_cast<double>(matrix_.nonzeros()));
        if (!(loss <= diverged * deviation_ + initial_deviation) || !finite()) return false;
        model_.loss.push_back(loss);
        ++model_.epochs;
        model_.learning_rate *= options_.decay;
        return true;
    }

    bool finite() const { return state_.row_factors.allFinite() && state_.column_factors.allFinite(); }

    void start_smaller() {
        const double first = start_ != nullptr ? start_->learning_rate : options_.learning_rate;
        if (++halvings_ > most_halvings) throw UsageError("no step is small enough for these values; scale them");
        model_.learning_rate = std::ldexp(first, -halvings_);
        model_.note = "steps diverged and were begun anew with a learning rate of " + shown(model_.learning_rate) +
                      " instead of " + shown(first);
        begin();
    }

    void finish() {
        model_.row_factors = state_.row_factors.leftCols(options_.factors);
        model_.column_factors = state_.column_factors.leftCols(options_.factors);
        model_.row_biases = std::move(state_.row_biases);
        model_.column_biases = std::move(state_.column_biases);
    }

    const CsrView& matrix_;
    const SgdOptions& options_;
    const SgdModel* start_;
    std::vector<std::int64_t> rows_;  ///< entries of each row
    std::vector<std::int64_t> columns_;
    double deviation_ = 0;  ///< of the values
    int halvings_ = 0;
    RatingGrid grid_;  ///< values less their mean
    SgdState state_;
    SgdModel model_;
};

}  // namespace

SgdModel run_sgd(const CsrView& matrix, const SgdOptions& options, const SgdModel* start, const PullsBefore& pulls,
                 std::uint64_t extra_bytes, const Progress& progress) {
    check(matrix, options, start);
    options.memory.require(extra_bytes + sgd_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options.factors),
                           "stochastic gradient descent");
    return SgdRun(matrix, options, start).run(pulls, progress);
}

SgdModel fit_sgd(const CsrView& matrix, const SgdOptions& options, const Progress& progress, const SgdModel* start) {
    const auto to_zero = [](std::int64_t, const SgdState&) { return SgdPulls{}; };
    return run_sgd(matrix, options, start, to_zero, 0, progress);
}

std::uint64_t sgd_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors) {
    const auto lines = static_cast<std::uint64_t>(rows + columns);
    const auto floats = static_cast<std::uint64_t>(padded_factors(factors) + factors + 9);
    return rating_grid_memory(entries) + lines * floats * sizeof(float);
}

}  // namespace eckart
