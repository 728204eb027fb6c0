#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/completion/set_regression.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

// One half of the Gibbs sampler of fit_bayes. Not installed.

namespace eckart {

/// Rows of a matrix of centered values, or its columns as the rows of the transpose: their vectors x and all that these
/// are believed to come from.
class GibbsSide {
  public:
    /// Borrows `matrix`. Vectors begin at random, small, and with no bias.
    GibbsSide(const CsrView& matrix, std::int64_t factors, bool with_sets, std::int64_t set_steps, std::uint64_t seed,
              std::uint64_t stream);

    /// Takes over what a draw said of this side.
    void begin_from(const Eigen::MatrixXd& precision, const Eigen::VectorXd& mean, ConstMatrixMap set_factors);
    void begin_from(ConstMatrixMap vectors) { vectors_ = vectors; }

    /// Draws in turn mu and Lambda, the y, and all x given the vectors of the other side and the noise's alpha.
    /// Numbers follow from the seed and `sweep`.
    void draw(const DenseMatrix& other, double noise, std::uint64_t sweep);

    /// Draws all x alone.
    void draw_vectors(const DenseMatrix& other, double noise, std::uint64_t sweep);

    /// sum over the entries of (t - prediction)^2 with the vectors as they are.
    double squared_error(const DenseMatrix& other) const;

    const DenseMatrix& vectors() const { return vectors_; }          ///< rows x k
    const DenseMatrix& set_factors() const { return set_factors_; }  ///< columns x k; 0 x 0 without sets
    const Eigen::MatrixXd& precision() const { return precision_; }  ///< Lambda
    const Eigen::VectorXd& mean() const { return mean_; }            ///< mu

  private:
    std::uint64_t stream_of(std::uint64_t sweep, std::uint64_t purpose) const;
    void draw_prior(std::uint64_t sweep);
    void draw_sets(std::uint64_t sweep);
    void add_noise(double scale, const Eigen::MatrixXf& root, std::uint64_t stream, DenseMatrix& to) const;

    CsrView matrix_;
    std::int64_t factors_;
    std::int64_t set_steps_;
    std::uint64_t seed_;
    std::uint64_t stream_;
    std::optional<SetRegression> sets_;
    DenseMatrix vectors_;
    DenseMatrix set_factors_;
    DenseMatrix set_sums_;  ///< W y, rows x k; 0 x 0 without sets
    Eigen::MatrixXd precision_;
    Eigen::VectorXd mean_;
    double set_ridge_ = 1;  ///< rho
};

}  // namespace eckart
