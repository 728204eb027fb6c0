#pragma once

#include <string>
#include <vector>

#include "recsys/interface/ratings.h"
#include "recsys/serving/item_filter.h"
#include "recsys/serving/model_store.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Titles, years and categories for the items of `ratings`, one an item: from the file of descriptions at `path`, or,
/// if that is empty, from those that lie beside the ratings (movies.csv, movies.dat, u.item, movie_titles.csv). Items
/// without a description have an empty text; how many these are is noted. Throws InputError where a file cannot be
/// read, and if the file at `path` describes none of the items.
std::vector<recsys::ItemText> item_texts(const std::string& path, const RatingsArguments& given,
                                         const recsys::Ratings& ratings, Session& session);

/// The attributes that `item_texts` writes, read back.
recsys::ItemTraits item_traits(const std::string& attributes);

}  // namespace eckart::tools
