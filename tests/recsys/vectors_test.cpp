// The vectors that models hand out are those that their scores are made of.

#include <doctest/doctest.h>

#include <cmath>
#include <variant>

#include "engine/support/error.h"
#include "tests/recsys/every_kind.h"
#include "tests/recsys/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

std::vector<Profile> profiles_of(const CsrView& ratings) {
    std::vector<Profile> profiles;
    for (std::int64_t user = 0; user < ratings.rows; ++user) profiles.push_back(profile_of(ratings, user));
    return profiles;
}

/// With the mean of its rows and of its columns taken away: what offsets of users and items do not reach.
Eigen::MatrixXd without_offsets(const Eigen::MatrixXd& scores) {
    const Eigen::VectorXd rows = scores.rowwise().mean();
    const Eigen::RowVectorXd columns = scores.colwise().mean();
    return (scores.colwise() - rows).rowwise() - columns +
           Eigen::MatrixXd::Constant(scores.rows(), scores.cols(), scores.mean());
}

}  // namespace

TEST_CASE("beside offsets, a score is the inner product of the vectors of the person and the item") {
    const CsrMatrix ratings = small_ratings({.users = 30, .items = 20});
    const std::vector<Profile> profiles = profiles_of(ratings);
    for (const char* name : {"als", "implicit-als", "sgd", "svd++"}) {
        INFO("model " << name);
        const auto model = quickly_fitted(model_kind(name), ratings);
        DenseMatrix scores(30, 20);
        model->score(profiles, scores);

        const ItemVectors vectors = model->item_vectors();
        const ConstMatrixMap& items = std::get<ConstMatrixMap>(vectors);
        const DenseMatrix people = model->person_vectors(profiles);

        REQUIRE(items.rows() == 20);
        REQUIRE(people.rows() == 30);
        const Eigen::MatrixXd products = people.cast<double>() * items.transpose().cast<double>();
        const Eigen::MatrixXd left = without_offsets(scores.cast<double>()) - without_offsets(products);
        CHECK(left.cwiseAbs().maxCoeff() <= 1e-4);
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

    const ItemVectors vectors = model->item_vectors();

    CHECK((std::get<ConstMatrixMap>(vectors).row(3) - scores.row(0)).cwiseAbs().maxCoeff() <= 1e-6F);
    CHECK(std::get<CsrView>(quickly_fitted(model_kind("item-knn"), ratings)->item_vectors()).rows == 20);
    CHECK_THROWS_AS((void)model->person_vectors({&profile, 1}), UsageError);
}

TEST_CASE("models without vectors name some that have them") {
    const CsrMatrix ratings = small_ratings({.users = 30, .items = 20});
    for (const char* name : {"popular", "bias"}) {
        const auto model = quickly_fitted(model_kind(name), ratings);
        try {
            (void)model->item_vectors();
            FAIL("expected a UsageError of " << name);
        } catch (const UsageError& error) {
            CHECK(std::string(error.what()).find("als") != std::string::npos);
        }
    }
}
