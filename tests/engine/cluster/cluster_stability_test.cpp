#include "engine/cluster/cluster_stability.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

/// `groups` groups of `size` points about the corners of a simplex, `spread` wide.
DenseMatrix grouped_points(std::int64_t groups, std::int64_t size, double spread) {
    const Philox random(7);
    DenseMatrix x = DenseMatrix::Zero(groups * size, groups + 1);
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        x.data()[i] = static_cast<float>(spread * random.normal(static_cast<std::uint64_t>(i)));
    }
    for (std::int64_t row = 0; row < x.rows(); ++row) x(row, row % groups) += 5;
    return x;
}

CsrMatrix sparse(const DenseMatrix& x) {
    std::vector<Entry> entries;
    for (Eigen::Index row = 0; row < x.rows(); ++row) {
        for (Eigen::Index col = 0; col < x.cols(); ++col) {
            if (x(row, col) != 0) entries.push_back({row, col, x(row, col)});
        }
    }
    return csr_from_entries(x.rows(), x.cols(), std::move(entries));
}

const std::vector<std::int64_t> counts = {2, 3, 4, 5, 6, 7};

}  // namespace

TEST_CASE("the number of well-parted groups is the most stable one, by distance and by cosine") {
    const DenseMatrix x = grouped_points(4, 30, 0.3);
    for (const bool spherical : {false, true}) {
        StabilityOptions options;
        options.kmeans.spherical = spherical;

        const auto table = cluster_stability(x, counts, options);

        REQUIRE(table.size() == counts.size());
        CHECK(most_stable(table).clusters == 4);
        CHECK(table[2].stability == doctest::Approx(1));
        CHECK(table[2].spread == doctest::Approx(0));
        for (std::size_t i = 0; i < table.size(); ++i) {
            CHECK(table[i].clusters == counts[i]);
            CHECK(table[i].stability <= 1 + 1e-12);
        }
    }
}

TEST_CASE("sparse rows choose as the same rows written out") {
    const DenseMatrix x = grouped_points(3, 20, 0.2);

    CHECK(most_stable(cluster_stability(sparse(x), counts)).clusters == 3);
    CHECK(most_stable(cluster_stability(x, counts)).clusters == 3);
}

TEST_CASE("rows of zeros do not count by cosine, and of many rows a sample does") {
    DenseMatrix x = grouped_points(3, 40, 0.2);
    x.topRows(9).setZero();
    StabilityOptions options;
    options.most_rows = 60;
    options.kmeans.spherical = true;

    CHECK(most_stable(cluster_stability(x, counts, options)).clusters == 3);
}

TEST_CASE("any number of threads gives the same table") {
    const DenseMatrix x = grouped_points(3, 40, 2);
    const auto stabilities = [&](int threads) {
        const ThreadLimit limit(threads);
        std::vector<double> all;
        for (const auto& one : cluster_stability(x, counts)) all.push_back(one.stability);
        return all;
    };

    CHECK(stabilities(1) == stabilities(2));
    CHECK(stabilities(1) == stabilities(4));
}

TEST_CASE("counts that halves of the rows cannot have are refused") {
    const DenseMatrix x = grouped_points(2, 4, 0.1);

    CHECK_THROWS_AS((void)cluster_stability(x, std::vector<std::int64_t>{5}), UsageError);
    CHECK_THROWS_AS((void)cluster_stability(x, std::vector<std::int64_t>{1}), UsageError);
    CHECK_THROWS_AS((void)most_stable({}), UsageError);
}
