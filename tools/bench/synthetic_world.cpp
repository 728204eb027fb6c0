#include "tools/bench/synthetic_world.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/random.h"
#include "tools/bench/synthetic_titles.h"

namespace eckart::bench {
namespace {

// How the constants were found, on MovieLens 1M (6040 users, 3706 films, 1,000,209 ratings):
//
//   activity     n - 12, n being a user's ratings, is log-normal but for sampling noise (skewness of its logarithm
//                below .1), with mean 4.38 and deviation 1.18, and a little less in the upper tail. Divided by the
//                mean of n, 165.6: n = .072 + exp(-.66 + 1.10 z). Nobody has less than .12 (MovieLens asks for 20).
//   popularity   the film at the share x of the films by popularity has .77 (-ln x)^1.41 times the mean number of
//                ratings (a Weibull distribution), within 10% from the first 0.3% to the last quarter. The exponent
//                here is higher, because nobody rates a film twice, which takes from the most popular ones.
//   offsets      regularized user and film offsets have standard deviations .36 and .57, that of films .06 higher for
//                each e-fold of popularity; they leave an error of .90, and factors of taste one of .83.
//   stars        the mean is 3.58; the shares of 1 to 5 stars are .056, .108, .261, .349 and .226: what is below the
//                mean is further from it.
//
// With these sizes the world has .050, .132, .257, .338 and .222, deviations .35 and .53, an error of .90.
constexpr double activity_floor = 0.072, activity_mean = -0.66, activity_deviation = 1.10, least_activity = 0.12;
constexpr double popularity_exponent = 1.95;
constexpr double user_offset = 0.34, film_offset = 0.58, offset_by_popularity = 0.06;
constexpr double taste_weight = 0.42, noise = 0.77, mean_stars = 3.40, stretch_below = 1.25;

/// How much taste steers what people watch: a film is passed over with probability 1 / (1 + exp(steer x taste)).
constexpr double taste_steers = 1.1;

/// Nobody has rated more than this share of all films.
constexpr double most_seen = 0.6;

/// Share of a film's taste that comes from its categories.
constexpr double category_share = 0.6;

/// Of the films, as in MovieLens 1M, in the order of film_categories().
constexpr std::array category_weights = {1603.0, 1200.0, 503.0, 492.0, 471.0, 343.0, 283.0,
                                         276.0,  356.0,  211.0, 143.0, 114.0, 68.0};

constexpr std::int64_t first_time = 1'262'304'000;  ///< the beginning of 2010
constexpr std::int64_t time_span = 315'360'000;     ///< ten years

/// Streams of random numbers, one a purpose.
enum Stream : std::uint64_t { film_stream = 1, film_taste, category_taste, activity, first_user };
constexpr std::uint64_t streams_a_user = 2;

Taste gaussian_taste(const Philox& random, std::uint64_t row) {
    Taste taste;
    for (std::size_t d = 0; d < taste_dimensions; ++d) {
        taste[d] = static_cast<float>(random.normal(row * taste_dimensions + d));
    }
    return taste;
}

/// Standard normal over users and films.
double affinity(const Taste& a, const Taste& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / std::sqrt(static_cast<double>(taste_dimensions));
}

std::size_t weighted_category(double uniform) {
    double left = uniform * std::accumulate(category_weights.begin(), category_weights.end(), 0.0);
    std::size_t category = 0;
    while (category + 1 < category_weights.size() && (left -= category_weights[category]) >= 0) ++category;
    return category;
}

/// One to three categories, the first being the one that the title speaks of.
std::vector<std::size_t> draw_categories(const Philox& random, std::uint64_t at) {
    const double extra = random.uniform(at);
    const std::size_t wanted = extra < 0.5 ? 1 : extra < 0.85 ? 2 : 3;
    std::vector<std::size_t> drawn;
    for (std::uint64_t attempt = 1; drawn.size() < wanted && attempt < 12; ++attempt) {
        const std::size_t category = weighted_category(random.uniform(at + attempt));
        if (std::find(drawn.begin(), drawn.end(), category) == drawn.end()) drawn.push_back(category);
    }
    return drawn;
}

Taste film_taste_of(const std::vector<std::size_t>& categories, const Taste& own, const Philox& category_random) {
    Taste taste = own;
    const auto share = static_cast<float>(std::sqrt(category_share / static_cast<double>(categories.size())));
    for (float& value : taste) value *= static_cast<float>(std::sqrt(1 - category_share));
    for (const std::size_t category : categories) {
        const Taste common = gaussian_taste(category_random, category);
        for (std::size_t d = 0; d < taste_dimensions; ++d) taste[d] += share * common[d];
    }
    return taste;
}

void check(const WorldSize& size) {
    if (size.users < 1 || size.items < 1) throw UsageError("a world needs a user and an item");
    const double most = most_seen / 2 * static_cast<double>(size.users) * static_cast<double>(size.items);
    if (size.ratings < size.users || static_cast<double>(size.ratings) > most) {
        throw UsageError("found " + std::to_string(size.ratings) + " ratings, expected from one a user to " +
                         std::to_string(std::llround(most)) + ", three in ten of all");
    }
}

}  // namespace

World::World(const WorldSize& size) : size_(size) {
    check(size);
    make_films();
    share_out_ratings();
}

void World::make_films() {
    const Philox random(size_.seed, film_stream), own(size_.seed, film_taste), common(size_.seed, category_taste);
    constexpr std::uint64_t draws_a_film = 32;
    TitleWriter titles(size_.seed);
    double sum = 0;
    for (std::uint64_t f = 0; f < static_cast<std::uint64_t>(size_.items); ++f) {
        const std::uint64_t at = f * draws_a_film;
        const auto categories = draw_categories(random, at);
        const double popularity = std::pow(-std::log1p(-random.uniform(at + 16)), popularity_exponent);
        const double age = -12 * std::log1p(-random.uniform(at + 17));
        const int year = 2019 - static_cast<int>(std::min(age, 90.0));
        Film film = {
            titles.title(f, categories.front()) + " (" + std::to_string(year) + ")",
            {},
            popularity,
            film_offset * random.normal(at + 18) + offset_by_popularity * (std::log(std::max(popularity, 1e-6)) + 0.9),
            film_taste_of(categories, gaussian_taste(own, f), common)};
        for (const std::size_t category : categories) film.categories.push_back(film_categories()[category]);
        films_.push_back(std::move(film));
        cumulated_.push_back(sum += popularity);
    }
}

void World::share_out_ratings() {
    const Philox random(size_.seed, activity);
    const double mean = static_cast<double>(size_.ratings) / static_cast<double>(size_.users);
    const double most = std::max(1.0, std::floor(most_seen * static_cast<double>(size_.items)));
    const double least = std::clamp(std::floor(least_activity * mean), 1.0, most);
    std::vector<double> weights;
    for (std::int64_t u = 0; u < size_.users; ++u) {
        const double z = random.normal(static_cast<std::uint64_t>(u));
        weights.push_back(activity_floor + std::exp(activity_mean + activity_deviation * z));
    }
    const auto share_at = [&](double factor) {
        counts_.clear();
        for (const double weight : weights) {
            counts_.push_back(static_cast<std::int64_t>(std::clamp(std::floor(factor * weight), least, most)));
        }
        return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
    };

    double low = 0, high = 1e3 * static_cast<double>(size_.items);
    for (int halving = 0; halving < 100; ++halving) {
        const double middle = (low + high) / 2;
        (share_at(middle) <= size_.ratings ? low : high) = middle;
    }
    std::int64_t missing = size_.ratings - share_at(low);
    for (std::size_t u = 0; missing > 0; u = (u + 1) % counts_.size()) {
        if (counts_[u] >= static_cast<std::int64_t>(most)) continue;
        ++counts_[u];
        --missing;
    }
}

std::int64_t World::popular_film(double uniform) const {
    const auto place = std::upper_bound(cumulated_.begin(), cumulated_.end(), uniform * cumulated_.back());
    return std::min<std::int64_t>(place - cumulated_.begin(), size_.items - 1);
}

std::vector<SyntheticRating> World::ratings_of(std::int64_t user) const {
    const std::uint64_t stream = first_user + streams_a_user * static_cast<std::uint64_t>(user);
    const Philox random(size_.seed, stream), draws(size_.seed, stream + 1);
    const Taste taste = gaussian_taste(random, 0);
    const double offset = user_offset * random.normal(taste_dimensions);
    const auto start = first_time + static_cast<std::int64_t>(random.below(100, time_span));

    // Who has seen nearly all that is popular takes whatever there is next.
    const std::int64_t wanted = counts_[user];
    const auto patience = static_cast<std::uint64_t>(40 * wanted + 1000);
    std::vector<char> seen(films_.size(), 0);
    std::vector<SyntheticRating> rated;
    std::uint64_t draw = 0, next = 0;
    while (static_cast<std::int64_t>(rated.size()) < wanted) {
        const bool patient = draw < patience;
        const std::int64_t item = patient ? popular_film(draws.uniform(3 * draw)) : static_cast<std::int64_t>(next++);
        const Film& film = films_[item];
        const double liking = affinity(taste, film.taste);
        const bool wants = !patient || draws.uniform(3 * draw + 1) * (1 + std::exp(-taste_steers * liking)) < 1;
        if (wants && !std::exchange(seen[item], char{1})) {
            double stars = mean_stars + offset + film.quality + taste_weight * liking +
                           noise * random.normal(1000 + static_cast<std::uint64_t>(item));
            if (stars < mean_stars) stars = mean_stars - stretch_below * (mean_stars - stars);
            rated.push_back({item, std::clamp(static_cast<int>(std::lround(stars)), 1, 5),
                             start + 40 * static_cast<std::int64_t>(rated.size())});
        }
        ++draw;
    }
    std::sort(rated.begin(), rated.end(), [](const auto& a, const auto& b) { return a.item < b.item; });
    return rated;
}

}  // namespace eckart::bench
