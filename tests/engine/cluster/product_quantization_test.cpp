#include "engine/cluster/product_quantization.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using eckart::testing::random_panel;

namespace {

std::span<const float> row_of(const DenseMatrix& rows, Eigen::Index row) {
    return {rows.row(row).data(), static_cast<std::size_t>(rows.cols())};
}

/// Rows whose columns depend on each other, in pairs that no piece of neighboring columns holds.
DenseMatrix entangled(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    const DenseMatrix few = random_panel<float>(rows, cols / 2, seed);
    const DenseMatrix mixing = random_panel<float>(cols / 2, cols, seed + 1);
    return few * mixing + 0.01F * random_panel<float>(rows, cols, seed + 2);
}

double error_of(const DenseMatrix& x, const DenseMatrix& decoded) {
    return (x.cast<double>() - decoded.cast<double>()).rowwise().squaredNorm().mean();
}

}  // namespace

TEST_CASE("by hand: two pieces of two words each") {
    DenseMatrix x(4, 2);
    x << 0, 10, 0, 20, 1, 10, 1, 20;

    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 2, .codewords = 2});
    const CodeMatrix codes = encode(quantizer, x);

    CHECK(codes(0, 0) == codes(1, 0));
    CHECK(codes(0, 0) != codes(2, 0));
    CHECK(codes(0, 1) == codes(2, 1));
    CHECK(codes(0, 1) != codes(1, 1));
    CHECK(decode(quantizer, codes) == x);
    CHECK(distortion(quantizer, x) == 0);
}

TEST_CASE("a row goes to the nearest word of each piece, and pieces need not be of one length") {
    const DenseMatrix x = random_panel<float>(300, 11, 1);
    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 4, .codewords = 9});

    const CodeMatrix codes = encode(quantizer, x);

    CHECK(quantizer.bounds == std::vector<std::int64_t>{0, 3, 6, 9, 11});
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        for (Eigen::Index s = 0; s < 4; ++s) {
            const auto begin = quantizer.bounds[static_cast<std::size_t>(s)];
            const auto width = quantizer.bounds[static_cast<std::size_t>(s) + 1] - begin;
            Eigen::Index nearest = 0;
            (quantizer.codewords.middleCols(begin, width).rowwise() - x.row(i).segment(begin, width))
                .rowwise()
                .squaredNorm()
                .minCoeff(&nearest);
            CHECK(codes(i, s) == nearest);
        }
    }
}

TEST_CASE("distortion is the mean squared error of what is decoded, with a rotation and without") {
    const DenseMatrix x = entangled(500, 12, 3);
    for (const std::int64_t rotations : {0, 3}) {
        const ProductQuantizer quantizer =
            fit_product_quantizer(x, {.subspaces = 5, .codewords = 16, .rotations = rotations});
        const double error = error_of(x, decode(quantizer, encode(quantizer, x)));
        CHECK(distortion(quantizer, x) == doctest::Approx(error).epsilon(1e-4));
    }
}

TEST_CASE("the rotation is orthonormal, its objective never rises, and it leaves less error") {
    const DenseMatrix x = entangled(800, 12, 5);

    const ProductQuantizer plain = fit_product_quantizer(x, {.subspaces = 4, .codewords = 32});
    const ProductQuantizer turned = fit_product_quantizer(x, {.subspaces = 4, .codewords = 32, .rotations = 8});

    const Eigen::MatrixXf gram = turned.rotation.transpose() * turned.rotation;
    CHECK((gram - Eigen::MatrixXf::Identity(12, 12)).cwiseAbs().maxCoeff() < 1e-5F);
    REQUIRE(turned.objective.size() == 9);
    for (std::size_t step = 1; step < turned.objective.size(); ++step) {
        CHECK(turned.objective[step] <= turned.objective[step - 1] * (1 + 1e-5));
    }
    CHECK(distortion(turned, x) < 0.8 * distortion(plain, x));
    CHECK(distortion(turned, x) <= turned.objective.back() * (1 + 1e-4));
}

TEST_CASE("tables sum to the inner product and the squared distance of what is decoded") {
    const DenseMatrix x = entangled(203, 10, 7), queries = random_panel<float>(4, 10, 8);
    for (const std::int64_t rotations : {0, 2}) {
        const ProductQuantizer quantizer =
            fit_product_quantizer(x, {.subspaces = 3, .codewords = 20, .rotations = rotations});
        const CodeMatrix codes = encode(quantizer, x);
        const DenseMatrix decoded = decode(quantizer, codes);
        std::vector<float> products(203), distances(203);
        for (Eigen::Index q = 0; q < 4; ++q) {
            sum_table(inner_product_table(quantizer, row_of(queries, q)), codes.data(), products);
            sum_table(distance_table(quantizer, row_of(queries, q)), codes.data(), distances);
            for (Eigen::Index i = 0; i < 203; ++i) {
                const auto at = static_cast<std::size_t>(i);
                CHECK(std::abs(products[at] - decoded.row(i).dot(queries.row(q))) < 1e-4F);
                CHECK(distances[at] == doctest::Approx((decoded.row(i) - queries.row(q)).squaredNorm()).epsilon(1e-4));
            }
        }
    }
}

TEST_CASE("with as many words as rows nothing is lost") {
    const DenseMatrix x = random_panel<float>(20, 6, 9);
    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 2});

    CHECK(quantizer.codewords.rows() == 20);
    CHECK(distortion(quantizer, x) < 1e-12);
}

TEST_CASE("equal rows, rows of zeros, one row and one column can be learned from") {
    const DenseMatrix column = random_panel<float>(30, 1, 10);
    for (const DenseMatrix& x : {DenseMatrix(DenseMatrix::Constant(12, 5, 3)), DenseMatrix(DenseMatrix::Zero(9, 4)),
                                 random_panel<float>(1, 7, 11), column}) {
        for (const std::int64_t rotations : {0, 2}) {
            const ProductQuantizer quantizer =
                fit_product_quantizer(x, {.subspaces = 3, .codewords = 40, .rotations = rotations});
            CHECK(quantizer.subspaces() == std::min<std::int64_t>(3, x.cols()));
            CHECK(decode(quantizer, encode(quantizer, x)).isApprox(x, 1e-4F));
        }
    }
}

TEST_CASE("what cannot be done is refused") {
    const DenseMatrix x = random_panel<float>(30, 6, 12), wide = random_panel<float>(3, 7, 13);
    DenseMatrix bad = x;
    bad(2, 2) = std::numeric_limits<float>::quiet_NaN();
    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 2, .codewords = 4});

    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(bad)), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(x.topRows(0))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(x, {.subspaces = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(x, {.codewords = 257})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(x, {.iterations = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_product_quantizer(x, {.rotations = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(encode(quantizer, wide)), UsageError);
    CHECK_THROWS_AS(static_cast<void>(encode(quantizer, bad)), UsageError);
    CHECK_THROWS_AS(static_cast<void>(decode(quantizer, CodeMatrix::Zero(2, 3))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(decode(quantizer, CodeMatrix::Constant(2, 2, 4))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(inner_product_table(quantizer, row_of(wide, 0))), UsageError);
}

TEST_CASE("words, rotation and codes are the same bytes on 1, 2 and 4 threads") {
    const DenseMatrix x = entangled(9000, 8, 14);
    ProductQuantizer first;
    CodeMatrix codes;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        const ProductQuantizer quantizer = fit_product_quantizer(
            x, {.subspaces = 2, .codewords = 16, .iterations = 5, .rotations = 2, .sample = 8500});
        if (threads == 1) {
            first = quantizer;
            codes = encode(quantizer, x);
        }
        CHECK(quantizer.codewords == first.codewords);
        CHECK(quantizer.rotation == first.rotation);
        CHECK(encode(quantizer, x) == codes);
    }
}

TEST_CASE("one-hot factors multiply to what the codes stand for") {
    const DenseMatrix x = random_panel<float>(60, 7, 4);
    const ProductQuantizer quantizer = fit_product_quantizer(x, {.subspaces = 3, .codewords = 5});
    const CodeMatrix codes = encode(quantizer, x);

    const OneHotFactors factors = one_hot_factors(quantizer, codes);

    CHECK(factors.z.rowwise().sum() == Eigen::VectorXf::Constant(60, 3));
    CHECK(DenseMatrix(factors.z * factors.w) == decode(quantizer, codes));
    const ProductQuantizer turned = fit_product_quantizer(x, {.subspaces = 3, .codewords = 5, .rotations = 1});
    CHECK_THROWS_AS(static_cast<void>(one_hot_factors(turned, encode(turned, x))), UsageError);
}
