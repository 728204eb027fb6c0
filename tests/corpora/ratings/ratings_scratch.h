#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/scratch.h"
#include "corpora/ratings/open_ratings.h"

namespace eckart::corpora {

/// A rating that owns its ids.
struct OwnRating {
    std::string user;
    std::string item;
    float value = 1;
    std::int64_t time = no_time;

    bool operator==(const OwnRating&) const = default;
};

using OwnRatings = std::vector<OwnRating>;

inline OwnRatings all_ratings(RatingReader& reader) {
    OwnRatings ratings;
    for (Rating rating; reader.next(rating);) {
        ratings.push_back({std::string(rating.user), std::string(rating.item), rating.value, rating.time});
    }
    return ratings;
}

inline OwnRatings ratings_in(std::string_view bytes, const RatingOptions& options = {},
                             const std::string& name = "test") {
    return all_ratings(*read_ratings(memory_byte_stream(bytes, name), options));
}

/// What is wrong with `bytes`; empty if nothing is.
inline std::string rating_error(std::string_view bytes, const RatingOptions& options = {},
                                const std::string& name = "test") {
    return input_error([&] { ratings_in(bytes, options, name); });
}

}  // namespace eckart::corpora
