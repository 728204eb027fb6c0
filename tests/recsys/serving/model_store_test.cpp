#include "recsys/serving/model_store.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/serving/serving.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/every_kind.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::message_of;
using eckart::testing::read_bytes;
using eckart::testing::TemporaryFolder;
using eckart::testing::write_bytes;

namespace {

/// The ratings of the tests with ids, times, and an item that nobody rated.
Ratings named_ratings(std::uint64_t seed = 1) {
    const CsrMatrix matrix = small_ratings({.users = 30, .items = 20, .seed = seed});
    RatingsBuilder builder;
    for (std::int64_t user = 0; user < matrix.rows; ++user) {
        const Profile profile = profile_of(matrix, user);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            builder.add("user " + std::to_string(user), "item " + std::to_string(profile.items[p]), profile.values[p],
                        100 * user);
        }
    }
    builder.add_item("item nobody rated");
    return builder.finish();
}

std::vector<ItemText> texts_of(const Ratings& ratings) {
    std::vector<ItemText> texts;
    for (const std::string& id : ratings.items) texts.push_back({"Title of " + id, R"({"year": 1995})"});
    return texts;
}

std::unique_ptr<Recommender> fitted_as_kept(const ModelKind& kind, const Ratings& ratings, float least) {
    return kind.of_likes ? quickly_fitted(kind, entries_from(ratings.user_item, least))
                         : quickly_fitted(kind, ratings.user_item);
}

/// Saves a bias model of its own ratings.
void save_sample(const std::string& path, std::uint64_t seed) {
    const Ratings ratings = named_ratings(seed);
    const auto model = fitted(model_kind("bias"), ratings.user_item);
    save_model(path, ratings, texts_of(ratings), *model, {.seed = seed});
}

}  // namespace

TEST_CASE("a store answers as the model that it was made of, for every kind") {
    const Ratings ratings = named_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const TemporaryFolder folder;
        const auto model = fitted_as_kept(kind, ratings, 4);
        const auto positive = kind.of_likes ? std::optional<float>(4) : std::nullopt;
        save_model(folder / "model", ratings, texts_of(ratings), *model, {.positive = positive});

        const ModelStore store = ModelStore::open(folder / "model");

        CHECK(store.model().name() == kind.name);
        for (std::int64_t user = 0; user < 5; ++user) {
            const CsrMatrix liked = entries_from(ratings.user_item, 4);
            const Profile profile = profile_of(kind.of_likes ? liked : ratings.user_item, user);
            CHECK(scores_of(store.model(), store.profile(user).view()) == scores_of(*model, profile));
        }
    });
}

TEST_CASE("ratings, times, ids, titles and options come back as they were") {
    const TemporaryFolder folder;
    const Ratings ratings = named_ratings();
    const auto model = fitted(model_kind("bias"), ratings.user_item, {{"lambda-user", "2.5"}});
    save_model(folder / "model", ratings, texts_of(ratings), *model,
               {.options = {{"lambda-user", "2.5"}, {"lambda-item", "3"}},
                .seed = 11,
                .fields = R"({"command": "eckart train ratings.csv"})"});

    const ModelStore store = ModelStore::open(folder / "model");

    CHECK(std::equal(ratings.user_item.values.begin(), ratings.user_item.values.end(), store.ratings().values.begin()));
    CHECK(store.ratings().cols == ratings.user_item.cols);
    validate(store.ratings());
    CHECK(std::equal(ratings.times.begin(), ratings.times.end(), store.times().begin(), store.times().end()));
    CHECK(store.users().entry(7).id == ratings.users[7]);
    const auto item = store.items().row_of("item nobody rated");
    CHECK(store.items().entry(item).title == "Title of item nobody rated");
    CHECK(store.items().entry(item).attributes == R"({"year": 1995})");
    CHECK(store.popularity()[static_cast<std::size_t>(item)] == 0);
    CHECK(store.info().options.at("lambda-user") == "2.5");
    CHECK(store.info().seed == 11);
    CHECK_FALSE(store.info().positive.has_value());
    CHECK(nlohmann::json::parse(store.info().fields).at("command") == "eckart train ratings.csv");
    CHECK(store.scale().low == 1);
    CHECK(store.scale().high == 5);
    CHECK(nlohmann::json::parse(store.store().manifest_json()).at("figures").at("lambda_user") == 2.5);
}

TEST_CASE("of a model of likes a stored user is what they liked, and all that they rated is seen") {
    const TemporaryFolder folder;
    const Ratings ratings = named_ratings();
    const auto model = fitted(model_kind("popular"), entries_from(ratings.user_item, 4));
    save_model(folder / "model", ratings, {}, *model, {.positive = 4.0F});

    const ModelStore store = ModelStore::open(folder / "model");

    for (std::int64_t user = 0; user < 30; ++user) {
        const StoredProfile profile = store.profile(user);
        const Profile all = profile_of(ratings.user_item, user);
        CHECK(profile.seen.size() == all.size());
        CHECK(std::all_of(profile.values.begin(), profile.values.end(), [](float value) { return value >= 4; }));
        CHECK(profile.items.size() == profile_of(entries_from(ratings.user_item, 4), user).size());
        for (const auto& row : recommend(store.model(), profile.view(), {.count = 99, .seen = profile.seen}).top) {
            CHECK(!std::binary_search(all.items.begin(), all.items.end(), row.index));
        }
    }
    double likes_of_all = 0;
    for (const float count : store.popularity()) likes_of_all += static_cast<double>(count);
    CHECK(likes_of_all == static_cast<double>(entries_from(ratings.user_item, 4).nonzeros()));
    const OwnProfile given = {{2, 3}, {1, 5}};
    CHECK(store.profile_for(given.view()).items == std::vector<std::int32_t>{3});
}

TEST_CASE("the same input makes the same bytes") {
    const TemporaryFolder folder;
    save_sample(folder / "a", 1);
    save_sample(folder / "b", 1);

    const StoreReader a = StoreReader::open(folder / "a"), b = StoreReader::open(folder / "b");
    for (const StoredFile& file : a.files()) CHECK(read_bytes(a.file(file.name)) == read_bytes(b.file(file.name)));
}

TEST_CASE("a new model takes the old one's place, and who had the old one open keeps it") {
    const TemporaryFolder folder;
    save_sample(folder / "model", 1);
    const ModelStore old = ModelStore::open(folder / "model");
    save_sample(folder / "model", 2);

    CHECK(old.info().seed == 1);
    CHECK(old.users().entry(0).id == "user 0");
    CHECK(ModelStore::open(folder / "model").info().seed == 2);
}

TEST_CASE("ratings, titles and model of different sizes are refused before the old model is touched") {
    const TemporaryFolder folder;
    save_sample(folder / "model", 1);
    const Ratings ratings = named_ratings();
    const auto other = fitted(model_kind("bias"), small_ratings({.items = 5}));
    const auto model = fitted(model_kind("bias"), ratings.user_item);
    const std::vector<ItemText> two = {{"a", ""}, {"b", ""}};

    CHECK_THROWS_AS(save_model(folder / "model", ratings, {}, *other, {}), UsageError);
    CHECK_THROWS_AS(save_model(folder / "model", ratings, two, *model, {}), UsageError);
    CHECK_THROWS_AS(save_model(folder / "model", ratings, {}, *model, {.fields = "nonsense"}), UsageError);
    CHECK(ModelStore::open(folder / "model").info().seed == 1);
}

TEST_CASE("a store that is no model's, lacks a file, was cut or is newer is refused") {
    const TemporaryFolder folder;
    save_sample(folder / "model", 1);
    const std::string generation = folder / "model/gen-000001/";
    const auto refused = [&] { return message_of<DamagedError>([&] { ModelStore::open(folder / "model"); }); };

    CHECK_THROWS_AS(ModelStore::open(folder / "nothing"), InputError);
    for (const char* file : {"rating_offsets.npy", "rating_items.npy", "popularity.npy", "item_offsets.npy"}) {
        const std::string whole = read_bytes(generation + file);
        write_bytes(generation + file, whole.substr(0, whole.size() - 4));
        CHECK(refused().find(file) != std::string::npos);
        write_bytes(generation + file, whole);
    }
    CHECK(refused().empty());
    const std::string manifest = read_bytes(generation + "manifest.json");
    std::string changed = manifest;
    changed.replace(changed.find("bias"), 4, "bios");
    write_bytes(generation + "manifest.json", changed);
    CHECK_FALSE(refused().empty());
}

TEST_CASE("a model of a kind that this program does not know is refused by name") {
    const TemporaryFolder folder;
    const Ratings ratings = named_ratings();
    const auto model = fitted(model_kind("bias"), ratings.user_item);
    save_model(folder / "model", ratings, {}, *model, {});
    auto fields = nlohmann::json::parse(StoreReader::open(folder / "model").manifest_json());
    for (const char* own : {"format_version", "kind", "files", "manifest_checksum"}) fields.erase(own);
    const auto publish_with = [&](const char* member, const nlohmann::json& value) {
        auto changed = fields;
        changed[member] = value;
        const StoreReader old = StoreReader::open(folder / "model");
        StoreWriter writer = StoreWriter::begin(folder / "other");
        for (const StoredFile& file : old.files()) write_bytes(writer.file(file.name), read_bytes(old.file(file.name)));
        writer.publish("model", changed.dump());
        return message_of<DamagedError>([&] { ModelStore::open(folder / "other"); });
    };

    CHECK(publish_with("users", fields.at("users")).empty());
    CHECK(publish_with("model", "oracle").find("oracle") != std::string::npos);
    CHECK_FALSE(publish_with("users", 29).empty());
    CHECK_FALSE(publish_with("users", -2).empty());
    CHECK_FALSE(publish_with("items", 22).empty());
    CHECK_FALSE(publish_with("ratings", 3).empty());
    CHECK_FALSE(publish_with("seed", "x").empty());
    CHECK_FALSE(publish_with("figures", nlohmann::json::object()).empty());
}

TEST_CASE("a row of ratings that is none is noticed when it is asked for") {
    const TemporaryFolder folder;
    save_sample(folder / "model", 1);
    const std::string file = folder / "model/gen-000001/rating_items.npy";
    std::string bytes = read_bytes(file);
    bytes[bytes.size() - 1] = 0x7F;  // the last item of the last user, far beyond all items
    write_bytes(file, bytes);

    const ModelStore store = ModelStore::open(folder / "model");

    CHECK_THROWS_AS(store.profile(29), DamagedError);
    CHECK_THROWS_AS(store.profile(30), UsageError);
    CHECK_THROWS_AS(store.store().verify(), DamagedError);
    CHECK(store.profile(0).items.size() == store.profile(0).seen.size());
}

TEST_CASE("killed while it saves, a program leaves the model that was there") {
    const TemporaryFolder folder;
    save_sample(folder / "model", 1);
    const Ratings ratings = named_ratings(2);
    const auto model = fitted(model_kind("bias"), ratings.user_item);

    const pid_t child = fork();
    if (child == 0) {
        const ThreadLimit one(1);  // a forked process has no workers
        const Progress killed([](std::string_view, std::uint64_t, std::uint64_t) { raise(SIGKILL); });
        save_model(folder / "model", ratings, texts_of(ratings), *model, {.seed = 2}, killed);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);

    CHECK(WIFSIGNALED(status));
    CHECK(ModelStore::open(folder / "model").info().seed == 1);
    save_sample(folder / "model", 3);
    CHECK(ModelStore::open(folder / "model").info().seed == 3);
}
