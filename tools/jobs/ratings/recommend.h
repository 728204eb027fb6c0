#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/neighbors/neighbor_file.h"
#include "recsys/serving/reason.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/open_model.h"
#include "tools/jobs/ratings/person.h"

namespace eckart::jobs {

struct RecommendOptions {
    std::size_t count = 10;                            ///< most items for a person; fewer where no more may be shown
    bool include_seen = false;                         ///< whether items that the person rated are shown, too
    std::vector<std::string> only = {}, without = {};  ///< conditions of recsys::ItemFilter
    std::optional<std::vector<std::string>> candidates = {};  ///< ids or titles; if given, only these are shown
    /// Ratings that an item needs to be shown; nothing: none for candidates, or else recsys::usual_least_ratings.
    std::optional<std::int64_t> least_ratings = {};
    bool by_rating = false;  ///< whether predicted ratings alone order the items, without recsys::choice_offsets
    double diversity = 0;    ///< in [0, 1]; 0 ranks by score alone, see recsys::recommend
    /// How the best are found: ivf (in few of the model's cells), exact (by scoring all items), or automatic: in cells
    /// if the model has them. Candidates are all scored.
    NeighborMethod neighbors = NeighborMethod::automatic;
    bool reasons = false;  ///< whether each item comes with its reason; costs scoring all items twice for each
};

/// One item of a ranking.
struct Recommendation {
    std::int32_t row;  ///< of the model's items
    std::string item;  ///< its id
    std::string title;
    std::vector<std::string> categories;
    double score;  ///< as recsys::shown_score has it
    /// Where the score comes from: "popular" where nothing is known of the person; else, of a model that was trained
    /// with attributes, what the item's factors are of ("ratings", "attributes", "both"), or the model's name.
    std::string source;
    std::optional<recsys::Reason> reason = {};
};

/// A ranking for one person.
struct Recommendations {
    std::string user;    ///< the id; empty for a visitor
    std::string source;  ///< where scores come from: the model's name, or "popular" where nothing is known
    std::vector<Recommendation> items;  ///< best first, ties by id
    /// Those of the person; "nothing-to-recommend", what recsys::score_note says, or "ordered-by-choice" where scores
    /// are ratings but do not fall; "title-matched" of candidates.
    Notes notes;
};

/// Recommends to each person, in their order. Each answer is the one that the person gets alone. Throws UsageError
/// where options do not go together or are out of range, or cells are asked for and the model has none; UnknownIdError
/// where a candidate is no item or no item is of a category.
[[nodiscard]] std::vector<Recommendations> recommend(const OpenModel& model, std::span<const Person> people,
                                                     const RecommendOptions& options, const Work& work);

/// What became of many users.
struct UsersServed {
    std::int64_t served = 0;
    std::vector<std::string> unknown;  ///< ids that are no users of the model, as they came
    Notes notes;                       ///< "title-matched" of candidates
};

/// The same for users by their ids, or for all of the model if there is no list: `take` is given one ranking after the
/// other, in the order of the ids, so that any number of them fits in memory. Unknown ids are passed over.
[[nodiscard]] UsersServed recommend_to_users(const OpenModel& model,
                                             const std::optional<std::vector<std::string>>& users,
                                             const RecommendOptions& options, const Work& work,
                                             const std::function<void(const Recommendations&)>& take);

}  // namespace eckart::jobs
