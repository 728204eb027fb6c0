// Notation, as in the header: X = U S V'; along v_i the objective is s^2 (1 - c)^2 + 2 lambda c for W W' = c v v',
// whose least value over c >= 0 is s^2 - (s - lambda / s)^2 at c = 1 - lambda / s^2, if that is above 0.

#include "engine/autoencoder/ridge_autoencoder.h"

#include <cmath>

#include "engine/support/error.h"

namespace eckart {
namespace {

void check(const RidgeAutoencoderOptions& options) {
    if (!(options.regularization >= 0) || !std::isfinite(options.regularization)) {
        throw UsageError("the regularization of an autoencoder must be a number, 0 or above");
    }
}

RidgeAutoencoder shrunk(const TruncatedSvd& svd, double lambda) {
    const Eigen::ArrayXd squares = svd.singular_values.array().square();
    const Eigen::Index kept = (squares > lambda).count();
    RidgeAutoencoder result;
    result.singular_values = svd.singular_values.head(kept);
    result.shrinkage = 1 - lambda / squares.head(kept);
    result.weights = svd.v.leftCols(kept) * result.shrinkage.cwiseSqrt().cast<float>().asDiagonal();
    result.squared_norm = svd.certificate.squared_norm;
    result.objective =
        result.squared_norm - result.singular_values.cwiseProduct(result.shrinkage).squaredNorm();  // s - lambda / s
    result.converged = svd.certificate.converged;
    result.note = svd.note;
    return result;
}

}  // namespace

RidgeAutoencoder fit_ridge_autoencoder(const LinearOperator& x, const RidgeAutoencoderOptions& options,
                                       const Progress& progress) {
    check(options);
    return shrunk(
        truncated_svd(
            x, {.rank = options.rank, .tolerance = options.tolerance, .seed = options.seed, .memory = options.memory},
            progress),
        options.regularization);
}

RidgeAutoencoder fit_ridge_autoencoder(const CsrView& x, const RidgeAutoencoderOptions& options,
                                       const Progress& progress) {
    const CsrMatrix xt = transposed(x);
    return fit_ridge_autoencoder(SparseOperator(x, xt), options, progress);
}

}  // namespace eckart
