// Notation, as in the header:
//   G = X'X, A = G + L;  u_j, v_j rows of U and V;  a_j, g_j the diagonals of A and G
//   D = Diag(d), d_j = u_j . v_j, so that B = U V' - D
// Below, B and V stand for B W^1/2 and V W^1/2, which makes columns of all weights alike but for their targets:
//   tr B'A B - 2 tr W^1/2 G B + tr W G
//
// While U'A U = I, column j of B is (U - e_j u_j') v for v = v_j, and the best v solves the k x k system
//   (I - u h' - h u' + a u u') v = r,    u = u_j, h = (A U)_j, r = w_j^1/2 ((G U)_j - g_j u), a = a_j.
// With alpha = u.u, beta = u.h, gamma = h.h (Sherman, Morrison and Woodbury, rearranged so that no term cancels)
//   s = (1 - beta)^2 + alpha (a - gamma),    v = r + y h + z u,
//   y = ((1 - beta) u.r + alpha h.r) / s,    z = ((1 - beta) h.r - (a - gamma) u.r) / s.
// Both terms of s are above 0. It is 0 where column j alone has a direction of U: then v leaves that out. The objective
// becomes tr W G - sum_j r_j . v_j.
//
// While V'V = I, the objective is a quadratic in U of the gradient 2 (H(U) - offdiag(G) W^1/2 V), where
//   H(P) = offdiag(A offdiag(P V')) V = A (P - D V) - Diag((A P)_j . v_j - a_j d_j) V,    d_j = p_j . v_j.

#include "engine/autoencoder/edlae.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/autoencoder/dropout.h"
#include "engine/autoencoder/penalized_gram.h"
#include "engine/matrix/conjugate_gradients.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/linear_operator.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

constexpr std::int64_t steps_a_sweep = 4;   ///< of conjugate gradients, a sweep
constexpr double start_solved = 1e-2;       ///< of the systems of the start: sweeps go on from there
constexpr double least_eigenvalue = 1e-12;  ///< of the largest eigenvalue: columns below it are roundoff, magnified
constexpr double orthogonality_tolerance = 1e-10;  ///< how far U'A U may be from I
constexpr double alone = 1e-10;                    ///< of s, from which on it is taken for zero
constexpr std::int64_t rows_at_once = 256;

/// U and V W^1/2, with G U beside them.
struct Factors {
    DenseMatrixF64 u;
    DenseMatrixF64 gu;
    DenseMatrixF64 v;
};

/// What is factorized.
struct Problem {
    const PenalizedGram& a;
    VectorXd root_weights;    ///< of the columns, n: w_j^1/2
    double squared_norm = 0;  ///< tr W G

    double g(Index j) const { return a.diagonal()[j] - a.penalty()[j]; }
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
    while (rank < eigen.values.size() && eigen.values(rank) > least_eigenvalue * std::max(eigen.values(0), 0.0)) ++rank;
    return {eigen.vectors.leftCols(rank), eigen.values.head(rank).cwiseSqrt()};
}

bool is_identity(const MatrixXd& a) {
    return (a - MatrixXd::Identity(a.rows(), a.cols())).cwiseAbs().maxCoeff() <= orthogonality_tolerance;
}

/// Gives U the basis of its span in which U'A U = I; V is to be solved for anew. Twice, since the first time its error
/// is that of the basis at hand.
void whiten_encoder(const PenalizedGram& a, Factors& f) {
    for (int pass = 0; pass < 2; ++pass) {
        DenseMatrixF64 au = f.gu;
        au += a.penalty().asDiagonal() * f.u;
        const MatrixXd uau = inner_products(f.u, au);
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
    if (s > alone * std::max(1.0, alpha * a)) {
        v += ((1 - beta) * ur + alpha * hr) / s * h + ((1 - beta) * hr - rest * ur) / s * u;
    } else if (alpha > 0) {
        v -= ur / alpha * u;
    }
    return r.dot(v);
}

/// The best V for U, which is whitened; returns the objective.
double best_decoder(const Problem& problem, Factors& f) {
    const PenalizedGram& a = problem.a;
    whiten_encoder(a, f);
    f.v.resize(f.u.rows(), f.u.cols());
    VectorXd gains(f.u.rows());
    parallel_blocks(f.u.rows(), rows_at_once, [&](Range rows) {
        for (std::int64_t j = rows.begin; j < rows.end; ++j) {
            const RowVectorXd u = f.u.row(j), gu = f.gu.row(j);
            const RowVectorXd h = gu + a.penalty()[j] * u, r = problem.root_weights[j] * (gu - problem.g(j) * u);
            gains[j] = solve_column(u, h, r, a.diagonal()[j], f.v.row(j));
        }
    });
    return problem.squared_norm - gains.sum();
}

/// H(P).
DenseMatrixF64 curvature(const PenalizedGram& a, const DenseMatrixF64& v, const DenseMatrixF64& p) {
    const VectorXd d = row_dots(p, v), ap = row_dots(a.product(p), v);
    return a.product(p - d.asDiagonal() * v) - (ap - a.diagonal().cwiseProduct(d)).asDiagonal() * v;
}

/// A better U for V, which is made orthonormal.
void improve_encoder(const Problem& problem, Factors& f) {
    const PenalizedGram& a = problem.a;
    whiten_decoder(f);
    const DenseMatrixF64 weighted = problem.root_weights.asDiagonal() * f.v;
    const DenseMatrixF64 b = a.gram_product(weighted) - (a.diagonal() - a.penalty()).asDiagonal() * weighted;
    conjugate_gradients([&](const DenseMatrixF64& p) { return curvature(a, f.v, p); },
                        [&](const DenseMatrixF64& p) { return a.preconditioned(p); }, b, {.steps = steps_a_sweep}, f.u);
    f.gu = a.gram_product(f.u);
}

/// For V of orthonormal columns U = A^-1 G W^1/2 V, which is W^1/2 V - A^-1 L W^1/2 V.
Factors start_from(const Problem& problem, const DenseMatrixF64& v) {
    const PenalizedGram& a = problem.a;
    const DenseMatrixF64 weighted = problem.root_weights.asDiagonal() * v;
    Factors f{weighted - a.solution(a.penalty().asDiagonal() * weighted, start_solved), {}, {}};
    f.gu = a.gram_product(f.u);
    return f;
}

/// w_j^1/2; 1 for a column without entries.
VectorXd root_weights_of(const VectorXd& squared_norms, double power) {
    const double mean = squared_norms.mean();
    return squared_norms.unaryExpr([&](double norm) { return norm > 0 ? std::pow(norm / mean, -power / 2) : 1.0; });
}

void check(const CsrView& x, const EdlaeOptions& options) {
    require_finite(x, "a linear autoencoder");
    if (options.rank < 1) throw UsageError("the rank of a linear autoencoder must be at least 1");
    if (!(options.column_power >= 0 && options.column_power <= 1)) {
        throw UsageError("the column power of a linear autoencoder must lie between 0 and 1");
    }
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

void sweep(const Problem& problem, const EdlaeOptions& options, const Progress& progress, Factors& f, Edlae& result) {
    for (std::int64_t done = 0; done < options.sweeps && !result.converged; ++done) {
        if (!report_sweeps(progress, done, options.sweeps)) {
            result.interrupted = true;
            return;
        }
        if (f.v.isZero(0)) {  // no column says anything of another
            result.converged = true;
            return;
        }
        improve_encoder(problem, f);
        const double before = result.objective.back(), now = best_decoder(problem, f);
        result.objective.push_back(now);
        result.converged = before - now <= options.tolerance * (problem.squared_norm - now);
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
    const VectorXd root_weights = root_weights_of(norms, options.column_power);
    const double squared_norm = norms.dot(root_weights.cwiseAbs2());
    const TruncatedSvd svd =
        truncated_svd(CenteredScaledOperator(op, {}, {}, root_weights, squared_norm), svd_options(options), progress);
    const PenalizedGram a(op, norms, std::move(penalty), plan, progress);
    const Problem problem{a, root_weights, squared_norm};
    Edlae result;
    result.squared_norm = squared_norm;
    result.note = svd.note;
    Factors f = start_from(problem, svd.v.cast<double>());
    result.objective.push_back(best_decoder(problem, f));
    sweep(problem, options, progress, f, result);
    result.encoder = f.u.cast<float>();
    result.decoder = (root_weights.cwiseInverse().asDiagonal() * f.v).cast<float>();
    return result;
}

std::uint64_t edlae_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const EdlaeOptions& options) {
    return plan_of(rows, cols, nonzeros, options).bytes;
}

}  // namespace eckart
