// Notation, as in the header:
//   A = U S V', m x n;  G = A A' or A'A, of the smaller side;  X an orthonormal basis of about G's leading eigenvectors
//
// Every solver ends in the same finish. With G = A A' (for A'A exchange U and V):
//   Z = A' X,  Z'Z = W S^2 W',  U = X W,  V = Z W S^-1                  (Rayleigh-Ritz on A itself)
// and the certificate is measured afterwards: A V - U S, A'U - V S, U'U - I, V'V - I.

#include "engine/spectral/truncated_svd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/spectral/block_krylov.h"
#include "engine/spectral/gram_operator.h"
#include "engine/spectral/spectra_lanczos.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::int64_t default_block = 32;
constexpr std::int64_t narrow_block = 16;  // takes fewer columns, which count more the longer the run
constexpr double narrow_tolerance = 1e-3;
constexpr std::int64_t dense_size = 256;          // up to this order a dense eigenproblem is the fastest of all
constexpr double float_tolerance = 5e-6;          // what float32 Lanczos reaches; below, float64 finishes
constexpr double power_tolerance = 5e-7;          // what a float64 power step on its result reaches
constexpr double rank_tolerance = 1e-7;           // s_i / s_1 that Gram matrices in float64 still tell from zero
constexpr double float_rank_tolerance = 1e-5;     // the same in float32
constexpr double most_orthogonality_loss = 1e-5;  // of U and V, above which float32 factors are made again in float64
constexpr std::int64_t basis_panels = 6;          // panels beside k vectors that Krylov needs at least
constexpr std::int64_t basis_ranks = 8;           // times k that it uses, if it may

// ||A|| for which squares of squared singular values stay within float32, with room for sums.
constexpr double smallest_float_norm = 1e-6;
constexpr double largest_float_norm = 1e8;
constexpr std::int64_t row_block = 1024;

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
    const auto blocks = static_cast<std::size_t>((x.rows() + row_block - 1) / row_block);
    std::vector<VectorXd> sums(blocks, VectorXd::Zero(s.size()));
    parallel_blocks(x.rows(), row_block, [&](Range rows) {
        VectorXd& sum = sums[rows.begin / row_block];
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
    const double floor = (std::is_same_v<Real, float> ? float_rank_tolerance : rank_tolerance) * s(0);
    Index rank = 0;
    while (rank < s.size() && s(rank) > floor) ++rank;

    const MatrixXd w = eigen.vectors.leftCols(rank);
    const MatrixXd scaled = w * s.head(rank).cwiseInverse().asDiagonal();
    return {product<Real>(basis, w), s.head(rank), product<Real>(image, scaled), {}};
}

/// An orthonormal basis of G x for a basis x: one step of the power method in float64, which leaves of an error what
/// the ratio of eigenvalues leaves of it. None, if G maps a direction of x to zero.
std::optional<DenseMatrixF64> power_step(const GramOperator& gram, const DenseMatrixF64& basis) {
    DenseMatrixF64 image(gram.long_side(), basis.cols()), next(gram.size(), basis.cols());
    gram.apply<double>(basis, image, next);
    for (int pass = 0; pass < 2; ++pass) {  // twice, so that the second one sees columns of about unit length
        const MatrixXd overlap = inner_products(next, next);
        if (!(overlap.diagonal().minCoeff() > 0)) return std::nullopt;
        const VectorXd scale = overlap.diagonal().cwiseSqrt().cwiseInverse();
        const CholeskyFactor factor = cholesky(scale.asDiagonal() * overlap * scale.asDiagonal());
        if (!factor.positive_definite) return std::nullopt;
        const MatrixXd inverse = inverse_of_transposed_lower(factor.lower);
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
    return leading_eigenpairs(0.5 * (g + g.transpose()), rank).vectors;
}

std::int64_t block_size(const SvdOptions& options) {
    if (options.block_size > 0) return options.block_size;
    return options.tolerance < narrow_tolerance ? narrow_block : default_block;
}

/// The method that runs for a Gram matrix of order n.
SvdSolver chosen_solver(std::int64_t n, const SvdOptions& options) {
    const std::int64_t k = std::min(options.rank, n);
    const std::int64_t krylov_order = std::max(2 * default_block, k + basis_panels * block_size(options));
    const std::int64_t lanczos_order = std::max<std::int64_t>(16, k + 2);
    switch (options.solver) {
        case SvdSolver::dense:
            return SvdSolver::dense;
        case SvdSolver::spectra:
            return n <= lanczos_order ? SvdSolver::dense : SvdSolver::spectra;
        case SvdSolver::block_krylov:
            return n <= krylov_order ? SvdSolver::dense : SvdSolver::block_krylov;
        case SvdSolver::automatic:
            break;
    }
    return n <= std::max({dense_size, 2 * k, krylov_order}) ? SvdSolver::dense : SvdSolver::block_krylov;
}

/// Bytes of the finish in numbers of `scalar` bytes: the basis, its image, U and V, and one product.
std::uint64_t finish_memory(std::int64_t n, std::int64_t wide, std::int64_t rank, std::size_t scalar) {
    return static_cast<std::uint64_t>((2 * n + 3 * wide) * (rank + 16)) * scalar;
}

/// Bytes of a Krylov run in numbers of `scalar` bytes with a basis of `columns` columns: panels at hand, Ritz vectors,
/// T, its eigenpairs and their workspace (float64 always), and the finish.
std::uint64_t krylov_memory(std::int64_t n, std::int64_t wide, std::int64_t rank, std::int64_t block,
                            std::int64_t columns, std::size_t scalar) {
    const std::int64_t kept = rank + 3 * block, small = std::max(columns, kept + 3 * block);
    const std::int64_t numbers = (columns + kept + 3 * block) * n + wide * block;
    return static_cast<std::uint64_t>(numbers) * scalar +
           static_cast<std::uint64_t>(6 * small * small) * sizeof(double) + finish_memory(n, wide, rank, scalar);
}

/// Bytes of the numbers that the least way to the tolerance calculates in.
std::size_t least_scalar(const SvdOptions& options) {
    const bool in_float = options.solver != SvdSolver::spectra && options.tolerance >= float_tolerance;
    return in_float ? sizeof(float) : sizeof(double);
}

/// Bytes that must be there, or that are used if there is no bound.
std::uint64_t memory(std::int64_t rows, std::int64_t cols, const SvdOptions& options, bool bounded) {
    const std::int64_t n = std::min(rows, cols), wide = std::max(rows, cols), k = std::min(options.rank, n);
    if (chosen_solver(n, options) == SvdSolver::dense) {
        return static_cast<std::uint64_t>(6 * n * n + (2 * n + wide) * default_block) * sizeof(double) +
               finish_memory(n, wide, k, sizeof(double));
    }
    const std::int64_t b = block_size(options);
    // Lanczos by Spectra holds 2 k vectors and hands out k; it has no smaller way.
    const std::int64_t smallest = std::max(k + basis_panels * b, options.solver == SvdSolver::spectra ? 3 * k : 0);
    if (bounded) return krylov_memory(n, wide, k, b, smallest, least_scalar(options));
    return krylov_memory(n, wide, k, b, std::min(n, std::max(basis_ranks * k, smallest)), sizeof(double));
}

/// One call of truncated_svd.
class Run {
  public:
    Run(const LinearOperator& a, const SvdOptions& options, const Progress& progress)
        : gram_(a), options_(options), progress_(progress), squared_norm_(a.squared_norm()) {
        options_.rank = std::min(options.rank, gram_.size());
        options_.block_size = block_size(options);
        if (options_.max_products == 0) options_.max_products = 40 * options_.rank + 2000;
    }

    TruncatedSvd solve();

  private:
    BlockKrylovOptions krylov_options(std::size_t scalar) const;
    bool may_multiply() const { return products_ < options_.max_products; }
    bool float_fits() const;
    bool has_room_for_double() const;
    TruncatedSvd by_dense(std::string note);
    TruncatedSvd by_spectra();
    TruncatedSvd instead_of_spectra(const std::string& what_happened);
    TruncatedSvd by_krylov_float();
    TruncatedSvd by_krylov_double(std::string note);
    template <class Real>
    TruncatedSvd finished(const RowMajorMatrix<Real>& basis, SvdSolver solver, bool complete, std::string note);

    GramOperator gram_;
    SvdOptions options_;
    const Progress& progress_;
    double squared_norm_;
    std::int64_t products_ = 0;
};

BlockKrylovOptions Run::krylov_options(std::size_t scalar) const {
    const std::int64_t k = options_.rank, b = options_.block_size, smallest = k + basis_panels * b;
    std::int64_t max_basis = std::max<std::int64_t>(basis_ranks * k, smallest);
    if (options_.memory.bytes > 0) {
        const std::uint64_t fixed = krylov_memory(gram_.size(), gram_.long_side(), k, b, 0, scalar);
        const std::uint64_t left = options_.memory.bytes > fixed ? options_.memory.bytes - fixed : 0;
        const std::uint64_t column = scalar * static_cast<std::uint64_t>(gram_.size());
        max_basis = std::clamp<std::int64_t>(static_cast<std::int64_t>(left / column), smallest, max_basis);
    }
    return {.rank = k,
            .block_size = b,
            .max_basis = max_basis,
            .max_products = options_.max_products - products_,
            .tolerance = 0.95 * options_.tolerance,  // the estimate is that of exact arithmetic
            .seed = options_.seed};
}

bool Run::float_fits() const {
    const double norm = std::sqrt(squared_norm_);
    return options_.tolerance >= power_tolerance && norm >= smallest_float_norm && norm <= largest_float_norm;
}

bool Run::has_room_for_double() const {
    const std::int64_t smallest = options_.rank + basis_panels * options_.block_size;
    return options_.memory.bytes == 0 ||
           krylov_memory(gram_.size(), gram_.long_side(), options_.rank, options_.block_size, smallest,
                         sizeof(double)) <= options_.memory.bytes;
}

template <class Real>
TruncatedSvd Run::finished(const RowMajorMatrix<Real>& basis, SvdSolver solver, bool complete, std::string note) {
    progress_.report("checking the factors", 0, 1);
    Triplets<Real> t = rayleigh_ritz<Real>(gram_, basis);
    certify<Real>(gram_, squared_norm_, options_.tolerance, t);
    t.certificate.converged = t.certificate.converged && (complete || basis.cols() == options_.rank);
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

TruncatedSvd Run::by_dense(std::string note) {
    progress_.report("singular vectors", 0, 1);
    const DenseMatrixF64 basis = dense_basis(gram_, options_.rank);
    products_ += gram_.size();
    return finished<double>(basis, SvdSolver::dense, true, std::move(note));
}

TruncatedSvd Run::by_spectra() {
    LanczosSubspace subspace = spectra_lanczos(gram_, options_.rank, std::min(options_.tolerance, 1e-2),
                                               options_.max_products, options_.seed, progress_);
    products_ += subspace.products;
    if (!subspace.basis) return instead_of_spectra(subspace.failure);
    TruncatedSvd result = finished<double>(*subspace.basis, SvdSolver::spectra, false, "");
    // Wrong answers that Spectra calls converged, as for rank one, show here.
    if (result.certificate.converged || !may_multiply()) return result;
    return instead_of_spectra("Spectra's answer did not pass the check");
}

TruncatedSvd Run::instead_of_spectra(const std::string& what_happened) {
    SvdOptions other = options_;
    other.solver = SvdSolver::block_krylov;
    const SvdSolver solver = chosen_solver(gram_.size(), other);
    const std::string note = what_happened + ", so " + std::string(name(solver)) + " did it";
    return solver == SvdSolver::dense ? by_dense(note) : by_krylov_double(note);
}

TruncatedSvd Run::by_krylov_float() {
    BlockKrylovOptions options = krylov_options(sizeof(float));
    options.tolerance = std::max(options.tolerance, float_tolerance);
    const KrylovSubspace<float> subspace = block_krylov<float>(gram_, options, progress_);
    products_ += subspace.products;
    if (options_.tolerance >= float_tolerance) {
        TruncatedSvd result = finished<float>(subspace.basis, SvdSolver::block_krylov, false, "");
        const SvdCertificate& c = result.certificate;
        const bool orthogonal = std::max(c.orthogonality_loss_u, c.orthogonality_loss_v) <= most_orthogonality_loss;
        if (c.converged && orthogonal && result.rank() == options_.rank) return result;
        if (!has_room_for_double()) {
            result.note = "float32 did not settle it, and float64 does not fit in the memory allowed";
            return result;
        }
    }
    if (subspace.converged) {  // float64 on the subspace that float32 found may settle it
        std::optional<DenseMatrixF64> basis = power_step(gram_, subspace.basis.cast<double>());
        products_ += subspace.basis.cols();
        if (basis) {
            TruncatedSvd result = finished<double>(*basis, SvdSolver::block_krylov, false, "");
            if (result.certificate.converged && result.rank() == options_.rank) return result;
        }
    }
    if (!may_multiply()) {
        return finished<double>(subspace.basis.cast<double>(), SvdSolver::block_krylov, subspace.converged,
                                "the bound on products was reached");
    }
    return by_krylov_double("float32 did not settle it, so float64 did");
}

TruncatedSvd Run::by_krylov_double(std::string note) {
    const KrylovSubspace<double> subspace = block_krylov<double>(gram_, krylov_options(sizeof(double)), progress_);
    products_ += subspace.products;
    TruncatedSvd result =
        finished<double>(subspace.basis, SvdSolver::block_krylov, subspace.converged, std::move(note));
    if (!result.certificate.converged && !may_multiply()) {
        result.note += (result.note.empty() ? "" : "; ") + std::string("the bound on products was reached");
    }
    return result;
}

using FloatRow = Eigen::Array<float, 1, Eigen::Dynamic>;

/// The entry of largest magnitude of each column, the first if several are equal.
FloatRow largest_entries(const DenseMatrix& v) {
    std::vector<FloatRow> partial((v.rows() + row_block - 1) / row_block);
    const auto take_larger = [](FloatRow& largest, const auto& row) {
        largest = (row.abs() > largest.abs()).select(row, largest);
    };
    parallel_blocks(v.rows(), row_block, [&](Range rows) {
        FloatRow largest = FloatRow::Zero(v.cols());
        for (Index i = rows.begin; i < rows.end; ++i) take_larger(largest, v.row(i).array());
        partial[rows.begin / row_block] = largest;
    });
    for (std::size_t i = 1; i < partial.size(); ++i) take_larger(partial[0], partial[i]);
    return partial[0];
}

/// Applies the sign rule of the header to the columns of V, and to U with it.
void fix_signs(TruncatedSvd& svd) {
    const FloatRow sign = (largest_entries(svd.v) < 0).select(-1.0F, FloatRow::Ones(svd.v.cols()));
    for (DenseMatrix* vectors : {&svd.u, &svd.v}) {
        parallel_blocks(vectors->rows(), row_block, [&](Range rows) {
            vectors->middleRows(rows.begin, rows.end - rows.begin).array().rowwise() *= sign;
        });
    }
}

TruncatedSvd Run::solve() {
    if (!(squared_norm_ > 0) || !std::isfinite(squared_norm_)) {
        throw UsageError("a matrix of zeros, or with a value that is not finite, has no singular vectors to find");
    }
    TruncatedSvd result;
    switch (chosen_solver(gram_.size(), options_)) {
        case SvdSolver::dense:
            result = by_dense(options_.solver == SvdSolver::dense || options_.solver == SvdSolver::automatic
                                  ? ""
                                  : "the matrix is too small for the solver asked for, so the dense one did it");
            break;
        case SvdSolver::spectra:
            result = by_spectra();
            break;
        default:
            result = float_fits() ? by_krylov_float() : by_krylov_double("");
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
        throw UsageError("the block size is " + std::to_string(options.block_size) +
                         "; it must be a multiple of 16, or 0 for the usual one");
    }
    if (options.max_products < 0)
        throw UsageError("the bound on products must not be negative; 0 stands for the usual");
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
    const std::uint64_t least = memory(rows, cols, options, true), most = memory(rows, cols, options, false);
    return options.memory.bytes == 0 ? most : std::clamp(options.memory.bytes, least, most);
}

TruncatedSvd truncated_svd(const LinearOperator& a, const SvdOptions& options, const Progress& progress) {
    check(options);
    options.memory.require(memory(a.rows(), a.cols(), options, true),
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
