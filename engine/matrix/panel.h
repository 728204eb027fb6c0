#pragma once

#include <span>

#include <Eigen/Core>

#include "engine/matrix/dense.h"

namespace eckart {

/// Products of tall panels (n rows, few columns), the level-3 part of a Krylov method. A general matrix product packs
/// its operands anew at each call, which costs as much as the arithmetic when one side is 32 columns wide; these do
/// not.
///
/// Column counts that are multiples of 16 run at full speed; others are handled by a slower rest.

/// a' b in float64, p x q, for a (n x p) and b (n x q). Rows are summed in blocks of 256 that are added in order
/// in float64, so the bytes do not depend on the threads. Exactly symmetric for a' a.
Eigen::MatrixXd inner_products(ConstPanelRef<float> a, ConstPanelRef<float> b);
Eigen::MatrixXd inner_products(ConstPanelRef<double> a, ConstPanelRef<double> b);

/// [a_1 a_2 ...]' b for panels that stand side by side: one loop, so that a block of rows of b is read once.
Eigen::MatrixXd inner_products(std::span<const DenseMatrix> panels, ConstPanelRef<float> b);
Eigen::MatrixXd inner_products(std::span<const DenseMatrixF64> panels, ConstPanelRef<double> b);

/// c += sign * a p for a (n x m), p (m x q), c (n x q); sign is 1 or -1.
void add_product(ConstPanelRef<float> a, ConstPanelRef<float> p, float sign, PanelRef<float> c);
void add_product(ConstPanelRef<double> a, ConstPanelRef<double> p, double sign, PanelRef<double> c);

/// c += sign * [a_1 a_2 ...] p, likewise.
void add_product(std::span<const DenseMatrix> panels, ConstPanelRef<float> p, float sign, PanelRef<float> c);
void add_product(std::span<const DenseMatrixF64> panels, ConstPanelRef<double> p, double sign, PanelRef<double> c);

}  // namespace eckart
