// k-means and product quantization: rows of Z are one-hot, as a whole or in pieces.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/cluster/kmeans.h"
#include "engine/cluster/product_quantization.h"
#include "engine/metrics/reconstruction.h"
#include "tools/jobs/factors/factorize_method.h"

namespace eckart::jobs {
namespace {

MadeFactors kmeans(FactorizeRun& run) {
    const FactorizedMatrix& x = run.matrix;
    const KmeansOptions options{.clusters = run.options.rank, .seed = run.work.seed, .memory = run.memory()};
    const Stopwatch watch;
    Kmeans found = x.is_sparse() ? eckart::kmeans(x.sparse(), options, {}, run.work.progress)
                                 : eckart::kmeans(x.dense(), options, {}, run.work.progress);
    MadeFactors made;
    made.row.seconds = watch.seconds();
    made.row.constraint = "rows of Z are one-hot";
    // Distances, and so the objective, are the same for centered rows and centered centroids.
    made.row.objective = reconstruction_error(x, found.labels, found.centroids);
    made.row.bound = run.bound().error;
    made.factors.labels = std::move(found.labels);
    made.factors.w = std::move(found.centroids);
    made.factors.mean = x.shift();
    if (made.factors.mean.size() > 0) subtract_from_rows(made.factors.mean, made.factors.w);
    add_offset(x, made.factors.mean);
    return made;
}

std::uint64_t memory_of_kmeans(const FactorizedMatrix& x, const LadderOptions& options) {
    return kmeans_memory(x.rows(), x.cols(), x.is_sparse() ? x.entries() : 0, {.clusters = options.rank});
}

/// Codes of two pieces, or more where a byte does not hold so many codewords, for which Z has `rank` columns.
ProductQuantizationOptions quantization_options(std::int64_t rank, std::int64_t cols) {
    constexpr std::int64_t most_codewords = 256, fewest_pieces = 2;
    const std::int64_t asked = std::max(fewest_pieces, (rank + most_codewords - 1) / most_codewords);
    const std::int64_t pieces = std::min({asked, rank, cols});
    return {.subspaces = pieces, .codewords = rank / pieces, .sample = 0};
}

MadeFactors product_quantization(FactorizeRun& run) {
    const DenseMatrix& x = run.matrix.dense();
    ProductQuantizationOptions options = quantization_options(run.options.rank, x.cols());
    options.seed = run.work.seed;
    const Stopwatch watch;
    const ProductQuantizer found = fit_product_quantizer(x, options, run.work.progress);
    const CodeMatrix codes = encode(found, x);
    MadeFactors made;
    made.row.seconds = watch.seconds();
    made.row.constraint = fmt::format("rows of Z are {} one-hot pieces", found.subspaces());
    OneHotFactors factors = one_hot_factors(found, codes);
    made.factors.z = std::move(factors.z);
    made.factors.w = std::move(factors.w);
    add_offset(run.matrix, made.factors.mean);
    measure(run.matrix, run.bound(), made);
    const TruncatedSvd& svd = run.bound().svd;  // whose rank may be above that of the codes
    made.row.bound = eckart_young_errors(svd)(std::min(made.factors.w.rows(), svd.rank()));
    return made;
}

std::uint64_t memory_of_quantization(const FactorizedMatrix& x, const LadderOptions& options) {
    return product_quantizer_memory(x.rows(), x.cols(), quantization_options(options.rank, x.cols()));
}

}  // namespace

std::span<const FactorizationMethod> cluster_methods() {
    static constexpr FactorizationMethod methods[] = {{.name = "kmeans", .make = kmeans, .memory = memory_of_kmeans},
                                                      {.name = "product-quantization",
                                                       .make = product_quantization,
                                                       .memory = memory_of_quantization,
                                                       .dense_only = true}};
    return methods;
}

}  // namespace eckart::jobs
