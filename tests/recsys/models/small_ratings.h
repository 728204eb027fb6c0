#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/random.h"
#include "recsys/interface/ratings.h"
#include "recsys/models/models.h"

namespace eckart::recsys::testing {

/// What `small_ratings` makes.
struct SmallRatings {
    std::int64_t users = 60;
    std::int64_t items = 40;
    double density =
        0.3;  ///< of the mean item; the first items have up to twice as many ratings, the last next to none
    std::int64_t rank = 3;
    double noise = 0.3;  ///< standard deviation, in rating units
    float low = 1;
    float high = 5;
    std::uint64_t seed = 1;
};

/// A users x items matrix of whole ratings in [low, high]: a mean, an offset for each user and item, a product of
/// random factors, noise, rounded. The same options give the same matrix everywhere.
inline CsrMatrix small_ratings(const SmallRatings& options = {}) {
    const Philox chosen(options.seed, 1), offsets(options.seed, 2), factors(options.seed, 3), noise(options.seed, 4);
    const auto normal = [](const Philox& from, std::int64_t index) {
        return from.normal(static_cast<std::uint64_t>(index));
    };
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < options.users; ++user) {
        for (std::int64_t item = 0; item < options.items; ++item) {
            const std::int64_t place = user * options.items + item;
            const double popularity =
                2.0 * (1.0 - (static_cast<double>(item) + 0.5) / static_cast<double>(options.items));
            if (chosen.uniform(static_cast<std::uint64_t>(place)) >= options.density * popularity) continue;
            double value = 0.5 * (options.low + options.high) + 0.4 * normal(offsets, user) +
                           0.4 * normal(offsets, options.users + item);
            for (std::int64_t f = 0; f < options.rank; ++f) {
                value += 0.7 * normal(factors, user * options.rank + f) *
                         normal(factors, (options.users + item) * options.rank + f);
            }
            value = std::round(value + options.noise * normal(noise, place));
            const auto rating = std::clamp(static_cast<float>(value), options.low, options.high);
            entries.push_back({user, item, rating});
        }
    }
    return csr_from_entries(options.users, options.items, std::move(entries));
}

/// A profile that owns its arrays.
struct OwnProfile {
    std::vector<std::int32_t> items;
    std::vector<float> values;

    Profile view() const { return {items, values}; }
};

/// What remains of a profile without its rating number `left_out`.
inline OwnProfile without(const Profile& profile, std::size_t left_out) {
    OwnProfile rest;
    for (std::size_t p = 0; p < profile.size(); ++p) {
        if (p == left_out) continue;
        rest.items.push_back(profile.items[p]);
        rest.values.push_back(profile.values[p]);
    }
    return rest;
}

/// Fits a kind of model with the options given, the others at their defaults.
inline Fitted fit(const ModelKind& kind, const CsrView& user_item,
                  const std::map<std::string, std::string>& options = {}, const FitContext& context = {}) {
    return kind.fit(user_item, OptionValues(kind.options, options), context);
}

inline std::unique_ptr<Recommender> fitted(const ModelKind& kind, const CsrView& user_item,
                                           const std::map<std::string, std::string>& options = {},
                                           const FitContext& context = {}) {
    return fit(kind, user_item, options, context).model;
}

/// All scores for one profile.
inline std::vector<float> scores_of(const Recommender& model, const Profile& profile) {
    DenseMatrix scores(1, model.items());
    model.score({&profile, 1}, scores);
    return {scores.data(), scores.data() + scores.size()};
}

}  // namespace eckart::recsys::testing
