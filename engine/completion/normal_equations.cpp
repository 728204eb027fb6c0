#include "engine/completion/normal_equations.h"

#include <algorithm>
#include <cmath>

#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/row_vectors.h"

// Notation, as in the header:
//   Y      the rated rows, n x f;  t the targets;  D = diag(d)
//   normal equations   (Y'Y + D) x + c Y'1 = Y't,   1'Y x + (n + e) c = 1't
//   dual equations     (Y D^-1 Y' + 11'/e + I) z = t,   x = D^-1 Y'z,   c = 1'z / e

namespace eckart {
namespace {

using namespace row_vectors;

constexpr std::int64_t chunk_size = 256;  // rated rows gathered at a time: two strips of them fit the first-level cache
constexpr std::int64_t ahead = 8;         // rows fetched before they are copied
constexpr double most_ranges = 256;       // at most; and a range is no less work than
constexpr double range_cost = 2e7;        // this, beside which the scratch of a solver is little
// Below this ratio of pivot to diagonal float32 keeps fewer than about four digits of a solution.
constexpr float least_pivot = 3e-4F;
// Where conjugate gradients have reached float32's roundoff, as a share of the first (squared) residual.
constexpr float converged = 1e-12F;
// The dual is left where its matrix is nearly as large, since its panel has to be transposed.
constexpr double dual_share = 0.8;

bool dual_is_cheaper(std::int64_t entries, std::int64_t factors) {
    return static_cast<double>(entries) <= dual_share * static_cast<double>(factors);
}

std::int64_t rounded(std::int64_t count) {
    return strip_count(count) * strip_width;
}

/// Floats of the panel: a chunk of rows, or all rows of the largest dual problem transposed.
std::int64_t panel_size(std::int64_t factors) {
    return std::max(strips_size(chunk_size, factors), strips_size(factors + 1, factors));
}

void fetch(const float* row, std::int64_t size) {
    for (std::int64_t k = 0; k < size; k += strip_width) __builtin_prefetch(row + k);
}

/// x += weight * y
void add_scaled(const float* y, float weight, std::int64_t size, float* x) {
    for (std::int64_t k = 0; k < size; ++k) x[k] += weight * y[k];
}

double dot(const float* a, const float* b, std::int64_t size) {
    double sum = 0;
    for (std::int64_t k = 0; k < size; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
    return sum;
}

}  // namespace

RowSolver::RowSolver(ConstPanelRef<float> factors)
    : factors_(factors.data()),
      stride_(factors.outerStride()),
      count_(factors.cols()),
      panel_(panel_size(count_)),
      gram_(strips_size(rounded(count_), count_)),
      reciprocals_(rounded(count_)),
      right_(rounded(count_)),
      sums_(rounded(count_)),
      weights_(std::max(chunk_size, rounded(count_))),
      scale_(rounded(count_)) {}

std::uint64_t row_solver_memory(std::int64_t factors) {
    return sizeof(float) * static_cast<std::uint64_t>(panel_size(factors) + strips_size(rounded(factors), factors) +
                                                      5 * rounded(factors) + chunk_size);
}

double RowSolver::cost(std::int64_t entries, std::int64_t factors) {
    if (entries == 0) return 1;
    const auto n = static_cast<double>(entries), f = static_cast<double>(factors);
    const double large = std::max(n, f), small = std::min(n, f);
    return small * small * (large + small / 3) + 30 * small * small;  // the last term: triangular solves, latency
}

float RowSolver::solve(const RowProblem& problem, float* x) {
    if (problem.rated.empty()) {
        std::fill_n(x, count_, 0.0F);
        return 0;
    }
    float least = 1;
    const float offset =
        dual_is_cheaper(problem.size(), count_) ? solve_dual(problem, x, least) : solve_normal(problem, x, least);
    if (least >= least_pivot) return offset;
    ++solved_in_float64_;
    return solve_in_float64(problem, x);
}

template <typename Visit>
void RowSolver::by_fours(const RowProblem& problem, Visit visit) const {
    const std::int64_t n = problem.size();
    for (std::int64_t first = 0; first < n; first += 4) {
        const std::int64_t count = std::min<std::int64_t>(4, n - first);
        const float* rows[4];
        for (std::int64_t i = 0; i < 4; ++i) {
            rows[i] = row(problem.rated[first + std::min(i, count - 1)]);
        }
        visit(first, count, rows);
    }
}

/// Puts columns [first, first + columns) of up to chunk_size rated rows into the panel.
void RowSolver::gather(std::span<const std::int32_t> rated, std::int64_t first, std::int64_t columns) {
    const auto n = static_cast<std::int64_t>(rated.size());
    const std::int64_t whole = columns / strip_width, rest = columns % strip_width;
    for (std::int64_t r = 0; r < n; ++r) {
        if (r + ahead < n) fetch(row(rated[r + ahead]) + first, columns);
        const float* from = row(rated[r]) + first;
        float* to = panel_.data() + r * strip_width;
        for (std::int64_t s = 0; s < whole; ++s, from += strip_width, to += chunk_size * strip_width) {
            lanes::store(to, lanes::load(from));
            lanes::store(to + lane_count, lanes::load(from + lane_count));
        }
        if (rest > 0) std::fill(std::copy_n(from, rest, to), to + strip_width, 0.0F);
    }
}

/// gram += D, and 1 on the diagonal where there are no columns.
void RowSolver::add_ridge(const float* diagonal, std::int64_t columns, std::int64_t size) {
    for (std::int64_t k = 0; k < size; ++k) {
        gram_[(k / strip_width * size + k) * strip_width + k % strip_width] += k < columns ? diagonal[k] : 1.0F;
    }
}

float RowSolver::solve_normal(const RowProblem& problem, float* x, float& least) {
    const std::int64_t size = rounded(count_), strips = strip_count(count_), n = problem.size();
    const bool offset = problem.offset_weight > 0;
    std::fill_n(gram_.data(), strips_size(size, count_), 0.0F);
    std::fill_n(right_.data(), size, 0.0F);
    std::fill_n(sums_.data(), size, 0.0F);
    std::fill_n(weights_.data(), chunk_size, 1.0F);
    for (std::int64_t begin = 0; begin < n; begin += chunk_size) {
        const std::int64_t count = std::min(chunk_size, n - begin);
        gather(problem.rated.subspan(begin, count), 0, count_);
        add_gram(panel_.data(), chunk_size, count, strips, gram_.data());
        const float* targets = problem.targets != nullptr ? problem.targets + begin : weights_.data();
        add_weighted_rows(panel_.data(), chunk_size, count, strips, targets, right_.data());
        if (offset) add_weighted_rows(panel_.data(), chunk_size, count, strips, weights_.data(), sums_.data());
    }
    add_ridge(problem.diagonal, count_, size);
    least = cholesky(gram_.data(), strips, reciprocals_.data());
    solve_transposed(gram_.data(), reciprocals_.data(), strips, right_.data());
    const float c = offset ? eliminated_offset(problem, size, least) : 0;
    solve_upper(gram_.data(), reciprocals_.data(), strips, right_.data());
    std::copy_n(right_.data(), count_, x);
    return c;
}

/// The offset is the last unknown: what is left of its equation once U has eliminated x gives c; the right-hand side is
/// then freed of it.
float RowSolver::eliminated_offset(const RowProblem& problem, std::int64_t size, float& least) {
    solve_transposed(gram_.data(), reciprocals_.data(), strip_count(count_), sums_.data());
    double total = 0;
    for (std::int64_t j = 0; j < problem.size(); ++j) total += static_cast<double>(problem.target(j));
    const double own = static_cast<double>(problem.size()) + static_cast<double>(problem.offset_weight);
    const double pivot = own - dot(sums_.data(), sums_.data(), size);
    const auto c = static_cast<float>((total - dot(sums_.data(), right_.data(), size)) / pivot);
    least = std::min(least, static_cast<float>(pivot / own));
    add_scaled(sums_.data(), -c, size, right_.data());
    return c;
}

/// Puts (Y D^-1/2)' into the panel, and below it the row of the offset: one more factor, which is 1 everywhere.
void RowSolver::gather_transposed(const RowProblem& problem) {
    const std::int64_t n = problem.size();
    const bool offset = problem.offset_weight > 0;
    const std::int64_t inner = count_ + (offset ? 1 : 0);
    for (std::int64_t k = 0; k < count_; ++k) scale_[k] = 1 / std::sqrt(problem.diagonal[k]);
    for (std::int64_t begin = 0; begin < n; begin += strip_width) {
        const float* rows[strip_width] = {};
        float* strip = panel_.data() + begin * inner;
        if (offset) std::fill_n(strip + count_ * strip_width, strip_width, 0.0F);
        for (std::int64_t j = 0; j < std::min(n - begin, strip_width); ++j) {
            rows[j] = row(problem.rated[begin + j]);
            if (offset) strip[count_ * strip_width + j] = 1 / std::sqrt(problem.offset_weight);
        }
        transpose_into_strip(rows, scale_.data(), count_, strip);
    }
}

float RowSolver::solve_dual(const RowProblem& problem, float* x, float& least) {
    const std::int64_t n = problem.size(), size = rounded(n), strips = strip_count(n);
    const bool offset = problem.offset_weight > 0;
    const std::int64_t inner = count_ + (offset ? 1 : 0);
    gather_transposed(problem);
    std::fill_n(gram_.data(), strips_size(size, n), 0.0F);
    add_gram(panel_.data(), inner, inner, strips, gram_.data());
    for (std::int64_t j = 0; j < size; ++j) {
        gram_[(j / strip_width * size + j) * strip_width + j % strip_width] += 1;
        weights_[j] = j < n ? problem.target(j) : 0.0F;
    }
    least = cholesky(gram_.data(), strips, reciprocals_.data());
    solve_transposed(gram_.data(), reciprocals_.data(), strips, weights_.data());
    solve_upper(gram_.data(), reciprocals_.data(), strips, weights_.data());
    std::fill_n(x, count_, 0.0F);
    by_fours(problem, [&](std::int64_t first, std::int64_t, const auto& rows) {
        const float* z = weights_.data() + first;  // zero past the last row
        add_four(rows, {z[0], z[1], z[2], z[3]}, count_, x);
    });
    for (std::int64_t k = 0; k < count_; ++k) x[k] /= problem.diagonal[k];
    if (!offset) return 0;
    double total = 0;
    for (std::int64_t j = 0; j < n; ++j) total += static_cast<double>(weights_[j]);
    return static_cast<float>(total / static_cast<double>(problem.offset_weight));
}

float RowSolver::solve_in_float64(const RowProblem& problem, float* x) const {
    const Eigen::Index n = problem.size();
    const bool offset = problem.offset_weight > 0;
    Eigen::MatrixXd design = Eigen::MatrixXd::Ones(n, count_ + (offset ? 1 : 0));
    Eigen::VectorXd targets(n);
    for (Eigen::Index j = 0; j < n; ++j) {
        const float* y = row(problem.rated[j]);
        design.row(j).head(count_) = Eigen::Map<const Eigen::RowVectorXf>(y, count_).cast<double>();
        targets(j) = static_cast<double>(problem.target(j));
    }
    Eigen::MatrixXd normal = design.transpose() * design;
    normal.diagonal().head(count_) += Eigen::Map<const Eigen::VectorXf>(problem.diagonal, count_).cast<double>();
    if (offset) normal(count_, count_) += static_cast<double>(problem.offset_weight);
    const Eigen::VectorXd right = design.transpose() * targets, solution = solve_semidefinite(normal, right);
    Eigen::Map<Eigen::VectorXf>(x, count_) = solution.head(count_).cast<float>();
    return offset ? static_cast<float>(solution(count_)) : 0;
}

void RowSolver::improve_by_blocks(const RowProblem& problem, std::int64_t block_size, float* x) {
    const std::int64_t n = problem.size();
    if (block_size >= count_ || n <= block_size) {
        solve(problem, x);
        return;
    }
    errors_.resize(n);
    by_fours(problem, [&](std::int64_t first, std::int64_t count, const auto& rows) {
        float dots[4];
        four_dots(rows, x, count_, dots);
        for (std::int64_t i = 0; i < count; ++i) {
            errors_[first + i] = problem.target(first + i) - dots[i];
        }
    });
    for (std::int64_t first = 0; first < count_; first += block_size) {
        if (solve_block(problem, first, std::min(block_size, count_ - first), x)) continue;
        ++solved_in_float64_;
        solve_in_float64(problem, x);
        return;
    }
}

/// A Newton step in the factors [first, first + columns): exact, since the problem is quadratic. Leaves the errors of
/// the new x. False, with x as it was, if float32 cannot be trusted with it.
bool RowSolver::solve_block(const RowProblem& problem, std::int64_t first, std::int64_t columns, float* x) {
    const std::int64_t n = problem.size(), size = rounded(columns), strips = strip_count(columns);
    std::fill_n(gram_.data(), strips_size(size, columns), 0.0F);
    std::fill_n(right_.data(), size, 0.0F);
    for (std::int64_t k = 0; k < columns; ++k) right_[k] = -problem.diagonal[first + k] * x[first + k];
    for (std::int64_t begin = 0; begin < n; begin += chunk_size) {
        const std::int64_t count = std::min(chunk_size, n - begin);
        gather(problem.rated.subspan(begin, count), first, columns);
        add_gram(panel_.data(), chunk_size, count, strips, gram_.data());
        add_weighted_rows(panel_.data(), chunk_size, count, strips, errors_.data() + begin, right_.data());
    }
    add_ridge(problem.diagonal + first, columns, size);
    const float least = cholesky(gram_.data(), strips, reciprocals_.data());
    if (!(least >= least_pivot)) return false;
    solve_transposed(gram_.data(), reciprocals_.data(), strips, right_.data());
    solve_upper(gram_.data(), reciprocals_.data(), strips, right_.data());
    for (std::int64_t k = 0; k < columns; ++k) x[first + k] += right_[k];
    by_fours(problem, [&](std::int64_t at, std::int64_t count, const float* const(&rows)[4]) {
        const float* parts[4] = {rows[0] + first, rows[1] + first, rows[2] + first, rows[3] + first};
        float dots[4];
        four_dots(parts, right_.data(), columns, dots);
        for (std::int64_t i = 0; i < count; ++i) errors_[at + i] -= dots[i];
    });
    return true;
}

void RowSolver::improve_by_gradients(const RowProblem& problem, const float* preconditioner, std::int64_t steps,
                                     float* x) {
    using Vector = Eigen::Map<Eigen::VectorXf>;
    if (problem.rated.empty()) {
        std::fill_n(x, count_, 0.0F);
        return;
    }
    Vector residual(right_.data(), count_), direction(sums_.data(), count_), product(scale_.data(), count_);
    Vector solution(x, count_);
    const Eigen::Map<const Eigen::VectorXf> weights(preconditioner, count_);
    residual = -Eigen::Map<const Eigen::VectorXf>(problem.diagonal, count_).cwiseProduct(solution);
    by_fours(problem, [&](std::int64_t first, std::int64_t count, const auto& rows) {
        float errors[4];
        four_dots(rows, x, count_, errors);
        for (std::int64_t i = 0; i < 4; ++i) errors[i] = i < count ? problem.target(first + i) - errors[i] : 0;
        add_four(rows, errors, count_, residual.data());
    });
    direction = residual.cwiseQuotient(weights);
    float decrease = residual.dot(direction);
    const float negligible = converged * decrease;
    for (std::int64_t step = 0; step < steps && decrease > negligible; ++step) {
        multiply(problem, direction.data(), product.data());
        const float length = decrease / direction.dot(product);
        solution += length * direction;
        residual -= length * product;
        const float next = residual.dot(residual.cwiseQuotient(weights));
        direction = residual.cwiseQuotient(weights) + next / decrease * direction;
        decrease = next;
    }
}

/// product = (Y'Y + D) x
void RowSolver::multiply(const RowProblem& problem, const float* x, float* product) const {
    for (std::int64_t k = 0; k < count_; ++k) product[k] = problem.diagonal[k] * x[k];
    by_fours(problem, [&](std::int64_t, std::int64_t count, const auto& rows) {
        float dots[4];
        four_dots(rows, x, count_, dots);
        for (std::int64_t i = count; i < 4; ++i) dots[i] = 0;
        add_four(rows, dots, count_, product);
    });
}

double RowSolver::squared_error(const RowProblem& problem, const float* x, float c) const {
    double sum = 0;
    by_fours(problem, [&](std::int64_t first, std::int64_t count, const auto& rows) {
        float dots[4];
        four_dots(rows, x, count_, dots);
        for (std::int64_t i = 0; i < count; ++i) {
            const double error = static_cast<double>(problem.target(first + i)) - static_cast<double>(dots[i] + c);
            sum += error * error;
        }
    });
    return sum;
}

std::vector<Range> balanced_ranges(const CsrView& matrix, std::int64_t factors) {
    double total = 0;
    const auto cost = [&](std::int64_t row) { return RowSolver::cost(std::ssize(matrix.row(row).values), factors); };
    for (std::int64_t row = 0; row < matrix.rows; ++row) total += cost(row);
    const double share = std::max(total / most_ranges, range_cost);
    std::vector<Range> ranges;
    double sum = 0;
    std::int64_t begin = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        sum += cost(row);
        if (sum < share && row + 1 < matrix.rows) continue;
        ranges.push_back({begin, row + 1});
        begin = row + 1;
        sum = 0;
    }
    return ranges;
}

}  // namespace eckart
