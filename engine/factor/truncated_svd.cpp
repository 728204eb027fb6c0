// Notation, as in the header:
//   A = U S V', m x n;  G = A A' or A'A, of the smaller side;  X an orthonormal basis of about G's leading eigenvectors
//
// Every solver ends in the same finish. With G = A A' (for A'A exchange U and V):
//   Z = A' X,  Z'Z = W S^2 W',  U = X W,  V = Z W S^-1                  (Rayleigh-Ritz on A itself)
// and the certificate is measured afterwards: A V - U S, A'U - V S, U'U - I, V'V - I.

#include "engine/factor/truncated_svd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>

#include "engine/factor/block_krylov.h"
#include "engine/factor/gram_operator.h"
#include "engine/factor/spectra_lanczos.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::int64_t kDefaultBlock = 32;
constexpr std::int64_t kDenseSize = 256;      // up to this order a dense eigenproblem is the fastest of all
constexpr double kFloatTolerance = 5e-6;      // what float32 Lanczos reaches; below, float64 finishes
constexpr double kPowerTolerance = 5e-7;      // what a float64 power step on its result reaches
constexpr double kRankTolerance = 1e-7;       // s_i / s_1 that Gram matrices in float64 still tell from zero
constexpr double kFloatRankTolerance = 1e-5;  // the same in float32
constexpr std::int64_t kRowBlock = 1024;

/// Triplets in the arithmetic of the solver; `small` and `large` are U and V, or V and U.
template <class Real>
struct Triplets {
    RowMajorMatrix<Real> small;
    VectorXd values;
    RowMajorMatrix<Real> large;
    SvdCertificate certificate;
};

/// a p, for a of any number of rows; p is padded to a width that the kernel likes.
template <class Real>
RowMajorMatrix<Real> product(const RowMajorMatrix<Real>& a, const MatrixXd& p) {
    const Index width = (p.cols() + 15) / 16 * 16;
    RowMajorMatrix<Real> padded = RowMajorMatrix<Real>::Zero(p.rows(), width);
    padded.leftCols(p.cols()) = p.cast<Real>();
    RowMajorMatrix<Real> result = RowMajorMatrix<Real>::Zero(a.rows(), width);
    add_product(a, padded, Real(1), result);
    if (width == p.cols()) return result;
    return result.leftCols(p.cols());
}

/// Norms of the columns of x - y diag(s), in float64, in a fixed order.
template <class Real>
VectorXd residual_norms(const RowMajorMatrix<Real>& x, const RowMajorMatrix<Real>& y, const VectorXd& s) {
    const auto blocks = static_cast<std::size_t>((x.rows() + kRowBlock - 1) / kRowBlock);
    std::vector<VectorXd> sums(blocks, VectorXd::Zero(s.size()));
    parallel_blocks(x.rows(), kRowBlock, [&](Range rows) {
        VectorXd& sum = sums[static_cast<std::size_t>(rows.begin / kRowBlock)];
        for (Index i = rows.begin; i < rows.end; ++i) {
            sum.array() += (x.row(i).transpose().template cast<double>().array() -
                            y.row(i).transpose().template cast<double>().array() * s.array())
                               .square();
        }
    });
    VectorXd total = VectorXd::Zero(s.size());
    for (const VectorXd& sum : sums) total += sum;
    return total.cwiseSqrt();
}

template <class Real>
double orthogonality_loss(const RowMajorMatrix<Real>& x) {
    const MatrixXd overlap = inner_products(x, x);
    return (overlap - MatrixXd::Identity(x.cols(), x.cols())).cwiseAbs().maxCoeff();
}

/// Measures the triplets on A; left and right are named for U and V by `certify`'s caller.
template <class Real>
void certify(const GramOperator& gram, double squared_norm, double tolerance, Triplets<Real>& t) {
    RowMajorMatrix<Real> image(gram.size(), t.values.size());
    gram.to_small<Real>(t.large, image);
    const VectorXd of_large = residual_norms<Real>(image, t.small, t.values);
    image.resize(gram.long_side(), t.values.size());
    gram.to_long<Real>(t.small, image);
    const VectorXd of_small = residual_norms<Real>(image, t.large, t.values);
    image.resize(0, 0);

    const double s1 = t.values(0);
    const bool left = gram.left();  // small is U: A V - U S is the residual that large makes
    SvdCertificate& c = t.certificate;
    c.right_residuals = (left ? of_large : of_small) / s1;
    c.max_right_residual = c.right_residuals.maxCoeff();
    c.max_left_residual = (left ? of_small : of_large).maxCoeff() / s1;
    c.orthogonality_loss_u = orthogonality_loss<Real>(left ? t.small : t.large);
    c.orthogonality_loss_v = orthogonality_loss<Real>(left ? t.large : t.small);
    c.squared_norm = squared_norm;
    c.energy = std::min(1.0, t.values.squaredNorm() / squared_norm);
    c.converged = c.max_right_residual <= tolerance && c.max_left_residual <= tolerance;
}

/// Rayleigh-Ritz on A from a basis of the smaller side. The basis need not be orthonormal to the last digit: what it
/// lacks shows in the certificate.
template <class Real>
Triplets<Real> rayleigh_ritz(const GramOperator& gram, const RowMajorMatrix<Real>& basis) {
    RowMajorMatrix<Real> image(gram.long_side(), basis.cols());
    gram.to_long<Real>(basis, image);
    const SymmetricEigen eigen = symmetric_eigen(inner_products(image, image));
    const VectorXd s = eigen.values.cwiseMax(0).cwiseSqrt();
    const double floor = (std::is_same_v<Real, float> ? kFloatRankTolerance : kRankTolerance) * s(0);
    Index rank = 0;
    while (rank < s.size() && s(rank) > floor) ++rank;

    const MatrixXd w = eigen.vectors.leftCols(rank);
    const MatrixXd scaled = w * s.head(rank).cwiseInverse().asDiagonal();
    return {product<Real>(basis, w), s.head(rank), product<Real>(image, scaled), {}};
}

/// An orthonormal basis of G x for a basis x: one step of the power method in float64, which leaves of an error what
/// the ratio of eigenvalues leaves of it.
DenseMatrixF64 power_step(const GramOperator& gram, const DenseMatrixF64& basis) {
    DenseMatrixF64 image(gram.long_side(), basis.cols()), next(gram.size(), basis.cols());
    gram.apply<double>(basis, image, next);
    for (int pass = 0; pass < 2; ++pass) {  // twice, so that the second one sees columns of about unit length
        const MatrixXd overlap = inner_products(next, next);
        const VectorXd scale = overlap.diagonal().cwiseSqrt().cwiseInverse();
        const Eigen::LLT<MatrixXd> cholesky(scale.asDiagonal() * overlap * scale.asDiagonal());
        const MatrixXd inverse = cholesky.matrixU().solve(MatrixXd::Identity(basis.cols(), basis.cols()));
        next = product<double>(next, scale.asDiagonal() * inverse);
    }
    return next;
}

/// All eigenvectors of G as a dense matrix; the leading k.
DenseMatrixF64 dense_basis(const GramOperator& gram, std::int64_t rank) {
    const Index n = gram.size();
    MatrixXd g(n, n);
    constexpr Index width = 32;
    DenseMatrixF64 unit(n, width), image(gram.long_side(), width), column(n, width);
    for (Index first = 0; first < n; first += width) {
        const Index count = std::min(width, n - first);
        unit.setZero();
        for (Index j = 0; j < count; ++j) unit(first + j, j) = 1;
        gram.apply<double>(unit, image, column);
        g.middleCols(first, count) = column.leftCols(count);
    }
    return symmetric_eigen(0.5 * (g + g.transpose())).vectors.leftCols(std::min<Index>(rank, n));
}

/// One call of truncated_svd.
class Run {
  public:
    Run(const LinearOperator& a, const SvdOptions& options, const Progress& progress)
        : gram_(a), options_(options), progress_(progress), squared_norm_(a.squared_norm()) {
        options_.rank = std::min(options.rank, gram_.size());
        if (options_.block_size == 0) options_.block_size = kDefaultBlock;
    }

    TruncatedSvd solve();

  private:
    SvdSolver chosen_solver() const;
    BlockKrylovOptions krylov_options(std::size_t scalar) const;
    TruncatedSvd by_dense();
    TruncatedSvd by_spectra();
    TruncatedSvd by_krylov_float();
    TruncatedSvd by_krylov_double(std::string note);
    template <class Real>
    TruncatedSvd finished(const RowMajorMatrix<Real>& basis, SvdSolver solver, std::string note);

    GramOperator gram_;
    SvdOptions options_;
    const Progress& progress_;
    double squared_norm_;
    std::int64_t products_ = 0;
};

SvdSolver Run::chosen_solver() const {
    const std::int64_t n = gram_.size();
    // Krylov spaces need a few panels of room, and single-vector Lanczos a vector more than it looks for.
    const bool tiny = n <= std::max<std::int64_t>(kDefaultBlock * 2, options_.rank + 3 * options_.block_size);
    if (tiny) return SvdSolver::dense;
    if (options_.solver != SvdSolver::automatic) return options_.solver;
    return n <= std::max<std::int64_t>(kDenseSize, 2 * options_.rank) ? SvdSolver::dense : SvdSolver::block_krylov;
}

BlockKrylovOptions Run::krylov_options(std::size_t scalar) const {
    const std::int64_t k = options_.rank, b = options_.block_size;
    const std::int64_t smallest = k + 6 * b;
    std::int64_t max_basis = std::max<std::int64_t>(8 * k, smallest);
    if (options_.memory.bytes > 0) {
        const std::uint64_t column = scalar * static_cast<std::uint64_t>(gram_.size());
        SvdOptions least = options_;
        const std::uint64_t fixed =
            svd_memory(gram_.size(), gram_.long_side(), least) - static_cast<std::uint64_t>(smallest) * column;
        const std::uint64_t left = options_.memory.bytes > fixed ? options_.memory.bytes - fixed : 0;
        max_basis = std::clamp<std::int64_t>(static_cast<std::int64_t>(left / column), smallest, max_basis);
    }
    return {.rank = k,
            .block_size = b,
            .max_basis = max_basis,
            .max_products = options_.max_products > 0 ? options_.max_products : 40 * k + 2000,
            .tolerance = 0.95 * options_.tolerance,  // the estimate is that of exact arithmetic
            .seed = options_.seed};
}

template <class Real>
TruncatedSvd Run::finished(const RowMajorMatrix<Real>& basis, SvdSolver solver, std::string note) {
    progress_.report("checking the factors", 0, 1);
    Triplets<Real> t = rayleigh_ritz<Real>(gram_, basis);
    certify<Real>(gram_, squared_norm_, options_.tolerance, t);
    progress_.report("checking the factors", 1, 1);
    TruncatedSvd result;
    auto& u = gram_.left() ? t.small : t.large;
    auto& v = gram_.left() ? t.large : t.small;
    if constexpr (std::is_same_v<Real, float>) {
        result.u = std::move(u);
        result.v = std::move(v);
    } else {
        result.u = u.template cast<float>();
        result.v = v.template cast<float>();
    }
    result.singular_values = std::move(t.values);
    result.certificate = std::move(t.certificate);
    result.solver = solver;
    result.gram_products = products_;
    result.note = std::move(note);
    return result;
}

TruncatedSvd Run::by_dense() {
    progress_.report("singular vectors", 0, 1);
    const DenseMatrixF64 basis = dense_basis(gram_, options_.rank);
    products_ += gram_.size();
    return finished<double>(basis, SvdSolver::dense, "");
}

TruncatedSvd Run::by_spectra() {
    LanczosSubspace subspace =
        spectra_lanczos(gram_, options_.rank, std::min(options_.tolerance, 1e-2), options_.seed, progress_);
    products_ += subspace.products;
    if (!subspace.basis) return by_krylov_double(subspace.failure);
    TruncatedSvd result = finished<double>(*subspace.basis, SvdSolver::spectra, "");
    // Wrong answers that Spectra calls converged, as for rank one, show here.
    if (!result.certificate.converged) return by_krylov_double("Spectra's answer did not pass the check");
    return result;
}

TruncatedSvd Run::by_krylov_float() {
    BlockKrylovOptions options = krylov_options(sizeof(float));
    options.tolerance = std::max(options.tolerance, kFloatTolerance);
    const KrylovSubspace<float> subspace = block_krylov<float>(gram_, options, progress_);
    products_ += subspace.products;
    if (options_.tolerance >= kFloatTolerance) {
        TruncatedSvd result = finished<float>(subspace.basis, SvdSolver::block_krylov, "");
        if (result.certificate.converged && result.rank() == options_.rank) return result;
        return by_krylov_double("float32 did not settle it, so float64 did");
    }
    const DenseMatrixF64 basis = power_step(gram_, subspace.basis.cast<double>());
    products_ += basis.cols();
    TruncatedSvd result = finished<double>(basis, SvdSolver::block_krylov, "");
    if (result.certificate.converged) return result;
    return by_krylov_double("a float64 step on the float32 subspace was not enough, so float64 did it all");
}

TruncatedSvd Run::by_krylov_double(std::string note) {
    const KrylovSubspace<double> subspace = block_krylov<double>(gram_, krylov_options(sizeof(double)), progress_);
    products_ += subspace.products;
    return finished<double>(subspace.basis, SvdSolver::block_krylov, std::move(note));
}

/// Applies the sign rule of the header to the columns of V, and to U with it.
void fix_signs(TruncatedSvd& svd) {
    const Index k = svd.singular_values.size();
    Eigen::Array<float, 1, Eigen::Dynamic> largest = Eigen::Array<float, 1, Eigen::Dynamic>::Zero(k);
    for (Index i = 0; i < svd.v.rows(); ++i) {
        for (Index j = 0; j < k; ++j) {
            if (std::abs(svd.v(i, j)) > std::abs(largest(j))) largest(j) = svd.v(i, j);
        }
    }
    const Eigen::Array<float, 1, Eigen::Dynamic> sign =
        (largest < 0).select(-1.0F, Eigen::Array<float, 1, Eigen::Dynamic>::Ones(k));
    svd.v.array().rowwise() *= sign;
    svd.u.array().rowwise() *= sign;
}

TruncatedSvd Run::solve() {
    if (!(squared_norm_ > 0) || !std::isfinite(squared_norm_)) {
        throw UsageError("a matrix of zeros, or with a value that is not finite, has no singular vectors to find");
    }
    TruncatedSvd result;
    switch (chosen_solver()) {
        case SvdSolver::dense:
            result = by_dense();
            break;
        case SvdSolver::spectra:
            result = by_spectra();
            break;
        default:
            result = options_.tolerance >= kPowerTolerance ? by_krylov_float() : by_krylov_double("");
    }
    fix_signs(result);
    return result;
}

void check(const SvdOptions& options) {
    if (options.rank < 1) throw UsageError("the rank is " + std::to_string(options.rank) + "; it must be at least 1");
    if (!(options.tolerance > 0) || !(options.tolerance < 1)) {
        throw UsageError("the tolerance is " + std::to_string(options.tolerance) + "; it must lie between 0 and 1");
    }
    if (options.block_size < 0 || options.block_size % 16 != 0) {
        throw UsageError("the block size must be a multiple of 16");
    }
}

}  // namespace

std::string_view name(SvdSolver solver) {
    switch (solver) {
        case SvdSolver::automatic:
            return "automatic";
        case SvdSolver::spectra:
            return "spectra";
        case SvdSolver::block_krylov:
            return "block-krylov";
        case SvdSolver::dense:
            return "dense";
    }
    return "automatic";
}

SvdSolver parse_svd_solver(std::string_view given) {
    if (given == "auto") return SvdSolver::automatic;
    for (const auto solver : {SvdSolver::automatic, SvdSolver::spectra, SvdSolver::block_krylov, SvdSolver::dense}) {
        if (given == name(solver)) return solver;
    }
    throw UsageError("'" + std::string(given) + "' is not a solver; choose auto, spectra, block-krylov or dense");
}

std::uint64_t svd_memory(std::int64_t rows, std::int64_t cols, const SvdOptions& options) {
    const auto n = static_cast<std::uint64_t>(std::min(rows, cols)),
               wide = static_cast<std::uint64_t>(std::max(rows, cols));
    const auto k = std::min(static_cast<std::uint64_t>(options.rank), n);
    const auto b = static_cast<std::uint64_t>(options.block_size > 0 ? options.block_size : kDefaultBlock);
    const std::uint64_t scalar = options.tolerance >= kPowerTolerance ? sizeof(float) : sizeof(double);
    const std::uint64_t basis = (k + 6 * b) * n * scalar;      // the smallest that Krylov restarts with
    const std::uint64_t panels = (2 * n + wide) * b * scalar;  // next, overlap, scratch
    const std::uint64_t finish = (2 * n + 3 * wide) * (k + 16) * sizeof(double);  // basis, image, U, V and one product
    return basis + panels + finish;
}

TruncatedSvd truncated_svd(const LinearOperator& a, const SvdOptions& options, const Progress& progress) {
    check(options);
    options.memory.require(svd_memory(a.rows(), a.cols(), options),
                           "a truncated SVD of rank " + std::to_string(options.rank));
    return Run(a, options, progress).solve();
}

TruncatedSvd truncated_svd(const CsrView& a, const SvdOptions& options, const Progress& progress) {
    const CsrMatrix at = transposed(a);
    return truncated_svd(SparseOperator(a, at), options, progress);
}

VectorXd eckart_young_errors(const TruncatedSvd& svd) {
    VectorXd errors(svd.rank() + 1);
    errors(0) = svd.certificate.squared_norm;
    for (Index r = 0; r < svd.rank(); ++r) {
        errors(r + 1) = std::max(0.0, errors(r) - svd.singular_values(r) * svd.singular_values(r));
    }
    return errors;
}

TruncatedSvd leading_triplets(const TruncatedSvd& svd, std::int64_t rank) {
    if (rank < 1 || rank > svd.rank()) {
        throw UsageError("there are " + std::to_string(svd.rank()) + " triplets, not " + std::to_string(rank));
    }
    TruncatedSvd result = svd;
    result.u = svd.u.leftCols(rank);
    result.v = svd.v.leftCols(rank);
    result.singular_values = svd.singular_values.head(rank);
    SvdCertificate& c = result.certificate;
    c.right_residuals = svd.certificate.right_residuals.head(rank);
    c.max_right_residual = c.right_residuals.maxCoeff();
    c.energy = std::min(1.0, result.singular_values.squaredNorm() / c.squared_norm);
    return result;
}

}  // namespace eckart
