#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace eckart::bench {

/// How much of everything there is to be.
struct WorldSize {
    std::int64_t users = 6040;
    std::int64_t items = 3706;
    std::int64_t ratings = 1'000'209;
    std::uint64_t seed = 1;
};

/// What tastes are made of.
inline constexpr std::size_t taste_dimensions = 12;
using Taste = std::array<float, taste_dimensions>;

/// An invented film.
struct Film {
    std::string title;  ///< with the year: "Silent Orchard, The (1994)"
    std::vector<std::string> categories;
    double popularity;  ///< weight, relative to the mean of all
    double quality;     ///< what it is rated above or below the mean
    Taste taste;        ///< what it appeals to
};

/// One synthetic rating.
struct SyntheticRating {
    std::int64_t item;  ///< from 0
    int stars;          ///< 1 to 5
    std::int64_t time;  ///< seconds since 1970
};

/// Users who rate films, all of it synthetic. Its margins follow MovieLens 1M: how many ratings users give, how often
/// films are rated, how the stars are spread, how much of it offsets and tastes explain. Users are made one at a time.
class World {
  public:
    /// Throws UsageError where there are too few or too many ratings for so many users and items.
    explicit World(const WorldSize& size);

    const std::vector<Film>& films() const { return films_; }

    /// The ratings of one user, by item. The same for each call.
    std::vector<SyntheticRating> ratings_of(std::int64_t user) const;

  private:
    void make_films();
    void share_out_ratings();
    std::int64_t popular_film(double uniform) const;

    WorldSize size_;
    std::vector<Film> films_;
    std::vector<double> cumulated_;     ///< popularity, summed over the films up to each
    std::vector<std::int64_t> counts_;  ///< ratings that each user gives
};

}  // namespace eckart::bench
