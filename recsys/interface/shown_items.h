#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "recsys/interface/ratings.h"
#include "recsys/interface/recommender.h"

// Which items a person may be shown: the same for `recommend`, which shows them, and `evaluate`, which measures what
// `recommend` would show.

namespace eckart::recsys {

/// Number of ratings that an item needs to be shown if nobody says otherwise: 10, or a fiftieth of the users if that is
/// less, since one rating makes no film the best of all; 0 for models of likes, whose scores count the likes too.
/// `users` are those that the model was fitted to.
std::int64_t usual_least_ratings(const Recommender& model, std::int64_t users);

/// Number of stored entries of each item, or of those of at least `positive`.
std::vector<float> popularity_of(const CsrView& user_item, std::optional<float> positive = {});

/// What to add to predicted ratings to order items by, one an item: s log(1 + n_i), with n_i the item's `popularity`
/// and s a quarter of the scale, about the standard deviation of ratings on it. The list is then by how likely a person
/// chooses an item and likes it, n_i exp(r_ui / s), and not by the highest ratings of a few. Empty for a model whose
/// scores only rank, and where all ratings are the same.
std::vector<float> choice_offsets(const Recommender& model, std::span<const float> popularity);

/// Adds each item's of `offsets` to its score; nothing where there are no offsets.
void add_offsets(std::span<const float> offsets, std::span<float> scores);

/// One an item: 1 if it has at least `least` ratings by `popularity` (items); empty, which allows all, if `least` is 0
/// or less.
std::vector<std::uint8_t> rated_often(std::span<const float> popularity, std::int64_t least);

/// What may be shown to one person. Borrows its arrays.
struct ShownItems {
    std::span<const std::int32_t> rated = {};    ///< not shown: what the model scores the person from
    std::span<const std::int32_t> seen = {};     ///< not shown either, in any order
    std::span<const std::uint8_t> allowed = {};  ///< one an item, 0 where it is not shown; empty: all may be
    std::optional<std::span<const std::int32_t>> candidates = {};  ///< if given, only these are shown
};

/// Sets the scores of items that are not shown, and scores that are not finite, to -infinity, which TopK never keeps.
void hide(const ShownItems& shown, std::span<float> scores);

/// Replaces `scores` (items) by `popularity` (items) if there is a popularity and the model knows nothing of the
/// person: the profile is empty, or says nothing of any item, so that all have the same score. Returns whether it did.
bool fall_back(const Profile& profile, std::span<const float> popularity, std::span<float> scores);

}  // namespace eckart::recsys
