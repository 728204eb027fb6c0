#include "recsys/models/sgd.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

TEST_CASE("the factors that sgd finds for a person are where lambda for each of their ratings balances the errors") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(sgd_kind(), ratings, {{"factors", "4"}, {"lambda", "0.2"}, {"epochs", "5"}});
    const double lambda = model->figures().number("lambda");  // 0.2 in units of the ratings' spread
    const Profile profile = profile_of(ratings, 3);
    REQUIRE(profile.size() > 3);

    const FactoredPeople people = model->factored_people({&profile, 1}).value();
    const FactoredItems items = model->factored_items().value();

    for (Eigen::Index k = 0; k < items.factors.cols(); ++k) {
        double gradient = -lambda * static_cast<double>(profile.size()) * static_cast<double>(people.factors(0, k));
        for (std::size_t p = 0; p < profile.size(); ++p) {
            const auto y = items.factors.row(profile.items[p]);
            const float score = people.levels[0] + items.offsets[static_cast<std::size_t>(profile.items[p])] +
                                people.factors.row(0).dot(y);
            gradient += static_cast<double>((profile.values[p] - score) * y(k));
        }
        CHECK(std::abs(gradient) <= 1e-4);
    }
}
