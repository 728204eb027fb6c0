#include "engine/completion/gibbs_side.h"

#include <cmath>
#include <numeric>

#include "engine/completion/gaussian_rows.h"
#include "engine/completion/normal_equations.h"
#include "engine/completion/random_draws.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/panel.h"
#include "engine/support/parallel.h"

// Notation, as in bayesian_factorization.h, for the side whose vectors are x:
//   E = X - W Y        what the sets do not say, rows about mu with precision Lambda
//   T = X - 1 mu'      what the regression of the sets explains: T = W Y + rows of N(0, Lambda^-1)
//
// A draw of Y given T solves (W'W + rho I) Y = W'(T + N_1) + sqrt(rho) N_2, where rows of N_1 and N_2 are drawn from
// N(0, Lambda^-1): its mean is that of the posterior, and so is its covariance.

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double first_deviation = 0.1;  // of the first vectors
constexpr double start_precision = 10;   // of the first Lambda
constexpr double mean_weight = 2;        // beta of the normal-Wishart prior
constexpr std::int64_t drawn_rows = 64;

enum Purpose : std::uint64_t {
    start_purpose,
    prior_purpose,
    set_noise,
    set_prior_noise,
    set_ridge,
    vectors_purpose,
    purpose_count
};

}  // namespace

GibbsSide::GibbsSide(const CsrView& matrix, std::int64_t factors, bool with_sets, std::int64_t set_steps,
                     std::uint64_t seed, std::uint64_t stream)
    : matrix_(matrix),
      factors_(factors),
      set_steps_(set_steps),
      seed_(seed),
      stream_(stream),
      vectors_(DenseMatrix::Zero(matrix.rows, factors)),
      precision_(start_precision * MatrixXd::Identity(factors, factors)),
      mean_(VectorXd::Zero(factors)) {
    if (with_sets) {
        sets_.emplace(matrix);
        set_factors_ = DenseMatrix::Zero(matrix.cols, factors);
        set_sums_ = DenseMatrix::Zero(matrix.rows, factors);
    }
    const Eigen::MatrixXf root = static_cast<float>(first_deviation) * Eigen::MatrixXf::Identity(factors, factors);
    add_noise(1, root, stream_of(0, start_purpose), vectors_);
    vectors_.col(factors - 1).setZero();
}

void GibbsSide::begin_from(const MatrixXd& precision, const VectorXd& mean, ConstMatrixMap set_factors) {
    precision_ = precision;
    mean_ = mean;
    if (!sets_) return;
    set_factors_ = set_factors;
    set_sums_ = sets_->sums(set_factors_);
}

std::uint64_t GibbsSide::stream_of(std::uint64_t sweep, std::uint64_t purpose) const {
    return (sweep * purpose_count + purpose) * 2 + stream_;
}

void GibbsSide::draw(const DenseMatrix& other, double noise, std::uint64_t sweep) {
    draw_prior(sweep);
    if (sets_) draw_sets(sweep);
    draw_vectors(other, noise, sweep);
}

void GibbsSide::draw_prior(std::uint64_t sweep) {
    RandomDraws random(seed_, stream_of(sweep, prior_purpose));
    const auto n = static_cast<double>(vectors_.rows());
    const Index k = factors_;
    DenseMatrix rest = vectors_;
    if (sets_) rest -= set_sums_;
    const VectorXd average = rest.cast<double>().colwise().mean().transpose();
    rest.rowwise() -= average.cast<float>().transpose();
    MatrixXd inverse_scale = MatrixXd::Identity(k, k) + inner_products(rest, rest) +
                             n * mean_weight / (n + mean_weight) * average * average.transpose();
    double freedom = static_cast<double>(k) + n;
    if (sets_) {
        inverse_scale += set_ridge_ * inner_products(set_factors_, set_factors_);
        freedom += static_cast<double>(set_factors_.rows());
    }
    precision_ = random.wishart(inverse_scale, freedom);
    const MatrixXd root = cholesky((n + mean_weight) * precision_).lower;
    mean_ = n / (n + mean_weight) * average + solve_transposed_lower(root, random.normals(k));
}

/// to += scale * Z root', rows of Z standard normal: rows of N(0, root root').
void GibbsSide::add_noise(double scale, const Eigen::MatrixXf& root, std::uint64_t stream, DenseMatrix& to) const {
    const Philox random(seed_, stream);
    parallel_blocks(to.rows(), drawn_rows, [&](Range rows) {
        Eigen::VectorXf z(factors_);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (Index k = 0; k < factors_; ++k) {
                z[k] = static_cast<float>(scale * random.normal(static_cast<std::uint64_t>(row * factors_ + k)));
            }
            to.row(row).noalias() += (root * z).transpose();
        }
    });
}

void GibbsSide::draw_sets(std::uint64_t sweep) {
    const Eigen::MatrixXf root = inverse_of_transposed_lower(cholesky(precision_).lower).cast<float>();
    DenseMatrix explained = vectors_;
    explained.rowwise() -= mean_.cast<float>().transpose();
    add_noise(1, root, stream_of(sweep, set_noise), explained);
    DenseMatrix right = sets_->adjoint(explained);
    add_noise(std::sqrt(set_ridge_), root, stream_of(sweep, set_prior_noise), right);
    sets_->solve(right, set_ridge_, set_steps_, set_factors_);
    set_sums_ = sets_->sums(set_factors_);
    const double spread = (precision_ * inner_products(set_factors_, set_factors_)).trace();
    const double shape = 1 + 0.5 * static_cast<double>(set_factors_.size());
    RandomDraws random(seed_, stream_of(sweep, set_ridge));
    set_ridge_ = random.gamma(shape) / (1 + 0.5 * std::max(spread, 0.0));
}

void GibbsSide::draw_vectors(const DenseMatrix& other, double noise, std::uint64_t sweep) {
    const Philox random(seed_, stream_of(sweep, vectors_purpose));
    const Eigen::MatrixXf precision = precision_.cast<float>();
    const Eigen::VectorXf right_of_mean = (precision_ * mean_).cast<float>();
    const std::vector<Range> ranges = balanced_ranges(matrix_, factors_);
    const ConstMatrixMap columns(other.data(), other.rows(), other.cols());
    parallel_for(static_cast<std::int64_t>(ranges.size()), [&](std::int64_t part) {
        GaussianRow solver(columns);
        std::vector<float> targets;
        Eigen::VectorXf right(factors_), normals(factors_);
        const Range range = ranges[part];
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const CsrRow entries = matrix_.row(row);
            targets.clear();
            for (std::size_t e = 0; e < entries.size(); ++e) {
                targets.push_back(entries.values[e] - columns(entries.columns[e], factors_ - 1));
            }
            right = right_of_mean;
            if (sets_) right.noalias() += precision * set_sums_.row(row).transpose();
            for (Index k = 0; k < factors_; ++k) {
                normals[k] = static_cast<float>(random.normal(static_cast<std::uint64_t>(row * factors_ + k)));
            }
            solver.condition(entries.columns, targets.data(), static_cast<float>(noise), precision, right);
            solver.write(normals.data(), vectors_.data() + row * factors_);
        }
    });
}

double GibbsSide::squared_error(const DenseMatrix& other) const {
    const Index f = factors_ - 1;
    const std::vector<Range> ranges = balanced_ranges(matrix_, factors_);
    std::vector<double> sums(ranges.size(), 0.0);
    parallel_for(static_cast<std::int64_t>(ranges.size()), [&](std::int64_t part) {
        const Range range = ranges[part];
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const CsrRow entries = matrix_.row(row);
            for (std::size_t e = 0; e < entries.size(); ++e) {
                const auto y = other.row(entries.columns[e]);
                const float predicted = vectors_.row(row).head(f).dot(y.head(f)) + vectors_(row, f) + y[f];
                const auto error = static_cast<double>(entries.values[e] - predicted);
                sums[part] += error * error;
            }
        }
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace eckart
