#include "recsys/attributes/attributed_items.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/random.h"
#include "recsys/interface/shown_items.h"
#include "recsys/models/models.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

constexpr std::int64_t people = 80, items = 40;

/// Even people like even items and odd people odd ones; item 38 and 39 have no ratings, item 37 one.
CsrMatrix two_tastes() {
    const Philox random(3);
    std::vector<Entry> entries;
    for (std::int64_t u = 0; u < people; ++u) {
        for (std::int64_t i = 0; i < 37; ++i) {
            if (random.uniform(static_cast<std::uint64_t>(u * items + i)) < 0.4)
                entries.push_back({u, i, u % 2 == i % 2 ? 5.0F : 1.0F});
        }
    }
    entries.push_back({0, 37, 1});
    return csr_from_entries(people, items, std::move(entries));
}

/// Whether an item is even or odd, of all items but the first.
CsrMatrix parity() {
    std::vector<Entry> entries;
    for (std::int64_t i = 1; i < items; ++i) entries.push_back({i, i % 2, 1});
    return csr_from_entries(items, 2, std::move(entries));
}

RidgeMap fitted_map(const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& options) {
    return fit_ridge_map(a, e, options);
}

Fitted fitted_kind(const std::string& kind) {
    const ModelKind& als = model_kind(kind);
    return als.fit(two_tastes(), OptionValues(als.options, {{"factors", "3"}}), {});
}

}  // namespace

TEST_CASE("of n ratings an item teaches n / (n + 10), and none where it has no attributes") {
    const CsrMatrix ratings = two_tastes();
    const std::vector<float> popularity = popularity_of(ratings);
    std::vector<float> weights;
    const RidgeFit watched = [&](const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& options) {
        weights.assign(options.weights.begin(), options.weights.end());
        return fit_ridge_map(a, e, options);
    };
    (void)attributed_items(*fitted_kind("als").model, popularity, parity(), watched);
    REQUIRE(weights.size() == 37);  // items 1 to 37
    for (std::size_t r = 0; r < weights.size(); ++r) {
        CHECK(weights[r] == doctest::Approx(static_cast<double>(popularity[r + 1] / (popularity[r + 1] + 10))));
    }
}

TEST_CASE("items that nobody rated are scored by what people think of items like them") {
    for (const std::string kind : {"als", "sgd", "svd++"}) {
        CAPTURE(kind);
        const CsrMatrix ratings = two_tastes();
        const Fitted fitted = fitted_kind(kind);

        const AttributedItems all = attributed_items(*fitted.model, popularity_of(ratings), parity(), fitted_map);

        CHECK(all.cold == 2);
        CHECK(all.mixed == 1);
        CHECK(all.unknown == 0);
        CHECK(all.sources[38] == ItemSource::attributes);
        CHECK(all.sources[37] == ItemSource::both);
        CHECK(all.sources[5] == ItemSource::ratings);
        CHECK(all.lambda > 0);
        if (kind != "als") continue;  // the others learn little of so few ratings
        CHECK(all.explained > 0.3);
        DenseMatrix scores(1, items);
        for (std::int64_t u = 0; u < 10; ++u) {
            const Profile profile = profile_of(ratings, u);
            all.model->score({&profile, 1}, scores);
            CHECK((scores(0, 38) > scores(0, 39)) == (u % 2 == 0));
        }
    }
}

TEST_CASE("people and items with enough ratings keep their scores to the bit") {
    const CsrMatrix ratings = two_tastes();
    const Fitted fitted = fitted_kind("implicit-als");
    const AttributedItems all = attributed_items(*fitted.model, popularity_of(ratings), parity(), fitted_map);
    DenseMatrix before(1, items), after(1, items);
    const Profile profile = profile_of(ratings, 3);
    fitted.model->score({&profile, 1}, before);
    all.model->score({&profile, 1}, after);
    for (std::int64_t i = 0; i < 37; ++i) CHECK(before(0, i) == after(0, i));
    CHECK(before(0, 38) == 0);
    CHECK(after(0, 38) != 0);
}

TEST_CASE("a rated item without attributes keeps its factors, a new one has none") {
    const CsrMatrix ratings = two_tastes();
    std::vector<Entry> entries = {{1, 0, 1}, {2, 1, 1}, {3, 0, 1}};
    const Fitted fitted = fitted_kind("als");
    const AttributedItems all =
        attributed_items(*fitted.model, popularity_of(ratings), csr_from_entries(items, 2, entries), fitted_map);
    CHECK(all.cold == 0);
    CHECK(all.unknown == 2);
    CHECK(all.sources[38] == ItemSource::ratings);
}

TEST_CASE("models without item factors and attributes that teach nothing are refused") {
    const CsrMatrix ratings = two_tastes();
    const auto popularity = popularity_of(ratings);
    const Fitted ease = model_kind("ease").fit(ratings, OptionValues(model_kind("ease").options, {}), {});
    CHECK_THROWS_WITH_AS(attributed_items(*ease.model, popularity, parity(), fitted_map),
                         doctest::Contains("models whose items can: als, sgd, svd++, implicit-als"), UsageError);
    const Fitted als = fitted_kind("als");
    const CsrMatrix one = csr_from_entries(items, 1, {{1, 0, 1}, {38, 0, 1}});
    CHECK_FALSE(teach(popularity, one));
    CHECK_THROWS_AS(attributed_items(*als.model, popularity, one, fitted_map), UsageError);
    CHECK_THROWS_AS(attributed_items(*als.model, {}, parity(), fitted_map), UsageError);
}
