#include "recsys/models/bias.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "engine/completion/offsets.h"
#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

Ratings movielens_100k(const std::string& path) {
    RatingsBuilder builder;
    for (int item = 1; item <= 1682; ++item) builder.add_item(std::to_string(item));  // so that columns are the same
    std::ifstream file(path);
    std::string user, item;
    float value = 0;
    long long time = 0;
    while (file >> user >> item >> value >> time) builder.add(user, item, value, time);
    return builder.finish();
}

/// Root of the mean squared error, predictions clamped to 1..5; a user that training lacks has no offset.
double rmse(const Recommender& model, const Ratings& train, const Ratings& test) {
    double squares = 0;
    for (std::size_t u = 0; u < test.users.size(); ++u) {
        const auto row = row_of(train.users, test.users[u]);
        const auto scores = scores_of(model, row ? profile_of(train.user_item, *row) : Profile{});
        const Profile held_out = profile_of(test.user_item, static_cast<std::int64_t>(u));
        for (std::size_t p = 0; p < held_out.size(); ++p) {
            const float score = scores[static_cast<std::size_t>(held_out.items[p])];
            squares += std::pow(std::fmin(5.0F, std::fmax(1.0F, score)) - held_out.values[p], 2);
        }
    }
    return std::sqrt(squares / static_cast<double>(test.user_item.nonzeros()));
}

}  // namespace

TEST_CASE("a score is the mean and the offsets of user and item as fitted") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(bias_kind(), ratings, {{"lambda-user", "4"}, {"lambda-item", "2"}});
    const Offsets offsets = fit_offsets(ratings, {.lambda_row = 4, .lambda_column = 2});

    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const auto scores = scores_of(*model, profile_of(ratings, user));
        for (std::size_t item = 0; item < scores.size(); ++item) {
            const double expected =
                offsets.mean + offsets.row_offsets[static_cast<std::size_t>(user)] + offsets.column_offsets[item];
            CHECK(std::abs(static_cast<double>(scores[item]) - expected) <= 5e-7);  // one rounding to float32
        }
    }
}

TEST_CASE("nobody in particular has the mean and the item's offset") {
    const CsrMatrix ratings = small_ratings();
    const Offsets offsets = fit_offsets(ratings);

    const auto scores = scores_of(*fitted(bias_kind(), ratings), {});

    CHECK(scores[3] == static_cast<float>(offsets.mean + offsets.column_offsets[3]));
}

TEST_CASE("the scale is that of the ratings") {
    const auto model = fitted(bias_kind(), csr_from_entries(1, 3, {{0, 0, 0.5F}, {0, 1, 4.5F}, {0, 2, 3}}));

    REQUIRE(model->scale().has_value());
    CHECK(model->scale()->low == 0.5F);
    CHECK(model->scale()->high == 4.5F);
}

TEST_CASE("weights below zero and going on from a model are refused") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(bias_kind(), ratings);

    CHECK_THROWS_AS(fitted(bias_kind(), ratings, {{"lambda-user", "-1"}}), UsageError);
    CHECK_THROWS_AS(fitted(bias_kind(), ratings, {}, {.start = model.get()}), UsageError);
    CHECK_THROWS_AS(fitted(bias_kind(), csr_from_entries(2, 2, {})), UsageError);
}

TEST_CASE("on the published folds of MovieLens 100K offsets alone err by .9418 at most") {
    const char* data = std::getenv("ECKART_DATA");
    const std::string folder = std::string(data == nullptr ? "" : data) + "/ratings/ml-100k/";
    if (data == nullptr || !std::ifstream(folder + "u1.base")) {
        MESSAGE("skipped: ECKART_DATA names no folder with ratings/ml-100k");
        return;
    }
    double sum = 0;
    for (const char fold : {'1', '2', '3', '4', '5'}) {
        const Ratings train = movielens_100k(folder + "u" + fold + ".base");
        sum += rmse(*fitted(bias_kind(), train.user_item), train, movielens_100k(folder + "u" + fold + ".test"));
    }
    CHECK(sum / 5 <= 0.9418);
}
