#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "recsys/serving/model_store.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/likes.h"
#include "tools/jobs/ratings/open_model.h"

namespace eckart::jobs {

/// Somebody to recommend to: a stored user, or anybody who names a few items. Borrows from the model.
struct Person {
    std::string user = {};                     ///< the id; empty for one who is not stored
    recsys::StoredProfile profile = {};        ///< what the model scores from
    std::vector<std::int32_t> own_items = {};  ///< of one who is not stored, all that they named, rising
    Notes notes = {};                          ///< which items titles were taken for; "ratings-not-liked"

    /// All that they know, liked or not.
    std::span<const std::int32_t> seen() const {
        return user.empty() ? std::span<const std::int32_t>(own_items) : profile.seen;
    }
};

/// The user with this id. Throws UnknownIdError, naming the nearest, if the model has none.
Person stored_person(const OpenModel& model, const std::string& user);

/// The user with this id, or where the model has none a newcomer with it, of whom nothing is known: a note
/// "unknown-user" says so and names the nearest ids.
Person stored_person_or_newcomer(const OpenModel& model, const std::string& user);

/// Somebody with these ratings. Throws UnknownIdError where a name is no item or several, UsageError where an item
/// comes twice, or a rating is missing or not on the model's scale.
Person visitor(const OpenModel& model, std::span<const NamedRating> ratings);

}  // namespace eckart::jobs
