#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "engine/support/random.h"

namespace eckart {

/// Draws from one stream of random numbers, one after the other. Not for several threads at once.
class RandomDraws {
  public:
    RandomDraws(std::uint64_t seed, std::uint64_t stream) : random_(seed, stream) {}

    double normal() { return random_.normal(next_++); }
    Eigen::VectorXd normals(Eigen::Index count);

    /// Gamma of that shape and scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM
    /// Transactions on Mathematical Software 26(3), 2000). shape > 0.
    double gamma(double shape);

    /// Wishart of `freedom` degrees of freedom (> k - 1) and mean freedom * inverse(inverse_scale), k x k, by
    /// Bartlett's decomposition.
    Eigen::MatrixXd wishart(const Eigen::MatrixXd& inverse_scale, double freedom);

  private:
    Philox random_;
    std::uint64_t next_ = 0;
};

}  // namespace eckart
