#include "recsys/models/data_kind.h"

#include <doctest/doctest.h>

#include <vector>

using namespace eckart::recsys;

namespace {

DataKind told(const std::vector<float>& values) {
    return data_kind(values);
}

}  // namespace

TEST_CASE("values tell what they are: likes, counts, or ratings of any scale") {
    CHECK(told({}) == DataKind::likes);
    CHECK(told({1, 1, 1}) == DataKind::likes);
    CHECK(told({5, 3, 4, 1, 5, 4, 4}) == DataKind::ratings);
    CHECK(told({0.5F, 3, 4.5F, 1}) == DataKind::ratings);
    CHECK(told({-9.3F, 2, 8, 0.1F}) == DataKind::ratings);
    CHECK(told({0, 100, 90, 50, 100, 30}) == DataKind::ratings);
    CHECK(told({1, 1, 1, 2, 1, 7, 1, 3, 1, 2}) == DataKind::counts);
    CHECK(told({1, 1, 352698, 13, 1, 2, 40}) == DataKind::counts);
    CHECK(told({2, 1, 1}) == DataKind::ratings);  // two values tell nothing of counts
    CHECK(told({10, 50, 40, 10, 50, 20, 30}) == DataKind::ratings);
}

TEST_CASE("likes begin at the mean of ratings, and all counts are likes") {
    CHECK(like_threshold(std::vector<float>{5, 3, 4, 1, 5, 4, 4}) == 26 / 7.0F);
    CHECK(!like_threshold(std::vector<float>{1, 1}));
    CHECK(!like_threshold(std::vector<float>{1, 1, 352698, 13, 1, 2, 40}));
}
