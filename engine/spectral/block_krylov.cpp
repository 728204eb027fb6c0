// Notation:
//   G        the Gram operator, n x n
//   Q        orthonormal basis, panels of b columns, m columns in all;  T = Q' G Q
//   W        G times the newest panel, made orthogonal to Q: the next panel is the Q factor of W = Q_next R
//   T y = theta y, x = Q y:   ||G x - theta x|| = ||R y_last||, y_last the part of y that belongs to the newest panel
//
// For a triplet with s = sqrt(theta) the residual on A is ||G x - theta x|| / s. Each new panel is projected first on
// the two newest panels, where the Lanczos recurrence says that all of the overlap lies (on every panel right after a
// restart, where it does not), then on every panel, again as long as that removes more than it leaves, and once more if
// its columns nearly depend on each other. The projections before the last are added to T, so T is measured, not
// assumed. Thick restart: Wu and Simon, "Thick-restart Lanczos method for large symmetric eigenvalue problems", 2000.

#include "engine/spectral/block_krylov.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/huge_pages.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index random_block = 4096;  // numbers a task of random filling

// Columns that 1e-2 takes, and each digit more: multiples of k and of b. Measured on term-document matrices with blocks
// of 16 and 32; only the moments of looking depend on them.
constexpr double first_ranks = 1.7;
constexpr double first_blocks = 5;
constexpr double ranks_per_digit = 0.43;
constexpr double blocks_per_digit = 2;

// Distance of a column from the others of its panel, relative to its length, below which it is projected once more.
constexpr double safe_pivot = 0.05;

template <class Real>
class BlockLanczos {
  public:
    using Panel = RowMajorMatrix<Real>;

    BlockLanczos(const GramOperator& gram, const BlockKrylovOptions& options, const Progress& progress)
        : gram_(gram),
          options_(options),
          progress_(progress),
          random_(options.seed, 0x6b72796c6f76),
          scratch_(gram.long_side(), options.block_size),
          spare_(gram.size(), options.block_size) {
        prefer_huge_pages(scratch_.data(), sizeof(Real) * static_cast<std::size_t>(scratch_.size()));
        next_ = new_panel();
    }

    KrylovSubspace<Real> run();

  private:
    Index columns() const { return static_cast<Index>(panels_.size()) * options_.block_size; }
    Index room() const { return std::min<Index>(options_.max_basis, gram_.size()); }

    Panel new_panel() const;
    void fill_random(Panel& panel);
    MatrixXd project(Index first_panel, MatrixXd& coefficients);
    MatrixXd orthonormalize(Panel& panel, MatrixXd overlap);
    void replace_dependent(Panel& panel, MatrixXd& r);
    void leave_subspace();
    void expand();
    double ritz();
    bool leading_values_grew();
    bool value_fills_block() const;
    Panel ritz_vectors(Index count) const;
    void restart();
    Index first_check() const;
    Index next_check(double residual, double previous_residual, Index previous_columns) const;

    const GramOperator& gram_;
    const BlockKrylovOptions& options_;
    const Progress& progress_;
    Philox random_;
    std::uint64_t random_used_ = 0;

    std::vector<Panel> panels_;  // Q
    MatrixXd t_;                 // T, rows and columns of the panels that were expanded
    MatrixXd r_;                 // R of the last expansion: next_ = Q_next, coupled to the newest expanded panel
    Panel scratch_;
    Panel spare_;
    Panel next_;
    SymmetricEigen eigen_;       // the leading pairs of T at the last check
    double smallest_pivot_ = 1;  // of the last Cholesky factor: how far its columns were from depending on each other
    std::int64_t products_ = 0;
    Index restarted_columns_ = 0;  // columns of Q that are Ritz vectors of the last restart, not Lanczos panels
    bool vanished_ = false;        // the Krylov space is invariant: W is zero to roundoff
    bool fresh_ = false;           // the newest panel is a random one that started anew
    bool exhausted_ = false;       // G maps what is outside of Q to zero
    Index settled_at_ = 0;         // columns from which on an answer may be believed after the last new start
    double leading_sum_ = 0;       // of the wanted Ritz values at the last new start
};

template <class Real>
typename BlockLanczos<Real>::Panel BlockLanczos<Real>::new_panel() const {
    Panel panel(gram_.size(), options_.block_size);
    prefer_huge_pages(panel.data(), sizeof(Real) * static_cast<std::size_t>(panel.size()));
    return panel;
}

/// Uniform in (-1, 1): as good a start as normal numbers, and a block of Philox gives four.
template <class Real>
void BlockLanczos<Real>::fill_random(Panel& panel) {
    const std::uint64_t offset = random_used_;
    parallel_blocks(panel.size(), random_block, [&](Range range) {
        for (Index at = range.begin; at < range.end; at += 4) {
            const auto words = random_.block(offset + static_cast<std::uint64_t>(at / 4));
            for (Index i = 0; i < std::min<Index>(4, range.end - at); ++i) {
                const auto word = static_cast<std::int32_t>(words[i]);
                panel.data()[at + i] = static_cast<Real>(word) * static_cast<Real>(0x1p-31);
            }
        }
    });
    random_used_ += static_cast<std::uint64_t>(panel.size());
}

/// coefficients += Q' W and W -= Q (Q' W), over the panels from `first_panel` on; W is next_. Returns Q' W.
template <class Real>
MatrixXd BlockLanczos<Real>::project(Index first_panel, MatrixXd& coefficients) {
    const auto panels = std::span<const Panel>(panels_).subspan(first_panel);
    MatrixXd overlap = inner_products(panels, next_);
    coefficients.bottomRows(overlap.rows()) += overlap;
    const Panel rounded = overlap.cast<Real>();
    add_product(panels, rounded, Real(-1), next_);
    return overlap;
}

/// panel = Q R by Cholesky of the scaled Gram matrix, twice (Yamamoto et al., "Roundoff error analysis of the Cholesky
/// QR2 algorithm", 2015); returns R. `overlap` is panel' panel. Columns that depend on others to roundoff come back as
/// random ones with a zero row in R.
template <class Real>
MatrixXd BlockLanczos<Real>::orthonormalize(Panel& panel, MatrixXd overlap) {
    const Index b = panel.cols();
    MatrixXd total = MatrixXd::Identity(b, b);
    for (int pass = 0; pass < 2; ++pass) {
        if (pass > 0) overlap = inner_products(panel, panel);
        const VectorXd norms = overlap.diagonal().cwiseMax(0).cwiseSqrt();
        const VectorXd scale = norms.unaryExpr([](double x) { return x > 0 ? 1 / x : 0; });
        const MatrixXd scaled = scale.asDiagonal() * overlap * scale.asDiagonal();
        const auto [l, positive_definite] = cholesky(scaled);
        const double floor = 16 * std::sqrt(static_cast<double>(std::numeric_limits<Real>::epsilon()));
        if (!positive_definite || !(l.diagonal().minCoeff() > floor)) {
            replace_dependent(panel, total);
            smallest_pivot_ = 1;  // it removes overlaps column by column
            return total;
        }
        if (pass == 0) smallest_pivot_ = l.diagonal().minCoeff();
        const MatrixXd r = l.transpose() * norms.asDiagonal();
        const MatrixXd inverse = inverse_of_upper(r);
        spare_.setZero();
        const RowMajorMatrix<Real> inverse_real = inverse.cast<Real>();
        add_product(panel, inverse_real, Real(1), spare_);
        panel.swap(spare_);
        total = r * total;
    }
    return total;
}

/// The slow and careful way for a panel whose columns nearly depend on each other: one column at a time against all
/// before it and all of Q; a column that vanishes is replaced by a random direction.
template <class Real>
void BlockLanczos<Real>::replace_dependent(Panel& panel, MatrixXd& r) {
    const Index b = panel.cols(), n = panel.rows();
    MatrixXd local = MatrixXd::Zero(b, b);
    const double epsilon = std::numeric_limits<Real>::epsilon();
    const double scale = std::sqrt(panel.template cast<double>().colwise().squaredNorm().maxCoeff());
    Eigen::VectorXd column(n);
    const auto remove_overlaps = [&](Index j, bool record) {
        for (const Panel& q : panels_) {
            const VectorXd overlap = q.template cast<double>().transpose() * column;
            column.noalias() -= q.template cast<double>() * overlap;
        }
        for (Index i = 0; i < j; ++i) {
            const double overlap = panel.col(i).template cast<double>().dot(column);
            column.noalias() -= overlap * panel.col(i).template cast<double>();
            if (record) local(i, j) += overlap;
        }
    };
    for (Index j = 0; j < b; ++j) {
        column = panel.col(j).template cast<double>();
        remove_overlaps(j, true);
        remove_overlaps(j, true);
        local(j, j) = column.norm();
        for (int attempt = 0; !(column.norm() > 64 * epsilon * scale) && attempt < 8; ++attempt) {
            local(j, j) = 0;
            const std::uint64_t offset = random_used_;
            for (Index i = 0; i < n; ++i) column(i) = random_.normal(offset + static_cast<std::uint64_t>(i));
            random_used_ += static_cast<std::uint64_t>(n);
            column.normalize();
            remove_overlaps(j, false);
            remove_overlaps(j, false);
            if (column.norm() < 1e-3) column.setZero();
        }
        const double norm = column.norm();
        panel.col(j) = (norm > 0 ? VectorXd(column / norm) : column).template cast<Real>();
    }
    r = local * r;
}

/// Makes next_ a random panel outside of Q, with nothing that couples it to Q.
template <class Real>
void BlockLanczos<Real>::leave_subspace() {
    const Index b = options_.block_size;
    fill_random(next_);
    if (!panels_.empty()) {
        MatrixXd unused = MatrixXd::Zero(columns(), b);
        project(0, unused);
        project(0, unused);
    }
    orthonormalize(next_, inner_products(next_, next_));
    r_ = MatrixXd::Zero(b, b);
    fresh_ = true;
}

/// Multiplies the newest panel by G, extends T, and leaves the next panel in next_ with its R in r_.
template <class Real>
void BlockLanczos<Real>::expand() {
    const Index b = options_.block_size, m = columns();
    gram_.template apply<Real>(panels_.back(), scratch_, next_);
    products_ += b;

    MatrixXd h = MatrixXd::Zero(m, b);
    const bool recurrence_holds = m - b >= restarted_columns_ + b && !fresh_;
    project(recurrence_holds ? static_cast<Index>(panels_.size()) - 2 : 0, h);
    MatrixXd overlap;
    bool canceled = true;  // most of a column of W lay in Q, so that what is left of it may lie there still
    for (int pass = 0; canceled && pass < 3; ++pass) {
        const MatrixXd removed = project(0, h);
        overlap = inner_products(next_, next_);
        canceled = (removed.colwise().squaredNorm().transpose().array() > overlap.diagonal().array()).any();
    }

    t_.conservativeResize(m, m);
    t_.rightCols(b) = h;
    t_.bottomRows(b) = h.transpose();
    t_.bottomRightCorner(b, b) = 0.5 * (h.bottomRows(b) + h.bottomRows(b).transpose());

    const double roundoff = 16 * static_cast<double>(std::numeric_limits<Real>::epsilon()) * t_.norm();
    vanished_ = !(std::sqrt(overlap.diagonal().maxCoeff()) > roundoff);
    exhausted_ = fresh_ && vanished_ && !(h.colwise().norm().maxCoeff() > roundoff);
    fresh_ = false;
    if (vanished_) {
        leave_subspace();
    } else {
        r_ = orthonormalize(next_, overlap);
        if (!(smallest_pivot_ > safe_pivot)) {  // what was left of Q in W has grown by as much
            MatrixXd unused = MatrixXd::Zero(m, b);
            project(0, unused);
            r_ = orthonormalize(next_, inner_products(next_, next_)) * r_;
        }
    }
}

/// Solves T y = theta y; returns the largest estimated residual of the wanted triplets, relative to s_1.
template <class Real>
double BlockLanczos<Real>::ritz() {
    const Index b = options_.block_size, k = std::min<Index>(options_.rank, t_.rows());
    eigen_ = leading_eigenpairs(t_, options_.rank + 2 * b);
    const double s1 = std::sqrt(std::max(eigen_.values(0), 0.0));
    if (!(s1 > 0)) return std::numeric_limits<double>::infinity();
    const MatrixXd last = r_ * eigen_.vectors.bottomRows(b).leftCols(k);
    double worst = 0;
    for (Index i = 0; i < k; ++i) {
        const double s = std::max(std::sqrt(std::max(eigen_.values(i), 0.0)), 1e-7 * s1);
        worst = std::max(worst, last.col(i).norm() / (s * s1));
    }
    return worst;
}

/// Whether the wanted Ritz values have grown, in number or in sum, since this was asked before.
template <class Real>
bool BlockLanczos<Real>::leading_values_grew() {
    constexpr double noticeable = 1e-4;
    const Index k = std::min<Index>(options_.rank, t_.rows());
    const double sum = eigen_.values.head(k).sum(), before = leading_sum_;
    leading_sum_ = sum;
    return sum > before * (1 + noticeable / static_cast<double>(k));
}

/// Whether some wanted Ritz value stands as often as a block has columns, so that there may be more of it.
template <class Real>
bool BlockLanczos<Real>::value_fills_block() const {
    constexpr double equal = 1e-5;
    const Index b = options_.block_size, k = std::min<Index>(options_.rank, t_.rows());
    for (Index i = 0; i + b <= k; ++i) {
        if (eigen_.values(i) - eigen_.values(i + b - 1) <= equal * eigen_.values(i)) return true;
    }
    return false;
}

template <class Real>
typename BlockLanczos<Real>::Panel BlockLanczos<Real>::ritz_vectors(Index count) const {
    const Index padded = (count + 15) / 16 * 16;
    Panel y = Panel::Zero(t_.rows(), padded);
    y.leftCols(count) = eigen_.vectors.leftCols(count).template cast<Real>();
    Panel x = Panel::Zero(gram_.size(), padded);
    const auto expanded = static_cast<std::size_t>(t_.rows() / options_.block_size);
    add_product(std::span<const Panel>(panels_).first(expanded), y, Real(1), x);
    if (padded == count) return x;
    return x.leftCols(count);
}

/// Keeps the best Ritz vectors and the next panel; T becomes the Ritz values, and the coupling between them and the
/// next panel is measured when that is expanded.
template <class Real>
void BlockLanczos<Real>::restart() {
    const Index b = options_.block_size;
    const Index keep = std::min<Index>((options_.rank + b - 1) / b + 1, static_cast<Index>(panels_.size()) - 1) * b;
    const Panel kept = ritz_vectors(keep);
    panels_.clear();
    for (Index first = 0; first < keep; first += b) panels_.push_back(kept.middleCols(first, b));
    t_ = eigen_.values.head(keep).asDiagonal();
    restarted_columns_ = keep;
    settled_at_ = std::min(settled_at_, keep + 2 * b);
}

/// Columns at which the wanted triplets may have converged.
template <class Real>
Index BlockLanczos<Real>::first_check() const {
    const double digits = std::max(0.0, -std::log10(options_.tolerance) - 2);
    return static_cast<Index>((first_ranks + ranks_per_digit * digits) * static_cast<double>(options_.rank) +
                              (first_blocks + blocks_per_digit * digits) * static_cast<double>(options_.block_size));
}

/// Columns at which to look again: where a straight line through the last two logarithms of the residual meets the
/// tolerance, within [one block, a third more] of now. A look costs O(m^3), so too many cost more than a few products.
template <class Real>
Index BlockLanczos<Real>::next_check(double residual, double previous_residual, Index previous_columns) const {
    const Index b = options_.block_size, m = columns();
    double columns_per_digit = ranks_per_digit * static_cast<double>(options_.rank);
    if (previous_columns > 0 && previous_residual > residual) {
        columns_per_digit = static_cast<double>(m - previous_columns) / std::log10(previous_residual / residual);
    }
    const double most = std::max(b, m / 3 / b * b);
    const double more = std::log10(residual / options_.tolerance) * columns_per_digit;
    return m + static_cast<Index>(std::clamp(std::ceil(more / b) * b, static_cast<double>(b), most));
}

template <class Real>
KrylovSubspace<Real> BlockLanczos<Real>::run() {
    const Index b = options_.block_size, k = options_.rank;
    leave_subspace();
    Index check_at = first_check(), previous_columns = 0;
    double residual = std::numeric_limits<double>::infinity(), previous_residual = 0;
    bool converged = false;
    while (true) {
        panels_.push_back(std::move(next_));
        next_ = new_panel();
        expand();
        const Index m = columns();
        const bool last = exhausted_ || products_ >= options_.max_products, full = m + b > room();
        progress_.report("singular vectors", static_cast<std::uint64_t>(std::min(m, check_at)),
                         static_cast<std::uint64_t>(check_at));
        if (!(last || full || vanished_ || m >= check_at)) continue;

        previous_residual = std::exchange(residual, ritz());
        const bool within = residual <= options_.tolerance && m >= k;
        if ((vanished_ || (within && value_fills_block())) && leading_values_grew()) {
            if (!vanished_ && !last) leave_subspace();
            settled_at_ = m + 2 * b;
        }
        converged = exhausted_ || (within && m >= settled_at_);
        if (last || converged) break;
        if (m >= check_at) check_at = next_check(residual, previous_residual, previous_columns);
        previous_columns = m;
        if (full) {
            restart();
            previous_columns = 0;
            check_at = room();
        }
    }
    return {ritz_vectors(std::min<Index>(k, t_.rows())), products_, converged};
}

}  // namespace

template <class Real>
KrylovSubspace<Real> block_krylov(const GramOperator& gram, const BlockKrylovOptions& options,
                                  const Progress& progress) {
    return BlockLanczos<Real>(gram, options, progress).run();
}

template KrylovSubspace<float> block_krylov(const GramOperator&, const BlockKrylovOptions&, const Progress&);
template KrylovSubspace<double> block_krylov(const GramOperator&, const BlockKrylovOptions&, const Progress&);

}  // namespace eckart
