#include "recsys/models/implicit_als.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

/// Two groups of people with items of their own: user u likes every other item of its half.
CsrMatrix two_tastes() {
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < 40; ++user) {
        for (std::int64_t item = 0; item < 10; ++item) {
            if ((user + item * item) % 3 != 0) entries.push_back({user, user % 2 * 10 + item, 1});
        }
    }
    return csr_from_entries(40, 20, std::move(entries));
}

}  // namespace

TEST_CASE("implicit-als recommends a person what their own group likes, whatever the solver") {
    const CsrMatrix likes = two_tastes();
    for (const char* solver : {"cholesky", "cg", "block"}) {
        const auto model =
            fitted(implicit_als_kind(), likes,
                   {{"factors", "4"}, {"unobserved-weight", "0.1"}, {"solver", solver}, {"block-size", "2"}});
        for (const std::int64_t user : {0, 1}) {
            CAPTURE(solver);
            CAPTURE(user);

            const auto scores = scores_of(*model, profile_of(likes, user));

            const auto own = scores.begin() + 10 * user, other = scores.begin() + 10 * (1 - user);
            CHECK(*std::min_element(own, own + 10) > *std::max_element(other, other + 10));
        }
    }
}

TEST_CASE("implicit-als says what each like gave, and a person without likes gets zeros") {
    const CsrMatrix likes = two_tastes();
    const auto model = fitted(implicit_als_kind(), likes, {{"factors", "4"}});

    const Explanation explanation = model->explain(profile_of(likes, 0), 3);

    CHECK(explanation.base == 0);
    CHECK(explanation.contributions.size() == profile_of(likes, 0).size());
    for (const float score : scores_of(*model, {})) CHECK(score == 0);
    CHECK_FALSE(model->scale().has_value());
}

TEST_CASE("implicit-als counts the sweeps of the model that it goes on from") {
    const CsrMatrix likes = two_tastes();
    const auto one = fitted(implicit_als_kind(), likes, {{"factors", "4"}, {"sweeps", "1"}});

    const auto more = fitted(implicit_als_kind(), likes, {{"factors", "4"}, {"sweeps", "2"}}, {.start = one.get()});

    CHECK(more->figures().count("sweeps") == 3);
    CHECK(more->figures().number("loss") < one->figures().number("loss"));
}

TEST_CASE("implicit-als refuses an unknown solver, other factors to go on with, and a negative lambda") {
    const CsrMatrix likes = two_tastes();
    const auto four = fitted(implicit_als_kind(), likes, {{"factors", "4"}});

    CHECK_THROWS_AS(fitted(implicit_als_kind(), likes, {{"solver", "lu"}}), UsageError);
    CHECK_THROWS_AS(fitted(implicit_als_kind(), likes, {{"factors", "5"}}, {.start = four.get()}), UsageError);
    CHECK_THROWS_AS(fitted(implicit_als_kind(), likes, {{"lambda", "-1"}}), UsageError);
}

TEST_CASE("what is not given follows from the likes: the weights by hand, and a fit with them is the same") {
    const CsrMatrix likes = two_tastes();
    const UsualWeights usual = usual_weights({.users = 40, .items = 20, .ratings = likes.nonzeros()}, 1);
    const double density = static_cast<double>(likes.nonzeros()) / 800;
    CHECK(usual.unobserved_weight == doctest::Approx(0.8 * std::sqrt(density)));
    CHECK(usual.lambda * usual.unobserved_weight * std::sqrt(800.0) == doctest::Approx(3.5));

    const auto figures = fitted(implicit_als_kind(), likes, {{"factors", "4"}})->figures();
    CHECK(figures.number("unobserved_weight") == doctest::Approx(usual.unobserved_weight));
    CHECK(figures.number("lambda") == doctest::Approx(usual.lambda));

    const auto given = fitted(implicit_als_kind(), likes, {{"factors", "4"}, {"unobserved-weight", "0.05"}})->figures();
    CHECK(given.number("unobserved_weight") == 0.05);
    CHECK(given.number("lambda") * 0.05 * std::sqrt(800.0) == doctest::Approx(3.5));
}

TEST_CASE("people and items without likes change nothing in what follows from the likes") {
    const CsrMatrix likes = two_tastes();
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < likes.rows; ++user) {
        const Profile profile = profile_of(likes, user);
        for (const std::int32_t item : profile.items) entries.push_back({user, item, 1});
    }
    const CsrMatrix wider = csr_from_entries(300, 90, std::move(entries));

    const auto figures = fitted(implicit_als_kind(), likes, {{"factors", "4"}})->figures();
    const auto of_wider = fitted(implicit_als_kind(), wider, {{"factors", "4"}})->figures();
    CHECK(of_wider.number("unobserved_weight") == doctest::Approx(figures.number("unobserved_weight")));
    CHECK(of_wider.number("lambda") == doctest::Approx(figures.number("lambda")));
}
