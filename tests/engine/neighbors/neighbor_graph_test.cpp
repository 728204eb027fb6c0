#include "engine/neighbors/neighbor_graph.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;
using Method = NeighborGraphOptions::Method;

namespace {

DenseMatrix normal_rows(std::int64_t rows, std::int64_t columns, std::uint64_t seed = 5) {
    const Philox random(seed);
    DenseMatrix x(rows, columns);
    for (std::int64_t i = 0; i < x.size(); ++i) {
        x.data()[i] = static_cast<float>(random.normal(static_cast<std::uint64_t>(i)));
    }
    return x;
}

/// All other rows by distance in float64, ties by index.
std::vector<std::int32_t> sorted_others(const DenseMatrix& x, std::int64_t row) {
    std::vector<std::pair<double, std::int32_t>> others;
    for (std::int64_t j = 0; j < x.rows(); ++j) {
        const double distance = (x.row(row) - x.row(j)).cast<double>().squaredNorm();
        if (j != row) others.emplace_back(distance, static_cast<std::int32_t>(j));
    }
    std::sort(others.begin(), others.end());
    std::vector<std::int32_t> indices;
    for (const auto& other : others) indices.push_back(other.second);
    return indices;
}

double recall(const NeighborGraph& found, const NeighborGraph& truth) {
    std::int64_t common = 0;
    for (std::int64_t i = 0; i < truth.rows; ++i) {
        const auto there = found.indices_of(i);
        for (const std::int32_t j : truth.indices_of(i)) common += std::count(there.begin(), there.end(), j);
    }
    return static_cast<double>(common) / static_cast<double>(truth.indices.size());
}

}  // namespace

TEST_CASE("the nearest of four points on a line") {
    DenseMatrix x(4, 1);
    x << 0, 1, 3, 7;

    const NeighborGraph graph = neighbor_graph(x, {.neighbors = 2});

    CHECK(graph.indices == std::vector<std::int32_t>{1, 2, 0, 2, 1, 0, 2, 1});
    CHECK(graph.squared_distances == std::vector<float>{1, 9, 1, 4, 4, 9, 16, 36});
    CHECK(graph.exact);
}

TEST_CASE("the graph is that of a search through all pairs, also far from the origin") {
    for (const float offset : {0.0F, 1000.0F}) {
        CAPTURE(offset);
        const DenseMatrix x = (normal_rows(700, 7).array() + offset).matrix();

        const NeighborGraph graph = neighbor_graph(x, {.neighbors = 12});

        for (std::int64_t i = 0; i < x.rows(); ++i) {
            const auto expected = sorted_others(x, i);
            CHECK(std::equal(graph.indices_of(i).begin(), graph.indices_of(i).end(), expected.begin()));
        }
    }
}

TEST_CASE("cells find nearly all neighbors, and all of them when every cell is looked into") {
    const DenseMatrix x = normal_rows(3000, 8);
    const NeighborGraph truth = neighbor_graph(x, {.neighbors = 10});

    const NeighborGraph some = neighbor_graph(x, {.neighbors = 10, .method = Method::cells, .cells = 40, .probes = 16});
    const NeighborGraph all = neighbor_graph(x, {.neighbors = 10, .method = Method::cells, .cells = 40, .probes = 40});

    CHECK(truth.exact);
    CHECK_FALSE(some.exact);
    CHECK(recall(some, truth) > 0.9);
    CHECK(all.indices == truth.indices);
    CHECK(all.squared_distances == truth.squared_distances);
}

TEST_CASE("equal rows are at distance zero and come by index") {
    DenseMatrix x(6, 3);
    x.setConstant(0.1F);
    x.row(2).setConstant(5);

    const NeighborGraph graph = neighbor_graph(x, {.neighbors = 3});

    CHECK(graph.indices_of(0)[0] == 1);
    CHECK(graph.indices_of(0)[1] == 3);
    CHECK(graph.indices_of(5)[0] == 0);
    CHECK(graph.squared_distances_of(5)[2] == 0);
    CHECK(graph.squared_distances_of(2)[0] > 70);
}

TEST_CASE("more neighbors than there are rows are cut to these") {
    CHECK(neighbor_graph(normal_rows(4, 2), {.neighbors = 90}).neighbors == 3);
    CHECK(neighbor_graph(normal_rows(1, 2), {.neighbors = 90}).neighbors == 0);
    CHECK(neighbor_graph(DenseMatrix(0, 2), {.neighbors = 90}).rows == 0);
}

TEST_CASE("cells that hold too few rows leave places empty") {
    DenseMatrix x(40, 2);
    for (std::int64_t i = 0; i < 40; ++i) x.row(i) << (i < 20 ? 0.0F : 100.0F), static_cast<float>(i);

    const NeighborGraph graph = neighbor_graph(x, {.neighbors = 30, .method = Method::cells, .cells = 2, .probes = 1});

    const auto row = graph.indices_of(0);
    CHECK(std::count(row.begin(), row.end(), -1) == 11);
    CHECK(row.back() == -1);
    CHECK(graph.squared_distances_of(0).back() == std::numeric_limits<float>::infinity());
}

TEST_CASE("queries find equal rows, themselves if they are among them") {
    const DenseMatrix x = normal_rows(500, 5), queries = normal_rows(20, 5, 9);

    const NeighborGraph own = nearest_rows(x, x, {.neighbors = 1});
    const NeighborGraph graph = nearest_rows(queries, x, {.neighbors = 4});

    for (std::int64_t i = 0; i < 500; ++i) CHECK(own.indices_of(i)[0] == i);
    for (std::int64_t i = 0; i < 20; ++i) {
        DenseMatrix joined(501, 5);
        joined << x, queries.row(i);
        const auto expected = sorted_others(joined, 500);
        CHECK(std::equal(graph.indices_of(i).begin(), graph.indices_of(i).end(), expected.begin()));
    }
}

TEST_CASE("the same bytes for any number of threads, by either method") {
    const DenseMatrix x = normal_rows(2500, 6);
    for (const Method method : {Method::exact, Method::cells}) {
        std::vector<NeighborGraph> graphs;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            graphs.push_back(neighbor_graph(x, {.neighbors = 9, .method = method, .cells = 30, .probes = 5}));
        }
        CHECK(graphs[0].indices == graphs[1].indices);
        CHECK(graphs[0].indices == graphs[2].indices);
        CHECK(graphs[0].squared_distances == graphs[1].squared_distances);
        CHECK(graphs[0].squared_distances == graphs[2].squared_distances);
    }
}

TEST_CASE("numbers that are not finite, options out of range and too little memory are refused") {
    DenseMatrix x = normal_rows(30, 3);
    CHECK_THROWS_AS(neighbor_graph(x, {.neighbors = 0}), UsageError);
    CHECK_THROWS_AS(neighbor_graph(x, {.neighbors = 5, .probes = -1}), UsageError);
    CHECK_THROWS_AS(neighbor_graph(x, {.neighbors = 5, .memory = {100}}), MemoryError);
    CHECK_THROWS_AS(nearest_rows(normal_rows(3, 4), x, {.neighbors = 5}), UsageError);
    x(7, 1) = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH_AS(neighbor_graph(x), "row 7 has an entry that is not finite", UsageError);
}
