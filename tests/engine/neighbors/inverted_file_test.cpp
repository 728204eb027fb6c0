#include "engine/neighbors/inverted_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using eckart::testing::random_panel;

namespace {

constexpr Similarity kEvery[] = {Similarity::inner_product, Similarity::cosine, Similarity::distance};

std::span<const float> row_of(const DenseMatrix& rows, Eigen::Index row) {
    return {rows.row(row).data(), static_cast<std::size_t>(rows.cols())};
}

std::vector<std::int32_t> indices(const Neighbors& found) {
    std::vector<std::int32_t> list;
    for (const auto& entry : found) list.push_back(entry.index);
    return list;
}

/// Rows around 20 centres, all far from the origin.
DenseMatrix groups(Eigen::Index rows, std::uint64_t seed) {
    const DenseMatrix centres = random_panel<float>(20, 9, seed);
    DenseMatrix x = 0.2F * random_panel<float>(rows, 9, seed + 1);
    for (Eigen::Index i = 0; i < rows; ++i) x.row(i) += 3 * centres.row(i % 20);
    return x.array() + 5;
}

}  // namespace

TEST_CASE("every row stands in one cell, as it is compared") {
    const DenseMatrix x = groups(500, 1);
    for (const Similarity similarity : kEvery) {
        const InvertedFile file = inverted_file(x, {.similarity = similarity, .cells = 12});

        CHECK(file.centroids.rows() == 12);
        CHECK(file.offsets.front() == 0);
        CHECK(file.offsets.back() == 500);
        CHECK(std::is_sorted(file.offsets.begin(), file.offsets.end()));
        std::vector<std::int32_t> members = file.members;
        std::sort(members.begin(), members.end());
        for (std::int32_t i = 0; i < 500; ++i) CHECK(members[static_cast<std::size_t>(i)] == i);
        const Eigen::RowVectorXf first = x.row(file.members[0]);
        const Eigen::RowVectorXf mean = x.colwise().mean();
        const Eigen::RowVectorXf expected = similarity == Similarity::cosine     ? first.normalized().eval()
                                            : similarity == Similarity::distance ? (first - mean).eval()
                                                                                 : first;
        CHECK(file.rows.row(0).isApprox(expected, 1e-5F));
    }
}

TEST_CASE("with all cells probed it finds what the exact search finds") {
    const DenseMatrix x = groups(700, 3), queries = groups(30, 5);
    for (const Similarity similarity : kEvery) {
        const InvertedFile file = inverted_file(x, {.similarity = similarity, .cells = 25});
        const auto each = nearest_to_each(file.view(), queries, 8, 1000);
        for (Eigen::Index q = 0; q < queries.rows(); ++q) {
            const Neighbors exact = nearest(x, row_of(queries, q), 8, similarity);
            const Neighbors found = nearest(file.view(), row_of(queries, q), 8, 25);
            const Neighbors& in_batch = each[static_cast<std::size_t>(q)];
            REQUIRE(found.size() == exact.size());
            REQUIRE(in_batch.size() == exact.size());
            CHECK(found.front().index == exact.front().index);
            for (std::size_t i = 0; i < exact.size(); ++i) {
                CHECK(found[i].score == doctest::Approx(exact[i].score).epsilon(1e-5));
                CHECK(in_batch[i].score == doctest::Approx(exact[i].score).epsilon(1e-5));
            }
        }
    }
}

TEST_CASE("one probe of grouped rows finds most, and more probes never fewer") {
    const DenseMatrix x = groups(2000, 7), queries = groups(100, 9);
    const InvertedFile file = inverted_file(x, {.similarity = Similarity::distance, .cells = 40});

    const auto measured = measure_probes(file.view(), queries, 10, 1);

    CHECK(measured.front().probes == 1);
    CHECK(measured.front().recall > 0.5);
    CHECK(measured.back().recall == 1);
    for (std::size_t i = 1; i < measured.size(); ++i) CHECK(measured[i].recall >= measured[i - 1].recall);
    CHECK(measure_probes(file.view(), queries, 10, 0.1).size() == 1);
}

TEST_CASE("a few probes look only into their cells") {
    const DenseMatrix x = groups(400, 11);
    const InvertedFile file = inverted_file(x, {.similarity = Similarity::distance, .cells = 10});
    const auto cell_of = [&](std::int32_t row) {
        const auto place = std::find(file.members.begin(), file.members.end(), row) - file.members.begin();
        return std::upper_bound(file.offsets.begin(), file.offsets.end(), place) - file.offsets.begin();
    };

    const Neighbors found = nearest(file.view(), row_of(x, 0), 400, 1);

    CHECK(found.size() < 400);
    CHECK(found.front().index == 0);
    for (const auto& entry : found) CHECK(cell_of(entry.index) == cell_of(0));
}

TEST_CASE("equal rows are found in the order of their indices") {
    const DenseMatrix x = DenseMatrix::Constant(50, 3, 2);
    for (const Similarity similarity : kEvery) {
        const InvertedFile file = inverted_file(x, {.similarity = similarity, .cells = 4});
        CHECK(indices(nearest(file.view(), row_of(x, 9), 3, 4)) == std::vector<std::int32_t>{0, 1, 2});
    }
}

TEST_CASE("by cosine rows of zeros are in no cell, and a query of zeros finds nothing") {
    DenseMatrix x = groups(30, 13);
    x.row(4).setZero();
    const DenseMatrix zeros = DenseMatrix::Zero(5, 9);

    const InvertedFile file = inverted_file(x, {.cells = 3}), empty = inverted_file(zeros, {});

    CHECK(file.members.size() == 29);
    CHECK(std::count(file.members.begin(), file.members.end(), 4) == 0);
    CHECK(nearest(file.view(), row_of(zeros, 0), 5, 3).empty());
    CHECK(empty.members.empty());
    CHECK(nearest(empty.view(), row_of(x, 0), 5, 3).empty());
    CHECK(nearest_to_each(empty.view(), x, 5, 3).at(7).empty());
}

TEST_CASE("no rows can be parted and searched; what cannot be done is refused") {
    const DenseMatrix x = groups(30, 15), none(0, 9), wide = random_panel<float>(1, 10, 1);
    DenseMatrix bad = x;
    bad(3, 3) = std::numeric_limits<float>::infinity();
    const InvertedFile file = inverted_file(x, {.cells = 3});

    CHECK(nearest(inverted_file(none).view(), row_of(x, 0), 5, 1).empty());
    CHECK_THROWS_AS(inverted_file(bad), UsageError);
    CHECK_THROWS_AS(inverted_file(x, {.cells = 31}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, {.cells = -1}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, {.rows_a_cell = 0}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, {.iterations = 0}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, {.memory = {1000}}), MemoryError);
    CHECK_THROWS_AS(nearest(file.view(), row_of(x, 0), 5, 0), UsageError);
    CHECK_THROWS_AS(nearest(file.view(), row_of(wide, 0), 5, 1), UsageError);
    CHECK_THROWS_AS(nearest_to_each(file.view(), bad, 5, 1), UsageError);
}

TEST_CASE("a file and its answers are the same bytes on 1, 2 and 4 threads") {
    const DenseMatrix x = groups(9000, 17), queries = groups(600, 19);
    InvertedFile first;
    std::vector<Neighbors> answers;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        InvertedFile file = inverted_file(x, {.similarity = Similarity::cosine, .cells = 30});
        auto found = nearest_to_each(file.view(), queries, 10, 4);
        found.push_back(nearest(file.view(), row_of(queries, 0), 10, 20));
        if (threads == 1) {
            first = file;
            answers = found;
        }
        CHECK(file.members == first.members);
        CHECK(file.centroids == first.centroids);
        CHECK(file.rows == first.rows);
        CHECK(found == answers);
    }
}
