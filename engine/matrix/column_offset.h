#pragma once

#include <Eigen/Core>

#include "engine/matrix/dense.h"

// Columns far from zero, such as points in time, keep few digits of what tells their rows apart once they are float32.
// So they are stored less an offset, in float64, that lies among their values:
//
//     X = R + 1 o',   R in float32, o in float64
//
// An empty offset stands for zeros.

namespace eckart {

/// R + 1 o' - 1 p', summed in float64 and then rounded.
DenseMatrix with_offset(ConstPanelRef<float> r, const Eigen::VectorXd& o, const Eigen::VectorXd& p = {});

/// How much is lost if R + 1 o' is rounded to float32: half a unit of roundoff at o, as a share of the standard
/// deviation of the column, the largest of all columns that vary. 0 without an offset.
double rounding_loss(ConstPanelRef<float> r, const Eigen::VectorXd& o);

}  // namespace eckart
