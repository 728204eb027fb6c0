#pragma once

#include <string>
#include <vector>

#include "recsys/interface/ratings.h"
#include "recsys/serving/item_filter.h"
#include "recsys/serving/model_store.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::jobs {

/// What is known of the items of some ratings.
struct ItemTexts {
    std::vector<recsys::ItemText> texts;  ///< one an item, empty where it has no description; or none at all
    Notes notes;                          ///< "items-without-title": how many have none
};

/// Titles, years and categories for the items of `ratings`: from the file of descriptions at `path`, or, if that is
/// empty, from those beside the ratings (movies.csv, movies.dat, u.item, movie_titles.csv). Throws InputError where a
/// file cannot be read, and if the file at `path` describes none of the items.
[[nodiscard]] ItemTexts item_texts(const std::string& path, const RatingsSource& source,
                                   const recsys::Ratings& ratings);

/// The attributes that `item_texts` writes, read back.
[[nodiscard]] recsys::ItemTraits item_traits(const std::string& attributes);

}  // namespace eckart::jobs
