#include "engine/layout/tsne.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

#include "engine/layout/fourier.h"
#include "engine/layout/repulsion.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

/// `count` rows of `columns` numbers, normal around `blobs` centers that are `apart` from the origin in directions of
/// their own; row i belongs to blob i % blobs.
DenseMatrix blobs(std::int64_t count, std::int64_t columns, std::int64_t blobs, float apart) {
    const Philox random(7);
    DenseMatrix x(count, columns);
    for (std::int64_t i = 0; i < count; ++i) {
        for (std::int64_t c = 0; c < columns; ++c) {
            x(i, c) = static_cast<float>(random.normal(static_cast<std::uint64_t>(i * columns + c)));
        }
        x(i, i % blobs) += apart;
    }
    return x;
}

DenseMatrix spread_places(std::int64_t count, double deviation) {
    const Philox random(3);
    DenseMatrix y(count, 2);
    for (std::int64_t i = 0; i < 2 * count; ++i) {
        y.data()[i] = static_cast<float>(deviation * random.normal(static_cast<std::uint64_t>(i)));
    }
    return y;
}

/// KL(P || Q) and its gradient over all pairs, as the definition has them.
struct PairwiseDivergence {
    double value = 0;
    Eigen::MatrixXd gradient;
};

PairwiseDivergence pairwise(const CsrMatrix& p, const DenseMatrix& places) {
    const Eigen::MatrixXd y = places.cast<double>();
    const Eigen::Index n = y.rows();
    Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(n, n), w(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
        for (auto e = p.row_offsets[static_cast<std::size_t>(i)]; e < p.row_offsets[static_cast<std::size_t>(i) + 1];
             ++e) {
            dense(i, p.column_indices[static_cast<std::size_t>(e)]) = p.values[static_cast<std::size_t>(e)];
        }
        for (Eigen::Index j = 0; j < n; ++j) w(i, j) = i == j ? 0 : 1 / (1 + (y.row(i) - y.row(j)).squaredNorm());
    }
    const Eigen::MatrixXd q = w / w.sum();
    PairwiseDivergence result{0, Eigen::MatrixXd::Zero(n, 2)};
    for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
            if (dense(i, j) > 0) result.value += dense(i, j) * std::log(dense(i, j) / q(i, j));
            result.gradient.row(i) += 4 * (dense(i, j) - q(i, j)) * w(i, j) * (y.row(i) - y.row(j));
        }
    }
    return result;
}

double share_in_common(const NeighborGraph& a, const NeighborGraph& b, std::int64_t k) {
    std::int64_t common = 0;
    for (std::int64_t i = 0; i < a.rows; ++i) {
        const auto first = a.indices_of(i).first(static_cast<std::size_t>(k));
        const auto second = b.indices_of(i).first(static_cast<std::size_t>(k));
        for (const std::int32_t j : first) common += std::count(second.begin(), second.end(), j);
    }
    return static_cast<double>(common) / static_cast<double>(a.rows * k);
}

}  // namespace

TEST_CASE("the transform of every length is the sum that defines it") {
    for (const std::int64_t wanted : {1, 65, 100, 192, 200}) {
        const std::int64_t n = Fourier::length_for(wanted);
        CAPTURE(n);
        CHECK(n >= wanted);
        const Fourier fourier(n);
        const Philox random(1);
        const auto size = static_cast<std::size_t>(16 * n);
        std::vector<float> real(size), imaginary(size), scratch(2 * size);
        for (std::size_t i = 0; i < size; ++i) {
            real[i] = static_cast<float>(random.normal(2 * i));
            imaginary[i] = static_cast<float>(random.normal(2 * i + 1));
        }
        const auto before_real = real, before_imaginary = imaginary;

        fourier.transform(real.data(), imaginary.data(), scratch.data());

        double error = 0;
        for (std::int64_t k = 0; k < n; ++k) {
            for (const std::int64_t s : {0, 7, 15}) {
                std::complex<double> sum = 0;
                for (std::int64_t j = 0; j < n; ++j) {
                    const auto at = static_cast<std::size_t>(16 * j + s);
                    const double angle =
                        -2 * std::numbers::pi * static_cast<double>(j * k % n) / static_cast<double>(n);
                    sum += std::complex<double>(before_real[at], before_imaginary[at]) * std::polar(1.0, angle);
                }
                const auto at = static_cast<std::size_t>(16 * k + s);
                error = std::max(error, std::abs(sum - std::complex<double>(real[at], imaginary[at])));
            }
        }
        CHECK(error <= 1e-6 * std::sqrt(static_cast<double>(n)) * std::log2(static_cast<double>(n)));
        fourier.transform(imaginary.data(), real.data(), scratch.data());  // and back
        for (std::size_t i = 0; i < size; ++i) {
            CHECK(std::abs(real[i] / static_cast<float>(n) - before_real[i]) <= 1e-5);
        }
    }
}

TEST_CASE("repulsion on the grid is that of all pairs, to what the spacing of the nodes allows") {
    struct Case {
        double deviation, error;  // pictures 0.07, 14, 40 and 140 wide: nodes 1/8, 1/8, 1/4 and 1/2 apart
    };
    for (const Case c : {Case{0.01, 2e-3}, Case{2, 2e-3}, Case{6, 5e-3}, Case{20, 0.05}}) {
        CAPTURE(c.deviation);
        const PlanePoints y = spread_places(1500, c.deviation);
        PlanePoints exact(1500, 2), gridded(1500, 2);
        ExactRepulsion pairs;
        GridRepulsion grid;

        const double z = pairs.take(y, exact), grid_z = grid.take(y, gridded);

        CHECK(std::abs(grid_z - z) <= 0.1 * c.error * z);
        CHECK((gridded - exact).norm() <= c.error * exact.norm());
        const Eigen::RowVector2f place(0.3F * static_cast<float>(c.deviation), 0.1F * static_cast<float>(c.deviation));
        CHECK((grid.at(place) - pairs.at(place)).norm() <= c.error * exact.rowwise().norm().maxCoeff());
    }
}

TEST_CASE("the gradient and the divergence are those of the definition, by pairs and on the grid") {
    for (const std::int64_t n : {200, 1200}) {
        CAPTURE(n);
        const auto graph = neighbor_graph(blobs(n, 10, 5, 6), {.neighbors = 30});
        const CsrMatrix p = affinities(graph, 10);
        const DenseMatrix y = spread_places(n, 5);
        PlanePoints unused(n, 2);
        const double z = ExactRepulsion().take(y, unused);

        const DenseMatrix gradient = divergence_gradient(p, y);

        const PairwiseDivergence expected = pairwise(p, y);
        CHECK((4 * gradient.cast<double>() - expected.gradient).norm() <= 3e-3 * expected.gradient.norm());
        CHECK(divergence(p, y, z) == doctest::Approx(expected.value).epsilon(1e-5));
    }
}

TEST_CASE("affinities sum to one, are symmetric, and each row has the perplexity asked for") {
    const auto graph = neighbor_graph(blobs(300, 8, 3, 4), {.neighbors = 45});

    const CsrMatrix p = affinities(graph, 15);

    CHECK_NOTHROW(validate(p));
    double sum = 0;
    for (const float value : p.values) sum += static_cast<double>(value);
    CHECK(sum == doctest::Approx(1).epsilon(1e-5));
    const CsrMatrix reversed = transposed(p);
    CHECK(reversed.column_indices == p.column_indices);
    CHECK(reversed.values == p.values);
    std::vector<float> row(45);
    for (std::int64_t i = 0; i < 300; ++i) {
        conditional_affinities(graph.squared_distances_of(i), 15, row);
        double entropy = 0;
        for (const float value : row) entropy -= value > 0 ? double(value) * std::log(double(value)) : 0;
        CHECK(std::exp(entropy) == doctest::Approx(15).epsilon(1e-4));
    }
}

TEST_CASE("neighbors that are equally near share a row, whatever the perplexity") {
    std::vector<float> row(5);
    const float far = std::numeric_limits<float>::infinity();

    conditional_affinities(std::vector<float>{0, 0, 0, 0, far}, 2, row);
    CHECK(row == std::vector<float>{0.25F, 0.25F, 0.25F, 0.25F, 0});
    conditional_affinities(std::vector<float>{far, far, far, far, far}, 2, row);
    CHECK(row == std::vector<float>(5, 0));
}

TEST_CASE("the divergence falls, and neighbors in the picture are neighbors in the data") {
    const DenseMatrix x = blobs(1200, 12, 6, 8);
    const auto graph = neighbor_graph(x, {.neighbors = 60});

    const Tsne picture = tsne(graph, x.leftCols(2), {.perplexity = 20, .iterations = 600});

    CHECK(picture.places.allFinite());
    CHECK(picture.perplexity == 20);
    CHECK(picture.measured_after.back() == 600);
    const auto late = static_cast<std::size_t>(
        std::find(picture.measured_after.begin(), picture.measured_after.end(), 300) - picture.measured_after.begin());
    for (std::size_t k = late + 1; k < picture.objective.size(); ++k) {
        CHECK(picture.objective[k] <= picture.objective[k - 1] * 1.001);
    }
    CHECK(picture.divergence < 0.6 * picture.objective.front());
    const auto near = neighbor_graph(picture.places, {.neighbors = 10});
    std::int64_t same = 0;
    for (std::int64_t i = 0; i < 1200; ++i) {
        for (const std::int32_t j : near.indices_of(i)) same += i % 6 == j % 6;
    }
    CHECK(static_cast<double>(same) / 12000 > 0.99);  // of one blob
    CHECK(share_in_common(near, graph, 10) > 0.15);  // 10 of 1200 by chance: .008; blobs of 12 dimensions have no plane
}

TEST_CASE("the picture is the same bytes for any number of threads") {
    const DenseMatrix x = blobs(1300, 6, 4, 5);
    std::vector<DenseMatrix> pictures;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        pictures.push_back(tsne(neighbor_graph(x, {.neighbors = 15}), x.leftCols(2),
                                {.perplexity = 5, .iterations = 60, .early_iterations = 20})
                               .places);
    }
    CHECK(pictures[0] == pictures[1]);
    CHECK(pictures[0] == pictures[2]);
}

TEST_CASE("an old row placed anew lands near its place, and the old picture stays") {
    const DenseMatrix x = blobs(1200, 8, 4, 8);
    const Tsne old = tsne(neighbor_graph(x, {.neighbors = 30}), x.leftCols(2), {.perplexity = 10, .iterations = 300});
    DenseMatrix fresh = x.topRows(40);
    const DenseMatrix others = x.bottomRows(1160), places = old.places.bottomRows(1160);

    const DenseMatrix placed = placed_among(places, nearest_rows(fresh, others, {.neighbors = 30}), {.perplexity = 10});

    const float width = (old.places.colwise().maxCoeff() - old.places.colwise().minCoeff()).maxCoeff();
    std::int64_t close = 0;
    for (std::int64_t i = 0; i < 40; ++i) close += (placed.row(i) - old.places.row(i)).norm() < 0.1F * width;
    CHECK(close >= 38);
    const DenseMatrix alone =
        placed_among(places, nearest_rows(fresh.topRows(1), others, {.neighbors = 30}), {.perplexity = 10});
    CHECK(alone.row(0) == placed.row(0));
}

TEST_CASE("one row, two rows, equal rows and a perplexity above their number have a picture") {
    for (const std::int64_t n : {0, 1, 2, 3, 4, 7}) {
        CAPTURE(n);
        const Tsne equal = tsne(neighbor_graph(DenseMatrix::Constant(n, 3, 2)), DenseMatrix::Zero(n, 2));
        CHECK(equal.places.rows() == n);
        CHECK(equal.places.allFinite());
        const DenseMatrix x = blobs(n, 3, 2, 3);
        const Tsne few = tsne(neighbor_graph(x), x.leftCols(2));
        CHECK(few.places.allFinite());
        for (std::int64_t i = 1; i < n; ++i)
            CHECK((few.places.row(i) - few.places.row(0)).norm() > (n < 4 ? 0.01F : 0));
    }
}

TEST_CASE("rows that are there many times have a picture") {
    DenseMatrix x = blobs(1100, 4, 2, 9);
    for (std::int64_t i = 0; i < 300; ++i) x.row(i) = x.row(0);

    const Tsne picture = tsne(neighbor_graph(x), x.leftCols(2), {.iterations = 300});

    CHECK(picture.places.allFinite());
    CHECK(std::isfinite(picture.divergence));
}

TEST_CASE("options out of range, other shapes and too little memory are refused") {
    const DenseMatrix x = blobs(20, 3, 2, 3), start = x.leftCols(2);
    const auto graph = neighbor_graph(x, {.neighbors = 5});
    DenseMatrix bad = start;
    bad(3, 1) = std::numeric_limits<float>::quiet_NaN();

    CHECK_THROWS_AS(tsne(graph, start, {.perplexity = 0.5}), UsageError);
    CHECK_THROWS_AS(tsne(graph, start, {.perplexity = std::numeric_limits<double>::quiet_NaN()}), UsageError);
    CHECK_THROWS_AS(tsne(graph, start, {.iterations = 0}), UsageError);
    CHECK_THROWS_AS(tsne(graph, start, {.exaggeration = 0}), UsageError);
    CHECK_THROWS_AS(tsne(graph, start, {.learning_rate = -1}), UsageError);
    CHECK_THROWS_AS(tsne(graph, x), UsageError);
    CHECK_THROWS_AS(tsne(graph, bad), UsageError);
    CHECK_THROWS_AS(tsne(graph, start, {.memory = {1000}}), MemoryError);
    CHECK_THROWS_AS(placed_among(bad, graph), UsageError);
    CHECK_THROWS_AS(placed_among(DenseMatrix(0, 2), graph), UsageError);
}

TEST_CASE("an interrupt ends the layout") {
    const DenseMatrix x = blobs(50, 3, 2, 3);
    int reports = 0;
    const Progress progress({}, [&] { return ++reports > 5; });
    CHECK_THROWS_AS(tsne(neighbor_graph(x, {.neighbors = 9}), x.leftCols(2), {}, progress), InterruptedError);
}
