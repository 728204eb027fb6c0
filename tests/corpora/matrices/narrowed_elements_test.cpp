#include "corpora/matrices/narrowed_elements.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

MatrixOptions offsets() {
    MatrixOptions options;
    options.offsets = true;
    return options;
}

/// Rows around 1e9 in the first column, around 0 in the second.
const std::vector<double> far_and_near = {1e9 + 1, 0.1, 1e9 + 3, -0.2, 1e9 + 2, 0.3};

double value_of(const MatrixFile& file, Eigen::Index row, Eigen::Index col) {
    const double offset = file.offset.size() > 0 ? file.offset[col] : 0;
    return static_cast<double>(std::get<DenseMatrix>(file.matrix)(row, col)) + offset;
}

void check_far_and_near(const MatrixFile& file) {
    REQUIRE(file.offset.size() == 2);
    CHECK(file.offset[1] == 0);
    for (Eigen::Index row = 0; row < 3; ++row) {
        CHECK(value_of(file, row, 0) == far_and_near[static_cast<std::size_t>(2 * row)]);
        CHECK(std::get<DenseMatrix>(file.matrix)(row, 1) ==
              static_cast<float>(far_and_near[static_cast<std::size_t>(2 * row + 1)]));
    }
}

TEST_CASE("a column far from zero keeps what tells its rows apart in every dense format") {
    const std::string rows = raw<double>(far_and_near);
    const std::string columns = raw<double>({1e9 + 1, 1e9 + 3, 1e9 + 2, 0.1, -0.2, 0.3});

    check_far_and_near(matrix_of(npy_file("<f8", false, "(3, 2)", rows), offsets()));
    check_far_and_near(matrix_of(npy_file("<f8", true, "(3, 2)", columns), offsets()));
    check_far_and_near(matrix_of("1000000001,0.1\n+1000000003,-0.2\n1000000002,0.3\n", offsets()));
    check_far_and_near(matrix_of("a 1000000001 0.1\nb 1000000003 -0.2\nc 1000000002 0.3\n", offsets(), "x.vec"));
    check_far_and_near(
        matrix_of("%%MatrixMarket matrix array real general\n3 2\n"
                  "1000000001\n1000000003\n1000000002\n0.1\n-0.2\n0.3\n",
                  offsets()));
    const MatrixFile whole =
        matrix_of(npy_file("<i8", false, "(2, 1)", raw<std::int64_t>({1'700'000'001, 1'700'000'002})), offsets());
    CHECK(value_of(whole, 1, 0) - value_of(whole, 0, 0) == 1);
}

TEST_CASE("without the option, and where float32 loses nothing that matters, values are as they stand") {
    const std::string far = npy_file("<f8", false, "(3, 2)", raw<double>(far_and_near));
    CHECK(matrix_of(far).offset.size() == 0);
    CHECK(rows_of(matrix_of(far))[0][0] == 1e9F);

    // Years are whole in float32; equal values have no structure to lose; and 20 times the range is not far.
    for (const std::string table :
         {"2001\n2002\n2020\n", "0.1\n0.1\n0.1\n", "1000000001\n1000000001\n", "20.1\n20.7\n21.1\n"}) {
        CAPTURE(table);
        CHECK(matrix_of(table, offsets()).offset.size() == 0);
        CHECK(rows_of(matrix_of(table, offsets())) == rows_of(matrix_of(table)));
    }
    CHECK(matrix_of(npy_file("<f4", false, "(2, 1)", raw<float>({1e9F, 1e9F + 64})), offsets()).offset.size() == 0);
}

/// A single column, fed in pieces.
NarrowedMatrix narrowed(const std::vector<double>& column) {
    NarrowedElements elements({.bytes = 1'000'000'000}, 1, true);
    constexpr std::size_t piece = 1000;
    for (std::size_t i = 0; i < column.size(); i += piece) {
        elements.add(std::span(column).subspan(i, std::min(piece, column.size() - i)));
    }
    return elements.take();
}

TEST_CASE("a column of more rows than are looked at first loses no more than 2^-18 of its range") {
    constexpr std::size_t rows = 300'000;
    std::vector<std::vector<double>> columns(4, std::vector<double>(rows));
    for (std::size_t i = 0; i < rows; ++i) {
        const double wave = std::sin(static_cast<double>(i));
        columns[0][i] = 1e9 + wave;
        columns[1][i] = i < rows - 10 ? 1e9 : 1e9 + 0.01 * static_cast<double>(i - rows + 10);  // alike for long
        columns[2][i] = i < rows - 10 ? 5.1 : wave;                                             // alike, then others
        columns[3][i] = wave;
    }

    for (std::size_t c = 0; c < columns.size(); ++c) {
        CAPTURE(c);
        const std::vector<double>& column = columns[c];
        const NarrowedMatrix found = narrowed(column);
        const auto [low, high] = std::minmax_element(column.begin(), column.end());
        const double offset = found.offset.size() > 0 ? found.offset[0] : 0;
        double worst = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            const double stored = found.values(static_cast<Eigen::Index>(i), 0);
            worst = std::max(worst, std::abs(stored + offset - column[i]));
        }
        CHECK(worst <= 0x1p-18 * (*high - *low) + 0x1p-22);  // the second: of float64 at 1e9
        CHECK((found.offset.size() > 0) == (c < 2));
    }
    CHECK(narrowed(columns[2]).values(7, 0) == 5.1F);
}

TEST_CASE("what two forms of a column take counts against the bound") {
    NarrowedElements elements({.bytes = 3'000'000}, 1, true);
    const std::vector<double> far(100'000, 1e9 + 1);

    const auto add_five = [&] {
        for (int i = 0; i < 5; ++i) elements.add(far);
    };

    CHECK_THROWS_AS(add_five(), MemoryError);
}

}  // namespace
}  // namespace eckart::corpora
