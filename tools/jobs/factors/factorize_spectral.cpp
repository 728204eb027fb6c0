// Singular vectors and principal components.

#include "engine/metrics/reconstruction.h"
#include "engine/spectral/pca.h"
#include "tools/jobs/factors/factorize_method.h"

namespace eckart::jobs {
namespace {

Notes notes_of(const std::string& note) {
    return note.empty() ? Notes() : Notes{{"solver", note}};
}

MadeFactors svd(FactorizeRun& run) {
    const SvdBound& best = run.bound();
    MadeFactors made;
    made.row.constraint = "rank(ZW) <= k";
    made.row.seconds = best.seconds;
    made.row.notes = notes_of(best.svd.note);
    made.factors.z = best.svd.u * best.svd.singular_values.cast<float>().asDiagonal();
    made.factors.w = best.svd.v.transpose();
    made.factors.mean = run.matrix.shift();
    measure(run.matrix, best, made);
    return made;
}

std::uint64_t no_memory(const FactorizedMatrix&, const LadderOptions&) {
    return 0;
}

PcaOptions pca_options(const LadderOptions& options) {
    return {.components = options.rank, .tolerance = options.tolerance};
}

MadeFactors pca(FactorizeRun& run) {
    const FactorizedMatrix& x = run.matrix;
    PcaOptions options = pca_options(run.options);
    options.seed = run.work.seed;
    options.memory = run.memory();
    const Stopwatch watch;
    const Pca found = x.is_sparse() ? eckart::pca(x.sparse(), options, run.work.progress)
                                    : eckart::pca(x.dense(), options, run.work.progress);
    MadeFactors made;
    made.factors.z = x.is_sparse() ? project(found, x.sparse()) : project(found, x.dense());
    made.row.seconds = watch.seconds();
    made.factors.w = found.components.transpose();
    made.factors.mean = found.mean;
    add_offset(x, made.factors.mean);
    made.row.constraint = x.is_centered() ? "Z = X W', W W' = I" : "Z = (X - mean) W', W W' = I; bound of X - mean";
    made.row.notes = notes_of(found.note);
    if (found.rank() == 0) {  // all rows are equal, and nothing is left to find
        made.row.objective = reconstruction_error(x, made.factors.z, made.factors.w, made.factors.mean);
        return made;
    }
    measure(x, run.centered_bound(), made);
    made.row.angle = degrees_between(run.centered_bound(), found.components);
    return made;
}

std::uint64_t memory_of_pca(const FactorizedMatrix& x, const LadderOptions& options) {
    return x.is_sparse() ? pca_memory(x.rows(), x.cols(), x.entries(), pca_options(options))
                         : pca_memory(x.rows(), x.cols(), pca_options(options));
}

}  // namespace

std::span<const FactorizationMethod> spectral_methods() {
    static constexpr FactorizationMethod methods[] = {{.name = "svd", .make = svd, .memory = no_memory},
                                                      {.name = "pca", .make = pca, .memory = memory_of_pca}};
    return methods;
}

}  // namespace eckart::jobs
