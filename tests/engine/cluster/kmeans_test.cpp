#include "engine/cluster/kmeans.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "engine/metrics/reconstruction.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/cluster/kmeans_cases.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr KmeansMethod methods[] = {KmeansMethod::lloyd, KmeansMethod::hamerly, KmeansMethod::yinyang,
                                    KmeansMethod::automatic};

/// Lloyd's iterations as a textbook has them, in float64; centroids are rounded to float32 as they are stored.
struct Textbook {
    DenseMatrix centroids;
    std::vector<std::int32_t> labels;
    double inertia = 0;
    int iterations = 0;
};

double distance(const DenseMatrix& x, Eigen::Index i, const DenseMatrix& c, Eigen::Index j) {
    return (x.row(i).cast<double>() - c.row(j).cast<double>()).squaredNorm();
}

std::vector<std::int32_t> nearest_by_search(const DenseMatrix& x, const DenseMatrix& centroids) {
    std::vector<std::int32_t> labels;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        std::int32_t best = 0;
        for (std::int32_t j = 1; j < centroids.rows(); ++j) {
            if (distance(x, i, centroids, j) < distance(x, i, centroids, best)) best = j;
        }
        labels.push_back(best);
    }
    return labels;
}

Textbook textbook(const DenseMatrix& x, DenseMatrix centroids, int iterations, std::span<const float> weights) {
    Textbook result;
    const auto weight = [&](Eigen::Index i) {
        return weights.empty() ? 1.0 : static_cast<double>(weights[static_cast<std::size_t>(i)]);
    };
    std::vector<std::int32_t> labels;
    while (result.iterations < iterations) {
        ++result.iterations;
        const std::vector<std::int32_t> now = nearest_by_search(x, centroids);
        if (now == labels) break;
        labels = now;
        for (Eigen::Index j = 0; j < centroids.rows(); ++j) {
            Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(x.cols());
            double total = 0;
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                if (labels[static_cast<std::size_t>(i)] != j) continue;
                sum += weight(i) * x.row(i).cast<double>();
                total += weight(i);
            }
            if (total > 0) centroids.row(j) = (sum / total).cast<float>();
        }
    }
    result.labels = nearest_by_search(x, centroids);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        result.inertia += weight(i) * distance(x, i, centroids, result.labels[static_cast<std::size_t>(i)]);
    }
    result.centroids = std::move(centroids);
    return result;
}

void check_equal(const Kmeans& a, const Kmeans& b) {
    CHECK(a.labels == b.labels);
    CHECK(a.centroids == b.centroids);
    CHECK(a.iterations == b.iterations);
    CHECK(a.converged == b.converged);
    CHECK(a.inertia == b.inertia);
    CHECK(a.squared_distances == b.squared_distances);
    CHECK(a.objective == b.objective);
}

/// What defines the result, whatever the input.
void check_result(const DenseMatrix& x, const Kmeans& result, std::span<const float> weights = {}) {
    CHECK(result.labels == nearest_by_search(x, result.centroids));
    double inertia = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double own = distance(x, i, result.centroids, result.labels[at]);
        CHECK(static_cast<double>(result.squared_distances[at]) == doctest::Approx(own));
        inertia += (weights.empty() ? 1.0 : static_cast<double>(weights[at])) * own;
    }
    CHECK(result.inertia == doctest::Approx(inertia).epsilon(1e-12));
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(result.centroids.rows()));
    for (const std::int32_t label : result.labels) ++sizes[static_cast<std::size_t>(label)];
    CHECK(sizes == result.sizes);
    // By the sums rather than by the rows: roundoff of the sum of all squares.
    const double scale = std::max(1e-30, x.cast<double>().squaredNorm());
    CHECK(std::abs(result.objective.back() - result.inertia) <= 1e-11 * scale);
    // Rounding of centroids to float32 adds at most 2^-24 squared of what they measure.
    for (std::size_t t = 1; t < result.objective.size(); ++t) {
        CHECK(result.objective[t] <= result.objective[t - 1] + 1e-11 * scale);
    }
}

}  // namespace

TEST_CASE("two pairs on a line become two clusters, by hand") {
    const DenseMatrix x = (DenseMatrix(4, 1) << 0, 1, 10, 12).finished();
    const DenseMatrix start = (DenseMatrix(2, 1) << 0, 1).finished();

    const Kmeans result = kmeans_from(start, x, {.tolerance = 0});

    // {0} and {1, 10, 12}; then {0, 1} and {10, 12} around 0 and 23 / 3; then the same around .5 and 11.
    CHECK(result.centroids(0, 0) == 0.5F);
    CHECK(result.centroids(1, 0) == 11.0F);
    CHECK(result.labels == std::vector<std::int32_t>{0, 0, 1, 1});
    CHECK(result.squared_distances == std::vector<float>{0.25F, 0.25F, 1, 1});
    CHECK(result.inertia == 2.5);
    CHECK(result.sizes == std::vector<std::int64_t>{2, 2});
    CHECK(result.iterations == 3);
    CHECK(result.converged);
    REQUIRE(result.objective.size() == 3);
    CHECK(result.objective[0] == doctest::Approx(0 + 0 + 81 + 121));
    CHECK(result.objective[1] == doctest::Approx(0 + 1 + std::pow(10 - 23.0 / 3, 2) + std::pow(12 - 23.0 / 3, 2)));
    CHECK(result.objective[2] == doctest::Approx(2.5));
}

TEST_CASE("every method goes where the textbook goes") {
    for (const KmeansCase& input : kmeans_cases()) {
        CAPTURE(input.name);
        const Textbook expected = textbook(input.x, input.start, 30, {});
        for (const KmeansMethod method : methods) {
            CAPTURE(name(method));
            const Kmeans result =
                kmeans_from(input.start, input.x, {.iterations = 30, .tolerance = 0, .method = method});
            check_result(input.x, result);
            if (result.repaired > 0) continue;  // the textbook leaves clusters empty
            CHECK(result.labels == expected.labels);
            CHECK(result.iterations == expected.iterations);
            CHECK(result.inertia == doctest::Approx(expected.inertia).epsilon(1e-6));
        }
    }
}

TEST_CASE("methods with bounds give the bytes of the plain one") {
    for (const KmeansCase& input : kmeans_cases()) {
        CAPTURE(input.name);
        for (const bool spherical : {false, true}) {
            if (spherical && !input.directions) continue;
            const KmeansOptions options{
                .iterations = 40, .tolerance = 0, .method = KmeansMethod::lloyd, .spherical = spherical};
            const Kmeans plain = kmeans_from(input.start, input.x, options);
            for (const KmeansMethod method : methods) {
                CAPTURE(name(method));
                KmeansOptions other = options;
                other.method = method;
                check_equal(plain, kmeans_from(input.start, input.x, other));
            }
        }
    }
}

TEST_CASE("weights count rows, and rows of weight zero change nothing but have labels") {
    const DenseMatrix x = blobs(90, 3, 4, 5);
    std::vector<float> weights(90);
    std::vector<Eigen::Index> repeated;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = static_cast<float>(i % 4);
        for (std::size_t copy = 0; copy < i % 4; ++copy) repeated.push_back(static_cast<Eigen::Index>(i));
    }
    DenseMatrix copies(static_cast<Eigen::Index>(repeated.size()), x.cols());
    for (std::size_t i = 0; i < repeated.size(); ++i) copies.row(static_cast<Eigen::Index>(i)) = x.row(repeated[i]);
    const DenseMatrix start = x.topRows(4);

    const Kmeans weighted = kmeans_from(start, x, {.tolerance = 0}, weights);
    const Kmeans counted = kmeans_from(start, copies, {.tolerance = 0});

    check_result(x, weighted, weights);
    CHECK((weighted.centroids - counted.centroids).cwiseAbs().maxCoeff() < 1e-5F);
    CHECK(weighted.inertia == doctest::Approx(counted.inertia).epsilon(1e-6));
    CHECK(weighted.iterations == counted.iterations);
    for (std::size_t i = 0; i < repeated.size(); ++i) {
        CHECK(counted.labels[i] == weighted.labels[static_cast<std::size_t>(repeated[i])]);
    }
}

TEST_CASE("sparse rows give what dense rows give") {
    const DenseMatrix x = sparse_counts(150, 40, 7);
    const CsrMatrix sparse = sparse_of(x);
    for (const bool spherical : {false, true}) {
        for (const KmeansMethod method : methods) {
            const KmeansOptions options{.tolerance = 0, .method = method, .spherical = spherical};
            const Kmeans dense = kmeans_from(x.topRows(20), x, options);
            const Kmeans result = kmeans_from(x.topRows(20), sparse, options);
            CHECK(result.labels == dense.labels);
            CHECK(result.iterations == dense.iterations);
            CHECK(result.inertia == doctest::Approx(dense.inertia).epsilon(1e-6));
            CHECK((result.centroids - dense.centroids).cwiseAbs().maxCoeff() < 1e-6F);
        }
    }
    const Kmeans chosen = kmeans(sparse, {.clusters = 5, .starts = 2, .seed = 3});
    check_result(x, chosen);
}

TEST_CASE("under cosine centroids have length one, and length of rows means nothing") {
    DenseMatrix x = blobs(80, 5, 3, 9);
    const Kmeans before = kmeans(x, {.clusters = 3, .tolerance = 0, .spherical = true, .seed = 2});
    for (Eigen::Index i = 0; i < x.rows(); ++i) x.row(i) *= std::ldexp(1.0F, static_cast<int>(i % 7));

    const Kmeans after = kmeans(x, {.clusters = 3, .tolerance = 0, .spherical = true, .seed = 2});

    check_equal(before, after);
    double inertia = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const Eigen::RowVectorXd row = x.row(i).cast<double>().normalized();
        const Eigen::VectorXd cosines = after.centroids.cast<double>() * row.transpose();
        Eigen::Index best = 0;
        cosines.maxCoeff(&best);
        CHECK(after.labels[static_cast<std::size_t>(i)] == best);
        inertia += 2 - 2 * cosines(best);
    }
    CHECK(after.inertia == doctest::Approx(inertia).epsilon(1e-5));
    for (Eigen::Index j = 0; j < 3; ++j) CHECK(after.centroids.row(j).norm() == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("a row of zeros has no direction: label 0, distance one, no influence") {
    const DenseMatrix x = (DenseMatrix(4, 2) << 3, 0, 0, 0, 0, 2, 5, 0).finished();

    const Kmeans result = kmeans(x, {.clusters = 2, .spherical = true});

    CHECK(result.labels[1] == 0);
    CHECK(result.squared_distances[1] == 1);
    CHECK(result.labels[0] == result.labels[3]);
    CHECK(result.labels[0] != result.labels[2]);
    CHECK(result.inertia == 0);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 4, .spherical = true}), UsageError);
    CHECK_THROWS_AS(kmeans(DenseMatrix::Zero(3, 2), {.clusters = 1, .spherical = true}), UsageError);
}

TEST_CASE("directions that cancel keep the centroid that they had") {
    const DenseMatrix x = (DenseMatrix(2, 2) << 1, 0, -1, 0).finished();

    const Kmeans result = kmeans(x, {.clusters = 1, .spherical = true});

    CHECK(std::abs(result.centroids(0, 0)) == 1);
    CHECK(result.inertia == 4);
    CHECK(kmeans(x, {.clusters = 1, .start = KmeansStart::bisecting, .spherical = true}).inertia == 4);
}

TEST_CASE("an empty cluster takes the row that is farthest from its centroid") {
    const DenseMatrix x = (DenseMatrix(5, 1) << 0, 1, 2, 3, 40).finished();
    const DenseMatrix start = (DenseMatrix(3, 1) << 0, 1000, 2000).finished();

    const Kmeans result = kmeans_from(start, x, {.tolerance = 0});

    CHECK(result.repaired == 2);                                       // 40 for the cluster of 1000, 3 for that of 2000
    CHECK(result.labels == std::vector<std::int32_t>{0, 0, 0, 2, 1});  // 2 is as near to 1 as to 3
    CHECK(result.inertia == 2);
    check_result(x, result);
}

TEST_CASE("rows that are all equal make one cluster, and the others stay empty") {
    const DenseMatrix x = DenseMatrix::Constant(60, 3, 2.5F);
    for (const KmeansStart start : {KmeansStart::plus_plus, KmeansStart::random, KmeansStart::bisecting}) {
        for (const KmeansMethod method : methods) {
            const Kmeans result = kmeans(x, {.clusters = 3, .start = start, .method = method});
            CHECK(result.inertia == 0);
            CHECK(result.converged);
            CHECK(result.labels == std::vector<std::int32_t>(60, 0));
            CHECK(result.sizes == std::vector<std::int64_t>{60, 0, 0});
            CHECK(result.centroids == DenseMatrix::Constant(3, 3, 2.5F));
        }
    }
}

TEST_CASE("one cluster is the mean, and as many as rows leave nothing") {
    const DenseMatrix x = blobs(30, 4, 3, 11);
    const Kmeans one = kmeans(x, {.clusters = 1});
    const Eigen::RowVectorXd mean = x.cast<double>().colwise().mean();
    CHECK((one.centroids.row(0).cast<double>() - mean).norm() < 1e-6 * mean.norm());
    CHECK(one.inertia == doctest::Approx((x.cast<double>().rowwise() - mean).squaredNorm()).epsilon(1e-6));
    CHECK(one.iterations == 2);

    for (const KmeansStart start : {KmeansStart::plus_plus, KmeansStart::random, KmeansStart::bisecting}) {
        const Kmeans all = kmeans(x, {.clusters = 30, .start = start});
        CHECK(all.inertia == 0);
        CHECK(std::set<std::int32_t>(all.labels.begin(), all.labels.end()).size() == 30);
    }
}

TEST_CASE("rows close together far from zero are told apart") {
    DenseMatrix x = blobs(200, 6, 4, 13);
    const Kmeans near = kmeans(x, {.clusters = 4, .tolerance = 0, .seed = 5});
    x.array() += 4096;  // float32 keeps 2^-11 of an entry

    const Kmeans far = kmeans(x, {.clusters = 4, .tolerance = 0, .seed = 5});

    CHECK(far.inertia == doctest::Approx(near.inertia).epsilon(1e-3));
    check_result(x, far);
}

TEST_CASE("more starts never leave a larger inertia") {
    const DenseMatrix x = blobs(120, 2, 9, 17);
    double before = std::numeric_limits<double>::infinity();
    for (const std::int64_t starts : {1, 2, 4, 8}) {
        const Kmeans result = kmeans(x, {.clusters = 9, .starts = starts, .start = KmeansStart::random, .seed = 4});
        CHECK(result.inertia <= before);
        before = result.inertia;
    }
}

TEST_CASE("the tolerance is a fraction of the mean variance of the columns") {
    const DenseMatrix x = blobs(300, 3, 12, 19);
    const KmeansOptions options{.tolerance = 0.01};
    const Kmeans result = kmeans_from(x.topRows(12), x, options);
    REQUIRE(result.converged);
    const Eigen::RowVectorXd mean = x.cast<double>().colwise().mean();
    const double variance = (x.cast<double>().rowwise() - mean).squaredNorm() / 300 / 3;

    // The centroids of each number of iterations: the last shift is the first within the tolerance.
    for (int t = 1; t <= result.iterations; ++t) {
        const auto centroids = [&](int iterations) -> DenseMatrix {
            if (iterations == 0) return x.topRows(12);
            return kmeans_from(x.topRows(12), x, {.iterations = iterations, .tolerance = 0}).centroids;
        };
        const double shift = (centroids(t).cast<double>() - centroids(t - 1).cast<double>()).squaredNorm();
        CHECK((shift <= 0.01 * variance) == (t == result.iterations));
    }
}

TEST_CASE("results are the same bytes for 1, 2 and 4 threads") {
    const DenseMatrix x = blobs(5000, 7, 60, 23);
    const CsrMatrix sparse = sparse_of(sparse_counts(4200, 30, 3));
    for (const KmeansStart start : {KmeansStart::plus_plus, KmeansStart::random, KmeansStart::bisecting}) {
        for (const KmeansMethod method : {KmeansMethod::lloyd, KmeansMethod::yinyang}) {
            const KmeansOptions options{.clusters = 60, .iterations = 8, .start = start, .method = method};
            const auto on = [&](int threads, const auto& rows) {
                const ThreadLimit limit(threads);
                return kmeans(rows, options);
            };
            const Kmeans one = on(1, x), one_sparse = on(1, sparse.view());
            for (const int threads : {2, 4}) {
                check_equal(one, on(threads, x));
                check_equal(one_sparse, on(threads, sparse.view()));
            }
        }
    }
}

TEST_CASE("assigning puts each row with its nearest centroid, the lowest of several") {
    const DenseMatrix x = blobs(100, 5, 6, 29);
    DenseMatrix centroids(40, 5);
    centroids << x.topRows(20), x.topRows(20);

    const Assignment dense = assign_to_centroids(x, centroids);

    CHECK(dense.labels == nearest_by_search(x, centroids));
    CHECK(*std::max_element(dense.labels.begin(), dense.labels.end()) < 20);
    CHECK(dense.inertia == doctest::Approx(reconstruction_error(x, dense.labels, centroids)).epsilon(1e-12));
    const Assignment sparse = assign_to_centroids(sparse_of(x), centroids);
    CHECK(sparse.labels == dense.labels);
}

TEST_CASE("bad input is refused") {
    const DenseMatrix x = blobs(10, 2, 2, 31);
    const auto with = [&](float value) {
        DenseMatrix bad = x;
        bad(7, 1) = value;
        return bad;
    };
    CHECK_THROWS_WITH_AS(kmeans(with(std::numeric_limits<float>::quiet_NaN()), {.clusters = 2}),
                         "row 7 has an entry that is not finite", UsageError);
    CHECK_THROWS_WITH_AS(kmeans(with(std::numeric_limits<float>::infinity()), {.clusters = 2}),
                         "row 7 has an entry that is not finite", UsageError);
    CHECK_THROWS_AS(kmeans(with(1e25F), {.clusters = 2}), UsageError);
    CHECK_THROWS_WITH_AS(kmeans(x, {.clusters = 11}), "k-means cannot make 11 clusters of 10 rows", UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 0}), UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 2, .iterations = 0}), UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 2, .tolerance = -1}), UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 2, .starts = 0}), UsageError);
    CHECK_THROWS_AS(kmeans(DenseMatrix(0, 2), {.clusters = 1}), UsageError);
    CHECK_THROWS_AS(kmeans(DenseMatrix(2, 0), {.clusters = 1}), UsageError);
    CHECK_THROWS_AS(kmeans(CsrMatrix{}, {.clusters = 1}), UsageError);

    std::vector<float> weights(10, 1);
    weights[3] = -1;
    CHECK_THROWS_WITH_AS(kmeans(x, {.clusters = 2}, weights), "the weight of row 3 is negative or not finite",
                         UsageError);
    weights[3] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(kmeans(x, {.clusters = 2}, weights), UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 2}, std::vector<float>(9, 1)), UsageError);
    CHECK_THROWS_AS(kmeans(x, {.clusters = 1}, std::vector<float>(10, 0)), UsageError);

    CHECK_THROWS_AS(kmeans_from(DenseMatrix::Zero(2, 3), x), UsageError);
    CHECK_THROWS_AS(kmeans_from(DenseMatrix(0, 2), x), UsageError);
    CHECK_THROWS_AS(kmeans_from(with(std::nanf("")).bottomRows(4), x), UsageError);
    CHECK_THROWS_AS(kmeans_from(DenseMatrix::Zero(2, 2), x, {.spherical = true}), UsageError);
    CHECK_THROWS_AS(assign_to_centroids(x, DenseMatrix::Zero(2, 3)), UsageError);
}

TEST_CASE("a memory budget takes the method that fits it, and refuses where none does") {
    const DenseMatrix x = blobs(3000, 4, 60, 41);
    KmeansOptions options{.clusters = 100, .iterations = 6};
    const Kmeans free = kmeans(x, options);
    CHECK(free.method == KmeansMethod::yinyang);
    const auto needed = [&](KmeansMethod method) {
        KmeansOptions asked = options;
        asked.method = method;
        return kmeans_memory(3000, 4, 0, asked);
    };
    CHECK(kmeans_memory(3000, 4, 0, options) == needed(KmeansMethod::yinyang));
    CHECK(needed(KmeansMethod::yinyang) > needed(KmeansMethod::hamerly));
    CHECK(needed(KmeansMethod::hamerly) > needed(KmeansMethod::lloyd));

    options.memory = {needed(KmeansMethod::hamerly)};
    const Kmeans bounded = kmeans(x, options);
    CHECK(bounded.method == KmeansMethod::hamerly);
    check_equal(free, bounded);
    CHECK(kmeans_memory(3000, 4, 0, options) == options.memory.bytes);
    options.memory = {needed(KmeansMethod::lloyd)};
    CHECK(kmeans(x, options).method == KmeansMethod::lloyd);
    options.memory.bytes -= 1;
    CHECK_THROWS_AS(static_cast<void>(kmeans(x, options)), MemoryError);
    CHECK(kmeans(sparse_of(x), {.clusters = 100, .iterations = 2}).method == KmeansMethod::lloyd);
}

TEST_CASE("words for starts and methods are read and written") {
    for (const KmeansStart start : {KmeansStart::plus_plus, KmeansStart::random, KmeansStart::bisecting}) {
        CHECK(parse_kmeans_start(name(start)) == start);
    }
    for (const KmeansMethod method : methods) CHECK(parse_kmeans_method(name(method)) == method);
    CHECK(parse_kmeans_method("auto") == KmeansMethod::automatic);
    CHECK_THROWS_AS(parse_kmeans_start("best"), UsageError);
    CHECK_THROWS_AS(parse_kmeans_method("fast"), UsageError);
}

TEST_CASE("progress is told, and interrupting stops") {
    const DenseMatrix x = blobs(200, 3, 5, 37);
    std::uint64_t reports = 0;
    const Progress counting([&](std::string_view, std::uint64_t done, std::uint64_t total) {
        CHECK(done <= total);
        ++reports;
    });
    static_cast<void>(kmeans(x, {.clusters = 5, .starts = 2}, {}, counting));
    CHECK(reports > 4);

    const Progress stop({}, [] { return true; });
    CHECK_THROWS_AS(kmeans(x, {.clusters = 5}, {}, stop), InterruptedError);
}
