#include "recsys/evaluation/protocols.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

using Places = std::set<std::pair<std::int64_t, std::int32_t>>;

Places places_of(const CsrView& matrix) {
    Places places;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (const std::int32_t item : profile_of(matrix, row).items) places.emplace(row, item);
    }
    return places;
}

std::vector<std::pair<std::int64_t, std::int32_t>> common(const Places& a, const Places& b) {
    std::vector<std::pair<std::int64_t, std::int32_t>> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both;
}

bool equal(const CsrMatrix& a, const CsrMatrix& b) {
    return a.rows == b.rows && a.cols == b.cols && a.row_offsets == b.row_offsets &&
           a.column_indices == b.column_indices && a.values == b.values;
}

/// Every entry of `whole` is on one side, with its value.
void check_parted(const CsrMatrix& whole, const Split& split) {
    validate(split.train);
    validate(split.test);
    CHECK(split.train.rows == whole.rows);
    CHECK(split.test.rows == whole.rows);
    CHECK(split.train.nonzeros() + split.test.nonzeros() == whole.nonzeros());
    CHECK(common(places_of(split.train), places_of(split.test)).empty());
    std::vector<Entry> entries;
    for (const CsrMatrix* part : {&split.train, &split.test}) {
        for (std::int64_t row = 0; row < part->rows; ++row) {
            const Profile profile = profile_of(*part, row);
            for (std::size_t j = 0; j < profile.size(); ++j) {
                entries.push_back({row, profile.items[j], profile.values[j]});
            }
        }
    }
    CHECK(equal(csr_from_entries(whole.rows, whole.cols, entries), whole));
}

const CsrMatrix ratings = testing::small_ratings();

Ratings ratings_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
    RatingsBuilder builder;
    for (const auto& [user, item] : pairs) builder.add(user, item, 1);
    return builder.finish();
}

}  // namespace

TEST_CASE("a hold-out parts the ratings, in the share asked for") {
    const Split split = random_holdout(ratings, 0.1, 1);

    check_parted(ratings, split);
    CHECK(split.test.nonzeros() == std::llround(0.1 * static_cast<double>(ratings.nonzeros())));
    CHECK(split.fold_in.rows == 0);
    CHECK(split.known().nonzeros() == split.train.nonzeros());
}

TEST_CASE("every split follows from its seed, and seeds give different ones") {
    CHECK(equal(random_holdout(ratings, 0.1, 3).test, random_holdout(ratings, 0.1, 3).test));
    CHECK_FALSE(equal(random_holdout(ratings, 0.1, 3).test, random_holdout(ratings, 0.1, 4).test));
    CHECK(equal(leave_one_out(ratings, {}, 3).test, leave_one_out(ratings, {}, 3).test));
    CHECK_FALSE(equal(leave_one_out(ratings, {}, 3).test, leave_one_out(ratings, {}, 4).test));
    const auto people = [](std::uint64_t seed) {
        return strong_generalization(ratings, {.held_out = 10, .seed = seed}).test;
    };
    CHECK(equal(people(3), people(3)));
    CHECK_FALSE(equal(people(3), people(4)));
}

TEST_CASE("each rating is in the test of exactly one fold, and folds differ by at most one rating") {
    Places seen;
    std::set<std::int64_t> sizes;
    for (std::int64_t fold = 0; fold < 5; ++fold) {
        const Split split = random_fold(ratings, 5, fold, 1);
        check_parted(ratings, split);
        CHECK(common(seen, places_of(split.test)).empty());
        seen.merge(places_of(split.test));
        sizes.insert(split.test.nonzeros());
    }

    CHECK(static_cast<std::int64_t>(seen.size()) == ratings.nonzeros());
    CHECK(*sizes.rbegin() - *sizes.begin() <= 1);
}

TEST_CASE("leaving one out takes the last rating by time, and leaves users of one rating alone") {
    const CsrMatrix three = csr_from_entries(3, 3, {{0, 0, 1}, {0, 1, 2}, {0, 2, 3}, {1, 1, 4}, {2, 0, 5}, {2, 2, 5}});
    const std::vector<std::int64_t> times = {10, 30, 20, 5, -7, -8};

    const Split split = leave_one_out(three, times, 1);

    check_parted(three, split);
    CHECK(places_of(split.test) == Places{{0, 1}, {2, 0}});
}

TEST_CASE("of several last ratings, and without times, each can be the one left out") {
    const CsrMatrix one = csr_from_entries(1, 3, {{0, 0, 1}, {0, 1, 2}, {0, 2, 3}});
    std::set<std::int32_t> untimed, timed;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        untimed.insert(leave_one_out(one, {}, seed).test.column_indices[0]);
        timed.insert(leave_one_out(one, std::vector<std::int64_t>{7, 9, 9}, seed).test.column_indices[0]);
    }

    CHECK(untimed == std::set<std::int32_t>{0, 1, 2});
    CHECK(timed == std::set<std::int32_t>{1, 2});
}

TEST_CASE("a split by time trains on the past only, and keeps the ratings of a moment together") {
    const CsrMatrix row = csr_from_entries(1, 5, {{0, 0, 1}, {0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 4, 1}});

    const Split split = time_split(row, std::vector<std::int64_t>{3, 1, 9, 3, 2}, 0.4);

    check_parted(row, split);
    CHECK(places_of(split.train) == Places{{0, 1}, {0, 4}});
}

TEST_CASE("a split by time needs the time of every rating, and more than one time") {
    const CsrMatrix row = csr_from_entries(1, 2, {{0, 0, 1}, {0, 1, 1}});

    CHECK_THROWS_AS(time_split(row, {}, 0.5), InputError);
    CHECK_THROWS_AS(time_split(row, std::vector<std::int64_t>{1, no_time}, 0.5), InputError);
    CHECK_THROWS_AS(time_split(row, std::vector<std::int64_t>{1, 1}, 0.5), InputError);
}

TEST_CASE("strong generalization measures people whom training has not, on a fifth of what they like") {
    const CsrMatrix liked = entries_from(ratings, 3);
    const Split split = strong_generalization(liked, {.held_out = 10});
    std::set<std::int32_t> trained(split.train.column_indices.begin(), split.train.column_indices.end());

    CHECK(split.train.rows + 20 <= liked.rows);
    CHECK(split.fold_in.rows == 10);
    CHECK(split.test.rows == 10);
    CHECK(common(places_of(split.fold_in), places_of(split.test)).empty());
    for (std::int64_t person = 0; person < 10; ++person) {
        const std::size_t kept = profile_of(split.fold_in, person).size(), held = profile_of(split.test, person).size();
        CHECK(held == (kept + held < 5 ? 0 : (kept + held) / 5));
    }
    for (const std::int32_t item : split.test.column_indices) CHECK(trained.contains(item));
    for (const std::int32_t item : split.fold_in.column_indices) CHECK(trained.contains(item));
}

TEST_CASE("training is the same for validation and test, and nobody is in two of the three") {
    const auto all_of = [](const CsrMatrix& matrix, std::int64_t row) {
        const Profile profile = profile_of(matrix, row);
        return std::set<std::int32_t>(profile.items.begin(), profile.items.end());
    };
    const auto people_of = [&](const Split& split) {
        std::set<std::set<std::int32_t>> people;
        for (std::int64_t row = 0; row < split.test.rows; ++row) {
            auto items = all_of(split.fold_in, row);
            items.merge(all_of(split.test, row));
            people.insert(std::move(items));
        }
        return people;
    };
    const Split validation = strong_generalization(ratings, {.held_out = 10, .part = HeldOut::validation});
    const Split test = strong_generalization(ratings, {.held_out = 10, .part = HeldOut::test});
    auto everybody = people_of(validation);
    everybody.merge(people_of(test));
    for (std::int64_t row = 0; row < test.train.rows; ++row) everybody.insert(all_of(test.train, row));

    CHECK(equal(validation.train, test.train));
    CHECK(test.train.rows == ratings.rows - 20);
    CHECK(static_cast<std::int64_t>(everybody.size()) == ratings.rows);
}

TEST_CASE("an item that no training user has is dropped from those held out") {
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < 9; ++user) {
        for (std::int64_t item = 0; item < 5; ++item) entries.push_back({user, item, 1});
        entries.push_back({user, 5 + user, 1});  // an item of the user's own
    }

    const Split split = strong_generalization(csr_from_entries(9, 14, entries), {.held_out = 4});

    CHECK(split.train.rows == 1);
    CHECK(split.fold_in.nonzeros() + split.test.nonzeros() == 4 * 5);
    CHECK(split.test.nonzeros() == 4);
}

TEST_CASE("candidates are drawn from what is not known, beside what was held out") {
    Split split = leave_one_out(ratings, {}, 1);
    const CsrMatrix candidates = drawn_candidates(split, 7, 1);

    CHECK(common(places_of(candidates), places_of(split.train)).empty());
    CHECK(common(places_of(candidates), places_of(split.test)).size() == places_of(split.test).size());
    for (std::int64_t person = 0; person < ratings.rows; ++person) {
        const std::size_t held_out = profile_of(split.test, person).size();
        CHECK(profile_of(candidates, person).size() == (held_out == 0 ? 0 : held_out + 7));
    }
    CHECK(equal(candidates, drawn_candidates(split, 7, 1)));
    const CsrMatrix all = drawn_candidates(split, 1000, 1);
    CHECK(profile_of(all, 0).size() + profile_of(split.train, 0).size() == 40);
    CHECK_THROWS_AS(drawn_candidates(split, 0, 1), UsageError);
}

TEST_CASE("splits by time keep the times of what is trained on") {
    const CsrMatrix row = csr_from_entries(1, 3, {{0, 0, 1}, {0, 1, 1}, {0, 2, 1}});

    CHECK(leave_one_out(row, std::vector<std::int64_t>{5, 9, 7}, 1).train_times == std::vector<std::int64_t>{5, 7});
    CHECK(time_split(row, std::vector<std::int64_t>{5, 9, 7}, 0.3).train_times == std::vector<std::int64_t>{5, 7});
}

TEST_CASE("sets of ratings are aligned by their ids") {
    const std::vector<Ratings> sets = {ratings_of({{"b", "y"}, {"a", "x"}}), ratings_of({{"c", "x"}, {"a", "z"}})};

    const AlignedRatings aligned = align(sets);

    CHECK(aligned.users == std::vector<std::string>{"a", "b", "c"});
    CHECK(aligned.items == std::vector<std::string>{"x", "y", "z"});
    validate(aligned.parts[0]);
    CHECK(places_of(aligned.parts[0]) == Places{{0, 0}, {1, 1}});
    CHECK(places_of(aligned.parts[1]) == Places{{0, 2}, {2, 0}});
}

TEST_CASE("a test rating that training has is refused, with their number and the first") {
    const std::vector<Ratings> sets = {ratings_of({{"a", "x"}, {"b", "y"}, {"b", "z"}}),
                                       ratings_of({{"a", "z"}, {"b", "y"}, {"b", "z"}})};
    const AlignedRatings aligned = align(sets);

    try {
        refuse_leakage(aligned.parts[0], aligned.parts[1], aligned.users, aligned.items);
        FAIL("nothing was thrown");
    } catch (const InputError& error) {
        CHECK(
            std::string(error.what())
                .starts_with("2 test ratings are also in the training data; the first is user \"b\" with item \"y\""));
    }
    const Split split = random_holdout(ratings, 0.5, 1);
    const std::vector<std::string> users(60), items(40);
    CHECK_NOTHROW(refuse_leakage(split.train, split.test, users, items));
}

TEST_CASE("a held-out item that is not among the candidates is refused") {
    const std::vector<Ratings> sets = {ratings_of({{"a", "x"}}), ratings_of({{"a", "y"}})};
    const AlignedRatings aligned = align(sets);

    CHECK_THROWS_AS(require_candidates(aligned.parts[1], aligned.parts[0], aligned.users, aligned.items), InputError);
    CHECK_NOTHROW(require_candidates(aligned.parts[0], aligned.parts[0], aligned.users, aligned.items));
}

TEST_CASE("shares, folds and people that cannot be are refused") {
    CHECK_THROWS_AS(random_holdout(ratings, 0, 1), UsageError);
    CHECK_THROWS_AS(random_holdout(ratings, 1, 1), UsageError);
    CHECK_THROWS_AS(random_holdout(csr_from_entries(1, 1, {{0, 0, 1}}), 0.1, 1), UsageError);
    CHECK_THROWS_AS(random_fold(ratings, 1, 0, 1), UsageError);
    CHECK_THROWS_AS(random_fold(ratings, 5, 5, 1), UsageError);
    CHECK_THROWS_AS(strong_generalization(ratings, {.held_out = 30}), UsageError);
}

TEST_CASE("entries are kept from a value on, and empty rows can be left out") {
    const CsrMatrix matrix = csr_from_entries(3, 2, {{0, 0, 3}, {1, 0, 4}, {1, 1, 5}, {2, 1, 2}});

    const CsrMatrix kept = entries_from(matrix, 4);

    CHECK(kept.rows == 3);
    CHECK(kept.values == std::vector<float>{4, 5});
    CHECK(nonempty_rows(kept).rows == 1);
    CHECK(nonempty_rows(kept).cols == 2);
}
