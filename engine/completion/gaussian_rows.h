#pragma once

#include <cstdint>
#include <span>

#include "engine/matrix/dense.h"
#include "engine/matrix/strips.h"

namespace eckart {

/// What is believed of a row's factors x (k numbers, the last of which is its bias) once its entries are known: they
/// are g_j . x plus noise, where g_j is a column's factors with 1 in the place of the column's bias, and x has a normal
/// prior. The posterior is normal,
///
///     precision A = prior precision + noise * sum_j g_j g_j',    mean A^-1 (prior right + noise * sum_j t_j g_j)
///
/// In float32, or in float64 where the pivots call for it. Holds the scratch of one thread.
class GaussianRow {
  public:
    /// Borrows `columns` (m x k).
    explicit GaussianRow(ConstMatrixMap columns);

    /// Takes in one row. `targets` are as many as `rated`; `precision` is k x k and symmetric, `right` is the prior
    /// precision times the prior mean.
    void condition(std::span<const std::int32_t> rated, const float* targets, float noise,
                   const Eigen::MatrixXf& precision, const Eigen::VectorXf& right);

    /// Writes the posterior mean of the row taken in last; with `normals` (k standard normal numbers) a draw.
    void write(const float* normals, float* x);

    std::int64_t solved_in_float64() const { return solved_in_float64_; }

  private:
    void gather(std::span<const std::int32_t> rated);

    ConstMatrixMap columns_;
    std::int64_t size_;  ///< k
    std::int64_t strips_;
    AlignedFloats panel_;
    AlignedFloats gram_;
    AlignedFloats reciprocals_;
    AlignedFloats right_;
    AlignedFloats spare_;
    Eigen::MatrixXd root_;  ///< U in float64, where it was needed
    Eigen::VectorXd half_;  ///< U'^-1 right, likewise
    bool in_float64_ = false;
    std::int64_t solved_in_float64_ = 0;
};

}  // namespace eckart
