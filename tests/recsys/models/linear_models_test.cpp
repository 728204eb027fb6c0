// What ease, edlae, item-knn, graph-filter and blend do beside the contract that every model keeps.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/autoencoder/edlae.h"
#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/storage/npy.h"
#include "engine/support/error.h"
#include "recsys/models/blend.h"
#include "recsys/models/ease.h"
#include "recsys/models/edlae.h"
#include "recsys/models/graph_filter.h"
#include "recsys/models/item_knn.h"
#include "recsys/models/models.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;
using eckart::testing::TemporaryFolder;

TEST_CASE("ease scores an item by the sum of the weights of the likes") {
    const CsrMatrix ratings = small_ratings();
    CsrMatrix likes = ratings;
    for (float& value : likes.values) value = 1;
    const DenseMatrix weights = fit_linear_autoencoder(likes, {.regularization = 20}).weights;
    const Profile profile = profile_of(ratings, 3);

    const auto scores = scores_of(*fitted(ease_kind(), ratings, {{"lambda", "20"}}), profile);

    for (Eigen::Index i = 0; i < weights.cols(); ++i) {
        double sum = 0;
        for (const std::int32_t j : profile.items) sum += static_cast<double>(weights(j, i));
        CHECK(scores[static_cast<std::size_t>(i)] == doctest::Approx(sum).epsilon(1e-5));
    }
}

TEST_CASE("ease that keeps as many weights as there are items scores as all of it, and says what it kept") {
    const CsrMatrix ratings = small_ratings();
    const Profile profile = profile_of(ratings, 5);
    const auto all = scores_of(*fitted(ease_kind(), ratings), profile);
    const auto most = fitted(ease_kind(), ratings, {{"keep", "39"}});

    const auto scores = scores_of(*most, profile);

    for (std::size_t i = 0; i < all.size(); ++i) CHECK(scores[i] == doctest::Approx(all[i]).epsilon(1e-5));
    const Figures figures = fitted(ease_kind(), ratings, {{"keep", "3"}})->figures();
    CHECK(figures.count("weights_kept") <= 3 * 40);
    CHECK(figures.number("energy_kept") < 1);
}

TEST_CASE("ease past the budget approximates and says so; past that too it refuses") {
    const CsrMatrix ratings = small_ratings({.users = 50, .items = 800, .density = 0.02});
    FitContext context;
    context.memory.bytes = 2'000'000;  // 800 x 800 x 4 bytes are 2.6 MB
    const Fitted made = fit(ease_kind(), ratings, {{"keep", "10"}}, context);
    CHECK(made.model->figures().truth("approximate"));
    CHECK(made.model->figures().number("residual") < 1);
    REQUIRE(made.report.notes.size() == 1);
    CHECK(made.report.notes.front().code == "approximate-weights");

    context.memory.bytes = 1000;
    CHECK_THROWS_AS(fitted(ease_kind(), ratings, {}, context), MemoryError);
}

TEST_CASE("edlae without noise is ease, and with it has the weights of the noisy closed form") {
    const CsrMatrix ratings = small_ratings();
    CsrMatrix likes = ratings;
    for (float& value : likes.values) value = 1;
    const DenseMatrix weights = fit_linear_autoencoder(likes, {.regularization = 20, .dropout = 0.4}).weights;
    const std::vector<std::int32_t> liked = {3};
    const std::vector<float> value = {1.0F};
    const Profile profile = profile_of(ratings, 3), one{liked, value};

    const auto noisy = scores_of(*fitted(edlae_kind(), ratings, {{"lambda", "20"}, {"dropout", "0.4"}}), one);

    for (Eigen::Index i = 0; i < weights.cols(); ++i) CHECK(noisy[static_cast<std::size_t>(i)] == weights(3, i));
    CHECK(scores_of(*fitted(edlae_kind(), ratings, {{"dropout", "0"}}), profile) ==
          scores_of(*fitted(ease_kind(), ratings), profile));
}

TEST_CASE("edlae counts people with many likes less, their likes together as many as before") {
    const CsrMatrix ratings = small_ratings();
    CsrMatrix likes = ratings;
    double squares = 0;
    for (std::int64_t user = 0; user < likes.rows; ++user) {
        const Profile profile = profile_of(ratings, user);
        const float value = 1 / std::sqrt(static_cast<float>(profile.size()));
        std::fill_n(likes.values.begin() + likes.row_offsets[static_cast<std::size_t>(user)], profile.size(), value);
        squares += profile.size() > 0 ? 1 : 0;
    }
    for (float& value : likes.values)
        value *= std::sqrt(static_cast<float>(likes.nonzeros()) / static_cast<float>(squares));
    const DenseMatrix weights = fit_linear_autoencoder(likes, {.regularization = 20, .dropout = 0.4}).weights;
    const std::vector<std::int32_t> liked = {3};
    const std::vector<float> value = {1.0F};

    const auto scores = scores_of(
        *fitted(edlae_kind(), ratings, {{"lambda", "20"}, {"dropout", "0.4"}, {"user-power", "0.5"}}), {liked, value});

    for (Eigen::Index i = 0; i < weights.cols(); ++i) {
        CHECK(std::abs(scores[static_cast<std::size_t>(i)] - weights(3, i)) <= 1e-5F);
    }
}

TEST_CASE("edlae of low rank scores by U V' without its diagonal, items scaled by popularity") {
    const CsrMatrix ratings = small_ratings();
    CsrMatrix likes = ratings;
    for (float& value : likes.values) value = 1;
    const Edlae model = fit_edlae(likes, {.rank = 5, .dropout = 0.4, .regularization = 20, .sweeps = 6});
    Eigen::MatrixXd weights = model.encoder.cast<double>() * model.decoder.cast<double>().transpose();
    weights.diagonal().setZero();
    const std::map<std::string, std::string> options = {
        {"rank", "5"}, {"dropout", "0.4"}, {"lambda", "20"}, {"sweeps", "6"}};
    std::map<std::string, std::string> scaled = options;
    scaled["popularity"] = "-0.5";
    const Profile profile = profile_of(ratings, 3);

    const auto scores = scores_of(*fitted(edlae_kind(), ratings, options), profile);
    const auto down = scores_of(*fitted(edlae_kind(), ratings, scaled), profile);

    Eigen::VectorXd popularity = Eigen::VectorXd::Zero(ratings.cols);
    for (const std::int32_t item : ratings.column_indices) ++popularity[item];
    for (Eigen::Index i = 0; i < weights.cols(); ++i) {
        double sum = 0;
        for (const std::int32_t j : profile.items) sum += weights(j, i);
        const double scale = std::pow(std::max(popularity[i], 1.0) / popularity.mean(), -0.5);
        CHECK(std::abs(static_cast<double>(scores[static_cast<std::size_t>(i)]) - sum) <= 1e-5);
        CHECK(std::abs(static_cast<double>(down[static_cast<std::size_t>(i)]) - scale * sum) <= 1e-4);
    }
}

TEST_CASE("a person of edlae of low rank meets an item that they do not like in the inner product") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(edlae_kind(), ratings, {{"rank", "6"}});
    const Profile profile = profile_of(ratings, 7);
    const auto scores = scores_of(*model, profile);

    const DenseMatrix person = model->factored_people({&profile, 1}).value().factors;
    const ItemVectors vectors = model->item_vectors().value();

    for (std::int32_t i = 0; i < 40; ++i) {
        if (std::binary_search(profile.items.begin(), profile.items.end(), i)) continue;
        const float product = person.row(0).dot(std::get<ConstMatrixMap>(vectors).row(i));
        CHECK(std::abs(product - scores[static_cast<std::size_t>(i)]) <= 1e-5F);
    }
    CHECK_FALSE(fitted(edlae_kind(), ratings)->factored_people({&profile, 1}).has_value());
}

TEST_CASE("edlae of low rank refuses what only weights between all items have") {
    const CsrMatrix ratings = small_ratings();
    CHECK_THROWS_AS(fitted(edlae_kind(), ratings, {{"rank", "5"}, {"keep", "3"}}), UsageError);
    CHECK_THROWS_AS(fitted(edlae_kind(), ratings, {{"rank", "5"}, {"arithmetic", "float64"}}), UsageError);
    CHECK_THROWS_AS(fitted(edlae_kind(), ratings, {{"dropout", "1"}}), UsageError);
}

TEST_CASE("sparse weights whose items do not rise, or are none, are noticed when they are opened") {
    const TemporaryFolder folder;
    const auto opened = [&](const std::vector<std::int32_t>& columns) {
        StoreWriter writer = StoreWriter::begin(folder / "model");
        write_npy<std::int64_t>(writer.file("item-knn_offsets.npy"), std::vector<std::int64_t>{0, 2, 2, 3}, {4});
        write_npy<std::int32_t>(writer.file("item-knn_columns.npy"), columns, {3});
        write_npy<float>(writer.file("item-knn_values.npy"), std::vector<float>{1, 2, 3}, {3});
        writer.publish("model");
        return item_knn_kind().open(StoreReader::open(folder / "model"), Figures());
    };

    CHECK(opened({1, 2, 0})->items() == 3);
    for (const std::vector<std::int32_t>& columns :
         {std::vector<std::int32_t>{2, 1, 0}, {1, 1, 0}, {-1, 2, 0}, {1, 3, 0}}) {
        CHECK_THROWS_AS(opened(columns), DamagedError);
    }
}

TEST_CASE("popularity multiplies an item's scores by a power of its likes") {
    const CsrMatrix ratings = small_ratings();
    Eigen::VectorXd likes = Eigen::VectorXd::Zero(ratings.cols);
    for (const std::int32_t item : ratings.column_indices) ++likes[item];
    const Profile profile = profile_of(ratings, 2);
    const auto plain = scores_of(*fitted(ease_kind(), ratings), profile);

    const auto scores = scores_of(*fitted(ease_kind(), ratings, {{"popularity", "-0.5"}}), profile);

    for (std::size_t i = 0; i < plain.size(); ++i) {
        const double scale = std::pow(std::max(likes[static_cast<Eigen::Index>(i)], 1.0) / likes.mean(), -0.5);
        CHECK(scores[i] == doctest::Approx(scale * static_cast<double>(plain[i])).epsilon(1e-4));
    }
}

TEST_CASE("a blend of one model ranks as it does, with mean 0 and deviation 1") {
    const CsrMatrix ratings = small_ratings();
    const Profile profile = profile_of(ratings, 4);
    const auto alone = scores_of(*fitted(ease_kind(), ratings, {{"lambda", "9"}}), profile);
    const auto blend = fitted(blend_kind(), ratings, {{"parts", "ease lambda=9"}, {"weights", "1"}});

    const auto scores = scores_of(*blend, profile);

    const Eigen::Map<const Eigen::ArrayXf> a(alone.data(), 40), b(scores.data(), 40);
    CHECK(std::abs(b.mean()) <= 1e-6);
    CHECK(b.square().mean() == doctest::Approx(1));
    CHECK((b - (a - a.mean()) / std::sqrt((a - a.mean()).square().mean())).abs().maxCoeff() <= 1e-5);
}

TEST_CASE("a blend is the weighted sum of its parts") {
    const CsrMatrix ratings = small_ratings();
    const Profile profile = profile_of(ratings, 4);
    const auto scores = [&](const std::string& parts, const std::string& weights) {
        return scores_of(*fitted(blend_kind(), ratings, {{"parts", parts}, {"weights", weights}}), profile);
    };
    const auto ease = scores("ease", "1"), knn = scores("item-knn", "1"), both = scores("ease,item-knn", "2,0.5");
    for (std::size_t i = 0; i < both.size(); ++i) {
        CHECK(both[i] == doctest::Approx(2 * ease[i] + 0.5 * knn[i]).epsilon(1e-4));
    }
}

TEST_CASE("a blend compares items as the heaviest part does that can") {
    const CsrMatrix ratings = small_ratings();
    const auto blend = fitted(blend_kind(), ratings, {{"parts", "popular,ease"}, {"weights", "3,1"}});
    const auto blind = fitted(blend_kind(), ratings, {{"parts", "popular"}, {"weights", "1"}});

    CHECK(blend->similar(3) == fitted(ease_kind(), ratings)->similar(3));
    CHECK_THROWS_AS(blind->similar(3), UsageError);
}

TEST_CASE("a blend that makes no sense is refused") {
    const CsrMatrix ratings = small_ratings();
    const auto refused = [&](const std::string& parts, const std::string& weights) {
        CHECK_THROWS_AS(fitted(blend_kind(), ratings, {{"parts", parts}, {"weights", weights}}), UsageError);
    };
    refused("ease,ease", "1,1");
    refused("blend", "1");
    refused("bias", "1");
    refused("ease nothing", "1");
    refused("ease nothing=1", "1");
    refused("ease", "1,1");
    refused("ease", "-1");
    refused("", "1");
}
