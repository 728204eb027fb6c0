// Notation, as in the header:
//   G = X'X, A = G + L;  u_j, v_j rows of U and V;  a_j, g_j the diagonals of A and G
//   D = Diag(d), d_j = u_j . v_j, so that B = U V' - D
//
// While U'A U = I, column j of B is (U - e_j u_j') v for v = v_j, and the best v solves the k x k system
//   (I - u h' - h u' + a u u') v = r,    u = u_j, h = (A U)_j, r = (G U)_j - g_j u, a = a_j.
// With alpha = u.u, beta = u.h, gamma = h.h (Sherman, Morrison and Woodbury, rearranged so that no term cancels)
//   s = (1 - beta)^2 + alpha (a - gamma),    v = r + y h + z u,
//   y = ((1 - beta) u.r + alpha h.r) / s,    z = ((1 - beta) h.r - (a - gamma) u.r) / s.
// Both terms of s are above 0. It is 0 where column j alone has a direction of U: then v leaves that out. The objective
// becomes tr G - sum_j r_j . v_j.
//
// While V'V = I, the objective is a quadratic in U of the gradient 2 (H(U) - offdiag(G) V), where
//   H(P) = offdiag(A offdiag(P V')) V = A (P - D V) - Diag((A P)_j . v_j - a_j d_j) V,    d_j = p_j . v_j.

#include "engine/factor/edlae.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/factor/conjugate_gradients.h"
#include "engine/factor/dropout.h"
#include "engine/factor/penalized_gram.h"
#include "engine/factor/sweeps.h"
#include "engine/factor/truncated_svd.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/linear_operator.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

constexpr std::int64_t kSteps = 4;     ///< of conjugate gradients, a sweep
constexpr double kStartSolved = 1e-3;  ///< of the systems of the start: sweeps go on from there
constexpr double kDependent = 1e-12;   ///< of the largest eigenvalue: columns below it are roundoff, magnified
constexpr double kWhite = 1e-10;       ///< how far U'A U may be from I
constexpr double kAlone = 1e-10;       ///< of s, from which on it is taken for zero
constexpr std::int64_t kRowsAtOnce = 256;

/// U and V with G U beside them.
struct Factors {
    DenseMatrixF64 u;
    DenseMatrixF64 gu;
    DenseMatrixF64 v;
};

DenseMatrixF64 times(const DenseMatrixF64& a, const MatrixXd& p) {
    DenseMatrixF64 product = DenseMatrixF64::Zero(a.rows(), p.cols());
    if (p.cols() > 0) add_product(a, DenseMatrixF64(p), 1.0, product);
    return product;
}

VectorXd row_dots(const DenseMatrixF64& a, const DenseMatrixF64& b) {
    return a.cwiseProduct(b).rowwise().sum();
}

/// Eigenvectors and roots of the eigenvalues of a Gram matrix, of those that are not roundoff.
struct Roots {
    MatrixXd vectors;
    VectorXd values;
};

Roots roots_of(const MatrixXd& gram) {
    const SymmetricEigen eigen = symmetric_eigen(gram);
    Index rank = 0;
    while (rank < eigen.values.size() && eigen.values(rank) > kDependent * std::max(eigen.values(0), 0.0)) ++rank;
    return {eigen.vectors.leftCols(rank), eigen.values.head(rank).cwiseSqrt()};
}

bool is_identity(const MatrixXd& a) {
    return (a - MatrixXd::Identity(a.rows(), a.cols())).cwiseAbs().maxCoeff() <= kWhite;
}

/// Gives U the basis of its span in which U'A U = I; V is to be solved for anew. Twice, since the first time its error
/// is that of the basis at hand.
void whiten_encoder(const PenalizedGram& a, Factors& f) {
    for (int pass = 0; pass < 2; ++pass) {
        const MatrixXd uau =
            inner_products(f.u, f.gu) + inner_products(f.u, DenseMatrixF64(a.penalty().asDiagonal() * f.u));
        if (is_identity(uau)) return;
        const Roots roots = roots_of(0.5 * (uau + uau.transpose()));
        const MatrixXd white = roots.vectors * roots.values.cwiseInverse().asDiagonal();
        f.u = times(f.u, white);
        f.gu = times(f.gu, white);
    }
}

/// Gives V orthonormal columns, and U those for which U V' is what it was.
void whiten_decoder(Factors& f) {
    const Roots roots = roots_of(inner_products(f.v, f.v));
    f.v = times(f.v, roots.vectors * roots.values.cwiseInverse().asDiagonal());
    f.u = times(f.u, roots.vectors * roots.values.asDiagonal());
}

/// v_j, of the column j that has this a and g; returns r . v.
double solve_column(const RowVectorXd& u, const RowVectorXd& h, const RowVectorXd& r, double a,
                    Eigen::Ref<RowVectorXd> v) {
    const double alpha = u.squaredNorm(), beta = u.dot(h), gamma = h.squaredNorm(), ur = u.dot(r), hr = h.dot(r);
    const double rest = std::max(0.0, a - gamma), s = (1 - beta) * (1 - beta) + alpha * rest;
    v = r;
    if (s > kAlone * std::max(1.0, alpha * a)) {
        v += ((1 - beta) * ur + alpha * hr) / s * h + ((1 - beta) * hr - rest * ur) / s * u;
    } else if (alpha > 0) {
        v -= ur / alpha * u;
    }
    return r.dot(v);
}

/// The best V for U, which is whitened; returns the objective.
double best_decoder(const PenalizedGram& a, double squared_norm, Factors& f) {
    whiten_encoder(a, f);
    f.v.resize(f.u.rows(), f.u.cols());
    VectorXd gains(f.u.rows());
    parallel_blocks(f.u.rows(), kRowsAtOnce, [&](Range rows) {
        for (std::int64_t j = rows.begin; j < rows.end; ++j) {
            const RowVectorXd u = f.u.row(j), gu = f.gu.row(j);
            const double g = a.diagonal()[j] - a.penalty()[j];
            gains[j] = solve_column(u, gu + a.penalty()[j] * u, gu - g * u, a.diagonal()[j], f.v.row(j));
        }
    });
    return squared_norm - gains.sum();
}

/// H(P).
DenseMatrixF64 curvature(const PenalizedGram& a, const DenseMatrixF64& v, const DenseMatrixF64& p) {
    const VectorXd d = row_dots(p, v), ap = row_dots(a.product(p), v);
    return a.product(p - d.asDiagonal() * v) - (ap - a.diagonal().cwiseProduct(d)).asDiagonal() * v;
}

/// A better U for V, which is made orthonormal.
void improve_encoder(const PenalizedGram& a, Factors& f) {
    whiten_decoder(f);
    const DenseMatrixF64 b = a.gram_product(f.v) - (a.diagonal() - a.penalty()).asDiagonal() * f.v;
    conjugate_gradients([&](const DenseMatrixF64& p) { return curvature(a, f.v, p); },
                        [&](const DenseMatrixF64& p) { return a.preconditioned(p); }, b, {.steps = kSteps}, f.u);
    f.gu = a.gram_product(f.u);
}

/// For V of orthonormal columns U = A^-1 G V = V - A^-1 L V.
Factors start_from(const PenalizedGram& a, const DenseMatrixF64& v) {
    Factors f{v - a.solution(a.penalty().asDiagonal() * v, kStartSolved), {}, {}};
    f.gu = a.gram_product(f.u);
    return f;
}

void check(const CsrView& x, const EdlaeOptions& options) {
    require_finite(x, "a linear autoencoder");
    if (options.rank < 1) throw UsageError("the rank of a linear autoencoder must be at least 1");
    if (options.sweeps < 0) throw UsageError("the sweeps of a linear autoencoder must be at least 0");
    if (!(options.tolerance >= 0)) throw UsageError("the tolerance of a linear autoencoder must be at least 0");
}

SvdOptions svd_options(const EdlaeOptions& options) {
    return {.rank = options.rank, .seed = options.seed};
}

PenalizedGram::Plan plan_of(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const EdlaeOptions& options) {
    const std::int64_t k = std::min({options.rank, rows, cols});
    const auto numbers = static_cast<std::uint64_t>(rows * k + 13 * cols * k + 10 * k * k + 8 * cols);
    const std::uint64_t transpose = 8 * static_cast<std::uint64_t>(nonzeros + cols + 1);
    const std::uint64_t most = std::max(svd_memory(rows, cols, svd_options(options)), sizeof(double) * numbers);
    return PenalizedGram::plan(cols, transpose + most, options.memory);
}

void sweep(const PenalizedGram& a, const EdlaeOptions& options, const Progress& progress, Factors& f, Edlae& result) {
    for (std::int64_t done = 0; done < options.sweeps && !result.converged; ++done) {
        if (!report_sweeps(progress, done, options.sweeps)) {
            result.interrupted = true;
            return;
        }
        if (f.v.isZero(0)) {  // no column says anything of another
            result.converged = true;
            return;
        }
        improve_encoder(a, f);
        const double before = result.objective.back();
        result.objective.push_back(best_decoder(a, result.squared_norm, f));
        result.converged = before - result.objective.back() <= options.tolerance * before;
    }
}

}  // namespace

Edlae fit_edlae(const CsrView& x, const EdlaeOptions& options, const Progress& progress) {
    check(x, options);
    const VectorXd norms = squared_column_norms(x);
    VectorXd penalty = dropout_penalty(norms, options.dropout, options.regularization);
    const PenalizedGram::Plan plan = plan_of(x.rows, x.cols, x.nonzeros(), options);
    options.memory.require(plan.bytes, "an autoencoder of rank " + std::to_string(options.rank));
    const CsrMatrix xt = transposed(x);
    const SparseOperator op(x, xt);
    Edlae result;
    result.squared_norm = op.squared_norm();
    const TruncatedSvd svd = truncated_svd(op, svd_options(options), progress);
    result.note = svd.note;
    const PenalizedGram a(op, norms, std::move(penalty), plan, progress);
    Factors f = start_from(a, svd.v.cast<double>());
    result.objective.push_back(best_decoder(a, result.squared_norm, f));
    sweep(a, options, progress, f, result);
    result.encoder = f.u.cast<float>();
    result.decoder = f.v.cast<float>();
    return result;
}

std::uint64_t edlae_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const EdlaeOptions& options) {
    return plan_of(rows, cols, nonzeros, options).bytes;
}

}  // namespace eckart
