// Alternating least squares, over all entries or over the stored ones alone.

#include <utility>

#include "engine/completion/matrix_completion.h"
#include "tools/jobs/factors/factorize_method.h"

namespace eckart::jobs {
namespace {

/// Ridge where only stored entries count.
constexpr double stored_lambda = 0.05;

bool fits_stored(const FactorizedMatrix& x) {
    return x.is_sparse() && !x.is_centered();
}

MadeFactors als(FactorizeRun& run) {
    const FactorizedMatrix& x = run.matrix;
    const bool stored = fits_stored(x);
    const MatrixCompletionOptions options{.rank = run.options.rank,
                                          .lambda = run.options.lambda.value_or(stored ? stored_lambda : 0.0),
                                          .sweeps = run.options.iterations,
                                          .seed = run.work.seed,
                                          .memory = run.memory()};
    const Stopwatch watch;
    MatrixCompletion found = stored ? complete_matrix(x.sparse(), options, run.work.progress)
                                    : complete_matrix(x.matrix(), options, run.work.progress);
    MadeFactors made;
    made.row.seconds = watch.seconds();
    made.row.constraint = stored ? "only stored entries count" : "all entries count";
    made.factors.z = std::move(found.row_factors);
    made.factors.w = found.column_factors.transpose();
    made.factors.mean = x.shift();
    measure(x, run.bound(), made);
    if (stored) {
        made.row.stored_objective = found.stored_error;
    } else {
        made.row.angle = degrees_between(run.bound(), found.column_factors);
    }
    if (!found.converged) {
        made.row.notes.push_back(
            {"not-converged", "its objective was still falling when it ended; more iterations bring it nearer"});
    }
    return made;
}

std::uint64_t memory_of_als(const FactorizedMatrix& x, const LadderOptions& options) {
    return fits_stored(x) ? completion_memory(x.rows(), x.cols(), x.entries(), options.rank)
                          : completion_memory(x.rows(), x.cols(), options.rank);
}

}  // namespace

std::span<const FactorizationMethod> completion_methods() {
    static constexpr FactorizationMethod methods[] = {{.name = "als", .make = als, .memory = memory_of_als}};
    return methods;
}

}  // namespace eckart::jobs
