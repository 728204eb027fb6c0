#include "engine/cluster/kmeans_kernel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/matrix/dense.h"
#include "tests/engine/cluster/kmeans_cases.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("products of rows and packed columns are those of a plain loop, whatever the shape") {
    for (const Eigen::Index d : {1, 7, 32, 65}) {
        for (const Eigen::Index columns : {1, 16, 17, 40, 64, 100, 129}) {
            for (const std::size_t count : {1U, 5U, 8U, 13U, 48U}) {
                const DenseMatrix x = blobs(50, d, 50, 1), c = blobs(columns, d, 20, 2);
                const std::int64_t panels = panel_count(columns), stride = panels * panel_lanes + 3;
                std::vector<float> packed(static_cast<std::size_t>(panels * panel_lanes * d));
                std::vector<float> offsets(static_cast<std::size_t>(panels * panel_lanes), 7);
                for (std::int64_t j = 0; j < columns; ++j) {
                    offsets[static_cast<std::size_t>(j)] = static_cast<float>(j);
                    for (std::int64_t l = 0; l < d; ++l) {
                        packed[static_cast<std::size_t>((j / panel_lanes * d + l) * panel_lanes + j % panel_lanes)] =
                            c(j, l);
                    }
                }
                std::vector<const float*> rows;
                for (std::size_t r = 0; r < count; ++r) {
                    rows.push_back(x.row(static_cast<Eigen::Index>(r * 7 % 50)).data());
                }
                std::vector<float> out(count * static_cast<std::size_t>(stride), -1);

                subtract_row_products(rows, d, packed.data(), offsets.data(), panels, out.data(), stride);

                double worst = 0;
                for (std::size_t r = 0; r < count; ++r) {
                    for (std::int64_t j = 0; j < panels * panel_lanes; ++j) {
                        double sum = static_cast<double>(offsets[static_cast<std::size_t>(j)]);
                        for (std::int64_t l = 0; l < d && j < columns; ++l) {
                            sum -= static_cast<double>(rows[r][l]) * static_cast<double>(c(j, l));
                        }
                        const std::size_t at = r * static_cast<std::size_t>(stride) + static_cast<std::size_t>(j);
                        worst = std::max(worst, std::abs(sum - static_cast<double>(out[at])));
                    }
                    for (std::size_t gap = 1; gap <= 3; ++gap)
                        CHECK(out[(r + 1) * static_cast<std::size_t>(stride) - gap] == -1);
                }
                CHECK(worst < 1e-4);  // 65 terms and an offset of 129 at most, in units of 2^-24
            }
        }
    }
}

TEST_CASE("the two least are found among ties and infinities") {
    for (const std::int64_t panels : {1, 2, 3, 7}) {
        const std::int64_t size = panels * panel_lanes, rows = 20;
        DenseMatrix scores = grid(rows, size, 50, static_cast<std::uint64_t>(panels));
        scores.row(3).setConstant(std::numeric_limits<float>::infinity());
        scores(3, size - 1) = 2;
        scores.row(4).setConstant(9);
        std::vector<TwoLeast> found(static_cast<std::size_t>(rows));

        two_least(scores.data(), rows, size, panels, found.data());

        for (std::int64_t r = 0; r < rows; ++r) {
            const TwoLeast& now = found[static_cast<std::size_t>(r)];
            std::vector<float> sorted(scores.row(r).data(), scores.row(r).data() + size);
            std::sort(sorted.begin(), sorted.end());
            CHECK(now.least == sorted[0]);
            CHECK(now.second == sorted[1]);
            CHECK(scores(r, now.place) == sorted[0]);
        }
    }
}
