#include "tools/jobs/factorization.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

#include "engine/autoencoder/denoising_autoencoder.h"
#include "engine/autoencoder/low_rank_autoencoder.h"
#include "engine/autoencoder/scaled_autoencoder.h"
#include "engine/cluster/kmeans.h"
#include "engine/cluster/product_quantization.h"
#include "engine/completion/matrix_completion.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/subspace.h"
#include "engine/metrics/reconstruction.h"
#include "engine/spectral/pca.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

using Clock = std::chrono::steady_clock;

// Of the autoencoders with hidden layers: steps of Adam that the ladder takes, about, and epochs that it takes anyhow.
constexpr std::int64_t most_steps = 2000, least_epochs = 30;

/// Of the variance of an entry: below it would be that of roundoff.
constexpr double least_share = 1e-4;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Rows of a step of the autoencoders with hidden layers, which take four of them an epoch at least.
std::int64_t network_batch(std::int64_t rows) {
    return std::clamp<std::int64_t>((rows + 3) / 4, 1, AutoencoderFactorOptions{}.batch);
}

/// Products with a sparse matrix, and the transpose that they need.
std::uint64_t transpose_bytes(const CsrMatrix& matrix) {
    return static_cast<std::uint64_t>(matrix.nonzeros()) * (sizeof(float) + sizeof(std::int32_t)) +
           static_cast<std::uint64_t>(matrix.cols + 1) * sizeof(std::int64_t);
}

std::uint64_t csr_bytes(const CsrMatrix& matrix) {
    return matrix.values.capacity() * sizeof(float) + matrix.column_indices.capacity() * sizeof(std::int32_t) +
           matrix.row_offsets.capacity() * sizeof(std::int64_t);
}

void subtract_means(DenseMatrix& matrix, const Eigen::VectorXd& means) {
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
        matrix.row(row) = (matrix.row(row).cast<double>() - means.transpose()).cast<float>();
    }
}

/// Whether als fits the stored entries alone.
bool fits_stored(const FactorizedMatrix& matrix) {
    return matrix.is_sparse() && !matrix.is_centred();
}

/// Codes of two pieces, or more where a byte holds no so many codewords, for which Z has `rank` columns.
ProductQuantizationOptions quantization_options(std::int64_t rank, std::int64_t cols) {
    constexpr std::int64_t most_codewords = 256, fewest_pieces = 2;
    const std::int64_t asked = std::max(fewest_pieces, (rank + most_codewords - 1) / most_codewords);
    const std::int64_t pieces = std::min({asked, rank, cols});
    return {.subspaces = pieces, .codewords = rank / pieces, .sample = 0};
}

/// Bytes of the rows that an autoencoder learns from, beside the matrix: those of a dense one are stored anew.
std::uint64_t stored_bytes(const FactorizedMatrix& matrix) {
    if (matrix.is_sparse()) return 0;
    return static_cast<std::uint64_t>(matrix.rows()) * (8 * static_cast<std::uint64_t>(matrix.cols()) + 8);
}

/// Bytes of the method itself, without the SVD that it is measured by.
std::uint64_t method_memory(const std::string& method, const FactorizedMatrix& matrix,
                            const FactorizeOptions& options) {
    const std::int64_t m = matrix.rows(), n = matrix.cols(), k = options.rank;
    const std::int64_t nonzeros = matrix.is_sparse() ? matrix.sparse().nonzeros() : 0;
    if (method == "pca") {
        const PcaOptions pca = {.components = k, .tolerance = options.tolerance};
        return matrix.is_sparse() ? pca_memory(m, n, nonzeros, pca) : pca_memory(m, n, pca);
    }
    if (has_hidden_layers(method)) {
        const AutoencoderFactorOptions factors = {.rank = k, .variational = method == "variational"};
        return stored_bytes(matrix) + autoencoder_factors_memory(m, n, matrix.is_sparse() ? nonzeros : m * n, factors);
    }
    if (method == "denoising") return denoising_autoencoder_memory(m, n, {.rank = k, .dropout = options.dropout});
    if (method.ends_with("autoencoder")) {
        return low_rank_autoencoder_memory(m, n, {.rank = k, .tied = method == "tied-autoencoder"});
    }
    if (method == "als") return fits_stored(matrix) ? completion_memory(m, n, nonzeros, k) : completion_memory(m, n, k);
    if (method == "kmeans") return kmeans_memory(m, n, nonzeros, {.clusters = k});
    if (method == "product-quantization") return product_quantizer_memory(m, n, quantization_options(k, n));
    return 0;
}

}  // namespace

bool has_hidden_layers(const std::string& method) {
    return method == "autoencoder" || method == "variational";
}

std::int64_t network_epochs(std::int64_t rows, const FactorizeOptions& options) {
    const std::int64_t batch = network_batch(rows), batches = (rows + batch - 1) / batch;
    return std::min(options.iterations, std::max(least_epochs, most_steps / batches));
}

std::int64_t possible_rank(std::int64_t rank, const FactorizedMatrix& matrix) {
    return std::min({rank, matrix.rows(), matrix.cols()});
}

std::vector<std::string> factorization_methods(const std::string& asked, const FactorizedMatrix& matrix) {
    if (asked != "all") return {asked};
    std::vector<std::string> methods = factorization_methods();
    if (matrix.is_sparse()) std::erase(methods, "product-quantization");
    return methods;
}

std::uint64_t factorization_memory(const std::string& method, const FactorizedMatrix& matrix,
                                   const FactorizeOptions& options) {
    const auto m = static_cast<std::uint64_t>(matrix.rows()), n = static_cast<std::uint64_t>(matrix.cols());
    const auto k = static_cast<std::uint64_t>(options.rank);
    const std::uint64_t svd =
        svd_memory(matrix.rows(), matrix.cols(), {.rank = options.rank, .tolerance = options.tolerance});
    // Z and W of the method, and of the SVDs of the matrix and of the centred one. Angles between the rows of W and
    // those of the SVD are found in float64, of both an orthonormal basis and what is left of one beside the other.
    const std::uint64_t factors = 3 * sizeof(float) * (m + n) * k;
    const std::uint64_t angles = 6 * sizeof(double) * n * k;
    return factors + std::max({svd, angles, method_memory(method, matrix, options)});
}

FactorizedMatrix::FactorizedMatrix(corpora::MatrixFile file, bool centred, Session& session) : centred_(centred) {
    if (auto* const sparse = std::get_if<CsrMatrix>(&file.matrix)) {
        session.require_memory(csr_bytes(*sparse) + transpose_bytes(*sparse), "the matrix and its transpose");
        sparse_ = std::move(*sparse);
        transpose_ = transposed(*sparse_);
        means_ = column_means(sparse_->view());
        plain_ = std::make_unique<SparseOperator>(*sparse_, transpose_);
        centred_operator_ = std::make_unique<CenteredScaledOperator>(
            *plain_, means_, Eigen::VectorXd(), Eigen::VectorXd(), centered_squared_norm(sparse_->view(), means_));
        return;
    }
    dense_ = std::move(std::get<DenseMatrix>(file.matrix));
    means_ = column_means(dense_);
    if (centred_) {
        subtract_means(dense_, means_);
        means_ = column_means(dense_);
    }
    plain_ = std::make_unique<CenteredDenseOperator>(dense_);
    centred_operator_ = std::make_unique<CenteredDenseOperator>(dense_, means_);
}

FactorizedMatrix::~FactorizedMatrix() = default;

void FactorizedMatrix::require_entries(const std::string& source) const {
    if (matrix().squared_norm() > 0) return;
    throw InputError(source + (centred_
                                   ? ": found rows that are all equal, expected something left of them once centred"
                                   : ": found no entry but zeros, expected others"));
}

Eigen::VectorXd FactorizedMatrix::shift() const {
    return is_sparse() && centred_ ? means_ : Eigen::VectorXd();
}

const LinearOperator& FactorizedMatrix::matrix() const {
    return is_sparse() && centred_ ? *centred_operator_ : *plain_;
}

double FactorizedMatrix::squared_error(const DenseMatrix& z, const DenseMatrix& w, const Eigen::VectorXd& mean) const {
    return is_sparse() ? reconstruction_error(*sparse_, z, w, mean) : reconstruction_error(dense_, z, w, mean);
}

Eigen::VectorXd FactorizedMatrix::squared_column_norms() const {
    if (!is_sparse()) return dense_.cast<double>().colwise().squaredNorm();
    Eigen::VectorXd norms = eckart::squared_column_norms(*sparse_);
    if (!centred_) return norms;
    return (norms - static_cast<double>(rows()) * means_.cwiseAbs2()).cwiseMax(0.0);
}

std::uint64_t FactorizedMatrix::bytes() const {
    if (is_sparse()) return csr_bytes(*sparse_) + csr_bytes(transpose_);
    return static_cast<std::uint64_t>(dense_.size()) * sizeof(float);
}

const std::vector<std::string>& factorization_methods() {
    static const std::vector<std::string> methods = {
        "svd", "pca",    "linear-autoencoder",  "tied-autoencoder", "denoising", "autoencoder", "variational",
        "als", "kmeans", "product-quantization"};
    return methods;
}

Ladder::Ladder(const FactorizedMatrix& matrix, const FactorizeOptions& options, Session& session)
    : matrix_(matrix), options_(options), session_(session) {}

Factorization Ladder::step(const std::string& method) {
    const double norm = std::sqrt(matrix_.matrix().squared_norm());
    Factorization made = method == "svd"                  ? svd()
                         : method == "pca"                ? pca()
                         : method == "linear-autoencoder" ? autoencoder(false)
                         : method == "tied-autoencoder"   ? autoencoder(true)
                         : method == "denoising"          ? denoising()
                         : method == "autoencoder"        ? neural(false)
                         : method == "variational"        ? neural(true)
                         : method == "als"                ? als()
                         : method == "kmeans"             ? kmeans()
                                                          : product_quantization();
    made.method = method;
    made.relative_error = std::sqrt(std::max(0.0, made.objective)) / norm;
    return made;
}

MemoryBudget Ladder::memory() const {
    return session_.memory_beside(matrix_.bytes(), "the matrix");
}

const Bound& Ladder::bound(const LinearOperator& matrix, std::optional<Bound>& found) {
    if (found) return *found;
    const auto start = Clock::now();
    const SvdOptions options{
        .rank = options_.rank, .tolerance = options_.tolerance, .seed = seed(), .memory = memory()};
    found.emplace();
    found->svd = truncated_svd(matrix, options, session_.progress());
    found->error = eckart_young_errors(found->svd)(found->svd.rank());
    found->seconds = seconds_since(start);
    return *found;
}

const Bound& Ladder::centred_bound() {
    if (matrix_.is_centred()) return bound();
    return bound(matrix_.centred_matrix(), centred_bound_);
}

double Ladder::angle_to(const Bound& bound, const DenseMatrix& basis) const {
    constexpr double degrees = 180 / std::numbers::pi;
    const Eigen::VectorXd angles = principal_angles(basis, bound.svd.v);
    return angles.size() == 0 ? 0 : degrees * angles(angles.size() - 1);
}

Factorization Ladder::svd() {
    const Bound& best = bound();
    Factorization made;
    made.constraint = "rank(ZW) <= k";
    made.z = best.svd.u * best.svd.singular_values.cast<float>().asDiagonal();
    made.w = best.svd.v.transpose();
    made.mean = matrix_.shift();
    made.seconds = best.seconds;
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    made.bound = best.error;
    made.note = best.svd.note;
    return made;
}

Factorization Ladder::pca() {
    const PcaOptions options{
        .components = options_.rank, .tolerance = options_.tolerance, .seed = seed(), .memory = memory()};
    const auto start = Clock::now();
    const Pca found = matrix_.is_sparse() ? eckart::pca(matrix_.sparse(), options, session_.progress())
                                          : eckart::pca(matrix_.dense(), options, session_.progress());
    Factorization made;
    made.z = matrix_.is_sparse() ? project(found, matrix_.sparse()) : project(found, matrix_.dense());
    made.seconds = seconds_since(start);
    made.w = found.components.transpose();
    made.mean = found.mean;
    made.constraint = matrix_.is_centred() ? "Z = X W', W W' = I" : "Z = (X - mean) W', W W' = I; bound of X - mean";
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    if (found.rank() > 0) {  // or else all rows are equal, and nothing is left to find
        made.bound = centred_bound().error;
        made.angle = angle_to(centred_bound(), found.components);
    }
    made.note = found.note;
    return made;
}

Factorization Ladder::autoencoder(bool tied) {
    const LowRankAutoencoderOptions options{
        .rank = options_.rank, .tied = tied, .iterations = options_.iterations, .seed = seed(), .memory = memory()};
    const auto start = Clock::now();
    const LowRankAutoencoder found = fit_low_rank_autoencoder(matrix_.matrix(), options, session_.progress());
    Factorization made;
    made.z.resize(matrix_.rows(), found.encoder.cols());
    matrix_.matrix().apply(found.encoder, made.z);
    made.seconds = seconds_since(start);
    made.w = found.decoder.transpose();
    made.mean = matrix_.shift();
    made.constraint = tied ? "Z = X W'" : "Z = X V; V, W free";
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    made.bound = bound().error;
    made.angle = angle_to(bound(), found.decoder);
    if (!found.converged) made.note = "training was ended before its gradient was small enough; see --iterations";
    return made;
}

Factorization Ladder::denoising() {
    const DenoisingAutoencoderOptions options{.rank = options_.rank,
                                              .dropout = options_.dropout,
                                              .tolerance = options_.tolerance,
                                              .seed = seed(),
                                              .memory = memory()};
    const auto start = Clock::now();
    const DenoisingAutoencoder found =
        fit_denoising_autoencoder(matrix_.matrix(), matrix_.squared_column_norms(), options, session_.progress());
    Factorization made;
    made.z.resize(matrix_.rows(), found.encoder.cols());
    matrix_.matrix().apply(found.encoder, made.z);
    made.seconds = seconds_since(start);
    made.w = found.decoder.transpose();
    made.mean = matrix_.shift();
    made.constraint = fmt::format("Z = noise(X) V, p = {:g}", options_.dropout);
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    made.bound = bound().error;
    made.angle = angle_to(bound(), found.decoder);
    made.note = found.note;
    return made;
}

/// The bound of the centred matrix; nothing where all rows are equal, and nothing is left to find.
const Bound* Ladder::spread_bound() {
    const bool flat = matrix_.centred_matrix().squared_norm() <= 1e-13 * matrix_.matrix().squared_norm();
    return flat ? nullptr : &centred_bound();
}

AutoencoderFactorOptions Ladder::factor_options(bool variational, const Bound* bound) const {
    AutoencoderFactorOptions options{.rank = options_.rank, .variational = variational, .seed = seed()};
    options.batch = network_batch(matrix_.rows());
    options.epochs = network_epochs(matrix_.rows(), options_);
    options.memory = session_.memory_beside(matrix_.bytes() + stored_bytes(matrix_), "the matrix and its rows");
    if (bound != nullptr) {  // as probabilistic PCA has it: the mean of what no rank k can explain
        const double left = bound->error / bound->svd.certificate.squared_norm;
        const std::int64_t others = std::max<std::int64_t>(1, matrix_.cols() - options_.rank);
        options.variance =
            std::max(left, least_share) * static_cast<double>(matrix_.cols()) / static_cast<double>(others);
    }
    return options;
}

Factorization Ladder::neural(bool variational) {
    const Bound* best = spread_bound();
    const AutoencoderFactorOptions options = factor_options(variational, best);
    const auto start = Clock::now();
    AutoencoderFactors found =
        matrix_.is_sparse() ? fit_autoencoder_factors(matrix_.sparse(), options, session_.progress())
                            : fit_autoencoder_factors(stored_rows(matrix_.dense()), options, session_.progress());
    Factorization made;
    made.seconds = seconds_since(start);
    made.constraint = variational ? "Z = mean of q(z | X)" : "Z = E(X)";
    if (!matrix_.is_centred()) made.constraint += "; bound of X - mean";
    made.z = std::move(found.codes);
    made.w = found.decoder.transpose();
    made.mean = std::move(found.mean);
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    if (best == nullptr) return made;
    made.bound = best->error;
    made.angle = angle_to(*best, found.decoder);
    if (variational) {
        made.note = fmt::format("variance of an entry given z {:.4g} of what it is, divergence {:.4g} nats a row",
                                options.variance, found.divergence);
    }
    return made;
}

Factorization Ladder::als() {
    const bool stored = fits_stored(matrix_);
    const MatrixCompletionOptions options{.rank = options_.rank,
                                          .lambda = options_.lambda.value_or(stored ? 0.05 : 0.0),
                                          .sweeps = options_.iterations,
                                          .seed = seed(),
                                          .memory = memory()};
    const auto start = Clock::now();
    MatrixCompletion found = stored ? complete_matrix(matrix_.sparse(), options, session_.progress())
                                    : complete_matrix(matrix_.matrix(), options, session_.progress());
    Factorization made;
    made.seconds = seconds_since(start);
    made.constraint = stored ? "only stored entries count" : "all entries count";
    made.z = std::move(found.row_factors);
    made.w = found.column_factors.transpose();
    made.mean = matrix_.shift();
    made.objective = matrix_.squared_error(made.z, made.w, made.mean);
    made.bound = bound().error;
    if (stored) {
        made.stored_objective = found.stored_error;
    } else {
        made.angle = angle_to(bound(), found.column_factors);
    }
    if (!found.converged) made.note = "ended while its objective was still falling; see --iterations";
    return made;
}

Factorization Ladder::kmeans() {
    const KmeansOptions options{.clusters = options_.rank, .seed = seed(), .memory = memory()};
    const auto start = Clock::now();
    Kmeans found = matrix_.is_sparse() ? eckart::kmeans(matrix_.sparse(), options, {}, session_.progress())
                                       : eckart::kmeans(matrix_.dense(), options, {}, session_.progress());
    Factorization made;
    made.seconds = seconds_since(start);
    made.constraint = "rows of Z are one-hot";
    // Distances, and so the objective, are the same for centred rows and centred centroids.
    made.objective = matrix_.is_sparse() ? reconstruction_error(matrix_.sparse(), found.labels, found.centroids)
                                         : reconstruction_error(matrix_.dense(), found.labels, found.centroids);
    made.labels = std::move(found.labels);
    made.w = std::move(found.centroids);
    if (const Eigen::VectorXd shift = matrix_.shift(); shift.size() > 0) subtract_means(made.w, shift);
    made.mean = matrix_.shift();
    made.bound = bound().error;
    return made;
}

/// Codes as a factorization: Z has a 1 for each piece of a row, W the codewords of a piece in its columns.
Factorization Ladder::product_quantization() {
    if (matrix_.is_sparse()) throw UsageError("product-quantization needs a dense matrix");
    ProductQuantizationOptions options = quantization_options(options_.rank, matrix_.cols());
    options.seed = seed();
    const auto start = Clock::now();
    const ProductQuantizer found = fit_product_quantizer(matrix_.dense(), options, session_.progress());
    const CodeMatrix codes = encode(found, matrix_.dense());
    Factorization made;
    made.seconds = seconds_since(start);
    made.constraint = fmt::format("rows of Z are {} one-hot pieces", found.subspaces());
    const std::int64_t words = found.codewords.rows();
    made.z = DenseMatrix::Zero(matrix_.rows(), found.subspaces() * words);
    made.w = DenseMatrix::Zero(made.z.cols(), matrix_.cols());
    for (std::int64_t s = 0; s < found.subspaces(); ++s) {
        for (std::int64_t row = 0; row < codes.rows(); ++row) made.z(row, s * words + codes(row, s)) = 1;
        const auto begin = found.bounds[static_cast<std::size_t>(s)];
        const auto width = found.bounds[static_cast<std::size_t>(s) + 1] - begin;
        made.w.block(s * words, begin, words, width) = found.codewords.middleCols(begin, width);
    }
    made.objective = matrix_.squared_error(made.z, made.w, {});
    made.bound = bound_of_rank(made.rank());
    return made;
}

double Ladder::bound_of_rank(std::int64_t rank) {
    const Bound& best = bound();
    return eckart_young_errors(best.svd)(std::min(rank, best.svd.rank()));
}

}  // namespace eckart::tools
