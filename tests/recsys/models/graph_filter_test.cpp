#include "recsys/models/graph_filter.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "engine/neighbors/graph_filter.h"
#include "engine/storage/npy.h"
#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::TemporaryFolder;

namespace {

DenseMatrix dense_of(const CsrMatrix& matrix) {
    DenseMatrix dense = DenseMatrix::Zero(matrix.rows, matrix.cols);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const Profile entries = profile_of(matrix, row);
        for (std::size_t p = 0; p < entries.size(); ++p) dense(row, entries.items[p]) = entries.values[p];
    }
    return dense;
}

}  // namespace

TEST_CASE("graph-filter scores by the filtered likes and the gain of each item, one person or many") {
    CsrMatrix likes = small_ratings();
    for (float& value : likes.values) value = 1;
    const GraphFilter filter = graph_filter(likes, {.row_power = 0.2, .column_power = 0.6, .popularity = 0.5});
    const Eigen::MatrixXd r = dense_of(filter.r).cast<double>();
    const Eigen::MatrixXd p = r.transpose() * r;
    const Eigen::MatrixXd expected =
        dense_of(likes).cast<double>() * (p - 0.8 * p * p) *
        Eigen::Map<const Eigen::VectorXf>(filter.gains.data(), 40).cast<double>().asDiagonal();
    const std::map<std::string, std::string> options = {
        {"user-power", "0.2"}, {"item-power", "0.6"}, {"popularity", "0.5"}, {"sharpening", "0.8"}};

    const auto model = fitted(graph_filter_kind(), small_ratings(), options);

    for (const std::int64_t user : {0, 31, 59}) {
        const auto scores = scores_of(*model, profile_of(likes, user));
        for (Eigen::Index i = 0; i < 40; ++i) {
            CHECK(scores[static_cast<std::size_t>(i)] == doctest::Approx(expected(user, i)).epsilon(1e-4));
        }
    }
}

TEST_CASE("a panel of people and each alone have the same scores") {
    const CsrMatrix ratings = small_ratings({.users = 50, .items = 30});
    const auto model = fitted(graph_filter_kind(), ratings);
    std::vector<Profile> people;
    for (std::int64_t user = 0; user < 21; ++user) people.push_back(profile_of(ratings, user));
    DenseMatrix together(21, 30);

    model->score(people, together);

    for (Eigen::Index p = 0; p < 21; ++p) {
        const auto alone = scores_of(*model, people[static_cast<std::size_t>(p)]);
        CHECK(std::equal(alone.begin(), alone.end(), together.row(p).data()));
    }
}

TEST_CASE("a graph that points outside itself is noticed when it is opened") {
    const TemporaryFolder folder;
    const auto model = fitted(graph_filter_kind(), csr_from_entries(2, 3, {{0, 0, 1}, {0, 2, 1}, {1, 2, 1}}));
    const auto opened = [&](const std::vector<std::int64_t>& offsets, const std::vector<std::int32_t>& columns) {
        StoreWriter writer = StoreWriter::begin(folder / "model");
        model->save(writer);
        write_npy<std::int64_t>(writer.file("user_item_offsets.npy"), offsets, {3});
        write_npy<std::int32_t>(writer.file("user_item_columns.npy"), columns, {3});
        writer.publish("model");
        return graph_filter_kind().open(StoreReader::open(folder / "model"), model->figures());
    };

    CHECK(opened({0, 2, 3}, {0, 2, 2})->items() == 3);
    CHECK_THROWS_AS(opened({0, 4, 3}, {0, 2, 2}), DamagedError);
    CHECK_THROWS_AS(opened({0, 2, 2}, {0, 2, 2}), DamagedError);
    CHECK_THROWS_AS(opened({1, 2, 3}, {0, 2, 2}), DamagedError);
    CHECK_THROWS_AS(opened({0, 2, 3}, {0, 3, 2}), DamagedError);
    CHECK_THROWS_AS(opened({0, 2, 3}, {-1, 2, 2}), DamagedError);
}
