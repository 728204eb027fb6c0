// Linear autoencoders, with and without noise, and networks with a linear decoder.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/autoencoder/denoising_autoencoder.h"
#include "engine/autoencoder/low_rank_autoencoder.h"
#include "engine/autoencoder/scaled_autoencoder.h"
#include "engine/matrix/entries.h"
#include "engine/metrics/reconstruction.h"
#include "tools/jobs/factors/factorize_method.h"

namespace eckart::jobs {
namespace {

/// Of networks: steps of Adam that the ladder takes, about, and epochs that it takes at least.
constexpr std::int64_t most_steps = 2000, least_epochs = 30;

/// Of the variance of an entry: below it would be that of roundoff.
constexpr double least_share = 1e-4;

/// Rows of a step of the networks, which take four of them an epoch at least.
std::int64_t network_batch(std::int64_t rows) {
    return std::clamp<std::int64_t>((rows + 3) / 4, 1, AutoencoderFactorOptions{}.batch);
}

/// Factors of a linear autoencoder that took `seconds` so far: Z = X V by its encoder V, W by its decoder.
MadeFactors linear_factors(FactorizeRun& run, const Stopwatch& watch, const DenseMatrix& encoder,
                           const DenseMatrix& decoder) {
    MadeFactors made;
    made.factors.z.resize(run.matrix.rows(), encoder.cols());
    run.matrix.matrix().apply(encoder, made.factors.z);
    made.row.seconds = watch.seconds();
    made.factors.w = decoder.transpose();
    made.factors.mean = run.matrix.shift();
    measure(run.matrix, run.bound(), made);
    made.row.angle = degrees_between(run.bound(), decoder);
    return made;
}

LowRankAutoencoderOptions linear_options(const LadderOptions& options, bool tied) {
    return {.rank = options.rank, .tied = tied, .iterations = options.iterations};
}

template <bool tied>
MadeFactors linear(FactorizeRun& run) {
    LowRankAutoencoderOptions options = linear_options(run.options, tied);
    options.seed = run.work.seed;
    options.memory = run.memory();
    const Stopwatch watch;
    const LowRankAutoencoder found = fit_low_rank_autoencoder(run.matrix.matrix(), options, run.work.progress);
    MadeFactors made = linear_factors(run, watch, found.encoder, found.decoder);
    made.row.constraint = tied ? "Z = X W'" : "Z = X V; V, W free";
    if (!found.converged) {
        made.row.notes.push_back({"not-converged",
                                  "training ended before its gradient was small enough; more "
                                  "iterations bring it nearer"});
    }
    return made;
}

template <bool tied>
std::uint64_t memory_of_linear(const FactorizedMatrix& x, const LadderOptions& options) {
    return low_rank_autoencoder_memory(x.rows(), x.cols(), linear_options(options, tied));
}

DenoisingAutoencoderOptions denoising_options(const LadderOptions& options) {
    return {.rank = options.rank, .dropout = options.dropout, .tolerance = options.tolerance};
}

MadeFactors denoising(FactorizeRun& run) {
    DenoisingAutoencoderOptions options = denoising_options(run.options);
    options.seed = run.work.seed;
    options.memory = run.memory();
    const Stopwatch watch;
    const DenoisingAutoencoder found =
        fit_denoising_autoencoder(run.matrix.matrix(), run.matrix.squared_column_norms(), options, run.work.progress);
    MadeFactors made = linear_factors(run, watch, found.encoder, found.decoder);
    made.row.constraint = fmt::format("Z = noise(X) V, p = {:g}", run.options.dropout);
    if (!found.note.empty()) made.row.notes.push_back({"solver", found.note});
    return made;
}

std::uint64_t memory_of_denoising(const FactorizedMatrix& x, const LadderOptions& options) {
    return denoising_autoencoder_memory(x.rows(), x.cols(), denoising_options(options));
}

/// Bytes of the rows that a network learns from, beside the matrix: those of a dense one are stored anew.
std::uint64_t learned_bytes(const FactorizedMatrix& x) {
    return x.is_sparse() ? 0 : stored_rows_memory(x.rows(), x.cols());
}

/// The variance of an entry given its code, as probabilistic PCA has it: the mean of what no rank k can explain, as a
/// share of the variance of an entry.
double unexplained_share(const SvdBound& bound, std::int64_t cols, std::int64_t rank) {
    const double left = bound.error / bound.svd.certificate.squared_norm;
    const std::int64_t others = std::max<std::int64_t>(1, cols - rank);
    return std::max(left, least_share) * static_cast<double>(cols) / static_cast<double>(others);
}

AutoencoderFactorOptions network_options(const FactorizeRun& run, bool variational, const SvdBound* bound) {
    const FactorizedMatrix& x = run.matrix;
    AutoencoderFactorOptions options{.rank = run.options.rank, .variational = variational, .seed = run.work.seed};
    options.batch = network_batch(x.rows());
    options.epochs = network_epochs(x.rows(), run.options);
    options.memory = run.work.memory_beside(x.bytes() + learned_bytes(x), "the matrix and its rows");
    if (bound != nullptr) options.variance = unexplained_share(*bound, x.cols(), run.options.rank);
    return options;
}

template <bool variational>
MadeFactors network(FactorizeRun& run) {
    const FactorizedMatrix& x = run.matrix;
    const SvdBound* const best = run.spread_bound();
    const AutoencoderFactorOptions options = network_options(run, variational, best);
    const Stopwatch watch;
    AutoencoderFactors found = x.is_sparse()
                                   ? fit_autoencoder_factors(x.sparse(), options, run.work.progress)
                                   : fit_autoencoder_factors(stored_rows(x.dense()), options, run.work.progress);
    MadeFactors made;
    made.row.seconds = watch.seconds();
    made.row.constraint = variational ? "Z = mean of q(z | X)" : "Z = E(X)";
    if (!x.is_centered()) made.row.constraint += "; bound of X - mean";
    made.factors.z = std::move(found.codes);
    made.factors.w = found.decoder.transpose();
    made.factors.mean = std::move(found.mean);
    add_offset(x, made.factors.mean);
    if (best == nullptr) {
        made.row.objective = reconstruction_error(x, made.factors.z, made.factors.w, made.factors.mean);
        return made;
    }
    measure(x, *best, made);
    made.row.angle = degrees_between(*best, found.decoder);
    if (variational) {
        made.row.notes.push_back(
            {"divergence", fmt::format("an entry given z has {:.4g} of its variance, and the divergence is {:.4g} nats "
                                       "a row",
                                       options.variance, found.divergence)});
    }
    return made;
}

template <bool variational>
std::uint64_t memory_of_network(const FactorizedMatrix& x, const LadderOptions& options) {
    const AutoencoderFactorOptions factors = {.rank = options.rank, .variational = variational};
    return learned_bytes(x) + autoencoder_factors_memory(x.rows(), x.cols(), x.entries(), factors);
}

}  // namespace

std::int64_t network_epochs(std::int64_t rows, const LadderOptions& options) {
    const std::int64_t batch = network_batch(rows), batches = (rows + batch - 1) / batch;
    return std::min(options.iterations, std::max(least_epochs, most_steps / batches));
}

std::span<const FactorizationMethod> autoencoder_methods() {
    static constexpr FactorizationMethod methods[] = {
        {.name = "linear-autoencoder", .make = linear<false>, .memory = memory_of_linear<false>, .by_rounds = true},
        {.name = "tied-autoencoder", .make = linear<true>, .memory = memory_of_linear<true>, .by_rounds = true},
        {.name = "denoising", .make = denoising, .memory = memory_of_denoising},
        {.name = "autoencoder", .make = network<false>, .memory = memory_of_network<false>, .by_epochs = true},
        {.name = "variational", .make = network<true>, .memory = memory_of_network<true>, .by_epochs = true}};
    return methods;
}

}  // namespace eckart::jobs
