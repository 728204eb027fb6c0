// Notation, as in the header:
//   G = X'X, A = G + L, B* = A^-1 G = I - A^-1 L
//   ||X - X B||^2 + ||L^1/2 B||^2 = ||A^1/2 B - A^-1/2 G||^2 + tr G - tr G A^-1 G
// so that A^1/2 B is the best matrix of rank k beside A^-1/2 G, which has the right singular vectors V of
//   T = [X; L^1/2] B*,   T'T = B*' A B* = G A^-1 G

#include "engine/autoencoder/denoising_autoencoder.h"

#include <algorithm>

#include "engine/autoencoder/dropout.h"
#include "engine/autoencoder/penalized_gram.h"
#include "engine/matrix/entries.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

constexpr double solved = 1e-12;  ///< of the systems in A: the SVD's certificate sees nothing of it
constexpr std::int64_t panel = 64;

/// T, (m + n) x n; borrows both.
class Denoised final : public LinearOperator {
  public:
    Denoised(const LinearOperator& x, const PenalizedGram& a) : x_(x), a_(a) {}

    std::int64_t rows() const override { return x_.rows() + x_.cols(); }
    std::int64_t cols() const override { return x_.cols(); }
    /// Of X, which is above that of T: so an energy is a share of ||X||^2.
    double squared_norm() const override { return x_.squared_norm(); }
    void apply(ConstPanelRef<float> x, PanelRef<float> y) const override {
        y = forward(x.cast<double>()).cast<float>();
    }
    void apply(ConstPanelRef<double> x, PanelRef<double> y) const override { y = forward(x); }
    void apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const override {
        y = back(x.cast<double>()).cast<float>();
    }
    void apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const override { y = back(x); }

    /// B* p.
    DenseMatrixF64 full_rank(const DenseMatrixF64& p) const {
        return p - a_.solution(a_.penalty().asDiagonal() * p, solved);
    }

  private:
    DenseMatrixF64 forward(const DenseMatrixF64& p) const {
        const DenseMatrixF64 b = full_rank(p);
        DenseMatrixF64 y(rows(), p.cols());
        x_.apply(b, y.topRows(x_.rows()));
        y.bottomRows(cols()) = a_.penalty().cwiseSqrt().asDiagonal() * b;
        return y;
    }

    /// B*' [X' L^1/2] y.
    DenseMatrixF64 back(const DenseMatrixF64& y) const {
        DenseMatrixF64 p(cols(), y.cols());
        x_.apply_adjoint(y.topRows(x_.rows()), p);
        p += a_.penalty().cwiseSqrt().asDiagonal() * y.bottomRows(cols());
        return p - a_.penalty().asDiagonal() * a_.solution(p, solved);
    }

    const LinearOperator& x_;
    const PenalizedGram& a_;
};

SvdOptions svd_options(const DenoisingAutoencoderOptions& options) {
    return {.rank = options.rank, .tolerance = options.tolerance, .seed = options.seed};
}

PenalizedGram::Plan plan_of(std::int64_t rows, std::int64_t cols, const DenoisingAutoencoderOptions& options) {
    const std::int64_t width = std::max(panel, std::min({options.rank, rows, cols}));
    const auto panels = static_cast<std::uint64_t>((2 * rows + 10 * cols) * width) * sizeof(double);
    return PenalizedGram::plan(cols, panels + svd_memory(rows + cols, cols, svd_options(options)), options.memory);
}

}  // namespace

DenoisingAutoencoder fit_denoising_autoencoder(const LinearOperator& x, const Eigen::VectorXd& squared_column_norms,
                                               const DenoisingAutoencoderOptions& options, const Progress& progress) {
    if (options.rank < 1) throw UsageError("the rank of an autoencoder must be at least 1");
    if (squared_column_norms.size() != x.cols()) throw UsageError("there must be one norm for each column");
    const PenalizedGram::Plan plan = plan_of(x.rows(), x.cols(), options);
    options.memory.require(plan.bytes, "an autoencoder of rank " + std::to_string(options.rank));
    const PenalizedGram a(x, squared_column_norms,
                          dropout_penalty(squared_column_norms, options.dropout, options.regularization), plan,
                          progress);
    const Denoised t(x, a);
    const TruncatedSvd svd = truncated_svd(t, svd_options(options), progress);
    DenoisingAutoencoder result;
    result.encoder = t.full_rank(svd.v.cast<double>()).cast<float>();
    result.decoder = svd.v;
    result.gains = svd.singular_values.cwiseAbs2();
    result.squared_norm = x.squared_norm();
    result.objective = result.squared_norm - result.gains.sum();
    result.converged = svd.certificate.converged;
    result.note = svd.note;
    return result;
}

DenoisingAutoencoder fit_denoising_autoencoder(const CsrView& x, const DenoisingAutoencoderOptions& options,
                                               const Progress& progress) {
    require_finite(x, "a denoising autoencoder");
    const CsrMatrix xt = transposed(x);
    return fit_denoising_autoencoder(SparseOperator(x, xt), squared_column_norms(x), options, progress);
}

std::uint64_t denoising_autoencoder_memory(std::int64_t rows, std::int64_t cols,
                                           const DenoisingAutoencoderOptions& options) {
    return plan_of(rows, cols, options).bytes;
}

}  // namespace eckart
