#include "engine/cluster/vector_quantization.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/cluster/kmeans.h"
#include "engine/support/error.h"
#include "tests/engine/cluster/kmeans_cases.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("a row is encoded by the nearest codeword and decoded to it") {
    const VectorQuantizer quantizer{(DenseMatrix(3, 2) << 0, 0, 4, 0, 0, 4).finished()};
    const DenseMatrix x = (DenseMatrix(4, 2) << 1, 0, 3, 1, 0, 9, 2, 0).finished();

    const std::vector<std::int32_t> codes = encode(quantizer, x);

    CHECK(codes == std::vector<std::int32_t>{0, 1, 2, 0});  // the last is as near to 0 as to 1
    CHECK(decode(quantizer, codes) == (DenseMatrix(4, 2) << 0, 0, 4, 0, 0, 4, 0, 0).finished());
    CHECK(distortion(quantizer, x) == (1 + 2 + 25 + 4) / 4.0);
}

TEST_CASE("the codebook is that of k-means, and its distortion the mean inertia") {
    const DenseMatrix x = blobs(300, 4, 6, 1);

    const VectorQuantizer quantizer = fit_vector_quantizer(x, {.codewords = 6, .seed = 7});

    const Kmeans clustering = kmeans(x, {.clusters = 6, .iterations = 25, .tolerance = 0, .seed = 7});
    CHECK(quantizer.codewords == clustering.centroids);
    CHECK(encode(quantizer, x) == clustering.labels);
    CHECK(distortion(quantizer, x) == doctest::Approx(clustering.inertia / 300).epsilon(1e-12));
    const DenseMatrix decoded = decode(quantizer, encode(quantizer, x));
    CHECK((x - decoded).cast<double>().squaredNorm() == doctest::Approx(clustering.inertia).epsilon(1e-6));
}

TEST_CASE("more codewords never distort more, and one a row not at all") {
    const DenseMatrix x = blobs(64, 3, 5, 2);
    double before = distortion(fit_vector_quantizer(x, {.codewords = 1}), x);
    for (const std::int64_t codewords : {4, 16, 64}) {
        const double now = distortion(fit_vector_quantizer(x, {.codewords = codewords}), x);
        CHECK(now < before);
        before = now;
    }
    CHECK(before == 0);
    CHECK(fit_vector_quantizer(x, {.codewords = 1000}).codewords.rows() == 64);
}

TEST_CASE("a codebook refuses what does not fit it") {
    const DenseMatrix x = blobs(10, 3, 2, 3);
    const VectorQuantizer quantizer = fit_vector_quantizer(x, {.codewords = 2});
    CHECK_THROWS_AS(static_cast<void>(encode(quantizer, DenseMatrix::Zero(2, 4))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(distortion(quantizer, DenseMatrix::Constant(1, 3, std::nanf("")))), UsageError);
    CHECK_THROWS_WITH_AS(static_cast<void>(decode(quantizer, std::vector<std::int32_t>{0, 2})),
                         "code 1 is 2, but there are 2 codewords", UsageError);
    CHECK_THROWS_AS(static_cast<void>(decode(quantizer, std::vector<std::int32_t>{-1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_vector_quantizer(x, {.codewords = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_vector_quantizer(DenseMatrix(0, 3))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_vector_quantizer(x, {.codewords = 2, .memory = {1000}})), MemoryError);
}
