#include "tools/jobs/stores/export_store.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"
#include "tools/jobs/clusters/clustering_store.h"
#include "tools/jobs/plans/ratings_plan.h"
#include "tools/jobs/points/points.h"
#include "tools/jobs/ratings/train.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;
using eckart::testing::read_bytes;

namespace {

std::vector<std::string> names_of(const std::vector<ExportedFile>& files) {
    std::vector<std::string> names;
    for (const ExportedFile& file : files) names.push_back(file.name);
    return names;
}

using Names = std::vector<std::string>;

/// 12 people who rate most of 5 items, one of which has a comma in its title.
struct SmallModel {
    SmallModel() : ratings(folder / "ratings.csv"), store(folder / "small.model") {
        std::string text = "user,item,rating\n", items = "item,title,genres\n1,\"Oars, sails\",Sea\n2,Bread,\n";
        for (int user = 0; user < 12; ++user) {
            for (int item = 1; item <= 5; ++item) {
                if ((user + 2 * item) % 4 == 0) continue;
                text.append("u").append(std::to_string(user)).append(",").append(std::to_string(item));
                text.append(",").append(std::to_string(1 + (user * item) % 5)).append("\n");
            }
        }
        write_bytes(ratings, text);
        write_bytes(folder / "items.csv", items);
        TrainOptions options;
        options.model = "als:factors=2:sweeps=3";
        options.items = {folder / "items.csv"};
        static_cast<void>(train({.sources = {ratings}}, store, options, {}));
    }

    TemporaryFolder folder;
    std::string ratings;
    std::string store;
};

}  // namespace

TEST_CASE("all of an index are its arrays and a table of its documents") {
    const SmallCollection small;

    const auto files = export_store(small.index, small.folder / "out", {}, {});

    const Names names = names_of(files);
    CHECK(names.back() == "documents.csv");
    CHECK(std::count(names.begin(), names.end(), "document_vectors.npy") == 1);
    CHECK(read_bytes(small.folder / "out/documents.csv").starts_with("document,title\nb1,Boats\nb2,"));
    for (const ExportedFile& file : files) {
        CHECK(file.bytes == std::filesystem::file_size(small.folder / ("out/" + file.name)));
    }
}

TEST_CASE("ratings that were exported train the same model again") {
    const SmallModel small;
    static_cast<void>(export_store(small.store, small.folder / "out", {}, {}));
    TrainOptions options;
    options.model = "als:factors=2:sweeps=3";
    const std::string again = small.folder / "again.model";

    static_cast<void>(train({.sources = {small.folder / "out/ratings.csv"}}, again, options, {}));

    static_cast<void>(export_store(again, small.folder / "more", {}, {}));
    CHECK(read_bytes(small.folder / "more/ratings.csv") == read_bytes(small.folder / "out/ratings.csv"));
    CHECK(read_bytes(small.folder / "out/items.csv").find("1,\"Oars, sails\",,Sea\n") != std::string::npos);
    const Points before = read_points(small.store, "items", {}), after = read_points(again, "items", {});
    CHECK(before.ids == after.ids);
    CHECK(before.dense() == after.dense());
}

TEST_CASE("a part is one file, with a table of names if the format has no place for them") {
    const SmallCollection small;
    const auto exported = [&](const char* part, const char* format) {
        return names_of(export_store(small.index, small.folder / "out", {.part = part, .format = format}, {}));
    };

    CHECK(exported("documents", "") == Names{"documents.npy", "documents_ids.csv"});
    CHECK(exported("", "csv") == Names{"documents.csv"});
    CHECK(exported("terms", "word2vec") == Names{"terms.vec"});
    CHECK(exported("matrix", "") == Names{"matrix.mtx", "documents_ids.csv", "terms_ids.csv"});
    CHECK(exported("", "matrix-market") == exported("matrix", "matrix-market"));
    CHECK(read_bytes(small.folder / "out/documents_ids.csv").starts_with("id,title\nb1,Boats\n"));
}

TEST_CASE("a part that a store has not, or that a format cannot hold, is refused and leaves no folder") {
    const SmallCollection small;
    const auto refused = [&](const ExportOptions& options) {
        return message_of<UsageError>(
            [&] { static_cast<void>(export_store(small.index, small.folder / "out", options, {})); });
    };

    CHECK(refused({.part = "ratings"}) == small.index + " is an index and has no ratings; it has matrix");
    CHECK(refused({.part = "matrix", .format = "csv"}) ==
          "matrix is sparse, and cannot be written as csv: use the format matrix-market");
    CHECK_FALSE(refused({.part = "items"}).empty());
    CHECK_FALSE(std::filesystem::exists(small.folder / "out"));
}

TEST_CASE("a store that is neither an index nor a model is refused, and leaves no folder") {
    const SmallCollection small;
    const Points points = read_points(small.index, "", {});
    ClusterFitOptions options;
    options.clusters = 2;
    const std::string groups = small.folder / "groups";
    save_clustering(groups, fit_clustering(points, options, {}), points, {});

    CHECK(message_of<InputError>([&] { static_cast<void>(export_store(groups, small.folder / "out", {}, {})); }) ==
          groups + " is a clustering; only an index or a model can be exported");
    CHECK_FALSE(std::filesystem::exists(small.folder / "out"));
}

TEST_CASE("an export that is interrupted changes nothing in the folder") {
    const SmallCollection small;
    const std::string out = small.folder / "out";
    static_cast<void>(export_store(small.index, out, {.part = "documents", .format = "csv"}, {}));
    const std::string before = read_bytes(out + "/documents.csv");
    const Work stopped{.progress = Progress({}, [] { return true; })};

    CHECK_THROWS_AS(static_cast<void>(export_store(small.index, out, {}, stopped)), InterruptedError);

    CHECK(read_bytes(out + "/documents.csv") == before);
    CHECK(std::distance(std::filesystem::directory_iterator(out), {}) == 1);
}

TEST_CASE("a plan of training says what the model would be fitted to") {
    const SmallModel small;
    const recsys::Ratings ratings = read_ratings({.sources = {small.ratings}}, {});

    const Plan all = plan_training(ratings, training_plan("als:factors=2", {}, {}), {});
    const Plan liked = plan_training(ratings, training_plan("implicit-als", {}, 4.0F), {});
    const Plan refused = plan_training(ratings, training_plan("als", {}, {}), {.memory = {1}});

    CHECK(name(all.work) == "train");
    CHECK(all.subject == "als");
    CHECK(all.sizes.at(0).count == 12);
    CHECK(all.sizes.at(1).count == 5);
    CHECK(all.sizes.at(2).count == ratings.user_item.nonzeros());
    CHECK(liked.sizes.at(2).count < all.sizes.at(2).count);
    CHECK(all.seconds.has_value());
    CHECK_FALSE(refused.seconds.has_value());
    CHECK(message_of<MemoryError>([&] { require_memory(refused, {.memory = {1}}); }).starts_with("training als needs"));
}
