#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "corpora/ratings/candidate_lists.h"
#include "corpora/ratings/item_descriptions.h"
#include "corpora/ratings/open_ratings.h"

// Counts that the collections' publishers give. ECKART_DATA names the folder that holds them.

namespace eckart::corpora {
namespace {

std::optional<std::string> data(const std::string& path) {
    const char* const folder = std::getenv("ECKART_DATA");
    if (folder != nullptr && std::filesystem::exists(std::string(folder) + "/ratings/" + path)) {
        return std::string(folder) + "/ratings/" + path;
    }
    MESSAGE("skipped: ratings/" << path << " is not below ECKART_DATA");
    return std::nullopt;
}

struct Counts {
    std::int64_t ratings = 0;
    std::size_t users = 0, items = 0;

    bool operator==(const Counts&) const = default;
};

struct Seen {
    Counts counts;
    double least = 1e9, most = -1e9;
    bool all_times = true, no_times = true;
};

Seen seen_in(const std::string& source) {
    Seen seen;
    std::set<std::string, std::less<>> users, items;
    const auto reader = open_ratings(source);
    for (Rating rating; reader->next(rating);) {
        ++seen.counts.ratings;
        if (!users.contains(rating.user)) users.emplace(rating.user);
        if (!items.contains(rating.item)) items.emplace(rating.item);
        seen.least = std::min(seen.least, static_cast<double>(rating.value));
        seen.most = std::max(seen.most, static_cast<double>(rating.value));
        (rating.time == no_time ? seen.all_times : seen.no_times) = false;
    }
    seen.counts.users = users.size();
    seen.counts.items = items.size();
    return seen;
}

void check_source(const std::string& path, const Counts& expected, double least, double most, bool times) {
    const auto source = data(path);
    if (!source) return;
    CAPTURE(path);
    const Seen seen = seen_in(*source);
    CHECK(seen.counts.ratings == expected.ratings);
    CHECK(seen.counts.users == expected.users);
    CHECK(seen.counts.items == expected.items);
    CHECK(seen.least == least);
    CHECK(seen.most == most);
    CHECK((times ? seen.all_times : seen.no_times));
}

TEST_CASE("MovieLens and Gowalla have their published counts and scales") {
    check_source("ml-100k", {100000, 943, 1682}, 1, 5, true);
    check_source("ml-100k/u1.base", {80000, 943, 1650}, 1, 5, true);
    check_source("ml-1m", {1000209, 6040, 3706}, 1, 5, false);
    check_source("ml-latest-small", {100836, 610, 9724}, 0.5, 5, true);
    check_source("gowalla/train.txt", {810128, 29858, 40981}, 1, 1, false);
    check_source("ml-1m/ncf/ml-1m.train.notime.rating", {994169, 6040, 3704}, 1, 5, false);
    check_source("ml-1m/ncf/ml-1m.test.rating", {6040, 6040, 1921}, 1, 5, true);
}

/// Finds the items beside the ratings and checks that they describe each rated one.
std::vector<ItemDescription> items_of(const std::string& path) {
    const auto source = data(path);
    if (!source) return {};
    const auto file = items_file_beside(*source);
    REQUIRE(file.has_value());
    auto items = read_items(*file);
    std::set<std::string, std::less<>> ids;
    for (const ItemDescription& item : items) ids.insert(item.id);
    CHECK(ids.size() == items.size());
    const auto reader = open_ratings(*source);
    std::int64_t unknown = 0;
    for (Rating rating; reader->next(rating);) unknown += ids.contains(rating.item) ? 0 : 1;
    CHECK(unknown == 0);
    return items;
}

std::int64_t count_with_year(const std::vector<ItemDescription>& items) {
    return std::count_if(items.begin(), items.end(), [](const ItemDescription& item) { return item.year.has_value(); });
}

TEST_CASE("every rated film of MovieLens is described beside its ratings") {
    if (const auto items = items_of("ml-100k"); !items.empty()) {
        CHECK(items.size() == 1682);
        CHECK(count_with_year(items) == 1681);
        CHECK(items[49].title == "Star Wars (1977)");
        CHECK(items[49].categories == std::vector<std::string>{"Action", "Adventure", "Romance", "Sci-Fi", "War"});
    }
    if (const auto items = items_of("ml-1m"); !items.empty()) {
        CHECK(items.size() == 3883);
        CHECK(count_with_year(items) == 3883);
    }
    if (const auto items = items_of("ml-latest-small"); !items.empty()) {
        CHECK(items.size() == 9742);
        CHECK(items[0].categories.size() == 5);
    }
}

TEST_CASE("the lists of the NCF split are 6040 of 99 candidates, 156 of which hold the item held out") {
    const auto path = data("ml-1m/ncf/ml-1m.test.negative");
    if (!path) return;
    std::int64_t lists = 0, with_held_out = 0, of_99 = 0;

    read_candidate_lists(*path, [&](const CandidateList& list) {
        ++lists;
        of_99 += list.candidates.size() == 99 ? 1 : 0;
        with_held_out += std::count(list.candidates.begin(), list.candidates.end(), list.held_out) > 0 ? 1 : 0;
    });

    CHECK(lists == 6040);
    CHECK(of_99 == 6040);
    CHECK(with_held_out == 156);
}

}  // namespace
}  // namespace eckart::corpora
