#include "engine/metrics/clustering.h"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

using Labels = std::vector<std::int32_t>;

Labels random_labels(std::size_t size, std::uint64_t clusters, std::uint64_t seed) {
    const Philox random(seed);
    Labels labels;
    for (std::size_t i = 0; i < size; ++i) labels.push_back(static_cast<std::int32_t>(random.below(i, clusters)));
    return labels;
}

/// By its definition over pairs of members, all n^2 of them.
double adjusted_rand_by_pairs(const Labels& a, const Labels& b) {
    double both = 0, only_a = 0, only_b = 0, neither = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const bool in_a = a[i] == a[j], in_b = b[i] == b[j];
            ++(in_a ? (in_b ? both : only_a) : (in_b ? only_b : neither));
        }
    }
    return 2 * (both * neither - only_a * only_b) /
           ((both + only_a) * (only_a + neither) + (both + only_b) * (only_b + neither));
}

/// -sum p log p over how often each value occurs.
template <class Value>
double entropy_by_counting(const std::vector<Value>& values) {
    double sum = 0;
    const auto n = static_cast<double>(values.size());
    for (const Value& value : values) {  // each of count c adds -1/n log(c / n), c times in all
        double count = 0;
        for (const Value& other : values) count += other == value ? 1 : 0;
        sum -= std::log(count / n) / n;
    }
    return sum;
}

double information_by_counting(const Labels& a, const Labels& b) {
    std::vector<std::pair<std::int32_t, std::int32_t>> joint;
    for (std::size_t i = 0; i < a.size(); ++i) joint.emplace_back(a[i], b[i]);
    return entropy_by_counting(a) + entropy_by_counting(b) - entropy_by_counting(joint);
}

}  // namespace

TEST_CASE("two labelings of ten members have the figures of scikit-learn") {
    const Labels truth = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2}, labels = {1, 1, 0, 0, 0, 0, 3, 3, 2, 3};

    CHECK(normalized_mutual_information(truth, labels) == doctest::Approx(0.729468610181435));
    CHECK(homogeneity(truth, labels) == doctest::Approx(0.793430009238258));
    CHECK(completeness(truth, labels) == doctest::Approx(0.675050251863592));
    CHECK(v_measure(truth, labels) == doctest::Approx(0.729468610181435));
    CHECK(adjusted_rand_index(truth, labels) == doctest::Approx(0.52));
    CHECK(purity(truth, labels) == doctest::Approx(0.9));  // 2 of 2, 3 of 4, 3 of 3, 1 of 1
}

TEST_CASE("names of labels do not matter, negative ones neither") {
    const Labels a = {0, 0, 1, 1, 2, 2}, renamed = {-1, -1, 2000000000, 2000000000, 7, 7};

    CHECK(normalized_mutual_information(a, renamed) == doctest::Approx(1));
    CHECK(v_measure(a, renamed) == doctest::Approx(1));
    CHECK(adjusted_rand_index(a, renamed) == 1);
    CHECK(purity(a, renamed) == 1);
}

TEST_CASE("measures are what counting pairs and values gives") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Labels a = random_labels(300, 7, seed), b = random_labels(300, 4, seed + 10);
        const double information = information_by_counting(a, b), h_a = entropy_by_counting(a),
                     h_b = entropy_by_counting(b);

        CHECK(adjusted_rand_index(a, b) == doctest::Approx(adjusted_rand_by_pairs(a, b)));
        CHECK(normalized_mutual_information(a, b) == doctest::Approx(2 * information / (h_a + h_b)));
        CHECK(homogeneity(a, b) == doctest::Approx(information / h_a));
        CHECK(completeness(a, b) == doctest::Approx(information / h_b));
    }
}

TEST_CASE("the V-measure is mutual information normalized by the arithmetic mean") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Labels a = random_labels(200, 5, seed), b = random_labels(200, 9, seed + 20);
        CHECK(v_measure(a, b) == doctest::Approx(normalized_mutual_information(a, b)));
        CHECK(completeness(a, b) == homogeneity(b, a));
    }
}

TEST_CASE("one cluster against one is a perfect match, against several it tells nothing") {
    const Labels one = {4, 4, 4, 4}, two = {0, 0, 1, 1};

    CHECK(normalized_mutual_information(one, one) == 1);
    CHECK(adjusted_rand_index(one, one) == 1);
    CHECK(normalized_mutual_information(two, one) == 0);
    CHECK(homogeneity(two, one) == 0);
    CHECK(completeness(two, one) == 1);
    CHECK(v_measure(two, one) == 0);
    CHECK(adjusted_rand_index(two, one) == 0);
    CHECK(purity(two, one) == doctest::Approx(0.5));
}

TEST_CASE("clusters of one member are pure and homogeneous, and agree with nothing by pairs") {
    const Labels truth = {0, 0, 1, 1}, apart = {0, 1, 2, 3};

    CHECK(purity(truth, apart) == 1);
    CHECK(homogeneity(truth, apart) == doctest::Approx(1));
    CHECK(completeness(truth, apart) == doctest::Approx(0.5));
    CHECK(adjusted_rand_index(truth, apart) == doctest::Approx(0).epsilon(1e-12));
    CHECK(adjusted_rand_index(apart, apart) == 1);
}

TEST_CASE("independent labels agree by chance: the adjusted index is about 0") {
    CHECK(std::abs(adjusted_rand_index(random_labels(20000, 5, 1), random_labels(20000, 5, 2))) <= 0.002);
}

TEST_CASE("without members nothing is misplaced") {
    CHECK(normalized_mutual_information({}, {}) == 1);
    CHECK(v_measure({}, {}) == 1);
    CHECK(adjusted_rand_index({}, {}) == 1);
    CHECK(purity({}, {}) == 1);
}

TEST_CASE("labelings of different lengths are refused") {
    const Labels a = {0, 1, 1}, b = {0, 1};

    CHECK_THROWS_AS(normalized_mutual_information(a, b), UsageError);
    CHECK_THROWS_AS(homogeneity(a, b), UsageError);
    CHECK_THROWS_AS(completeness(a, b), UsageError);
    CHECK_THROWS_AS(v_measure(a, b), UsageError);
    CHECK_THROWS_AS(adjusted_rand_index(a, b), UsageError);
    CHECK_THROWS_AS(purity(a, {}), UsageError);
}

TEST_CASE("members of unknown class are left out of the agreement, which is every measure at once") {
    const Labels truth = {0, 0, -1, 1, 1, 1}, labels = {3, 3, 4, 4, 4, 3};
    const Labels known = {0, 0, 1, 1, 1}, found = {3, 3, 4, 4, 3};

    const LabelAgreement agreement = label_agreement(truth, labels);

    CHECK(agreement.n == 5);
    CHECK(agreement.nmi == normalized_mutual_information(known, found));
    CHECK(agreement.ari == adjusted_rand_index(known, found));
    CHECK(agreement.homogeneity == homogeneity(known, found));
    CHECK(agreement.completeness == completeness(known, found));
    CHECK(agreement.v_measure == v_measure(known, found));
    CHECK(agreement.purity == doctest::Approx(0.8));
    CHECK_THROWS_AS((void)label_agreement(truth, found), UsageError);
}
