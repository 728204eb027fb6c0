#include "engine/completion/offsets.h"

#include <cmath>
#include <limits>
#include <string>

#include <Eigen/Core>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation, as in the header:
//   N      pattern of R: 1 where an entry is stored
//   D, E   diagonal: entries of each row plus lambda_row, of each column plus lambda_column (1 where that is 0)
//   s, t   sums of r - mean over each row and each column
//
//   [ D  N ] [b]   [s]
//   [ N' E ] [c] = [t],   so   b = D^-1 (s - N c)   and   S c = t - N' D^-1 s   with   S = E - N' D^-1 N
//
// In E's metric the eigenvalues of S lie in [0, 1], where those of the whole lie in [0, 2]: half the iterations.

namespace eckart {
namespace {

using Eigen::VectorXd;

constexpr std::int64_t summed_rows = 512;

/// y_row = sum of `term` over the places of the row's entries, for each row.
template <typename Term>
VectorXd row_sums(const CsrView& a, Term term) {
    VectorXd sums(a.rows);
    parallel_blocks(a.rows, summed_rows, [&](Range rows) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const std::int64_t end = a.row_offsets[row + 1];
            double sum = 0;
            for (std::int64_t p = a.row_offsets[row]; p < end; ++p) sum += term(p);
            sums[row] = sum;
        }
    });
    return sums;
}

/// N x.
VectorXd pattern_times(const CsrView& a, const VectorXd& x) {
    const std::int32_t* columns = a.column_indices.data();
    return row_sums(a, [&](std::int64_t p) { return x[columns[p]]; });
}

/// Sums of r - mean.
VectorXd centered_sums(const CsrView& a, double mean) {
    return row_sums(a, [&](std::int64_t p) { return static_cast<double>(a.values[p]) - mean; });
}

VectorXd diagonal(const CsrView& a, double lambda) {
    VectorXd result(a.rows);
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const double weight = static_cast<double>(a.row(row).size()) + lambda;
        result[row] = weight > 0 ? weight : 1;
    }
    return result;
}

struct Equations {
    const CsrView& rows;     ///< N, and R's values
    const CsrView& columns;  ///< N'
    VectorXd d, e, s, t;

    VectorXd solved_rows(const VectorXd& c) const { return (s - pattern_times(rows, c)).cwiseQuotient(d); }

    /// S c.
    VectorXd reduced(const VectorXd& c) const {
        const VectorXd through = pattern_times(rows, c).cwiseQuotient(d);
        return e.cwiseProduct(c) - pattern_times(columns, through);
    }

    /// t - N' D^-1 s - S c, as the second equation's residual once the first is solved.
    VectorXd residual(const VectorXd& c) const {
        return t - e.cwiseProduct(c) - pattern_times(columns, solved_rows(c));
    }
};

void check(const CsrView& matrix, const OffsetsOptions& options) {
    if (matrix.nonzeros() == 0) throw UsageError("offsets need at least one entry; the matrix has none");
    const auto weight = [](double value) { return std::isfinite(value) && value >= 0; };
    if (!weight(options.lambda_row) || !weight(options.lambda_column)) {
        throw UsageError("the weights of offsets must be at least 0");
    }
    if (!(options.tolerance > 0) || options.max_iterations < 1) {
        throw UsageError("the tolerance and the iterations of offsets must be above 0");
    }
}

double mean_of(const CsrView& a) {
    return row_sums(a, [&](std::int64_t p) { return static_cast<double>(a.values[p]); }).sum() /
           static_cast<double>(a.nonzeros());
}

/// Adds to c what conjugate gradients find for S x = residual, until the recursive residual is below `bound`.
void improve(const Equations& equations, const VectorXd& residual, double bound, std::int64_t max_iterations,
             VectorXd& c, std::int64_t& iterations, const Progress& progress) {
    constexpr double flat = 1e-15;  // a direction of less curvature, in E's metric, is not told from S's null space
    VectorXd r = residual;
    VectorXd z = r.cwiseQuotient(equations.e);
    VectorXd p = z;
    double rz = r.dot(z);
    while (iterations < max_iterations && r.norm() > bound) {
        progress.report("offsets", static_cast<std::uint64_t>(iterations), 0);
        const VectorXd sp = equations.reduced(p);
        const double curvature = p.dot(sp);
        if (!(curvature > flat * p.dot(equations.e.cwiseProduct(p)))) return;
        const double step = rz / curvature;
        c += step * p;
        r -= step * sp;
        z = r.cwiseQuotient(equations.e);
        const double next = r.dot(z);
        p = z + (next / rz) * p;
        rz = next;
        ++iterations;
    }
}

std::vector<double> as_vector(const VectorXd& x) {
    return {x.data(), x.data() + x.size()};
}

}  // namespace

Offsets fit_offsets(const CsrView& matrix, const OffsetsOptions& options, const Progress& progress) {
    check(matrix, options);
    return fit_offsets(matrix, transposed(matrix), options, progress);
}

Offsets fit_offsets(const CsrView& matrix, const CsrView& transpose, const OffsetsOptions& options,
                    const Progress& progress) {
    check(matrix, options);
    if (transpose.rows != matrix.cols || transpose.cols != matrix.rows) {
        throw UsageError("the transpose has not the shape of one");
    }
    Offsets result;
    result.mean = mean_of(matrix);
    const Equations equations{matrix,
                              transpose,
                              diagonal(matrix, options.lambda_row),
                              diagonal(transpose, options.lambda_column),
                              centered_sums(matrix, result.mean),
                              centered_sums(transpose, result.mean)};
    const double scale = std::hypot(equations.s.norm(), equations.t.norm());
    const double noise = 4 * std::numeric_limits<double>::epsilon() *
                         std::sqrt(static_cast<double>(matrix.nonzeros())) * std::sqrt(squared_norm(matrix));
    VectorXd c = VectorXd::Zero(matrix.cols);
    if (scale <= noise) {  // all values are equal, to the roundoff of their mean
        result.row_offsets.assign(matrix.rows, 0.0);
        result.column_offsets = as_vector(c);
        result.converged = true;
        return result;
    }
    // Conjugate gradients' own residual drifts from the true one by roundoff; a second round works off the difference.
    VectorXd residual = equations.residual(c);
    for (int round = 0; round < 3 && residual.norm() > options.tolerance * scale; ++round) {
        improve(equations, residual, 0.5 * options.tolerance * scale, options.max_iterations, c, result.iterations,
                progress);
        residual = equations.residual(c);
    }
    const VectorXd b = equations.solved_rows(c);
    const VectorXd first = equations.s - equations.d.cwiseProduct(b) - pattern_times(matrix, c);
    result.residual = std::hypot(first.norm(), residual.norm()) / scale;
    result.converged = result.residual <= options.tolerance;
    result.row_offsets = as_vector(b);
    result.column_offsets = as_vector(c);
    return result;
}

double row_offset(std::span<const std::int32_t> columns, std::span<const float> values, double mean,
                  std::span<const double> column_offsets, double lambda_row) {
    if (columns.empty()) return 0;
    double sum = 0;
    for (std::size_t p = 0; p < columns.size(); ++p) {
        sum += static_cast<double>(values[p]) - mean - column_offsets[columns[p]];
    }
    return sum / (static_cast<double>(columns.size()) + lambda_row);
}

}  // namespace eckart
