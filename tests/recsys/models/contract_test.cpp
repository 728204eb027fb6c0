// What every model must do, run over all kinds that are registered.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>

#include "engine/storage/npy.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/models.h"
#include "recsys/serving/serving.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/every_kind.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::read_bytes;
using eckart::testing::TemporaryFolder;

namespace {

bool has_option(const ModelKind& kind, const std::string& name) {
    return std::any_of(kind.options.begin(), kind.options.end(),
                       [&](const ModelOption& option) { return option.name == name; });
}

std::vector<Profile> profiles_of(const CsrView& ratings) {
    std::vector<Profile> profiles;
    for (std::int64_t user = 0; user < ratings.rows; ++user) profiles.push_back(profile_of(ratings, user));
    return profiles;
}

std::vector<float> all_scores(const Recommender& model, std::span<const Profile> profiles) {
    DenseMatrix scores(static_cast<Eigen::Index>(profiles.size()), model.items());
    model.score(profiles, scores);
    return {scores.data(), scores.data() + scores.size()};
}

bool same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

bool all_finite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// A model's store: its arrays by name, and the model opened again.
class Saved {
  public:
    explicit Saved(const Recommender& model) {
        StoreWriter writer = StoreWriter::begin(folder_ / "model");
        model.save(writer);
        writer.publish("model");
        reader_.emplace(StoreReader::open(folder_ / "model"));
    }

    std::map<std::string, std::string> arrays() const {
        std::map<std::string, std::string> bytes;
        for (const StoredFile& file : reader_->files()) bytes[file.name] = read_bytes(reader_->file(file.name));
        return bytes;
    }

    const StoreReader& reader() const { return *reader_; }

  private:
    TemporaryFolder folder_;
    std::optional<StoreReader> reader_;
};

/// A profile that no user has: every third item, ratings that vary.
OwnProfile stranger(std::int64_t items) {
    OwnProfile profile;
    for (std::int32_t item = 0; item < items; item += 3) {
        profile.items.push_back(item);
        profile.values.push_back(static_cast<float>(1 + item % 5));
    }
    return profile;
}

OwnProfile everything(std::int64_t items) {
    OwnProfile profile;
    for (std::int32_t item = 0; item < items; ++item) {
        profile.items.push_back(item);
        profile.values.push_back(static_cast<float>(1 + item % 5));
    }
    return profile;
}

CsrMatrix equal_ratings() {
    CsrMatrix ratings = small_ratings({.users = 20, .items = 12});
    std::fill(ratings.values.begin(), ratings.values.end(), 3.0F);
    return ratings;
}

struct Case {
    std::string name;
    CsrMatrix ratings;
};

std::vector<Case> awkward_ratings() {
    return {{"one user", csr_from_entries(1, 5, {{0, 0, 4}, {0, 2, 1}, {0, 3, 5}})},
            {"one item", csr_from_entries(4, 1, {{0, 0, 4}, {1, 0, 1}, {3, 0, 5}})},
            {"one rating", csr_from_entries(1, 1, {{0, 0, 4}})},
            {"one rating among many users and items", csr_from_entries(5, 7, {{2, 3, 1}})},
            {"a user with one rating", csr_from_entries(3, 3, {{0, 0, 4}, {1, 0, 2}, {1, 1, 3}, {2, 2, 5}})},
            {"all ratings equal", equal_ratings()},
            {"equal rows", csr_from_entries(3, 2, {{0, 0, 4}, {0, 1, 2}, {1, 0, 4}, {1, 1, 2}, {2, 0, 4}, {2, 1, 2}})},
            {"empty columns and rows", csr_from_entries(6, 6, {{0, 1, 4}, {0, 4, 2}, {2, 1, 5}, {5, 4, 1}})},
            {"ratings of zero and below", csr_from_entries(2, 3, {{0, 0, 0}, {0, 1, -2}, {1, 1, 0}, {1, 2, -5}})},
            {"large ratings", csr_from_entries(2, 3, {{0, 0, 1e6F}, {0, 1, -1e6F}, {1, 1, 5e5F}, {1, 2, 0}})}};
}

/// Empty for a model that knows no similar items.
std::vector<float> similar_or_nothing(const Recommender& model, std::int32_t item) {
    try {
        return model.similar(item);
    } catch (const UsageError& error) {
        CHECK(std::string(error.what()).find("ease") != std::string::npos);  // it names models that do
        return {};
    }
}

/// Checks that whatever is asked of the model is answered by numbers.
void check_finite(const Recommender& model, const CsrView& ratings) {
    std::vector<Profile> profiles = profiles_of(ratings);
    const OwnProfile all = everything(model.items());
    const OwnProfile other = stranger(model.items());
    profiles.push_back({});
    profiles.push_back(all.view());
    profiles.push_back(other.view());

    CHECK(all_finite(all_scores(model, profiles)));
    CHECK(std::isfinite(model.explain(all.view(), 0).score));
    CHECK(std::isfinite(model.explain({}, 0).score));
    CHECK(all_finite(similar_or_nothing(model, 0)));
}

}  // namespace

TEST_CASE("a model says its name, its items, and a scale if it is fitted to ratings") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);

        CHECK(model->name() == kind.name);
        CHECK(model->items() == ratings.cols);
        CHECK((model->rating_model() != nullptr) == !kind.of_likes);
        if (model->scale()) {
            CHECK(model->scale()->low == 1);
            CHECK(model->scale()->high == 5);
        }
        CHECK_FALSE(kind.summary.empty());
        CHECK(model_kind(kind.name).name == kind.name);
    });
}

TEST_CASE("a fit, its saved arrays and its scores are the same bytes for 1, 2 and 4 threads") {
    const CsrMatrix ratings = small_ratings({.users = 700, .items = 150, .density = 0.08});
    const auto profiles = profiles_of(ratings);
    for_each_kind([&](const ModelKind& kind) {
        std::optional<std::vector<float>> scores;
        std::map<std::string, std::string> arrays;
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            const auto model = quickly_fitted(kind, ratings);
            const auto found = all_scores(*model, profiles);
            const auto saved = Saved(*model).arrays();
            if (!scores) {
                scores = found;
                arrays = saved;
            }
            INFO("threads " << threads);
            CHECK(same_bytes(found, *scores));
            CHECK((saved == arrays));
        }
    });
}

TEST_CASE("the rows of a batch are the scores of each alone, bit for bit") {
    const CsrMatrix ratings = small_ratings({.users = 70, .items = 45});
    auto profiles = profiles_of(ratings);
    profiles.insert(profiles.begin() + 3, Profile{});
    const OwnProfile all = everything(ratings.cols);
    profiles.insert(profiles.begin() + 33, all.view());
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        const auto together = all_scores(*model, profiles);
        std::size_t different = 0;
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            const auto alone = scores_of(*model, profiles[p]);
            different +=
                static_cast<std::size_t>(std::memcmp(alone.data(), together.data() + p * 45, 45 * sizeof(float)) != 0);
        }
        CHECK(different == 0);
    });
}

TEST_CASE("scores fill only their own columns of a wider matrix") {
    const CsrMatrix ratings = small_ratings({.users = 9, .items = 13});
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        DenseMatrix wide = DenseMatrix::Constant(9, 20, -77);
        model->score(profiles_of(ratings), wide.leftCols(13));

        CHECK((wide.rightCols(7).array() == -77).all());
        const auto expected = all_scores(*model, profiles_of(ratings));
        CHECK((wide.leftCols(13) == Eigen::Map<const DenseMatrix>(expected.data(), 9, 13)));
    });
}

TEST_CASE("what was saved and opened again scores, explains and compares bit for bit alike") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        const Saved saved(*model);
        const auto opened = kind.open(saved.reader(), parse_figures(json_of(model->figures())));

        REQUIRE(opened->items() == model->items());
        CHECK(opened->name() == kind.name);
        CHECK(json_of(opened->figures()) == json_of(model->figures()));
        CHECK(same_bytes(all_scores(*opened, profiles_of(ratings)), all_scores(*model, profiles_of(ratings))));
        const auto shown = opened->explain(profile_of(ratings, 1), 2),
                   known = model->explain(profile_of(ratings, 1), 2);
        CHECK(shown.score == known.score);
        for (std::size_t p = 0; p < known.contributions.size(); ++p) {
            CHECK(shown.contributions.at(p).score == known.contributions[p].score);
        }
        if (kind.compares_items && !kind.chooses) CHECK(opened->similar(2) == model->similar(2));
        CHECK(opened->scale().has_value() == model->scale().has_value());
        CHECK((Saved(*opened).arrays() == saved.arrays()));
    });
}

TEST_CASE("a kind has what it says it has, and a model that lacks it names those that have it") {
    const CsrMatrix ratings = small_ratings();
    const Profile profile = profile_of(ratings, 0);
    const auto listed = [](const UsageError& error, const std::string& name) {
        return std::string(error.what()).find(" " + name) != std::string::npos;
    };
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        if (kind.chooses) return;
        const bool low_rank = kind.name == "edlae" && model->figures().contains("rank");

        CHECK(similar_or_nothing(*model, 0).empty() != kind.compares_items);
        CHECK(model->item_vectors().has_value() == kind.has_item_vectors);
        const bool always = kind.has_user_vectors && kind.has_user_vectors->empty();
        CHECK(model->factored_people({&profile, 1}).has_value() == (always || low_rank));
        CHECK(model->factored_items().has_value() == static_cast<bool>(kind.factors));
        if (kind.factors) {
            const OptionValues values(kind.options, quick(kind));
            CHECK(model->factored_items()->factors.cols() == kind.factors(values));
        }
        CHECK(listed(compares_no_items("x"), kind.name) == kind.compares_items);
        CHECK(listed(no_item_vectors("x"), kind.name) == kind.has_item_vectors);
        CHECK(listed(no_user_vectors("x"), kind.name) == kind.has_user_vectors.has_value());
    });
}

TEST_CASE("an array of another shape is noticed when a model is opened") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        for (const auto& [file, bytes] : Saved(*model).arrays()) {
            const std::string& name = file;  // INFO is a lambda, and clang 14 lets none capture `file`
            INFO("file " << name);
            const TemporaryFolder folder;
            StoreWriter writer = StoreWriter::begin(folder / "model");
            model->save(writer);
            const std::string dtype = parse_npy_header(std::as_bytes(std::span(bytes))).dtype;
            if (dtype == "<f4") write_npy(writer.file(name), std::vector<float>(3));
            if (dtype == "<f8") write_npy(writer.file(name), std::vector<double>(3));
            if (dtype == "<i4") write_npy(writer.file(name), std::vector<std::int32_t>(3));
            if (dtype == "<i8") write_npy(writer.file(name), std::vector<std::int64_t>(3));
            writer.publish("model");
            bool noticed = false;
            try {
                const auto opened = kind.open(StoreReader::open(folder / "model"), model->figures());
                noticed = opened->items() != model->items();  // which a store of ratings compares
            } catch (const DamagedError&) {
                noticed = true;
            }
            CHECK(noticed);
        }
    });
}

TEST_CASE("figures that are not a model's are noticed when it is opened") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        const Saved saved(*model);
        const bool kept_in_arrays =
            kind.name == "popular" || kind.name == "ease" || kind.name == "edlae" || kind.name == "item-knn";
        for (const Figures& other : {Figures(), Figures({{"other", 1}})}) {
            if (kept_in_arrays) {
                CHECK(all_scores(*kind.open(saved.reader(), other), profiles_of(ratings)) ==
                      all_scores(*model, profiles_of(ratings)));
            } else {
                CHECK_THROWS_AS(kind.open(saved.reader(), other), DamagedError);
            }
        }
    });
}

TEST_CASE("a stored user's ratings given anew score as the stored user does") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        for (std::int64_t user = 0; user < 10; ++user) {
            const Profile stored = profile_of(ratings, user);
            const OwnProfile given = without(stored, stored.size());
            CHECK(same_bytes(scores_of(*model, given.view()), scores_of(*model, stored)));
        }
    });
}

TEST_CASE("models of likes do not look at the values of what is liked") {
    CsrMatrix ratings = small_ratings();
    CsrMatrix ones = ratings;
    std::fill(ones.values.begin(), ones.values.end(), 1.0F);
    for_each_kind([&](const ModelKind& kind) {
        if (!kind.of_likes) return;
        CHECK(same_bytes(all_scores(*quickly_fitted(kind, ratings), profiles_of(ratings)),
                         all_scores(*quickly_fitted(kind, ones), profiles_of(ones))));
    });
}

TEST_CASE("models of ratings look at them") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        if (kind.of_likes) return;
        const auto model = quickly_fitted(kind, ratings);
        OwnProfile high = stranger(ratings.cols), low = high;
        std::fill(high.values.begin(), high.values.end(), 5.0F);
        std::fill(low.values.begin(), low.values.end(), 1.0F);
        const auto mean = [&](const OwnProfile& profile) {
            const auto scores = scores_of(*model->rating_model(), profile.view());
            return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
        };
        CHECK(mean(high) > mean(low));
    });
}

TEST_CASE("whatever is fitted and asked, scores are finite") {
    for_each_kind([&](const ModelKind& kind) {
        for (const Case& awkward : awkward_ratings()) {
            INFO(awkward.name);
            const auto model = quickly_fitted(kind, awkward.ratings);
            check_finite(*model, awkward.ratings);
        }
    });
}

TEST_CASE("more factors than users and items give finite scores") {
    const CsrMatrix ratings = small_ratings({.users = 8, .items = 6, .density = 0.5});
    for_each_kind([&](const ModelKind& kind) {
        if (!has_option(kind, "factors")) return;
        Options options = quick(kind);
        options["factors"] = std::string("40");
        check_finite(*fitted(kind, ratings, options), ratings);
    });
}

TEST_CASE("a regularization of zero is refused or made safe") {
    for_each_kind([&](const ModelKind& kind) {
        for (const ModelOption& option : kind.options) {
            if (!option.name.starts_with("lambda") && option.name != "unobserved-weight") continue;
            INFO("option " << option.name);
            for (const Case& awkward : awkward_ratings()) {
                INFO(awkward.name);
                Options options = quick(kind);
                options[option.name] = std::string("0");
                try {
                    check_finite(*fitted(kind, awkward.ratings, options), awkward.ratings);
                } catch (const UsageError&) {
                }
            }
        }
    });
}

TEST_CASE("an explanation adds up to the score, with one contribution for each rating") {
    const CsrMatrix ratings = small_ratings();
    const OwnProfile other = stranger(ratings.cols);
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        std::vector<Profile> profiles = profiles_of(ratings);
        profiles.resize(8);
        profiles.push_back({});
        profiles.push_back(other.view());
        for (const Profile& profile : profiles) {
            const auto scores = scores_of(*model, profile);
            for (std::int32_t item = 0; item < ratings.cols; item += 4) {
                const Explanation why = model->explain(profile, item);
                const double score = static_cast<double>(scores[static_cast<std::size_t>(item)]);
                double sum = why.base + why.together, size = std::abs(why.base) + std::abs(why.together);
                for (const Contribution& part : why.contributions) {
                    sum += part.score;
                    size += std::abs(part.score);
                }
                REQUIRE(why.contributions.size() == profile.size());
                bool in_order = true;
                for (std::size_t p = 0; p < profile.size(); ++p) {
                    in_order = in_order && why.contributions[p].item == profile.items[p];
                    in_order = in_order && why.contributions[p].value == profile.values[p];
                }
                CHECK(in_order);
                CHECK(std::abs(sum - score) <= 1e-4 * std::max(size, 1e-3));
                CHECK(std::abs(why.score - score) <= 1e-4 * std::max(size, 1e-3));
            }
        }
    });
}

TEST_CASE("the base of an explanation is the score for a person of whom nothing is known") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        const auto scores = scores_of(*model, {});
        for (const std::int32_t item : {0, 7, 39}) {
            const double score = static_cast<double>(scores[static_cast<std::size_t>(item)]);
            CHECK(std::abs(model->explain({}, item).base - score) <= 1e-5 * std::max(1.0, std::abs(score)));
        }
    });
}

TEST_CASE("recommendations are the best scores of what was not seen, ties by id") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        for (std::int64_t user = 0; user < ratings.rows; user += 7) {
            const Profile profile = profile_of(ratings, user);
            const auto scores = scores_of(*model, profile);
            std::vector<Scored<float>> expected;
            for (std::int32_t item = 0; item < ratings.cols; ++item) {
                if (std::binary_search(profile.items.begin(), profile.items.end(), item)) continue;
                expected.push_back({item, scores[static_cast<std::size_t>(item)]});
            }
            std::stable_sort(expected.begin(), expected.end(),
                             [](const auto& a, const auto& b) { return a.score > b.score; });

            CHECK((recommend(*model, profile, {.count = 100}).top == expected));
        }
    });
}

TEST_CASE("without a rating the score is that of the profile without it") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        const Profile profile = profile_of(ratings, 5);
        for (std::size_t p = 0; p < profile.size(); p += 3) {
            const OwnProfile rest = without(profile, p);
            const Counterfactual change = counterfactual(*model, profile, p, 38);
            CHECK(change.score_with == static_cast<double>(scores_of(*model, profile)[38]));
            CHECK(change.score_without == static_cast<double>(scores_of(*model, rest.view())[38]));
        }
    });
}

TEST_CASE("similar items are one number an item, or it is said which models know them") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = quickly_fitted(kind, ratings);
        for (const std::int32_t item : {0, 17, 39}) {
            const auto similar = similar_or_nothing(*model, item);
            CHECK((similar.empty() || similar.size() == 40));
            CHECK(all_finite(similar));
        }
    });
}
