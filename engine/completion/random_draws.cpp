#include "engine/completion/random_draws.h"

#include <cmath>

#include "engine/matrix/dense_algebra.h"

// Notation of Wishart draws: S the inverse of `inverse_scale`, S = L L'; A lower triangular with A_ii^2 chi-squared of
// freedom - i degrees (i from 0) and standard normals below the diagonal. L A A' L' is a draw (Bartlett).

namespace eckart {

Eigen::VectorXd RandomDraws::normals(Eigen::Index count) {
    Eigen::VectorXd values(count);
    for (Eigen::Index k = 0; k < count; ++k) values[k] = normal();
    return values;
}

double RandomDraws::gamma(double shape) {
    if (shape < 1) {  // gamma(shape) = gamma(shape + 1) u^(1 / shape)
        const double larger = gamma(shape + 1);
        return larger * std::pow(1 - random_.uniform(next_++), 1 / shape);
    }
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = normal();
        const double v = std::pow(1 + c * x, 3);
        if (v <= 0) continue;
        const double u = 1 - random_.uniform(next_++);
        if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

Eigen::MatrixXd RandomDraws::wishart(const Eigen::MatrixXd& inverse_scale, double freedom) {
    const Eigen::Index k = inverse_scale.rows();
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index i = 0; i < k; ++i) {
        a(i, i) = std::sqrt(2 * gamma(0.5 * (freedom - static_cast<double>(i))));
        for (Eigen::Index j = 0; j < i; ++j) a(i, j) = normal();
    }
    const Eigen::MatrixXd factor = cholesky(inverse_of_definite(inverse_scale)).lower * a;
    return factor * factor.transpose();
}

}  // namespace eckart
