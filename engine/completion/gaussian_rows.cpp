#include "engine/completion/gaussian_rows.h"

#include <algorithm>

#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/lanes.h"

// U'U = A by Cholesky; h = U'^-1 b, so that the mean is U^-1 h and U^-1 (h + z) with z standard normal is a draw: its
// covariance is U^-1 U'^-1 = A^-1.

// Notation, as in the header: g_j the vector of a rated column, with 1 for its bias; t_j its target.
//   A = precision + noise sum_j g_j g_j' = U'U,   h = U'^-1 (right + noise sum_j t_j g_j)
//   mean U^-1 h,   a draw U^-1 (h + n) with n standard normal: its covariance is U^-1 U'^-1 = A^-1

namespace eckart {
namespace {

constexpr std::int64_t gathered_rows = 256;  // entries gathered at a time
constexpr std::int64_t fetched_ahead = 8;    // rows fetched before they are copied
constexpr float least_float_pivot = 1e-5F;   // below, float32 keeps too few digits

std::int64_t padded(std::int64_t size) {
    return strip_count(size) * strip_width;
}

}  // namespace

GaussianRow::GaussianRow(ConstMatrixMap columns)
    : columns_(columns),
      size_(columns.cols()),
      strips_(strip_count(size_)),
      panel_(strips_size(gathered_rows, size_)),
      gram_(strips_size(padded(size_), size_)),
      reciprocals_(padded(size_)),
      right_(padded(size_)),
      spare_(padded(size_)) {}

void GaussianRow::gather(std::span<const std::int32_t> rated) {
    const std::int64_t whole = size_ / strip_width, rest = size_ % strip_width;
    const std::int64_t bias = size_ - 1;
    for (std::size_t r = 0; r < rated.size(); ++r) {
        if (r + fetched_ahead < rated.size()) {
            const float* later = columns_.data() + rated[r + fetched_ahead] * size_;
            for (std::int64_t k = 0; k < size_; k += strip_width) __builtin_prefetch(later + k);
        }
        const float* from = columns_.data() + rated[r] * size_;
        float* to = panel_.data() + static_cast<std::int64_t>(r) * strip_width;
        for (std::int64_t s = 0; s < whole; ++s, from += strip_width, to += gathered_rows * strip_width) {
            lanes::store(to, lanes::load(from));
            lanes::store(to + strip_width / 2, lanes::load(from + strip_width / 2));
        }
        if (rest > 0) std::fill(std::copy_n(from, rest, to), to + strip_width, 0.0F);
        panel_[(bias / strip_width * gathered_rows + static_cast<std::int64_t>(r)) * strip_width + bias % strip_width] =
            1;
    }
}

void GaussianRow::condition(std::span<const std::int32_t> rated, const float* targets, float noise,
                            const Eigen::MatrixXf& precision, const Eigen::VectorXf& right) {
    const std::int64_t rows = padded(size_);
    std::fill_n(gram_.data(), strips_size(rows, size_), 0.0F);
    std::fill_n(right_.data(), rows, 0.0F);
    for (std::size_t begin = 0; begin < rated.size(); begin += gathered_rows) {
        const std::size_t count = std::min<std::size_t>(gathered_rows, rated.size() - begin);
        gather(rated.subspan(begin, count));
        add_gram(panel_.data(), gathered_rows, static_cast<std::int64_t>(count), strips_, gram_.data());
        add_weighted_rows(panel_.data(), gathered_rows, static_cast<std::int64_t>(count), strips_, targets + begin,
                          right_.data());
    }
    const auto at = [&](std::int64_t i, std::int64_t j) -> float& {
        return gram_[(j / strip_width * rows + i) * strip_width + j % strip_width];
    };
    for (std::int64_t j = 0; j < rows; ++j) {
        for (std::int64_t i = 0; i <= j; ++i) {
            at(i, j) = j < size_ ? precision(i, j) + noise * at(i, j) : static_cast<float>(i == j);
        }
        right_[j] = j < size_ ? right[j] + noise * right_[j] : 0;
    }
    in_float64_ = false;
    const float least = cholesky(gram_.data(), strips_, reciprocals_.data());
    if (least >= least_float_pivot) {
        solve_transposed(gram_.data(), reciprocals_.data(), strips_, right_.data());
        return;
    }
    in_float64_ = true;
    ++solved_in_float64_;
    Eigen::MatrixXd a = precision.cast<double>();
    for (const std::int32_t column : rated) {
        Eigen::VectorXd g = columns_.row(column).transpose().cast<double>();
        g[size_ - 1] = 1;
        a += static_cast<double>(noise) * g * g.transpose();
    }
    const double jitter = 1e-12 * a.diagonal().maxCoeff();
    a.diagonal().array() += jitter;
    root_ = cholesky(a).lower.transpose();
    const Eigen::VectorXd wide_right = Eigen::Map<const Eigen::VectorXf>(right_.data(), size_).cast<double>();
    half_ = solve_transposed_upper(root_, wide_right);
}

void GaussianRow::write(const float* normals, float* x) {
    if (in_float64_) {
        Eigen::VectorXd drawn = half_;
        if (normals != nullptr) drawn += Eigen::Map<const Eigen::VectorXf>(normals, size_).cast<double>();
        Eigen::Map<Eigen::VectorXf>(x, size_) = solve_upper(root_, drawn).cast<float>();
        return;
    }
    std::copy_n(right_.data(), padded(size_), spare_.data());
    if (normals != nullptr) {
        for (std::int64_t k = 0; k < size_; ++k) spare_[k] += normals[k];
    }
    solve_upper(gram_.data(), reciprocals_.data(), strips_, spare_.data());
    std::copy_n(spare_.data(), size_, x);
}

}  // namespace eckart
