#include "tools/jobs/factors/factorization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/matrix/subspace.h"
#include "engine/metrics/reconstruction.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/factors/factorize_method.h"

namespace eckart::jobs {
namespace {

/// Rows that differ by no more than this share of ||X||^2 differ by roundoff.
constexpr double least_spread = 1e-13;

std::vector<FactorizationMethod> all_methods() {
    std::vector<FactorizationMethod> methods;
    for (const auto group : {spectral_methods(), autoencoder_methods(), completion_methods(), cluster_methods()}) {
        methods.insert(methods.end(), group.begin(), group.end());
    }
    return methods;
}

FactorizationMethod method_named(const std::string& name) {
    for (const FactorizationMethod& method : all_methods()) {
        if (method.name == name) return method;
    }
    throw UsageError("there is no method '" + name + "' to factorize a matrix; there are " +
                     fmt::format("{}", fmt::join(factorization_methods(), ", ")));
}

void require_share(double value, const char* what) {
    if (value > 0 && value < 1) return;
    throw UsageError(fmt::format("the {} is {}, expected a number above 0 and below 1", what, value));
}

void require_entries(const FactorizedMatrix& matrix, const std::string& path) {
    if (matrix.matrix().squared_norm() > 0) return;
    const std::string source = path == "-" ? "standard input" : path;
    if (matrix.is_centered()) {
        throw InputError(source + ": all rows are equal, so nothing is left of them once they are centered");
    }
    throw InputError(source + ": every entry is zero, so there is nothing to factorize");
}

/// Fills in what follows from the rest of the row.
void complete(const FactorizationMethod& method, double norm, MadeFactors& made) {
    LadderRow& row = made.row;
    row.method = method.name;
    row.rank = made.factors.w.rows();
    row.relative_error = std::sqrt(std::max(0.0, row.objective)) / norm;
    row.gap = row.objective - row.bound;
}

/// Bytes of one method with its factors and its bound.
std::uint64_t memory_of(const FactorizationMethod& method, const FactorizedMatrix& matrix,
                        const LadderOptions& options) {
    const std::int64_t m = matrix.rows(), n = matrix.cols(), k = options.rank;
    const std::uint64_t svd = svd_memory(m, n, {.rank = k, .tolerance = options.tolerance});
    // Z and W of the method, and of the SVDs of the matrix and of the centered one.
    const std::uint64_t factors = 3 * sizeof(float) * static_cast<std::uint64_t>((m + n) * k);
    return factors + std::max({svd, principal_angles_memory(n, k, k), method.memory(matrix, options)});
}

}  // namespace

std::vector<std::string> factorization_methods() {
    std::vector<std::string> names;
    for (const FactorizationMethod& method : all_methods()) names.emplace_back(method.name);
    return names;
}

void require_valid(const LadderOptions& options) {
    if (options.rank < 1) throw UsageError(fmt::format("the rank is {}, expected 1 or more", options.rank));
    if (options.iterations < 1) throw UsageError("the number of iterations must be 1 or more");
    require_share(options.dropout, "dropout");
    require_share(options.tolerance, "tolerance");
    for (const std::string& name : options.methods) static_cast<void>(method_named(name));
}

FactorizedMatrix read_factorized_matrix(const std::string& path, corpora::MatrixOptions options, bool centered,
                                        const Work& work) {
    options.memory = work.memory_beside(0, "reading the matrix");
    options.offsets = true;
    corpora::MatrixFile file = corpora::read_matrix(path, options, work.progress);
    if (file.is_sparse()) work.require_memory(factorized_matrix_memory(file.matrix), "the matrix and its transpose");
    FactorizedMatrix matrix(std::move(file.matrix), centered, std::move(file.offset));
    require_entries(matrix, path);
    return matrix;
}

std::vector<FactorizationMethod> methods_for(const FactorizedMatrix& matrix, const LadderOptions& options) {
    std::vector<FactorizationMethod> methods;
    for (const std::string& name : options.methods) methods.push_back(method_named(name));
    for (const FactorizationMethod& method : methods) {
        if (method.dense_only && matrix.is_sparse()) {
            throw UsageError(fmt::format("{} needs a dense matrix, and this one is sparse", method.name));
        }
    }
    if (!methods.empty()) return methods;
    methods = all_methods();
    if (matrix.is_sparse()) std::erase_if(methods, [](const FactorizationMethod& method) { return method.dense_only; });
    return methods;
}

std::int64_t possible_rank(const FactorizedMatrix& matrix, const LadderOptions& options) {
    return std::min({options.rank, matrix.rows(), matrix.cols()});
}

Ladder factorize(const FactorizedMatrix& matrix, const LadderOptions& given, const Work& work, const LadderSink& made) {
    const ThreadLimit threads(work.threads);
    require_valid(given);
    LadderOptions options = given;
    options.rank = possible_rank(matrix, given);
    Ladder ladder;
    if (options.rank < given.rank) {
        ladder.notes.push_back({"rank-cut", fmt::format("the rank is cut to {}: no {} x {} matrix has a higher one",
                                                        options.rank, matrix.rows(), matrix.cols())});
    }
    const double norm = std::sqrt(matrix.matrix().squared_norm());
    FactorizeRun run(matrix, options, work);
    for (const FactorizationMethod& method : methods_for(matrix, options)) {
        MadeFactors next = method.make(run);
        complete(method, norm, next);
        if (made) made(next.row, next.factors);
        ladder.rows.push_back(std::move(next.row));
    }
    return ladder;
}

std::uint64_t factorization_memory(const FactorizedMatrix& matrix, const LadderOptions& given) {
    LadderOptions options = given;
    options.rank = possible_rank(matrix, given);
    std::uint64_t most = 0;
    for (const FactorizationMethod& method : methods_for(matrix, options)) {
        most = std::max(most, memory_of(method, matrix, options));
    }
    return most;
}

MemoryBudget FactorizeRun::memory() const {
    return work.memory_beside(matrix.bytes(), "the matrix");
}

const SvdBound& FactorizeRun::found(const LinearOperator& x, std::optional<SvdBound>& bound) const {
    if (bound) return *bound;
    const Stopwatch watch;
    const SvdOptions svd{.rank = options.rank, .tolerance = options.tolerance, .seed = work.seed, .memory = memory()};
    bound.emplace();
    bound->svd = truncated_svd(x, svd, work.progress);
    bound->error = eckart_young_errors(bound->svd)(bound->svd.rank());
    bound->seconds = watch.seconds();
    return *bound;
}

const SvdBound& FactorizeRun::bound() {
    return found(matrix.matrix(), bound_);
}

const SvdBound& FactorizeRun::centered_bound() {
    return matrix.is_centered() ? bound() : found(matrix.centered_matrix(), centered_bound_);
}

const SvdBound* FactorizeRun::spread_bound() {
    const bool flat = matrix.centered_matrix().squared_norm() <= least_spread * matrix.matrix().squared_norm();
    return flat ? nullptr : &centered_bound();
}

void measure(const FactorizedMatrix& matrix, const SvdBound& bound, MadeFactors& made) {
    const Factors& factors = made.factors;
    made.row.objective = reconstruction_error(matrix, factors.z, factors.w, factors.mean);
    made.row.bound = bound.error;
}

void add_offset(const FactorizedMatrix& matrix, Eigen::VectorXd& mean) {
    if (matrix.offset().size() == 0) return;
    mean = mean.size() == 0 ? matrix.offset() : Eigen::VectorXd(mean + matrix.offset());
}

double degrees_between(const SvdBound& bound, const DenseMatrix& basis) {
    const Eigen::VectorXd angles = principal_angles(basis, bound.svd.v);
    return angles.size() == 0 ? 0 : angles(angles.size() - 1) * 180 / std::numbers::pi;
}

}  // namespace eckart::jobs
