#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/open_model.h"

namespace eckart::jobs {

/// An item that is like another.
struct SimilarItem {
    std::string item;   ///< its id
    std::string title;  ///< may be empty
    float score;        ///< as Recommender::similar has it: the higher, the more alike
};

struct SimilarItems {
    std::string source;              ///< the model's name
    std::vector<SimilarItem> items;  ///< most alike first, ties by id
    Notes notes;                     ///< "title-matched"; "nothing-similar", where nothing is known
};

/// The `count` items most like the one with this id or title; those of which nothing is known are left out, and by
/// models of ratings those of fewer ratings than recsys::usual_least_ratings. Throws
/// UnknownIdError where the name is no item or several, UsageError, naming models that can, if the model knows no
/// similar items.
[[nodiscard]] SimilarItems similar_items(const OpenModel& model, std::string_view name, std::int64_t count,
                                         const Work& work);

}  // namespace eckart::jobs
