#include "engine/cluster/minibatch_kmeans.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/cluster/kmeans_cases.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("a centroid is the mean of all rows that it was given, by hand") {
    MiniBatchKmeans stream({.clusters = 1});
    stream.update((DenseMatrix(2, 1) << 1, 3).finished());
    CHECK(stream.centroids()(0, 0) == 2);
    const std::vector<float> weights = {2};
    stream.update((DenseMatrix(1, 1) << 10).finished(), weights);

    CHECK(stream.centroids()(0, 0) == 6);  // (1 + 3 + 2 * 10) / 4
    CHECK(stream.cluster_weights() == std::vector<double>{4});
    CHECK(stream.batch_inertia() == 2 * 64);
    CHECK(stream.rows_seen() == 3);
}

TEST_CASE("a pass in batches comes close to what whole iterations find") {
    const DenseMatrix x = blobs(4000, 8, 10, 1);
    MiniBatchKmeans stream({.clusters = 10, .seed = 3});
    for (Eigen::Index first = 0; first < 4000; first += 250) stream.update(x.middleRows(first, 250));

    const double whole = kmeans(x, {.clusters = 10, .starts = 3}).inertia;
    CHECK(assign_to_centroids(x, stream.centroids()).inertia < 1.15 * whole);
    CHECK(std::accumulate(stream.cluster_weights().begin(), stream.cluster_weights().end(), 0.0) ==
          doctest::Approx(4000));
}

TEST_CASE("a centroid that gets next to nothing is moved to where rows are far from theirs") {
    MiniBatchKmeans stream({.clusters = 2, .revival = 0.1});
    stream.update((DenseMatrix(2, 1) << 0, 1000).finished());
    DenseMatrix batch(60, 1);
    for (Eigen::Index i = 0; i < 60; ++i) batch(i, 0) = i < 59 ? static_cast<float>(i % 2) : 300.0F;

    stream.update(batch);

    CHECK((stream.centroids().array() == 300).count() == 1);
    CHECK((stream.centroids().array() == 1000).count() == 0);
}

TEST_CASE("sparse batches give what dense batches give, on any number of threads") {
    const DenseMatrix x = sparse_counts(600, 25, 4);
    const auto fed = [&](bool as_sparse, int threads) {
        const ThreadLimit limit(threads);
        MiniBatchKmeans stream({.clusters = 7});
        for (Eigen::Index first = 0; first < 600; first += 200) {
            const DenseMatrix batch = x.middleRows(first, 200);
            as_sparse ? stream.update(sparse_of(batch)) : stream.update(batch);
        }
        return stream.centroids();
    };

    CHECK((fed(true, 1) - fed(false, 1)).cwiseAbs().maxCoeff() < 1e-4F);
    for (const bool as_sparse : {false, true}) {
        CHECK(fed(as_sparse, 1) == fed(as_sparse, 2));
        CHECK(fed(as_sparse, 1) == fed(as_sparse, 4));
    }
}

TEST_CASE("a batch that is refused changes nothing") {
    MiniBatchKmeans stream({.clusters = 3});
    CHECK_THROWS_WITH_AS(stream.update(DenseMatrix::Zero(2, 2)), "k-means cannot make 3 clusters of 2 rows",
                         UsageError);
    CHECK(stream.centroids().size() == 0);
    stream.update(blobs(20, 2, 3, 5));
    const DenseMatrix before = stream.centroids();
    CHECK_THROWS_AS(stream.update(DenseMatrix::Zero(2, 3)), UsageError);
    CHECK_THROWS_AS(stream.update(DenseMatrix::Constant(2, 2, std::nanf(""))), UsageError);
    CHECK_THROWS_AS(stream.update(DenseMatrix::Zero(2, 2), std::vector<float>{1, -1}), UsageError);
    CHECK_THROWS_AS(stream.update(DenseMatrix(0, 2)), UsageError);
    CHECK(stream.centroids() == before);
    CHECK(stream.rows_seen() == 20);
    CHECK_THROWS_AS(MiniBatchKmeans({.clusters = 0}), UsageError);
    CHECK_THROWS_AS(MiniBatchKmeans({.clusters = 2, .revival = 1}), UsageError);
}

TEST_CASE("one pass over the rows of a matrix finds groups that lie far apart, and labels each row by its nearest") {
    const DenseMatrix x = blobs(300, 3, 3, 11);

    const Kmeans found = minibatch_kmeans(x, {.clusters = 3, .batch_rows = 50});
    const Kmeans iterated = kmeans(x, {.clusters = 3, .starts = 5});

    CHECK(found.labels == assign_to_centroids(x, found.centroids).labels);
    CHECK(found.inertia <= 1.05 * iterated.inertia);
    CHECK(std::accumulate(found.sizes.begin(), found.sizes.end(), std::int64_t{0}) == 300);
    CHECK(minibatch_kmeans(x, {.clusters = 3, .batch_rows = 50}).centroids == found.centroids);
    CHECK_THROWS_AS((void)minibatch_kmeans(x, {.clusters = 3, .batch_rows = 2}), UsageError);
}

TEST_CASE("a spherical pass leaves rows of zeros out, and centroids have length 1") {
    DenseMatrix x = unit_rows(blobs(40, 4, 2, 3));
    const Kmeans without = minibatch_kmeans(x, {.clusters = 2, .batch_rows = 100, .spherical = true});
    DenseMatrix with_zero = DenseMatrix::Zero(41, 4);
    with_zero.topRows(40) = x;

    const Kmeans found = minibatch_kmeans(with_zero, {.clusters = 2, .batch_rows = 100, .spherical = true});

    CHECK(found.centroids.rowwise().norm().isOnes(1e-6F));
    CHECK(found.centroids == without.centroids);
    CHECK(found.inertia == doctest::Approx(without.inertia).epsilon(1e-6));
}
