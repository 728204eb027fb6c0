#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/storage/store.h"
#include "recsys/interface/ratings.h"

namespace eckart::recsys {

/// Lowest and highest rating that a model was fitted to.
struct RatingScale {
    float low;
    float high;
};

/// What one rating of a person gave to the score of an item.
struct Contribution {
    std::int32_t item;  ///< the item that the person rated
    float value;        ///< their rating
    double score;       ///< its part of the score
};

/// Why an item has its score: score = base + the sum of the contributions + together, to float32's roundoff.
struct Explanation {
    double score = 0;
    double base = 0;                          ///< what the item would have for a person of whom nothing is known
    std::vector<Contribution> contributions;  ///< one for each rating of the person, in their order
    /// What ratings give as a whole and none of them by itself: zero where scores are sums over ratings. Elsewhere a
    /// contribution is what the score loses without that rating alone.
    double together = 0;
};

/// Rows of numbers, one an item.
using ItemVectors = std::variant<ConstMatrixMap, CsrView>;

/// The items' side of scores that are products: the score of person p and item i is
///
///     levels[p] + offsets[i] + x_p . y_i
struct FactoredItems {
    ConstMatrixMap factors;          ///< Y, items x f
    std::span<const float> offsets;  ///< c, items; empty: 0
};

/// The people's side of them.
struct FactoredPeople {
    DenseMatrix factors;             ///< X, people x f
    std::vector<float> levels = {};  ///< mean + b, people; empty: 0
};

/// A fitted model. A person is their ratings: every member takes a profile, whether it is a stored user's or was given
/// a moment ago, and so the two can never differ, and a new rating needs no training.
///
/// Immutable; members may be called from several threads at once. Scores are finite for every profile, the empty one
/// too. Models of likes (no `scale`) take every stored entry for a like, whatever its value.
class Recommender {
  public:
    virtual ~Recommender() = default;

    virtual std::string_view name() const = 0;  ///< "als"
    virtual std::int64_t items() const = 0;

    /// The scale that scores are in, if they are ratings (scores may leave it a little; who shows one clamps it);
    /// nothing if scores only rank.
    virtual std::optional<RatingScale> scale() const = 0;

    /// Puts the scores of all items for `profiles[p]` into row p of `scores` (profiles x items). Parallel over blocks
    /// of profiles where there are many; a profile's scores do not depend on the others. Profiles must be valid: items
    /// in range and rising, values finite.
    virtual void score(std::span<const Profile> profiles, PanelRef<float> scores) const = 0;

    /// Exact: what is said is how the score came about, or what the model answers when it is asked again.
    virtual Explanation explain(const Profile& profile, std::int32_t item) const = 0;

    /// How like `item` each item is: a cosine or a weight, the higher the more alike, 0 where nothing is known. Throws
    /// UsageError, naming models that can, if the model knows nothing of the kind.
    virtual std::vector<float> similar(std::int32_t item) const = 0;

    /// The vectors of all items, items x f: factors, or the weights that a like of the item gives to every item. What
    /// they have in common is what the items have. Borrowed from the model. Throws UsageError, naming models that have
    /// them, if this one has none.
    virtual ItemVectors item_vectors() const;

    /// The items' side of the scores, if they are products; nothing if they are not. Borrowed from the model.
    virtual std::optional<FactoredItems> factored_items() const { return std::nullopt; }

    /// The people's side of them. Throws UsageError, naming models that have it, if the scores are no products.
    virtual FactoredPeople factored_people(std::span<const Profile> profiles) const;

    /// Writes the model's arrays as .npy files into a store's new generation.
    virtual void save(const StoreWriter& store) const = 0;

    /// A JSON object of the model's own figures (sweeps done, last loss, ...), for people and for the manifest; must
    /// hold all of its state that is not in the arrays.
    virtual std::string figures_json() const = 0;
};

}  // namespace eckart::recsys
