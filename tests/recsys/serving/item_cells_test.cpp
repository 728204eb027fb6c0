#include "recsys/serving/item_cells.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/interface/shown_items.h"
#include "recsys/serving/model_store.h"
#include "recsys/serving/serving.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/every_kind.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::message_of;
using eckart::testing::TemporaryFolder;

namespace {

constexpr std::int64_t item_count = 400;

/// Ratings of 120 people, of about a tenth of the items.
Ratings many_items() {
    const CsrMatrix matrix = small_ratings({.users = 120, .items = item_count, .density = 0.1});
    RatingsBuilder builder;
    for (std::int64_t user = 0; user < matrix.rows; ++user) {
        const Profile profile = profile_of(matrix, user);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            builder.add(std::to_string(1000 + user), std::to_string(1000 + profile.items[p]), profile.values[p], 0);
        }
    }
    for (std::int64_t item = 0; item < item_count; ++item) builder.add_item(std::to_string(1000 + item));
    return builder.finish();
}

/// A model in its store, with cells.
struct Made {
    TemporaryFolder folder;
    Ratings ratings = many_items();
    std::unique_ptr<Recommender> model;
    NeighborFile cells;
    std::optional<ModelStore> store;
    std::vector<float> offsets;  ///< what lists are ordered by beside the scores

    explicit Made(const std::string& kind) : model(quickly_fitted(model_kind(kind), ratings.user_item)) {
        cells = save_model(folder / "model", ratings, {}, *model, {}, {}, {.method = NeighborMethod::ivf});
        store.emplace(ModelStore::open(folder / "model"));
        offsets = choice_offsets(store->model(), store->popularity());
    }

    /// As lists are ordered.
    RecommendOptions ordered(RecommendOptions options = {}) const {
        options.order_offsets = offsets;
        return options;
    }

    ItemCells probing(std::int64_t probes) const {
        ItemCells some = store->item_cells().value();
        return {some.file, probes};
    }
    Profile profile(std::int64_t user) const { return profile_of(ratings.user_item, user); }
};

RecommendOptions with(const ItemCells& cells, RecommendOptions options = {}) {
    options.cells = &cells;
    return options;
}

double recall(const Recommendations& found, const Recommendations& exact) {
    double both = 0;
    for (const auto& row : exact.top) both += std::count(found.top.begin(), found.top.end(), row) > 0 ? 1 : 0;
    return both / static_cast<double>(exact.top.size());
}

const char* const factored_kinds[] = {"als", "implicit-als", "sgd", "svd++"};

}  // namespace

TEST_CASE("with all cells looked into, the answer is that of all scores, to the bit") {
    for (const char* kind : factored_kinds) {
        INFO("model " << kind);
        const Made made(kind);
        const ItemCells all = made.probing(item_count);
        for (std::int64_t user = 0; user < 20; ++user) {
            const auto exact = recommend(made.store->model(), made.profile(user), made.ordered());
            const auto found = recommend(made.store->model(), made.profile(user), with(all, made.ordered()));
            CHECK(found.top == exact.top);
            CHECK(found.source == exact.source);
        }
    }
}

TEST_CASE("the cells that are stored find what they were measured to find, with the scores of the model") {
    for (const char* kind : factored_kinds) {
        INFO("model " << kind);
        const Made made(kind);
        const ItemCells cells = made.store->item_cells().value();
        double sum = 0;
        for (std::int64_t user = 0; user < 120; ++user) {
            const RecommendOptions options = made.ordered({.exclude_seen = false});
            const auto exact = recommend(made.store->model(), made.profile(user), options);
            sum += recall(recommend(made.store->model(), made.profile(user), with(cells, options)), exact);
        }
        CHECK(made.cells.recall >= 0.98);
        CHECK(sum / 120 >= 0.98);
        CHECK(cells.probes == made.cells.probes);
        CHECK(cells.file.cells() == made.cells.cells);
    }
}

TEST_CASE("they find as much of what has the usual ratings: items of few ratings may rank first, and are not shown") {
    const Made made("als");
    const ItemCells cells = made.store->item_cells().value();
    const std::int64_t least = usual_least_ratings(*made.model, 120);
    const std::vector<std::uint8_t> allowed = rated_often(made.store->popularity(), least);
    double sum = 0;
    for (std::int64_t user = 0; user < 120; ++user) {
        const auto exact = recommend(made.store->model(), made.profile(user), made.ordered({.allowed = allowed}));
        sum += recall(
            recommend(made.store->model(), made.profile(user), with(cells, made.ordered({.allowed = allowed}))), exact);
    }
    CHECK(least == 2);
    CHECK(usual_least_ratings(*made.model, 1'000'000) == 10);
    CHECK(usual_least_ratings(*Made("implicit-als").model, 1'000'000) == 0);
    CHECK(sum / 120 >= 0.98);
}

TEST_CASE("one cell finds a part of the best, and rows that are ranked by their true scores") {
    const Made made("als");
    const ItemCells one = made.probing(1);
    double sum = 0;
    for (std::int64_t user = 0; user < 120; ++user) {
        const auto found = recommend(made.store->model(), made.profile(user), with(one, made.ordered()));
        const std::vector<float> scores = scores_of(made.store->model(), made.profile(user));
        REQUIRE(found.top.size() == 10);
        for (std::size_t i = 0; i < 10; ++i) {
            CHECK(found.top[i].score == scores[static_cast<std::size_t>(found.top[i].index)]);
            const auto place = [&](const auto& row) {
                return row.score + made.offsets[static_cast<std::size_t>(row.index)];
            };
            if (i > 0) CHECK(place(found.top[i]) <= place(found.top[i - 1]));
        }
        sum += recall(found, recommend(made.store->model(), made.profile(user), made.ordered()));
    }
    CHECK(sum / 120 > 0.1);
    CHECK(sum / 120 < 1);
}

TEST_CASE("whatever is hidden, there are as many rows as without cells, and none that is hidden") {
    const Made made("als");
    const ItemCells one = made.probing(1);
    for (const std::int64_t shown : {0, 3, 12, 60, 399}) {
        CAPTURE(shown);
        std::vector<std::uint8_t> allowed(item_count, 0);
        for (std::int64_t i = 0; i < shown; ++i) allowed[static_cast<std::size_t>(i * item_count / shown)] = 1;
        const std::vector<std::int32_t> seen = {5, 5, 17, 399};
        for (std::int64_t user = 0; user < 10; ++user) {
            const RecommendOptions options = made.ordered({.count = 12, .seen = seen, .allowed = allowed});
            const auto exact = recommend(made.store->model(), made.profile(user), options);
            const auto found = recommend(made.store->model(), made.profile(user), with(one, options));
            CHECK(found.top.size() == exact.top.size());
            for (const auto& row : found.top) {
                CHECK(allowed[static_cast<std::size_t>(row.index)] == 1);
                CHECK(std::count(seen.begin(), seen.end(), row.index) == 0);
                CHECK(std::count(made.profile(user).items.begin(), made.profile(user).items.end(), row.index) == 0);
            }
        }
    }
    const auto all = recommend(made.store->model(), made.profile(0), with(one, made.ordered({.count = 1000})));
    CHECK(all.top.size() == item_count - made.profile(0).size());
}

TEST_CASE("where much is hidden the search goes deeper: what remains is still found") {
    const Made made("implicit-als");
    const ItemCells cells = made.store->item_cells().value();
    std::vector<std::uint8_t> allowed(item_count, 0);
    for (std::size_t i = 0; i < item_count; i += 5) allowed[i] = 1;
    double sum = 0;
    for (std::int64_t user = 0; user < 120; ++user) {
        const RecommendOptions options = {.count = 5, .allowed = allowed};
        const auto exact = recommend(made.store->model(), made.profile(user), options);
        sum += recall(recommend(made.store->model(), made.profile(user), with(cells, options)), exact);
    }
    CHECK(sum / 120 >= 0.98);
}

TEST_CASE("nobody, given candidates and diverse rows are answered as without cells") {
    const Made made("als");
    const ItemCells one = made.probing(1), all = made.probing(item_count);
    const std::vector<std::int32_t> candidates = {3, 250, 7, 99};
    const auto popularity = made.store->popularity();
    const Recommender& model = made.store->model();

    CHECK(recommend(model, {}, with(one, made.ordered({.popularity = popularity}))).top ==
          recommend(model, {}, made.ordered({.popularity = popularity})).top);
    CHECK(recommend(model, made.profile(1), with(one, made.ordered({.candidates = candidates}))).top ==
          recommend(model, made.profile(1), made.ordered({.candidates = candidates})).top);
    CHECK(recommend(model, made.profile(1), with(all, made.ordered({.count = 5, .diversity = 0.4}))).top ==
          recommend(model, made.profile(1), made.ordered({.count = 5, .diversity = 0.4})).top);
}

TEST_CASE("many are answered by cells as each alone, for any number of threads") {
    const Made made("sgd");
    const ItemCells cells = made.probing(2);
    std::vector<Profile> profiles = {{}};
    for (std::int64_t user = 0; user < 120; ++user) profiles.push_back(made.profile(user));
    for (const int threads : {1, 4}) {
        const ThreadLimit limit(threads);
        const auto answers = recommend(made.store->model(), profiles, {}, with(cells, made.ordered()));
        REQUIRE(answers.size() == profiles.size());
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            CHECK(answers[p].top == recommend(made.store->model(), profiles[p], with(cells, made.ordered())).top);
        }
    }
}

TEST_CASE("cells are the same bytes for any number of threads") {
    const auto arrays = [](int threads) {
        const ThreadLimit limit(threads);
        const Made made("als");
        std::map<std::string, std::string> bytes;
        for (const StoredFile& file : made.store->store().files()) {
            if (file.name.starts_with("neighbor_")) bytes[file.name] = file.summary.checksum;
        }
        return bytes;
    };
    const auto alone = arrays(1);
    CHECK(alone.size() == 4);
    CHECK(arrays(4) == alone);
}

TEST_CASE("kinds whose scores are products can have cells, and others say who can") {
    const Ratings ratings = many_items();
    for_each_kind([&](const ModelKind& kind) {
        if (kind.name == "bayes" || kind.name == "ease") return;  // refused as bias is, and long to fit
        const TemporaryFolder folder;
        const auto model = quickly_fitted(kind, ratings.user_item);
        const auto save = [&](NeighborMethod method) {
            return save_model(folder / "model", ratings, {}, *model, {}, {}, {.method = method});
        };
        CHECK(model->factored_items().has_value() == static_cast<bool>(kind.factors));
        CHECK(save(NeighborMethod::automatic).method == NeighborMethod::exact);
        CHECK_FALSE(ModelStore::open(folder / "model").item_cells().has_value());
        if (kind.factors) {
            CHECK(save(NeighborMethod::ivf).method == NeighborMethod::ivf);
        } else {
            const std::string refused = message_of<UsageError>([&] { save(NeighborMethod::ivf); });
            CHECK(refused.find("the scores of " + kind.name) != std::string::npos);
            CHECK(refused.find("als, ") != std::string::npos);
        }
    });
}

TEST_CASE("cells past the budget, of other items or of a model that has none are refused") {
    const Made made("als"), other("implicit-als");
    const TemporaryFolder folder;
    const ItemCells cells = made.probing(2), wrong = other.probing(2);

    CHECK_THROWS_AS(save_model(folder / "model", made.ratings, {}, *made.model, {}, {},
                               {.method = NeighborMethod::ivf, .memory = {1000}}),
                    MemoryError);
    CHECK_THROWS_AS(recommend(*made.model, made.profile(0), with(wrong)), UsageError);
    CHECK_THROWS_AS(recommend(*made.model, made.profile(0), with(made.probing(0))), UsageError);
    const auto bias = fitted(model_kind("bias"), made.ratings.user_item);
    CHECK_THROWS_AS(recommend(*bias, made.profile(0), with(cells)), UsageError);
}

TEST_CASE("damaged cells are refused, each file by its name") {
    for (const char* name : {"neighbor_rows.npy", "neighbor_cell_offsets.npy"}) {
        const Made made("als");
        const std::string path = made.store->store().file(name);
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(128 + 4);
        file.write("\xff\xff\xff\x7f", 4);
        file.close();

        const std::string refused = message_of<DamagedError>([&] { ModelStore::open(made.folder / "model"); });

        CHECK(refused.find(name) != std::string::npos);
    }
}
