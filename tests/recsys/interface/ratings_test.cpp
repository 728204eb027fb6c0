#include "recsys/interface/ratings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

using Ids = std::vector<std::string>;

/// The rules written out with maps.
struct Reference {
    std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, float>> ratings;
    std::int64_t duplicates = 0;

    void add(const std::string& user, const std::string& item, float value, std::int64_t time) {
        const auto [place, fresh] = ratings.try_emplace({user, item}, time, value);
        if (fresh) return;
        ++duplicates;
        if (time >= place->second.first) place->second = {time, value};
    }
};

}  // namespace

TEST_CASE("ratings in any order become rows and columns in the order of their ids") {
    RatingsBuilder builder;
    builder.add("zoe", "heat", 5);
    builder.add("ann", "heat", 3);
    builder.add("zoe", "alien", 4);
    builder.add_item("brazil");

    const Ratings ratings = builder.finish();

    CHECK(ratings.users == Ids{"ann", "zoe"});
    CHECK(ratings.items == Ids{"alien", "brazil", "heat"});
    CHECK(ratings.user_item.row_offsets == std::vector<std::int64_t>{0, 1, 3});
    CHECK(ratings.user_item.column_indices == std::vector<std::int32_t>{2, 0, 2});
    CHECK(ratings.user_item.values == std::vector<float>{3, 4, 5});
    CHECK(ratings.times.empty());
    CHECK(ratings.duplicates == 0);
    validate(ratings.user_item);
}

TEST_CASE("ids are ordered by bytes, not by number or alphabet") {
    RatingsBuilder builder;
    for (const char* id : {"10", "9", "B", "a", "\xc3\xa4"}) builder.add(id, id, 1);

    CHECK(builder.finish().users == Ids{"10", "9", "B", "a", "\xc3\xa4"});
}

TEST_CASE("of several ratings of one item by one user the latest stays, or the last added where times are equal") {
    RatingsBuilder builder;
    builder.add("u", "late first", 1, 20);
    builder.add("u", "late first", 2, 10);
    builder.add("u", "equal", 3, 10);
    builder.add("u", "equal", 4, 10);
    builder.add("u", "one without", 5, 0);
    builder.add("u", "one without", 1);

    const Ratings ratings = builder.finish();

    CHECK(ratings.items == Ids{"equal", "late first", "one without"});
    CHECK(ratings.user_item.values == std::vector<float>{4, 1, 5});
    CHECK(ratings.times == std::vector<std::int64_t>{10, 20, 0});
    CHECK(ratings.duplicates == 3);
}

TEST_CASE("fractions of a time part ratings that are equal in whole units") {
    RatingsBuilder builder;
    builder.add("u", "late first", 1, 10);
    builder.add("u", "late first", 5, 20, 900'000'000);
    builder.add("u", "late first", 2, 20, 100'000'000);
    builder.add("u", "other", 3, 20, 100'000'000);
    builder.add("u", "same moment", 4, 20, 900'000'000);
    builder.add("u", "without", 1);

    const Ratings ratings = builder.finish();

    CHECK(ratings.items == Ids{"late first", "other", "same moment", "without"});
    CHECK(ratings.user_item.values == std::vector<float>{5, 3, 4, 1});
    CHECK(ratings.times == std::vector<std::int64_t>{20, 20, 20, no_time});
    const auto moments = ratings.moments();
    REQUIRE(moments.size() == 4);
    CHECK(moments[1] < moments[0]);
    CHECK(moments[0] == moments[2]);
    CHECK(moments[3] == no_time);
}

TEST_CASE("moments are the times where these are whole") {
    RatingsBuilder builder;
    builder.add("u", "a", 1, 7);
    builder.add("u", "b", 1, -3);

    const Ratings ratings = builder.finish();

    CHECK(ratings.ranks.empty());
    CHECK(std::ranges::equal(ratings.moments(), ratings.times));
}

TEST_CASE("ratings before the first time have none") {
    RatingsBuilder builder;
    builder.add("a", "x", 1);
    builder.add("b", "x", 2);
    builder.add("c", "x", 3, 7);
    builder.add("d", "x", 4);

    CHECK(builder.finish().times == std::vector<std::int64_t>{no_time, no_time, 7, no_time});
}

TEST_CASE("many random ratings agree with maps") {
    const Philox random(3);
    RatingsBuilder builder;
    Reference reference;
    for (std::uint64_t p = 0; p < 30000; ++p) {
        const std::string user = "user " + std::to_string(random.below(4 * p, 3000));
        const std::string item =
            std::string(random.below(4 * p + 1, 40), 'x') + "\t" + std::to_string(random.below(4 * p + 1, 2000));
        const auto value = static_cast<float>(random.below(4 * p + 2, 5));
        const auto time = static_cast<std::int64_t>(random.below(4 * p + 3, 100)) - 50;
        builder.add(user, item, value, time);
        reference.add(user, item, value, time);
    }
    CHECK(builder.size() == 30000);

    const Ratings ratings = builder.finish();

    validate(ratings.user_item);
    REQUIRE(ratings.user_item.nonzeros() == static_cast<std::int64_t>(reference.ratings.size()));
    CHECK(ratings.duplicates == reference.duplicates);
    CHECK(std::is_sorted(ratings.users.begin(), ratings.users.end()));
    std::size_t wrong = 0;
    std::size_t place = 0;
    for (std::int64_t user = 0; user < ratings.user_item.rows; ++user) {
        const Profile profile = profile_of(ratings.user_item, user);
        for (std::size_t p = 0; p < profile.size(); ++p, ++place) {
            const auto& [time, value] =
                reference.ratings.at({ratings.users[static_cast<std::size_t>(user)],
                                      ratings.items[static_cast<std::size_t>(profile.items[p])]});
            wrong += time != ratings.times[place] || value != profile.values[p];
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a builder is empty after it has finished, and can begin anew") {
    RatingsBuilder builder;
    builder.add("a", "x", 1);
    builder.finish();

    CHECK(builder.size() == 0);
    CHECK(builder.finish().users.empty());
    builder.add("b", "y", 1);
    CHECK(builder.finish().users == Ids{"b"});
}

TEST_CASE("empty ids and values that are not numbers are refused") {
    RatingsBuilder builder;
    CHECK_THROWS_AS(builder.add("", "x", 1), UsageError);
    CHECK_THROWS_AS(builder.add("a", "", 1), UsageError);
    CHECK_THROWS_AS(builder.add_item(""), UsageError);
    CHECK_THROWS_AS(builder.add("a", "x", std::numeric_limits<float>::quiet_NaN()), UsageError);
    CHECK_THROWS_AS(builder.add("a", "x", std::numeric_limits<float>::infinity()), UsageError);
    CHECK(builder.finish().user_item.nonzeros() == 0);
}

TEST_CASE("ids of 10 kB, with quotes, line ends and zero bytes stay what they are") {
    const Ids ids = {std::string(10000, 'x'), std::string("a\0b", 3), "\"quoted\"\r\n", "\xf0\x9f\x8e\xac"};
    RatingsBuilder builder;
    for (const std::string& id : ids) builder.add(id, id, 1);

    const Ratings ratings = builder.finish();

    for (const std::string& id : ids) CHECK(row_of(ratings.users, id).has_value());
}

TEST_CASE("a row is found by its id alone") {
    const Ids ids = {"10", "2", "b"};

    CHECK(row_of(ids, "10") == 0);
    CHECK(row_of(ids, "b") == 2);
    CHECK_FALSE(row_of(ids, "1").has_value());
    CHECK_FALSE(row_of(ids, "c").has_value());
    CHECK_FALSE(row_of({}, "c").has_value());
}

TEST_CASE("a profile is a row") {
    const CsrMatrix matrix = csr_from_entries(2, 3, {{1, 0, 4}, {1, 2, 5}});

    CHECK(profile_of(matrix, 0).empty());
    CHECK(profile_of(matrix, 1).items[1] == 2);
    CHECK(profile_of(matrix, 1).values[1] == 5);
    CHECK_THROWS_AS(profile_of(matrix, 2), UsageError);
}

TEST_CASE("entries from a bound up keep their values, and every user a row") {
    const CsrMatrix matrix = csr_from_entries(3, 3, {{0, 0, 4}, {0, 1, 3.5F}, {0, 2, 5}, {2, 1, 1}});

    const CsrMatrix liked = entries_from(matrix, 4);

    validate(liked);
    CHECK(liked.row_offsets == std::vector<std::int64_t>{0, 2, 2, 2});
    CHECK(liked.column_indices == std::vector<std::int32_t>{0, 2});
    CHECK(liked.values == std::vector<float>{4, 5});
    CHECK(liked.cols == 3);
}

TEST_CASE("the ratings of the tests are whole, in their scale and always the same") {
    const CsrMatrix ratings = testing::small_ratings();

    validate(ratings);
    CHECK(ratings.nonzeros() > 500);
    CHECK(std::all_of(ratings.values.begin(), ratings.values.end(),
                      [](float value) { return value >= 1 && value <= 5 && value == std::round(value); }));
    CHECK(ratings.values == testing::small_ratings().values);
    CHECK(ratings.values != testing::small_ratings({.seed = 2}).values);
}
