#include "engine/matrix/column_offset.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/matrix/centering.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::int64_t row_block = 4096;

}  // namespace

DenseMatrix with_offset(ConstPanelRef<float> r, const Eigen::VectorXd& o, const Eigen::VectorXd& p) {
    Eigen::RowVectorXd shift = Eigen::RowVectorXd::Zero(r.cols());
    if (o.size() > 0) shift += o.transpose();
    if (p.size() > 0) shift -= p.transpose();
    DenseMatrix x(r.rows(), r.cols());
    parallel_blocks(r.rows(), row_block, [&](Range block) {
        for (auto row = block.begin; row < block.end; ++row) {
            x.row(row) = (r.row(row).cast<double>() + shift).cast<float>();
        }
    });
    return x;
}

double rounding_loss(ConstPanelRef<float> r, const Eigen::VectorXd& o) {
    if (o.size() == 0 || r.rows() == 0) return 0;
    constexpr double half_unit = std::numeric_limits<float>::epsilon() / 2;
    const Eigen::VectorXd means = column_means(r);
    double loss = 0;
    for (Eigen::Index column = 0; column < r.cols(); ++column) {
        const double square = (r.col(column).cast<double>().array() - means[column]).square().mean();
        if (square > 0) loss = std::max(loss, half_unit * std::abs(o[column]) / std::sqrt(square));
    }
    return loss;
}

}  // namespace eckart
