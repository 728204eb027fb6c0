#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>

#include "engine/matrix/random_matrices.h"
#include "engine/metrics/clustering.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

using Labels = std::vector<std::int32_t>;

/// Seven points in three clusters, the last a point alone.
DenseMatrix seven_points() {
    DenseMatrix x(7, 2);
    x << 0, 0, 1, 0, 0, 2, 5, 5, 6, 5, 5, 7, 9, 0;
    return x;
}

const Labels seven_labels = {0, 0, 0, 1, 1, 1, 2};

Labels gapped_labels(Eigen::Index size, std::uint64_t clusters, std::uint64_t seed) {
    const Philox random(seed);
    Labels labels;
    for (Eigen::Index i = 0; i < size; ++i) {
        labels.push_back(3 * static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(i), clusters)) - 3);
    }
    return labels;
}

double distance(const DenseMatrix& x, Eigen::Index i, Eigen::Index j) {
    return (x.row(i).cast<double>() - x.row(j).cast<double>()).norm();
}

/// By definition, one pair of points after another.
double silhouette_by_pairs(const DenseMatrix& x, const Labels& labels, Eigen::Index i) {
    std::map<std::int32_t, std::pair<double, double>> sums;
    for (Eigen::Index j = 0; j < x.rows(); ++j) {
        if (j == i) continue;
        auto& [sum, count] = sums[labels[static_cast<std::size_t>(j)]];
        sum += distance(x, i, j);
        ++count;
    }
    const std::int32_t own = labels[static_cast<std::size_t>(i)];
    if (sums.count(own) == 0) return 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (const auto& [label, sum] : sums) {
        if (label != own) nearest = std::min(nearest, sum.first / sum.second);
    }
    const double a = sums[own].first / sums[own].second;
    return (nearest - a) / std::max(a, nearest);
}

std::map<std::int32_t, Eigen::VectorXd> centroids_of(const DenseMatrix& x, const Labels& labels) {
    std::map<std::int32_t, Eigen::VectorXd> sums;
    std::map<std::int32_t, double> counts;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const std::int32_t label = labels[static_cast<std::size_t>(i)];
        auto [at, fresh] = sums.try_emplace(label, Eigen::VectorXd::Zero(x.cols()));
        at->second += x.row(i).transpose().cast<double>();
        ++counts[label];
    }
    for (auto& [label, sum] : sums) sum /= counts[label];
    return sums;
}

}  // namespace

TEST_CASE("seven points have the figures of scikit-learn") {
    const DenseMatrix x = seven_points();
    const std::vector<double> wanted = {0.808377258716500,
                                        0.774609928197575,
                                        0.675980137546988,
                                        0.765739357167091,
                                        0.722509460216903,
                                        0.732297125007991,
                                        0};

    const std::vector<double> values = silhouette_values(x, seven_labels);

    for (std::size_t i = 0; i < 7; ++i) CHECK(std::abs(values[i] - wanted[i]) <= 1e-13);
    CHECK(silhouette(x, seven_labels) == doctest::Approx(0.639930466693292));
    CHECK(davies_bouldin(x, seven_labels) == doctest::Approx(0.242908207265630));
    CHECK(calinski_harabasz(x, seven_labels) == doctest::Approx(34.857142857142854));
}

TEST_CASE("silhouettes are those of the definition, pair by pair") {
    for (const Eigen::Index size : {40, 1100}) {  // fewer than a block of columns, and more
        for (const std::uint64_t clusters : {2U, 7U}) {
            const DenseMatrix x = random_panel<float>(size, 5, clusters);
            const Labels labels = gapped_labels(size, clusters, 2);

            const std::vector<double> values = silhouette_values(x, labels);

            REQUIRE(values.size() == labels.size());
            for (Eigen::Index i = 0; i < size; i += 13) {
                CHECK(std::abs(values[static_cast<std::size_t>(i)] - silhouette_by_pairs(x, labels, i)) <= 1e-12);
            }
        }
    }
}

TEST_CASE("tight clusters far from the origin keep their digits") {
    DenseMatrix x = 1e-3F * random_panel<float>(120, 4, 3);
    Labels labels;
    for (Eigen::Index i = 0; i < 120; ++i) {
        labels.push_back(static_cast<std::int32_t>(i % 3));
        x.row(i).array() += 1000.0F + 0.01F * static_cast<float>(i % 3);
    }

    const std::vector<double> values = silhouette_values(x, labels);

    for (Eigen::Index i = 0; i < 120; ++i) {
        CHECK(std::abs(values[static_cast<std::size_t>(i)] - silhouette_by_pairs(x, labels, i)) <= 1e-8);
    }
}

TEST_CASE("points that are all equal have a silhouette of 0, whatever their labels") {
    const DenseMatrix x = DenseMatrix::Constant(30, 3, 0.1F);
    const Labels labels = gapped_labels(30, 4, 4);

    for (const double value : silhouette_values(x, labels)) CHECK(value == 0);
    CHECK(simplified_silhouette(x, labels) == 0);
    CHECK(davies_bouldin(x, labels) == 0);
    CHECK(calinski_harabasz(x, labels) == 1);
}

TEST_CASE("clusters of equal members have a silhouette of 1: roundoff leaves no distance between them") {
    const DenseMatrix places = random_panel<float>(3, 50, 20);
    DenseMatrix x(60, 50);
    Labels labels(60);
    for (Eigen::Index i = 0; i < 60; ++i) {
        labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i % 3);
        x.row(i) = places.row(i % 3);
    }

    for (const double value : silhouette_values(x, labels)) CHECK(value == 1);
}

TEST_CASE("points apart, each its own cluster, have a silhouette of 0") {
    Labels labels(20);
    for (std::size_t i = 0; i < 20; ++i) labels[i] = static_cast<std::int32_t>(i);
    const DenseMatrix x = random_panel<float>(20, 3, 5);

    CHECK(silhouette(x, labels) == 0);
    CHECK(davies_bouldin(x, labels) == 0);
    CHECK(calinski_harabasz(x, labels) == 1);
}

TEST_CASE("noise is a cluster like another") {
    const DenseMatrix x = random_panel<float>(60, 3, 6);
    Labels noisy = gapped_labels(60, 3, 7), named = noisy;
    for (std::size_t i = 0; i < 60; ++i) {
        if (noisy[i] == 0) noisy[i] = -1;  // in both, the same members
    }

    CHECK(silhouette_values(x, noisy) != std::vector<double>(60, 0.0));
    CHECK(std::abs(silhouette(x, noisy) - silhouette(x, named)) <= 1e-12);
}

TEST_CASE("a sample of all points is the exact silhouette, and a smaller one has it in its interval") {
    DenseMatrix x = random_panel<float>(900, 4, 8);
    const Labels labels = gapped_labels(900, 3, 9);
    for (Eigen::Index i = 0; i < 900; ++i) x(i, 0) += static_cast<float>(labels[static_cast<std::size_t>(i)]);
    const double exact = silhouette(x, labels);

    const MeanInterval all = sampled_silhouette(x, labels, 5000, 1);
    CHECK(all.mean == doctest::Approx(exact));
    CHECK(all.n == 900);
    CHECK(all.high - all.low <= 1e-12);
    int inside = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const MeanInterval sample = sampled_silhouette(x, labels, 100, seed);
        CHECK(sample.n == 100);
        inside += sample.low <= exact && exact <= sample.high ? 1 : 0;
    }
    CHECK(inside >= 88);  // of 100 with probability .95: three standard errors below
    CHECK(inside < 100);
}

TEST_CASE("the simplified silhouette is that of distances to centroids") {
    const DenseMatrix x = random_panel<float>(200, 4, 10);
    const Labels labels = gapped_labels(200, 5, 11);
    const auto centers = centroids_of(x, labels);
    double wanted = 0;
    for (Eigen::Index i = 0; i < 200; ++i) {
        double own = 0, nearest = std::numeric_limits<double>::infinity();
        for (const auto& [label, center] : centers) {
            const double apart = (x.row(i).transpose().cast<double>() - center).norm();
            if (label == labels[static_cast<std::size_t>(i)]) {
                own = apart;
            } else {
                nearest = std::min(nearest, apart);
            }
        }
        wanted += (nearest - own) / std::max(nearest, own) / 200;
    }

    CHECK(std::abs(simplified_silhouette(x, labels) - wanted) <= 1e-12);
}

TEST_CASE("Davies-Bouldin and Calinski-Harabasz are those of their definitions") {
    const DenseMatrix x = random_panel<float>(150, 3, 12);
    const Labels labels = gapped_labels(150, 4, 13);
    const auto centers = centroids_of(x, labels);
    std::map<std::int32_t, double> spread, count;
    double within = 0, between = 0, worst_sum = 0;
    for (Eigen::Index i = 0; i < 150; ++i) {
        const std::int32_t label = labels[static_cast<std::size_t>(i)];
        const double apart = (x.row(i).transpose().cast<double>() - centers.at(label)).norm();
        spread[label] += apart;
        within += apart * apart;
        ++count[label];
    }
    const Eigen::VectorXd mean = x.cast<double>().colwise().mean().transpose();
    for (const auto& [i, ci] : centers) {
        between += count[i] * (ci - mean).squaredNorm();
        double worst = 0;
        for (const auto& [j, cj] : centers) {
            if (i != j) worst = std::max(worst, (spread[i] / count[i] + spread[j] / count[j]) / (ci - cj).norm());
        }
        worst_sum += worst;
    }

    CHECK(davies_bouldin(x, labels) == doctest::Approx(worst_sum / 4));
    CHECK(calinski_harabasz(x, labels) == doctest::Approx(between / 3 / (within / 146)));
}

TEST_CASE("silhouettes are the same bytes for 1, 2 and 4 threads") {
    const DenseMatrix x = random_panel<float>(700, 6, 14);
    const Labels labels = gapped_labels(700, 5, 15);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        std::vector<double> all = silhouette_values(x, labels);
        all.insert(all.end(), {simplified_silhouette(x, labels), davies_bouldin(x, labels),
                               calinski_harabasz(x, labels), sampled_silhouette(x, labels, 50, 3).mean});
        return all;
    };
    const std::vector<double> one = with(1);

    CHECK(with(2) == one);
    CHECK(with(4) == one);
}

TEST_CASE("one cluster, labels that do not fit and values that are not finite are refused") {
    DenseMatrix x = random_panel<float>(10, 2, 16);
    const Labels two = gapped_labels(10, 2, 17), one(10, 5), short_labels(9, 0);

    CHECK_THROWS_AS(silhouette(x, one), UsageError);
    CHECK_THROWS_AS(silhouette(x, short_labels), UsageError);
    CHECK_THROWS_AS(silhouette(DenseMatrix(0, 2), Labels{}), UsageError);
    CHECK_THROWS_AS(simplified_silhouette(x, one), UsageError);
    CHECK_THROWS_AS(davies_bouldin(x, one), UsageError);
    CHECK_THROWS_AS(calinski_harabasz(x, one), UsageError);
    CHECK_THROWS_AS(sampled_silhouette(x, two, 0), UsageError);
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        x(3, 1) = value;
        CHECK_THROWS_AS(silhouette(x, two), UsageError);
        CHECK_THROWS_AS(davies_bouldin(x, two), UsageError);
    }
}

TEST_CASE("an interrupt ends the search for silhouettes") {
    const DenseMatrix x = random_panel<float>(100, 2, 18);
    const Progress impatient({}, [] { return true; });

    CHECK_THROWS_AS(silhouette(x, gapped_labels(100, 2, 19), impatient), InterruptedError);
}
