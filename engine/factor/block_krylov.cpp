// Notation:
//   G        the Gram operator, n x n
//   Q        orthonormal basis, panels of b columns, m columns in all;  T = Q' G Q
//   W        G times the newest panel, made orthogonal to Q: the next panel is the Q factor of W = Q_next R
//   T y = theta y, x = Q y:   ||G x - theta x|| = ||R y_last||, y_last the part of y that belongs to the newest panel
//
// For a triplet with s = sqrt(theta) the residual on A is ||G x - theta x|| / s. Each new panel is projected twice:
// first on the two newest panels, where the Lanczos recurrence says that all of the overlap lies (on every panel right
// after a restart, where it does not), then on every panel. Both projections are added to T, so T is measured, not
// assumed. Thick restart: Wu and Simon, "Thick-restart Lanczos method for large symmetric eigenvalue problems", 2000.

#include "engine/factor/block_krylov.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Cholesky>

#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

namespace eckart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::int64_t kRandomBlock = 4096;

// Columns that one more digit of the residual takes, as a multiple of k; a residual of 1e-2 takes about 2 k. Measured
// on term-document matrices; only the moments of looking depend on it.
constexpr double kColumnsPerDigit = 0.75;

template <class Real>
void fill_normal(RowMajorMatrix<Real>& panel, const Philox& random) {
    parallel_blocks(panel.rows(), kRandomBlock, [&](Range rows) {
        for (Index at = rows.begin * panel.cols(); at < rows.end * panel.cols(); ++at) {
            panel.data()[at] = static_cast<Real>(random.normal(static_cast<std::uint64_t>(at)));
        }
    });
}

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
          next_(gram.size(), options.block_size) {}

    KrylovSubspace<Real> run();

  private:
    Index columns() const { return static_cast<Index>(panels_.size()) * options_.block_size; }

    void begin();
    void project(Index first_panel, MatrixXd& coefficients);
    MatrixXd orthonormalize(Panel& panel);
    void replace_dependent(Panel& panel, MatrixXd& r);
    void expand();
    double ritz();
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
    Panel next_;
    SymmetricEigen eigen_;  // of T at the last check
    std::int64_t products_ = 0;
    Index restarted_columns_ = 0;  // columns of Q that are Ritz vectors of the last restart, not Lanczos panels
    bool exhausted_ = false;       // the Krylov space is invariant: W vanished
};

/// coefficients += Q' W and W -= Q (Q' W), over the panels from `first_panel` on; W is next_.
template <class Real>
void BlockLanczos<Real>::project(Index first_panel, MatrixXd& coefficients) {
    const Index b = options_.block_size;
    const auto count = static_cast<Index>(panels_.size());
    std::vector<RowMajorMatrix<Real>> overlaps(panels_.size());
    for (Index j = first_panel; j < count; ++j) {
        const MatrixXd overlap = inner_products(panels_[static_cast<std::size_t>(j)], next_);
        coefficients.middleRows(j * b, b) += overlap;
        overlaps[static_cast<std::size_t>(j)] = overlap.cast<Real>();
    }
    for (Index j = first_panel; j < count; ++j) {
        add_product(panels_[static_cast<std::size_t>(j)], overlaps[static_cast<std::size_t>(j)], Real(-1), next_);
    }
}

/// panel = Q R by Cholesky of the scaled Gram matrix, twice (Yamamoto et al., "Roundoff error analysis of the Cholesky
/// QR2 algorithm", 2015); returns R. Columns that depend on others to roundoff come back as random ones with a zero row
/// in R.
template <class Real>
MatrixXd BlockLanczos<Real>::orthonormalize(Panel& panel) {
    const Index b = panel.cols();
    MatrixXd total = MatrixXd::Identity(b, b);
    for (int pass = 0; pass < 2; ++pass) {
        const MatrixXd overlap = inner_products(panel, panel);
        const VectorXd norms = overlap.diagonal().cwiseMax(0).cwiseSqrt();
        const VectorXd scale = norms.unaryExpr([](double x) { return x > 0 ? 1 / x : 0; });
        const MatrixXd scaled = scale.asDiagonal() * overlap * scale.asDiagonal();
        const Eigen::LLT<MatrixXd> cholesky(scaled);
        const MatrixXd l = cholesky.matrixL();
        const double floor = 16 * std::sqrt(static_cast<double>(std::numeric_limits<Real>::epsilon()));
        if (cholesky.info() != Eigen::Success || !(l.diagonal().minCoeff() > floor)) {
            replace_dependent(panel, total);
            return total;
        }
        const MatrixXd r = l.transpose() * norms.asDiagonal();
        const MatrixXd inverse = r.template triangularView<Eigen::Upper>().solve(MatrixXd::Identity(b, b));
        Panel result = Panel::Zero(panel.rows(), b);
        const RowMajorMatrix<Real> inverse_real = inverse.cast<Real>();
        add_product(panel, inverse_real, Real(1), result);
        panel.swap(result);
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

template <class Real>
void BlockLanczos<Real>::begin() {
    fill_normal(next_, random_);
    random_used_ = static_cast<std::uint64_t>(next_.size());
    orthonormalize(next_);
    panels_.push_back(next_);
}

/// Multiplies the newest panel by G, extends T, and leaves the next panel in next_ with its R in r_.
template <class Real>
void BlockLanczos<Real>::expand() {
    const Index b = options_.block_size, m = columns();
    gram_.template apply<Real>(panels_.back(), scratch_, next_);
    products_ += b;
    const double norm_before = std::sqrt(inner_products(next_, next_).diagonal().maxCoeff());

    MatrixXd h = MatrixXd::Zero(m, b);
    const auto count = static_cast<Index>(panels_.size());
    const bool recurrence_holds = m - b >= restarted_columns_ + b;
    project(recurrence_holds ? std::max<Index>(0, count - 2) : 0, h);
    project(0, h);

    t_.conservativeResize(m, m);
    t_.rightCols(b) = h;
    t_.bottomRows(b) = h.transpose();
    t_.bottomRightCorner(b, b) = 0.5 * (h.bottomRows(b) + h.bottomRows(b).transpose());

    const double left = std::sqrt(inner_products(next_, next_).diagonal().maxCoeff());
    exhausted_ = !(left > 64 * static_cast<double>(std::numeric_limits<Real>::epsilon()) * norm_before);
    r_ = orthonormalize(next_);
}

/// Solves T y = theta y; returns the largest estimated residual of the wanted triplets, relative to s_1.
template <class Real>
double BlockLanczos<Real>::ritz() {
    eigen_ = symmetric_eigen(t_);
    const Index k = std::min<Index>(options_.rank, t_.rows());
    const double s1 = std::sqrt(std::max(eigen_.values(0), 0.0));
    if (!(s1 > 0)) return 0;
    const MatrixXd last = r_ * eigen_.vectors.bottomRows(options_.block_size).leftCols(k);
    double worst = 0;
    for (Index i = 0; i < k; ++i) {
        const double s = std::max(std::sqrt(std::max(eigen_.values(i), 0.0)), 1e-7 * s1);
        worst = std::max(worst, last.col(i).norm() / (s * s1));
    }
    return worst;
}

template <class Real>
typename BlockLanczos<Real>::Panel BlockLanczos<Real>::ritz_vectors(Index count) const {
    const Index b = options_.block_size, padded = (count + 15) / 16 * 16;
    RowMajorMatrix<Real> y = RowMajorMatrix<Real>::Zero(t_.rows(), padded);
    y.leftCols(count) = eigen_.vectors.leftCols(count).template cast<Real>();
    Panel x = Panel::Zero(gram_.size(), padded);
    for (Index j = 0; j * b < t_.rows(); ++j) {
        add_product(panels_[static_cast<std::size_t>(j)], y.middleRows(j * b, b), Real(1), x);
    }
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
}

/// Columns at which the wanted triplets may have converged.
template <class Real>
Index BlockLanczos<Real>::first_check() const {
    const double digits = std::max(0.0, -std::log10(options_.tolerance) - 2);
    return static_cast<Index>((2 + kColumnsPerDigit * digits) * static_cast<double>(options_.rank)) +
           options_.block_size;
}

/// Columns at which to look again: where a straight line through the last two logarithms of the residual meets the
/// tolerance, within [one block, a third more] of now. A look costs O(m^3), so too many cost more than a few products.
template <class Real>
Index BlockLanczos<Real>::next_check(double residual, double previous_residual, Index previous_columns) const {
    const Index b = options_.block_size, m = columns();
    double columns_per_digit = kColumnsPerDigit * static_cast<double>(options_.rank);
    if (previous_columns > 0 && previous_residual > residual) {
        columns_per_digit = static_cast<double>(m - previous_columns) / std::log10(previous_residual / residual);
    }
    const auto more = static_cast<Index>(std::log10(residual / options_.tolerance) * columns_per_digit);
    return m + std::clamp<Index>((more + b - 1) / b * b, b, std::max(b, m / 3 / b * b));
}

template <class Real>
KrylovSubspace<Real> BlockLanczos<Real>::run() {
    const Index b = options_.block_size, k = options_.rank;
    begin();
    Index check_at = first_check(), previous_columns = 0;
    double residual = std::numeric_limits<double>::infinity(), previous_residual = 0;
    while (true) {
        expand();
        const Index m = columns();
        const bool last = exhausted_ || products_ >= options_.max_products || m + b > gram_.size();
        const bool full = m + b > options_.max_basis;
        progress_.report("singular vectors", static_cast<std::uint64_t>(std::min<Index>(m, check_at)),
                         static_cast<std::uint64_t>(check_at));
        if (last || full || m >= check_at) {
            previous_residual = residual;
            residual = ritz();
            if (last || residual <= options_.tolerance) break;
            check_at = next_check(residual, previous_residual, previous_columns);
            previous_columns = m;
            if (full) {
                restart();
                previous_columns = 0;
                check_at = options_.max_basis;
            }
        }
        panels_.push_back(next_);
    }
    const Index count = std::min<Index>(k, t_.rows());
    return {ritz_vectors(count), products_, residual <= options_.tolerance || exhausted_};
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
