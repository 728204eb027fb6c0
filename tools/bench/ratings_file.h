#pragma once

#include <string>

#include "corpora/ratings/open_ratings.h"
#include "recsys/interface/ratings.h"

namespace eckart::tools {

/// All ratings of a file or folder.
inline recsys::Ratings read_ratings(const std::string& path) {
    recsys::RatingsBuilder builder;
    const auto reader = corpora::open_ratings(path);
    for (corpora::Rating rating; reader->next(rating);) {
        builder.add(rating.user, rating.item, rating.value, rating.time, rating.time_billionths);
    }
    return builder.finish();
}

}  // namespace eckart::tools
