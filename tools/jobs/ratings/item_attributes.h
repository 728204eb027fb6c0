#pragma once

#include <span>
#include <string>
#include <vector>

#include "recsys/attributes/attribute_matrix.h"
#include "recsys/attributes/attributed_items.h"
#include "recsys/interface/ratings.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// What files, and an index of texts, say about the items of some ratings.
struct ItemAttributes {
    recsys::AttributeMatrix matrix = {};    ///< items of the ratings x attributes
    std::vector<std::string> columns = {};  ///< how each column was read: "genres: categories by |"
    Notes notes = {};                       ///< "items-without-attributes": how many rated items have none
};

/// Makes the items that `files` describe known to `ratings`, also those that nobody rated, and gathers their
/// attributes. `texts`, if not empty, is an index whose documents are called as the items: their vectors are
/// attributes. Throws as corpora::read_item_attributes and text::IndexSpace::open; InputError where files or the index
/// describe none of the items that are rated, and where an index has no vectors.
[[nodiscard]] ItemAttributes item_attributes(std::span<const std::string> files, const std::string& texts,
                                             recsys::Ratings& ratings);

/// How ridge maps are fitted: by a sparse factor with exact leave-one-out, where this build has eckart::direct and its
/// is_fast holds; else by block conjugate gradients, with exact leave-one-out up to 500 rows.
[[nodiscard]] recsys::RidgeFit ridge_fit();

}  // namespace eckart::jobs
