#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/storage/store.h"
#include "recsys/interface/figures.h"
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

/// Why an item has its score: score = base + the sum of the contributions + together, to the roundoff of float32.
struct Explanation {
    double score = 0;
    double base = 0;                          ///< score of the item for a person without ratings
    std::vector<Contribution> contributions;  ///< one for each rating of the person, in their order
    /// What the ratings give together and none of them alone: 0 where scores are sums over ratings. Elsewhere a
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

/// A fitted model. Invariant: it never changes, so that members may be called from several threads at once, and scores
/// are finite for every profile, also the empty one.
///
/// A person is their ratings: members take a profile, of a stored user or just given, so that both are answered alike
/// and a new rating needs no training. Models of likes (no `scale`) take every stored entry for a like, whatever its
/// value.
class Recommender {
  public:
    virtual ~Recommender() = default;

    virtual std::string_view name() const = 0;  ///< "als"
    virtual std::int64_t items() const = 0;

    /// The scale of the scores, if they are ratings (a score may lie slightly outside; `shown_score` clamps it);
    /// nothing if scores only rank.
    virtual std::optional<RatingScale> scale() const = 0;

    /// The model whose scores are ratings: itself where it has a scale, another one where one model ranks and another
    /// predicts; nullptr if scores only rank.
    virtual const Recommender* rating_model() const { return scale() ? this : nullptr; }

    /// Puts the scores of all items for `profiles[p]` into row p of `scores` (profiles x items). Parallel over blocks
    /// of profiles where there are many; a profile's scores do not depend on the others. Profiles must be valid: items
    /// in range and rising, values finite.
    virtual void score(std::span<const Profile> profiles, PanelRef<float> scores) const = 0;

    /// Why `item` has its score. Exact: the parts are those that were added up, or what the model answers when it is
    /// asked again without a rating.
    virtual Explanation explain(const Profile& profile, std::int32_t item) const = 0;

    /// How similar to `item` each item is: a cosine or a weight, the higher the more similar, 0 where nothing is known.
    /// Throws UsageError, listing the models that can, if the model does not compare items.
    virtual std::vector<float> similar(std::int32_t item) const = 0;

    /// The vectors of all items, items x f: factors, or the weights that a like of the item gives to every item.
    /// Similar items have similar vectors. Borrowed from the model; nothing if it has none.
    virtual std::optional<ItemVectors> item_vectors() const { return std::nullopt; }

    /// The items' side of the scores, if they are products; nothing if they are not. Borrowed from the model.
    virtual std::optional<FactoredItems> factored_items() const { return std::nullopt; }

    /// The people's side of them, or the vectors of people where scores are products but for what a person has rated;
    /// nothing if there are none.
    virtual std::optional<FactoredPeople> factored_people(std::span<const Profile> /*profiles*/) const {
        return std::nullopt;
    }

    /// The same model with other factors and offsets of its items, in the shapes of `factored_items`: for items that
    /// nobody rated, whose factors come from elsewhere. Whatever else was learned stays. Null where a model's items are
    /// not such factors alone (ModelKind::takes_attributes).
    virtual std::unique_ptr<Recommender> with_items(DenseMatrix&& /*factors*/, std::vector<float>&& /*offsets*/) const {
        return nullptr;
    }

    /// Writes the model's arrays as .npy files into a store's new generation.
    virtual void save(const StoreWriter& store) const = 0;

    /// What the manifest of a store keeps: all of the model's state that is not in the arrays.
    virtual Figures figures() const = 0;
};

}  // namespace eckart::recsys
