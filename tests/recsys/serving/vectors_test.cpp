// The vectors that models hand out are those that their scores are made of.

#include <doctest/doctest.h>

#include <cmath>
#include <variant>

#include "engine/support/error.h"
#include "tests/recsys/models/every_kind.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

std::vector<Profile> profiles_of(const CsrView& ratings) {
    std::vector<Profile> profiles;
    for (std::int64_t user = 0; user < ratings.rows; ++user) profiles.push_back(profile_of(ratings, user));
    return profiles;
}

}  // namespace

TEST_CASE("a score is the product of the person and the item, with the offset of each where there is one") {
    const CsrMatrix ratings = small_ratings({.users = 30, .items = 20});
    const std::vector<Profile> profiles = profiles_of(ratings);
    for (const char* name : {"als", "implicit-als", "sgd", "svd++", "mult-dae", "mult-vae"}) {
        INFO("model " << name);
        const auto model = quickly_fitted(model_kind(name), ratings);
        DenseMatrix scores(30, 20);
        model->score(profiles, scores);

        const ItemVectors vectors = model->item_vectors().value();
        const FactoredItems items = model->factored_items().value();
        const FactoredPeople people = model->factored_people(profiles).value();

        CHECK(std::get<ConstMatrixMap>(vectors) == items.factors);
        REQUIRE(items.factors.rows() == 20);
        REQUIRE(people.factors.rows() == 30);
        Eigen::MatrixXd expected = people.factors.cast<double>() * items.factors.transpose().cast<double>();
        for (Eigen::Index i = 0; i < 20 && !items.offsets.empty(); ++i) {
            expected.col(i).array() += static_cast<double>(items.offsets[static_cast<std::size_t>(i)]);
        }
        for (Eigen::Index p = 0; p < 30 && !people.levels.empty(); ++p) {
            expected.row(p).array() += static_cast<double>(people.levels[static_cast<std::size_t>(p)]);
        }
        CHECK((scores.cast<double>() - expected).cwiseAbs().maxCoeff() <= 1e-5);  // roundoff of scores about 5
    }
}

TEST_CASE("an item of a model of weights has what a like of it gives to every item") {
    const CsrMatrix ratings = small_ratings({.users = 30, .items = 20});
    const auto model = quickly_fitted(model_kind("ease"), ratings);
    const std::vector<std::int32_t> liked = {3};
    const std::vector<float> value = {1.0F};
    const Profile profile{liked, value};
    DenseMatrix scores(1, 20);
    model->score({&profile, 1}, scores);

    const ItemVectors vectors = model->item_vectors().value();

    CHECK((std::get<ConstMatrixMap>(vectors).row(3) - scores.row(0)).cwiseAbs().maxCoeff() <= 1e-6F);
    CHECK(std::get<CsrView>(quickly_fitted(model_kind("item-knn"), ratings)->item_vectors().value()).rows == 20);
    CHECK_FALSE(model->factored_items().has_value());
    CHECK_FALSE(model->factored_people({&profile, 1}).has_value());
}
