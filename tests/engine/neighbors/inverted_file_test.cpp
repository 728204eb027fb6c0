#include "engine/neighbors/inverted_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "engine/neighbors/probe_choice.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/matrix/random_matrices.h"
#include "tests/engine/neighbors/all_scores.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Rows around 20 centers, all far from the origin.
DenseMatrix groups(Eigen::Index rows, std::uint64_t seed) {
    const DenseMatrix centers = random_panel<float>(20, 9, seed);
    DenseMatrix x = 0.2F * random_panel<float>(rows, 9, seed + 1);
    for (Eigen::Index i = 0; i < rows; ++i) x.row(i) += 3 * centers.row(i % 20);
    return x.array() + 5;
}

}  // namespace

TEST_CASE("every row stands in one cell, as it is compared") {
    const DenseMatrix x = groups(500, 1);
    for (const Similarity similarity : every) {
        const InvertedFile file = inverted_file(x, similarity, {.cells = 12});

        CHECK(file.centroids.rows() == 12);
        CHECK(file.cell_offsets.front() == 0);
        CHECK(file.cell_offsets.back() == 500);
        CHECK(std::is_sorted(file.cell_offsets.begin(), file.cell_offsets.end()));
        std::vector<std::int32_t> rows = file.rows;
        std::sort(rows.begin(), rows.end());
        for (std::int32_t i = 0; i < 500; ++i) CHECK(rows[static_cast<std::size_t>(i)] == i);
        const Eigen::RowVectorXf first = x.row(file.rows[0]);
        const Eigen::RowVectorXf mean = x.colwise().mean();
        const Eigen::RowVectorXf expected = similarity == Similarity::cosine     ? first.normalized().eval()
                                            : similarity == Similarity::distance ? (first - mean).eval()
                                                                                 : first;
        CHECK(file.vectors.row(0).isApprox(expected, 1e-5F));
    }
}

TEST_CASE("with all cells probed it finds what the exact search finds, and with all candidates codes do, too") {
    const DenseMatrix x = groups(700, 3), queries = groups(30, 5);
    for (const Similarity similarity : every) {
        for (const std::int64_t bytes : {0, 3}) {
            const InvertedFile file = inverted_file(x, similarity, {.cells = 25, .code_bytes = bytes, .rotations = 2});
            const ProbeOptions all = {.probes = 1000, .reranked = 700};
            const auto each = probed_by_each(view(file), x, queries, 8, all);
            for (Eigen::Index q = 0; q < queries.rows(); ++q) {
                const Neighbors exact = nearest(x, row_of(queries, q), 8, similarity);
                const Neighbors found = probed(view(file), x, row_of(queries, q), 8, all);
                const Neighbors& in_batch = each[static_cast<std::size_t>(q)];
                REQUIRE(found.size() == exact.size());
                REQUIRE(in_batch.size() == exact.size());
                for (std::size_t i = 0; i < exact.size(); ++i) {
                    CHECK(found[i].score == doctest::Approx(exact[i].score).epsilon(1e-5));
                    CHECK(in_batch[i].score == doctest::Approx(exact[i].score).epsilon(1e-5));
                }
            }
        }
    }
}

TEST_CASE("one probe of grouped rows finds most, and more probes never fewer") {
    const DenseMatrix x = groups(2000, 7), queries = groups(100, 7).topRows(60).array() + 0.05F;
    const InvertedFile file = inverted_file(x, Similarity::distance, {.cells = 40});

    const auto measured = measure_probes(view(file), x, queries, 10, 1);

    CHECK(measured.front().probes == 1);
    CHECK(measured.front().recall > 0.5);
    CHECK(measured.back().recall == 1);
    for (std::size_t i = 1; i < measured.size(); ++i) CHECK(measured[i].recall >= measured[i - 1].recall);
    CHECK(measure_probes(view(file), x, queries, 10, 0.1).size() == 1);
}

TEST_CASE("a query that is a row can be left out of what is counted") {
    const DenseMatrix x = random_panel<float>(300, 6, 8);
    const InvertedFile file = inverted_file(x, Similarity::distance, {.cells = 60});
    std::vector<std::int32_t> own(300);
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = static_cast<std::int32_t>(i);

    const double with = measure_probes(view(file), x, x, 1, 0).front().recall;
    const double without = measure_probes(view(file), x, x, 1, 0, own).front().recall;

    CHECK(with == 1);
    CHECK(without < 0.9);
    CHECK_THROWS_AS(measure_probes(view(file), x, x, 1, 0, std::vector<std::int32_t>{1}), UsageError);
    CHECK_THROWS_AS(measure_probes(view(file), x, x, 0, 0), UsageError);
    CHECK_THROWS_AS(measure_probes(view(file), x, x, 1, 1.5), UsageError);
    CHECK_THROWS_AS(measure_probes(view(file), x, x.topRows(0), 1, 0.5), UsageError);
}

TEST_CASE("a few probes look only into their cells") {
    const DenseMatrix x = groups(400, 11);
    const InvertedFile file = inverted_file(x, Similarity::distance, {.cells = 10});
    const auto cell_of = [&](std::int32_t row) {
        const auto place = std::find(file.rows.begin(), file.rows.end(), row) - file.rows.begin();
        return std::upper_bound(file.cell_offsets.begin(), file.cell_offsets.end(), place) - file.cell_offsets.begin();
    };

    const Neighbors found = probed(view(file), x, row_of(x, 0), 400, {.probes = 1});

    CHECK(found.size() < 400);
    CHECK(found.front().index == 0);
    for (const auto& entry : found) CHECK(cell_of(entry.index) == cell_of(0));
}

TEST_CASE("codes find most of the nearest of rows that do not cluster, once their candidates are compared in full") {
    const DenseMatrix x = random_panel<float>(3000, 16, 21), queries = random_panel<float>(50, 16, 22);
    for (const Similarity similarity : every) {
        const InvertedFile file = inverted_file(x, similarity, {.cells = 10, .code_bytes = 8, .rotations = 0});
        const auto found = probed_by_each(view(file), x, queries, 10, {.probes = 10, .reranked = 10});
        double hits = 0;
        for (Eigen::Index q = 0; q < queries.rows(); ++q) {
            const auto exact = indices(nearest(x, row_of(queries, q), 10, similarity));
            for (const std::int32_t row : indices(found[static_cast<std::size_t>(q)])) {
                hits += static_cast<double>(std::count(exact.begin(), exact.end(), row));
            }
        }
        CHECK(file.vectors.size() == 0);
        CHECK(hits / 500 > 0.95);
    }
}

TEST_CASE("equal rows are found in the order of their places") {
    const DenseMatrix x = DenseMatrix::Constant(50, 3, 2);
    std::vector<std::int32_t> places(50);
    for (std::size_t i = 0; i < 50; ++i) places[i] = static_cast<std::int32_t>(49 - i);
    for (const Similarity similarity : every) {
        for (const std::int64_t bytes : {0, 2}) {
            const InvertedFile file = inverted_file(x, similarity, {.cells = 4, .code_bytes = bytes});
            const ProbeOptions all = {.probes = 4};
            CHECK(indices(probed(view(file), x, row_of(x, 9), 3, all)) == std::vector<std::int32_t>{0, 1, 2});
            CHECK(indices(probed(view(file), x, row_of(x, 9), 3, all, places)) ==
                  std::vector<std::int32_t>{49, 48, 47});
        }
    }
}

TEST_CASE("by cosine rows of zeros are in no cell, and a query of zeros finds nothing") {
    DenseMatrix x = groups(30, 13);
    x.row(4).setZero();
    const DenseMatrix zeros = DenseMatrix::Zero(5, 9);

    const InvertedFile file = inverted_file(x, Similarity::cosine, {.cells = 3});
    const InvertedFile empty = inverted_file(zeros, Similarity::cosine);

    CHECK(file.rows.size() == 29);
    CHECK(std::count(file.rows.begin(), file.rows.end(), 4) == 0);
    CHECK(probed(view(file), x, row_of(zeros, 0), 5, {.probes = 3}).empty());
    CHECK(empty.rows.empty());
    CHECK(probed(view(empty), zeros, row_of(x, 0), 5).empty());
    CHECK(probed_by_each(view(empty), zeros, x, 5).at(7).empty());
}

TEST_CASE("one column, one row, more cells than rows and more neighbors than rows are right") {
    const DenseMatrix column = random_panel<float>(40, 1, 30), row = random_panel<float>(1, 7, 31);
    for (const Similarity similarity : every) {
        for (const std::int64_t bytes : {0, 5}) {
            const InvertedFileOptions options = {.cells = 900, .code_bytes = bytes, .rotations = 1};
            const InvertedFile narrow = inverted_file(column, similarity, options);
            const InvertedFile single = inverted_file(row, similarity, options);
            CHECK(narrow.centroids.rows() <= 40);
            CHECK(probed(view(narrow), column, row_of(column, 3), 1000, {.probes = 900}).size() == 40);
            CHECK(probed(view(narrow), column, row_of(column, 3), 0).empty());
            CHECK(indices(probed(view(single), row, row_of(row, 0), 3)) == std::vector<std::int32_t>{0});
        }
    }
}

TEST_CASE("no rows can be sorted and searched; what cannot be done is refused") {
    const DenseMatrix x = groups(30, 15), none(0, 9), wide = random_panel<float>(1, 10, 1);
    DenseMatrix bad = x;
    bad(3, 3) = std::numeric_limits<float>::infinity();
    const InvertedFile file = inverted_file(x, Similarity::inner_product, {.cells = 3});
    const InvertedFile nothing = inverted_file(none, Similarity::distance);

    CHECK(probed(view(nothing), none, row_of(x, 0), 5).empty());
    CHECK_THROWS_AS(inverted_file(bad, Similarity::distance), UsageError);
    CHECK_THROWS_AS(inverted_file(x, Similarity::cosine, {.cells = -1}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, Similarity::cosine, {.rows_a_cell = -1}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, Similarity::cosine, {.iterations = 0}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, Similarity::cosine, {.code_bytes = -1}), UsageError);
    CHECK_THROWS_AS(inverted_file(x, Similarity::cosine, {}, {1000}), MemoryError);
    CHECK_THROWS_AS(probed(view(file), x, row_of(x, 0), 5, {.probes = 0}), UsageError);
    CHECK_THROWS_AS(probed(view(file), x, row_of(x, 0), 5, {.reranked = 0}), UsageError);
    CHECK_THROWS_AS(probed(view(file), x, row_of(wide, 0), 5), UsageError);
    CHECK_THROWS_AS(probed(view(file), x.topRows(29), row_of(x, 0), 5), UsageError);
    CHECK_THROWS_AS(probed(view(file), x, row_of(bad, 3), 5), UsageError);
    CHECK_THROWS_AS(probed_by_each(view(file), x, bad, 5), UsageError);
}

TEST_CASE("a file and its answers are the same bytes on 1, 2 and 4 threads") {
    const DenseMatrix x = groups(9000, 17), queries = groups(600, 19);
    for (const std::int64_t bytes : {0, 4}) {
        InvertedFile first;
        std::vector<Neighbors> answers;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            InvertedFile file =
                inverted_file(x, Similarity::cosine, {.cells = 30, .code_bytes = bytes, .rotations = 1});
            auto found = probed_by_each(view(file), x, queries, 10, {.probes = 4});
            found.push_back(probed(view(file), x, row_of(queries, 0), 10, {.probes = 20}));
            if (threads == 1) {
                first = file;
                answers = found;
            }
            CHECK(file.rows == first.rows);
            CHECK(file.centroids == first.centroids);
            CHECK(file.vectors == first.vectors);
            CHECK(file.codes == first.codes);
            CHECK(found == answers);
        }
    }
}

TEST_CASE("candidates are what the probed cells hold, by the scores of the vectors kept") {
    const DenseMatrix x = groups(700, 3), queries = groups(5, 5);
    const InvertedFile file = inverted_file(x, Similarity::inner_product, {.cells = 25});
    for (Eigen::Index q = 0; q < queries.rows(); ++q) {
        const Neighbors some = probed_candidates(view(file), row_of(queries, q), 20, {.probes = 2});
        const Neighbors exact = probed(view(file), x, row_of(queries, q), 20, {.probes = 2});
        REQUIRE(some.size() == exact.size());
        for (std::size_t i = 0; i < some.size(); ++i) {
            CHECK(some[i].score == doctest::Approx(exact[i].score).epsilon(1e-5));
        }
    }
    CHECK(probed_candidates(view(file), row_of(queries, 0), 1000, {.probes = 25}).size() == 700);
    CHECK(probed_candidates(view(file), row_of(queries, 0), 0).empty());
    CHECK_THROWS_AS((void)probed_candidates(view(file), {queries.data(), 3}, 5), UsageError);
    CHECK_THROWS_AS((void)probed_candidates(view(file), row_of(queries, 0), 5, {.probes = 0}), UsageError);
}
