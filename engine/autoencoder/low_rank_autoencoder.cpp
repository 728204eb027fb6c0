// Notation, as in the header:
//   C = X'X;  W the encoder, n x k, W'W = I;  B = C W;  R = B - W W'B, the tied objective's gradient turned round,
//   halved S = [W R P] with P the last step; columns of R and P have length 1
// For an encoder W = S Y the objectives are
//   tied      ||X||^2 - tr Y'(S'C S) Y,                          Y'(S'S) Y = I
//   untied    ||X||^2 - tr (Y'(S'C S) Y)^-1 Y'(S'C^2 S) Y,       the decoder being B (W'B)^-1
// so the best Y holds the leading eigenvectors of the pencil S'C S, S'S, or S'C^2 S, S'C S: matrices of order 3 k.
// C is applied to R alone; C W and C P follow by the steps that W and P take.

#include "engine/autoencoder/low_rank_autoencoder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/matrix/centering.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/subspace.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
constexpr double dependent = 1e-10;  // of the largest eigenvalue: directions below it would be roundoff, magnified

/// Vectors and what C makes of them, n x any number each.
struct Images {
    DenseMatrixF64 vectors;
    DenseMatrixF64 images;

    Index cols() const { return vectors.cols(); }
};

Images with_images(const LinearOperator& x, DenseMatrixF64 vectors) {
    DenseMatrixF64 codes(x.rows(), vectors.cols()), images(x.cols(), vectors.cols());
    x.apply(vectors, codes);
    x.apply_adjoint(codes, images);
    return {std::move(vectors), std::move(images)};
}

/// sum += a p.
void add_combination(const Images& a, const MatrixXd& p, Images& sum) {
    const DenseMatrixF64 rounded = p;
    add_product(a.vectors, rounded, 1.0, sum.vectors);
    add_product(a.images, rounded, 1.0, sum.images);
}

Images combination(const Images& a, const MatrixXd& p) {
    Images result{DenseMatrixF64::Zero(a.vectors.rows(), p.cols()), DenseMatrixF64::Zero(a.vectors.rows(), p.cols())};
    if (a.cols() > 0) add_combination(a, p, result);
    return result;
}

Images beside(const Images& a, const Images& b) {
    Images result{DenseMatrixF64(a.vectors.rows(), a.cols() + b.cols()),
                  DenseMatrixF64(a.vectors.rows(), a.cols() + b.cols())};
    result.vectors << a.vectors, b.vectors;
    result.images << a.images, b.images;
    return result;
}

/// Scales each column to length 1 and leaves out those that are zero.
void normalize(Images& a) {
    const VectorXd norms = a.vectors.colwise().norm();
    Index kept = 0;
    for (Index j = 0; j < norms.size(); ++j) {
        if (!(norms(j) > 0)) continue;
        a.vectors.col(kept) = a.vectors.col(j) / norms(j);
        a.images.col(kept) = a.images.col(j) / norms(j);
        ++kept;
    }
    a.vectors.conservativeResize(Eigen::NoChange, kept);
    a.images.conservativeResize(Eigen::NoChange, kept);
}

MatrixXd symmetric(const MatrixXd& a) {
    return 0.5 * (a + a.transpose());
}

/// T with T'G T = I, of as many columns as G has eigenvalues that are not roundoff.
MatrixXd whitening(const MatrixXd& gram) {
    const SymmetricEigen eigen = symmetric_eigen(gram);
    Index rank = 0;
    while (rank < eigen.values.size() && eigen.values(rank) > dependent * eigen.values(0)) ++rank;
    return eigen.vectors.leftCols(rank) * eigen.values.head(rank).cwiseSqrt().cwiseInverse().asDiagonal();
}

/// The leading eigenvectors of the pencil a, b, with Y'b Y = I.
MatrixXd leading_of_pencil(const MatrixXd& a, const MatrixXd& b, Index count) {
    const MatrixXd white = whitening(b);
    return white * leading_eigenpairs(symmetric(white.transpose() * a * white), count).vectors;
}

/// Y with S Y orthonormal for which it is the best encoder in the span of S.
MatrixXd best_combination(const Images& s, Index rank, bool tied) {
    const MatrixXd gram = inner_products(s.vectors, s.vectors), scs = symmetric(inner_products(s.vectors, s.images));
    if (tied) return leading_of_pencil(scs, gram, rank);
    const MatrixXd y = leading_of_pencil(inner_products(s.images, s.images), scs, rank);
    return y * whitening(y.transpose() * gram * y);
}

/// An encoder from random weights by one step of alternating least squares: the span of C times them.
Images started(const LinearOperator& x, const LowRankAutoencoderOptions& options) {
    const Philox random(options.seed);
    DenseMatrixF64 weights(x.cols(), std::min({options.rank, x.rows(), x.cols()}));
    for (Index i = 0; i < weights.size(); ++i) weights.data()[i] = random.normal(static_cast<std::uint64_t>(i));
    return with_images(x, orthonormal_basis(with_images(x, std::move(weights)).images));
}

/// The objective at an encoder; `wb` is W'B.
double objective(const Images& w, const MatrixXd& wb, double squared_norm, bool tied) {
    const double kept = tied ? wb.trace() : solve_semidefinite(wb, inner_products(w.images, w.images)).trace();
    return std::max(0.0, squared_norm - kept);
}

/// B (W'B)^-1.
DenseMatrix best_decoder(const Images& w) {
    const MatrixXd wb = symmetric(inner_products(w.vectors, w.images));
    return solve_semidefinite(wb, MatrixXd(w.images.transpose())).transpose().cast<float>();
}

LowRankAutoencoder train(const LinearOperator& x, const LowRankAutoencoderOptions& options, const Progress& progress) {
    LowRankAutoencoder result;
    result.squared_norm = x.squared_norm();
    result.tied = options.tied;
    if (!(result.squared_norm > 0) || !std::isfinite(result.squared_norm)) {
        throw UsageError("a matrix of zeros, or with a value that is not finite, teaches an autoencoder nothing");
    }
    Images w = started(x, options), p{DenseMatrixF64(x.cols(), 0), DenseMatrixF64(x.cols(), 0)};
    for (;; ++result.iterations) {
        const MatrixXd wb = symmetric(inner_products(w.vectors, w.images));
        result.objective.push_back(objective(w, wb, result.squared_norm, options.tied));
        DenseMatrixF64 r = w.images;
        add_product(w.vectors, DenseMatrixF64(wb), -1.0, r);
        result.converged = r.norm() <= options.tolerance * w.images.norm();
        progress.report("training", static_cast<std::uint64_t>(result.iterations),
                        static_cast<std::uint64_t>(options.iterations));
        if (result.converged || result.iterations == options.iterations) break;
        Images d = beside(with_images(x, std::move(r)), p);
        normalize(d);
        const MatrixXd y = best_combination(beside(w, d), w.cols(), options.tied);
        p = combination(d, y.bottomRows(d.cols()));
        Images next = p;
        add_combination(w, y.topRows(w.cols()), next);
        w = std::move(next);
    }
    w = with_images(x, orthonormal_basis(w.vectors));  // anew, so that no roundoff of the steps is left
    result.encoder = w.vectors.cast<float>();
    result.decoder = options.tied ? result.encoder : best_decoder(w);
    return result;
}

void check(const LowRankAutoencoderOptions& options) {
    if (options.rank < 1) throw UsageError("the rank is " + std::to_string(options.rank) + "; it must be at least 1");
    if (options.iterations < 1) {
        throw UsageError("the number of iterations is " + std::to_string(options.iterations) +
                         "; it must be at least 1");
    }
    if (!(options.tolerance > 0) || !(options.tolerance < 1)) {
        throw UsageError("the tolerance is " + std::to_string(options.tolerance) + "; it must lie between 0 and 1");
    }
}

}  // namespace

LowRankAutoencoder fit_low_rank_autoencoder(const LinearOperator& x, const LowRankAutoencoderOptions& options,
                                            const Progress& progress) {
    check(options);
    options.memory.require(low_rank_autoencoder_memory(x.rows(), x.cols(), options),
                           "an autoencoder of rank " + std::to_string(options.rank));
    return train(x, options, progress);
}

LowRankAutoencoder fit_low_rank_autoencoder(ConstPanelRef<float> x, const LowRankAutoencoderOptions& options,
                                            const Progress& progress) {
    return fit_low_rank_autoencoder(CenteredDenseOperator(x), options, progress);
}

LowRankAutoencoder fit_low_rank_autoencoder(const CsrView& x, const LowRankAutoencoderOptions& options,
                                            const Progress& progress) {
    const CsrMatrix xt = transposed(x);
    return fit_low_rank_autoencoder(SparseOperator(x, xt), options, progress);
}

std::uint64_t low_rank_autoencoder_memory(std::int64_t rows, std::int64_t cols,
                                          const LowRankAutoencoderOptions& options) {
    const std::int64_t k = std::min({options.rank, rows, cols});
    const std::int64_t numbers = rows * k + 22 * cols * k + 60 * k * k;  // codes; W, P, D, S and the images
    return static_cast<std::uint64_t>(numbers) * sizeof(double);
}

}  // namespace eckart
