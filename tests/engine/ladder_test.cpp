// The ladder: one objective, ||X - Z W||^2, and what each constraint on Z and W makes of it. Every method is measured
// by reconstruction_error on the factors that it hands out, beside the bound of Eckart and Young, which an eigenproblem
// of X'X gives independently of all of them.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/autoencoder/denoising_autoencoder.h"
#include "engine/autoencoder/dropout.h"
#include "engine/autoencoder/low_rank_autoencoder.h"
#include "engine/autoencoder/ridge_autoencoder.h"
#include "engine/autoencoder/scaled_autoencoder.h"
#include "engine/cluster/kmeans.h"
#include "engine/cluster/product_quantization.h"
#include "engine/cluster/vector_quantization.h"
#include "engine/completion/matrix_completion.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/random_matrices.h"
#include "engine/matrix/subspace.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/metrics/reconstruction.h"
#include "engine/spectral/pca.h"
#include "engine/spectral/truncated_svd.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr Eigen::Index rows_a_task = 160, column_count = 40, true_rank = 5;

/// Points around five places, away from the origin: neither centered nor of low rank.
DenseMatrix points() {
    const DenseMatrix places = 3 * random_panel<float>(true_rank, column_count, 1);
    DenseMatrix x = random_panel<float>(rows_a_task, column_count, 2);
    for (Eigen::Index j = 0; j < column_count; ++j) x.col(j) *= 2.0F / static_cast<float>(1 + j % 8);
    for (Eigen::Index i = 0; i < rows_a_task; ++i) x.row(i) += places.row(i % true_rank);
    x.array() += 0.5F;
    return x;
}

Eigen::MatrixXd centered(const DenseMatrix& x) {
    return x.cast<double>().rowwise() - x.cast<double>().colwise().mean();
}

/// min over matrices B of rank k of ||X - B||^2: the eigenvalues of X'X but for the k largest.
double bound(const Eigen::MatrixXd& x, Eigen::Index rank) {
    const Eigen::VectorXd values = symmetric_eigen(x.transpose() * x).values;
    return values.tail(values.size() - rank).sum();
}

/// How far an error is above a bound, as a part of ||X||^2; below it by no more than roundoff.
double gap(double error, double least, const DenseMatrix& x) {
    return (error - least) / x.cast<double>().squaredNorm();
}

/// Of the squared norm: factors in float32 are off by 6e-8, which enters the error of the best ones squared, and where
/// the solver's own rounding is not orthogonal to them once.
constexpr double roundoff = 1e-9;

std::vector<std::int32_t> nearest(const DenseMatrix& x, const DenseMatrix& centroids) {
    return assign_to_centroids(x, centroids).labels;
}

/// The centroid of each label, where it has rows.
DenseMatrix means_of(const DenseMatrix& x, const std::vector<std::int32_t>& labels, DenseMatrix centroids) {
    for (Eigen::Index c = 0; c < centroids.rows(); ++c) {
        Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(x.cols());
        double count = 0;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            if (labels[static_cast<std::size_t>(i)] != c) continue;
            sum += x.row(i).cast<double>();
            ++count;
        }
        if (count > 0) centroids.row(c) = (sum / count).cast<float>();
    }
    return centroids;
}

DenseMatrix one_hot(const std::vector<std::int32_t>& labels, Eigen::Index clusters) {
    DenseMatrix z = DenseMatrix::Zero(static_cast<Eigen::Index>(labels.size()), clusters);
    for (std::size_t i = 0; i < labels.size(); ++i) z(static_cast<Eigen::Index>(i), labels[i]) = 1;
    return z;
}

}  // namespace

TEST_CASE("rank(ZW) <= k: the truncated SVD meets Eckart and Young's bound, and nothing goes below it") {
    const DenseMatrix x = points();
    const TruncatedSvd svd = truncated_svd(CenteredDenseOperator(x), {.rank = true_rank, .tolerance = 1e-9});
    const DenseMatrix z = svd.u * svd.singular_values.cast<float>().asDiagonal(), w = svd.v.transpose();
    const double least = bound(x.cast<double>(), true_rank);

    const double error = reconstruction_error(x, z, w);

    CHECK(std::abs(gap(error, least, x)) <= roundoff);
    CHECK(std::abs(eckart_young_errors(svd)(true_rank) - least) <= 1e-12 * x.squaredNorm());
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const DenseMatrix other_z = z + 0.05F * random_panel<float>(rows_a_task, true_rank, seed);
        const DenseMatrix other_w = w + 0.01F * random_panel<float>(true_rank, column_count, seed + 100);
        CHECK(reconstruction_error(x, other_z, w) > least);
        CHECK(reconstruction_error(x, z, other_w) > least);
    }
}

TEST_CASE("Z = (X - 1 mu') W, W'W = I: PCA meets the bound of the centered matrix") {
    const DenseMatrix x = points();
    const Pca found = pca(x, {.components = true_rank});
    const double least = bound(centered(x), true_rank);

    const double error = reconstruction_error(x, project(found, x), found.components.transpose(), found.mean);

    CHECK(std::abs(gap(error, least, x)) <= roundoff);
    CHECK(std::abs(gap(found.squared_error(), least, x)) <= 1e-12);
}

TEST_CASE("a mean and k components lie between rank k + 1 and rank k") {
    const DenseMatrix x = points();
    const Pca found = pca(x, {.components = true_rank});

    CHECK(found.squared_error() >= bound(x.cast<double>(), true_rank + 1));
    CHECK(found.squared_error() <= bound(x.cast<double>(), true_rank));
}

TEST_CASE("Z = X W, tied or with W2 free: the linear autoencoder reaches the subspace of the SVD") {
    const DenseMatrix x = points();
    const TruncatedSvd svd = truncated_svd(CenteredDenseOperator(x), {.rank = true_rank, .tolerance = 1e-9});
    const double least = bound(x.cast<double>(), true_rank);
    for (const bool tied : {false, true}) {
        CAPTURE(tied);
        const LowRankAutoencoder a = fit_low_rank_autoencoder(x, {.rank = true_rank, .tied = tied});
        const DenseMatrix codes = x * a.encoder;

        CHECK(a.converged);
        CHECK(std::abs(gap(reconstruction_error(x, codes, a.decoder.transpose()), least, x)) <= roundoff);
        CHECK(std::abs(gap(a.objective.back(), least, x)) <= 1e-11);
        CHECK(principal_angles(a.encoder, svd.v).maxCoeff() <= 1e-5);
        CHECK(principal_angles(a.decoder, svd.v).maxCoeff() <= 1e-5);
    }
}

TEST_CASE("PCA is the tied linear autoencoder of centered data, and the untied one finds the same plane") {
    const DenseMatrix x = points();
    const Pca found = pca(x, {.components = true_rank});
    const CenteredDenseOperator centered_x(x, column_means(x));
    for (const bool tied : {false, true}) {
        CAPTURE(tied);
        const LowRankAutoencoder a = fit_low_rank_autoencoder(centered_x, {.rank = true_rank, .tied = tied});

        CHECK(std::abs(gap(a.objective.back(), found.squared_error(), x)) <= 1e-11);
        CHECK(principal_angles(a.encoder, found.components).maxCoeff() <= 1e-5);
        CHECK(principal_angles(a.decoder, found.components).maxCoeff() <= 1e-5);
    }
}

TEST_CASE("a ridge on both matrices of an autoencoder costs the sum of lambda^2 / s_i^2 above the bound") {
    const DenseMatrix x = points();
    const double least = bound(x.cast<double>(), true_rank);
    for (const double lambda : {0.0, 10.0, 100.0}) {
        CAPTURE(lambda);
        const RidgeAutoencoder a = fit_ridge_autoencoder(
            CenteredDenseOperator(x), {.rank = true_rank, .regularization = lambda, .tolerance = 1e-9});
        REQUIRE(a.rank() == true_rank);

        const double error = reconstruction_error(x, x * a.weights, a.weights.transpose());

        const double cost = (lambda / a.singular_values.array()).square().sum();
        CHECK(std::abs(gap(error, least + cost, x)) <= 1e-7);  // float32 weights, once
        CHECK(std::abs(gap(error + 2 * lambda * a.weights.cast<double>().squaredNorm(), a.objective, x)) <= 1e-7);
    }
}

TEST_CASE(
    "noise on the inputs: the denoising autoencoder stands above the bound, and below the SVD once there is noise") {
    const DenseMatrix x = points();
    const Eigen::VectorXd norms = x.cast<double>().colwise().squaredNorm();
    const Eigen::VectorXd penalty = dropout_penalty(norms, 0.1, 0);
    const DenoisingAutoencoder a = fit_denoising_autoencoder(CenteredDenseOperator(x), norms, {.rank = true_rank});
    const TruncatedSvd svd = truncated_svd(CenteredDenseOperator(x), {.rank = true_rank, .tolerance = 1e-9});
    const auto with_noise = [&](const DenseMatrix& encoder, const DenseMatrix& decoder) {
        const Eigen::MatrixXd map = encoder.cast<double>() * decoder.transpose().cast<double>();
        return reconstruction_error(x, x * encoder, decoder.transpose()) +
               (penalty.cwiseSqrt().asDiagonal() * map).squaredNorm();
    };

    const double error = reconstruction_error(x, x * a.encoder, a.decoder.transpose());

    CHECK(gap(error, bound(x.cast<double>(), true_rank), x) >= 1e-4);
    CHECK(std::abs(gap(with_noise(a.encoder, a.decoder), a.objective, x)) <= 1e-6);  // float32 factors and products
    CHECK(gap(with_noise(svd.v, svd.v), a.objective, x) >= 1e-4);
}

TEST_CASE("Z = E(X): a linear encoder comes within 1% of the bound, and no encoder goes below it") {
    const DenseMatrix x = points();
    const double least = bound(centered(x), true_rank);
    const auto error = [&](const AutoencoderFactorOptions& options) {
        const AutoencoderFactors found = fit_autoencoder_factors(stored_rows(x), options);
        return reconstruction_error(x, found.codes, found.decoder.transpose(), found.mean);
    };

    const double linear = error({.rank = true_rank, .encoder = {}, .activation = Activation::linear, .epochs = 2000});
    const double hidden = error({.rank = true_rank}),
                 drawn = error({.rank = true_rank, .variational = true, .variance = 0.1});

    CHECK(gap(linear, least, x) >= -roundoff);
    CHECK(linear <= 1.01 * least);
    CHECK(gap(hidden, least, x) >= 0);
    CHECK(gap(drawn, least, x) >= 0);
}

TEST_CASE("rows of Z one-hot: k-means is a factorization whose error is its inertia") {
    const DenseMatrix x = points();
    const Kmeans found = kmeans(x, {.clusters = true_rank, .starts = 3});

    const double error = reconstruction_error(x, found.labels, found.centroids);

    CHECK(std::abs(error / found.inertia - 1) <= 1e-6);
    CHECK(std::abs(reconstruction_error(x, one_hot(found.labels, true_rank), found.centroids) / error - 1) <= 1e-12);
}

TEST_CASE("k-means stands above the bound of its rank, and above PCA with one component fewer") {
    const DenseMatrix x = points();
    for (const std::int64_t k : {1, 2, 5, 9}) {
        CAPTURE(k);
        const Kmeans found = kmeans(x, {.clusters = k, .starts = 3});
        const double error = reconstruction_error(x, found.labels, found.centroids);
        // k centroids lie in a plane of dimension k - 1, of which one through the mean is the best
        const double plane = bound(centered(x), k - 1);

        CHECK(gap(plane, bound(x.cast<double>(), k), x) >= 0);
        CHECK(gap(error, plane, x) >= (k == 1 ? -roundoff : 1e-3));
        if (k == 1) CHECK(gap(error, plane, x) <= roundoff);  // the mean alone: the ends meet
    }
}

TEST_CASE("Lloyd's algorithm is an autoencoder with hard assignment: encode, decode, and the error never increases") {
    const DenseMatrix x = points();
    DenseMatrix centroids(true_rank, column_count);
    for (Eigen::Index c = 0; c < true_rank; ++c) centroids.row(c) = x.row(true_rank * c);  // all around one place
    const DenseMatrix start = centroids;
    double last = std::numeric_limits<double>::infinity();
    std::vector<std::int32_t> labels;
    for (int iteration = 0; iteration < 10; ++iteration) {
        labels = nearest(x, centroids);  // encode
        const double encoded = reconstruction_error(x, labels, centroids);
        const DenseMatrix codes = one_hot(labels, true_rank);
        CHECK(std::abs(reconstruction_error(x, codes, centroids) / encoded - 1) <= 1e-12);  // decode
        CHECK(encoded <= last * (1 + 1e-6));

        centroids = means_of(x, labels, centroids);  // the decoder of least squares for one-hot codes
        last = reconstruction_error(x, labels, centroids);
        CHECK(last <= encoded * (1 + 1e-6));
    }

    const Kmeans found = kmeans_from(start, x, {.tolerance = 0});

    CHECK(found.converged);
    CHECK(found.labels == labels);
    CHECK(std::abs(found.inertia / last - 1) <= 1e-5);
    for (std::size_t i = 1; i < found.objective.size(); ++i) {
        CHECK(found.objective[i] <= found.objective[i - 1] * (1 + 1e-12));
    }
}

TEST_CASE("vector quantization is k-means as a code: its distortion is the error a row") {
    const DenseMatrix x = points();
    const VectorQuantizer codebook = fit_vector_quantizer(x, {.codewords = true_rank, .starts = 3});
    const std::vector<std::int32_t> codes = encode(codebook, x);

    const double error = reconstruction_error(x, codes, codebook.codewords);

    CHECK(std::abs(distortion(codebook, x) * rows_a_task / error - 1) <= 1e-6);
    CHECK(std::abs((x - decode(codebook, codes)).cast<double>().squaredNorm() / error - 1) <= 1e-6);
    CHECK(gap(error, bound(centered(x), true_rank - 1), x) >= 1e-3);
}

TEST_CASE("Z one-hot in each subspace: product quantization stands below one codebook of as many codewords") {
    constexpr Eigen::Index words = 2 * true_rank;
    const DenseMatrix x = points();
    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 4, .codewords = words});
    const VectorQuantizer codebook = fit_vector_quantizer(x, {.codewords = words, .starts = 3});
    const CodeMatrix codes = encode(quantizer, x);
    DenseMatrix z = DenseMatrix::Zero(rows_a_task, 4 * words), w = DenseMatrix::Zero(4 * words, column_count);
    for (Eigen::Index s = 0; s < 4; ++s) {
        const auto first = quantizer.bounds[static_cast<std::size_t>(s)];
        const auto width = quantizer.bounds[static_cast<std::size_t>(s) + 1] - first;
        w.block(s * words, first, words, width) = quantizer.codewords.middleCols(first, width);
        for (Eigen::Index i = 0; i < rows_a_task; ++i) z(i, s * words + codes(i, s)) = 1;
    }

    const double error = reconstruction_error(x, z, w);

    CHECK(std::abs(distortion(quantizer, x) * rows_a_task / error - 1) <= 1e-6);
    CHECK(gap(distortion(codebook, x) * rows_a_task, error, x) >= 1e-3);
}

TEST_CASE("matrix completion with every entry known meets the bound") {
    const DenseMatrix x = points();
    const double least = bound(x.cast<double>(), true_rank);
    const CenteredDenseOperator op(x);

    const MatrixCompletion all = complete_matrix(op, {.rank = true_rank, .tolerance = 1e-14});
    const MatrixCompletion stored =
        complete_matrix(sparse(x.cast<double>()), {.rank = true_rank, .lambda = 1e-8, .tolerance = 1e-12});

    CHECK(std::abs(gap(reconstruction_error(x, all.row_factors, all.column_factors.transpose()), least, x)) <= 1e-8);
    CHECK(std::abs(gap(reconstruction_error(x, stored.row_factors, stored.column_factors.transpose()), least, x)) <=
          1e-5);
}

TEST_CASE("matrix completion finds a matrix of low rank again from a part of its entries") {
    const DenseMatrix z = random_panel<float>(rows_a_task, 3, 4), w = random_panel<float>(3, column_count, 5),
                      x = z * w;
    const CsrMatrix known = [&] {
        const Philox random(6);
        Eigen::MatrixXd kept = x.cast<double>();
        for (Eigen::Index i = 0; i < kept.size(); ++i) {
            if (random.uniform(static_cast<std::uint64_t>(i)) < 0.4) kept.data()[i] = 0;
        }
        return sparse(kept);
    }();
    REQUIRE(static_cast<double>(known.nonzeros()) < 0.65 * static_cast<double>(x.size()));

    const MatrixCompletion found = complete_matrix(known, {.rank = 3, .lambda = 1e-6, .tolerance = 1e-9});
    const TruncatedSvd zeros_for_unknown = truncated_svd(known, {.rank = 3});

    CHECK(gap(reconstruction_error(x, found.row_factors, found.column_factors.transpose()), 0, x) <= 1e-6);
    CHECK(
        gap(reconstruction_error(x, zeros_for_unknown.u * zeros_for_unknown.singular_values.cast<float>().asDiagonal(),
                                 zeros_for_unknown.v.transpose()),
            0, x) >= 0.05);
}

TEST_CASE("LSI: a row folded in by x V / s is its row of U, and one not seen before is projected") {
    const DenseMatrix x = points();
    const DenseMatrix seen = x.topRows(rows_a_task - 10), fresh = x.bottomRows(10);
    const TruncatedSvd svd = truncated_svd(CenteredDenseOperator(seen), {.rank = true_rank, .tolerance = 1e-9});
    const Eigen::MatrixXd v = svd.v.cast<double>();
    const auto fold_in = [&](const DenseMatrix& rows) {
        return Eigen::MatrixXd(rows.cast<double>() * v * svd.singular_values.cwiseInverse().asDiagonal());
    };

    CHECK((fold_in(seen) - svd.u.cast<double>()).cwiseAbs().maxCoeff() <= 1e-6);
    // what folding in keeps of a row is its nearest point in the span of V: the rest is orthogonal to it
    const Eigen::MatrixXd nearest_points = fold_in(fresh) * svd.singular_values.asDiagonal() * v.transpose();
    CHECK(((fresh.cast<double>() - nearest_points) * v).cwiseAbs().maxCoeff() <= 1e-5);
}
