#include "engine/neighbors/scan_codes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/neighbors/code_products.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using eckart::testing::TemporaryFolder;

namespace {

/// Rows of normal numbers.
DenseMatrix scanned_rows(Eigen::Index n, Eigen::Index d, std::uint64_t seed) {
    const Philox random(seed);
    DenseMatrix rows(n, d);
    std::uint64_t draw = 0;
    for (float& value : rows.reshaped<Eigen::RowMajor>()) value = static_cast<float>(random.normal(draw++));
    return rows;
}

std::vector<float> lengths_of(const DenseMatrix& rows) {
    std::vector<float> lengths;
    for (Eigen::Index i = 0; i < rows.rows(); ++i) lengths.push_back(rows.row(i).norm());
    return lengths;
}

std::vector<float> bounds_of(const ScanCodes& codes, const Eigen::VectorXf& query) {
    std::vector<float> bounds(static_cast<std::size_t>(codes.view().rows()));
    ScanQuery(codes.view(), {query.data(), static_cast<std::size_t>(query.size())})
        .product_bounds({0, codes.view().rows()}, bounds.data());
    return bounds;
}

/// Checks the bounds of the cosines, times |query|, of all rows; the largest distance from them.
double checked_distance(const DenseMatrix& rows, const Eigen::VectorXf& query) {
    const std::vector<float> lengths = lengths_of(rows);
    const std::vector<float> bounds = bounds_of(scan_codes(rows, lengths), query);
    double most = 0;
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
        const float bound = bounds[static_cast<std::size_t>(i)], length = lengths[static_cast<std::size_t>(i)];
        const double norm = rows.row(i).cast<double>().norm();
        const double cosine = length > 0 ? rows.row(i).cast<double>().dot(query.cast<double>().transpose()) / norm : 0;
        CHECK(static_cast<double>(bound) >= cosine);
        const float in_float = length > 0 ? rows.row(i).dot(query.transpose()) / length : 0;
        CHECK_FALSE(bound < in_float);
        most = std::max(most, static_cast<double>(bound) - cosine);
    }
    return most;
}

}  // namespace

TEST_CASE("products of codes are those of the halves of their bytes") {
    const Philox random(3);
    for (const std::int64_t bytes : {16, 32, 48, 112, 128, 144, 256, 400}) {
        for (const std::int64_t count : {1, 3, 4, 9}) {
            const auto length = static_cast<std::size_t>(bytes);
            std::vector<std::uint8_t> rows(length * static_cast<std::size_t>(count));
            std::vector<std::int8_t> low(length), high(length);
            std::uint64_t draw = static_cast<std::uint64_t>(1000 * bytes + 100000 * count);
            for (auto& byte : rows) byte = static_cast<std::uint8_t>(random.below(draw++, 256));
            for (auto& value : low) value = static_cast<std::int8_t>(static_cast<int>(random.below(draw++, 255)) - 127);
            for (auto& value : high)
                value = static_cast<std::int8_t>(static_cast<int>(random.below(draw++, 255)) - 127);

            std::vector<std::int32_t> products(static_cast<std::size_t>(count));
            code_products(rows.data(), count, bytes, low.data(), high.data(), products.data());

            for (std::size_t i = 0; i < products.size(); ++i) {
                std::int32_t expected = 0;
                for (std::size_t b = 0; b < length; ++b) {
                    expected += rows[i * length + b] % 16 * low[b] + rows[i * length + b] / 16 * high[b];
                }
                CHECK(products[i] == expected);
            }
        }
    }
}

TEST_CASE("products of the largest codes do not overflow") {
    const std::vector<std::uint8_t> row(400, 255);
    for (const int extreme : {-127, 127}) {
        const std::vector<std::int8_t> query(400, static_cast<std::int8_t>(extreme));
        std::int32_t product = 0;

        code_products(row.data(), 1, 400, query.data(), query.data(), &product);

        CHECK(product == 800 * 15 * extreme);
    }
}

TEST_CASE("a row of codes has the numbers that the header says") {
    // Steps of 1 between -7.5 and 7.5, and w = 1: the column's root mean square is that of all.
    DenseMatrix rows(1, 16);
    for (Eigen::Index j = 0; j < 16; ++j) rows(0, j) = static_cast<float>(j) - 7.5F;

    const ScanCodes codes = scan_codes(rows, lengths_of(rows));

    REQUIRE(codes.codes.size() == 16);
    REQUIRE(codes.row_factors.size() == 2);
    const double norm = rows.row(0).cast<double>().norm();
    double square = 0;
    for (std::size_t j = 0; j < 16; ++j) {
        CHECK(codes.codes[j] < 16);
        const double w = static_cast<double>(codes.column_scales[j]);
        CHECK(w == doctest::Approx(std::sqrt(std::abs(static_cast<double>(j) - 7.5) / norm)));
        const double v = w * (static_cast<double>(codes.codes[j]) - 7.5);
        square += std::pow((static_cast<double>(j) - 7.5) / norm - static_cast<double>(codes.row_factors[0]) * v, 2);
    }
    CHECK(static_cast<double>(codes.row_factors[1]) >= std::sqrt(square));
    CHECK(static_cast<double>(codes.row_factors[1]) <= std::sqrt(square) + 1e-6);
}

TEST_CASE("bounds hold and are near, for any number of dimensions") {
    for (const Eigen::Index d : {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 223, 256, 257, 300}) {
        const DenseMatrix rows = scanned_rows(150, d, 11 + static_cast<std::uint64_t>(d));
        const Eigen::VectorXf query = scanned_rows(1, d, 5).row(0).normalized();

        CHECK(checked_distance(rows, query) <= (d == 1 ? 0.05 : 0.4));  // twice a residual of .2, and the query's
        CHECK(checked_distance(rows, rows.row(3).normalized().transpose()) <= 0.4);
    }
}

TEST_CASE("bounds hold for rows that are awkward") {
    DenseMatrix rows = scanned_rows(60, 37, 2);
    rows.row(0).setZero();
    rows.row(1) *= 1e18F;
    rows.row(2) *= 1e30F;
    rows.row(3) *= 1e-18F;
    rows.row(4) *= 1e-30F;
    rows.row(5).setZero();
    rows(5, 36) = -3;  // one column
    for (Eigen::Index i = 10; i < 20; ++i) rows.row(i) = rows.row(9);
    rows.row(20) = -rows.row(9);
    rows.col(7).setZero();
    rows.col(8) *= 1000;

    checked_distance(rows, scanned_rows(1, 37, 8).row(0).normalized());
    checked_distance(rows, rows.row(9).normalized().transpose());
    checked_distance(rows, Eigen::VectorXf::Unit(37, 36));
    checked_distance(rows, Eigen::VectorXf::Unit(37, 7));
    checked_distance(rows, Eigen::VectorXf::Zero(37));
    checked_distance(rows, scanned_rows(1, 37, 8).row(0) * 1e-6F);
    checked_distance(rows, scanned_rows(1, 37, 8).row(0) * 1e6F);
}

TEST_CASE("rows of zeros alone have codes") {
    const DenseMatrix rows = DenseMatrix::Zero(5, 40);

    CHECK(checked_distance(rows, Eigen::VectorXf::Unit(40, 2)) < 1e-4);
}

TEST_CASE("a row that is not of the length said is bounded by nothing") {
    const DenseMatrix rows = scanned_rows(3, 20, 1);
    const std::vector<float> lengths = {rows.row(0).norm(), 2 * rows.row(1).norm(),
                                        std::numeric_limits<float>::infinity()};

    const std::vector<float> bounds = bounds_of(scan_codes(rows, lengths), Eigen::VectorXf::Unit(20, 0));

    CHECK(std::isfinite(bounds[0]));
    CHECK(bounds[1] == std::numeric_limits<float>::infinity());
    CHECK(bounds[2] == std::numeric_limits<float>::infinity());
}

TEST_CASE("codes are the same bytes for any number of threads, and bounds for any range") {
    const DenseMatrix rows = scanned_rows(5000, 33, 4);
    const std::vector<float> lengths = lengths_of(rows);
    const ScanCodes codes = scan_codes(rows, lengths);
    const Eigen::VectorXf query = scanned_rows(1, 33, 5).row(0).normalized();
    const std::vector<float> bounds = bounds_of(codes, query);

    for (const int threads : {1, 3}) {
        const ThreadLimit limit(threads);
        const ScanCodes again = scan_codes(rows, lengths);
        CHECK(again.codes == codes.codes);
        CHECK(again.row_factors == codes.row_factors);
        CHECK(again.column_scales == codes.column_scales);
    }
    std::vector<float> part(700);
    ScanQuery(codes.view(), {query.data(), 33}).product_bounds({1234, 1934}, part.data());
    CHECK(std::equal(part.begin(), part.end(), bounds.begin() + 1234));
}

TEST_CASE("codes are read as they were written, and other shapes are refused") {
    const TemporaryFolder folder;
    const DenseMatrix rows = scanned_rows(20, 33, 4);
    const ScanCodes codes = scan_codes(rows, lengths_of(rows));
    StoreWriter writer = StoreWriter::begin(folder / "store");
    write_scan_codes(codes, writer, "row");
    writer.publish("test", "{}");

    const StoreReader store = StoreReader::open(folder / "store");
    const StoredScanCodes stored(store, "row", 20, 33);

    const auto same = [](auto a, const auto& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); };
    CHECK(same(stored.view().codes, codes.codes));
    CHECK(same(stored.view().row_factors, codes.row_factors));
    CHECK(same(stored.view().column_scales, codes.column_scales));
    CHECK_THROWS_AS(StoredScanCodes(store, "row", 21, 33), DamagedError);
    CHECK_THROWS_AS(StoredScanCodes(store, "row", 20, 65), DamagedError);
}

TEST_CASE("queries that do not fit the codes are refused") {
    const DenseMatrix rows = scanned_rows(3, 4, 1);
    const ScanCodes codes = scan_codes(rows, lengths_of(rows));

    CHECK_THROWS_AS(ScanQuery(codes.view(), std::vector<float>{1, 2, 3}), UsageError);
    CHECK_THROWS_AS(ScanQuery(codes.view(), std::vector<float>{1, 2, 3, std::nanf("")}), UsageError);
    CHECK_THROWS_AS(scan_codes(rows, std::vector<float>{1, 2}), UsageError);
}
