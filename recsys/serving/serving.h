#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/support/top_k.h"
#include "recsys/interface/recommender.h"
#include "recsys/serving/item_cells.h"

namespace eckart::recsys {

/// Which items a person is shown. Spans are borrowed during the call.
struct RecommendOptions {
    std::size_t count = 10;                   ///< number of rows at most; fewer if fewer items may be shown
    bool exclude_seen = true;                 ///< whether items of the profile, and those in `seen`, are left out
    std::span<const std::int32_t> seen = {};  ///< items that the person knows beside those of the profile (for a model
                                              ///< of likes, those rated but not liked), in any order
    std::span<const std::uint8_t> allowed = {};  ///< one an item, 0 where it must not be shown; empty: all may be
    std::optional<std::span<const std::int32_t>> candidates = {};  ///< if given, only these are shown
    double diversity = 0;                    ///< in [0, 1]; 0 ranks by score alone, see `recommend`
    std::span<const float> popularity = {};  ///< one an item: ranks items for an empty profile; empty: the model does
    /// One an item, added to the model's scores to order items by (choice_offsets); rows keep the scores. Empty: 0.
    std::span<const float> order_offsets = {};
    const ItemCells* cells = nullptr;  ///< the model's: looks for the best in few of them, in more if much is
                                       ///< hidden, in none for `candidates`; null: scores every item
};

/// A ranking and the source of its scores.
struct Recommendations {
    std::vector<Scored<float>> top;  ///< best first, ties by the lowest index, which is the first id
    std::string source;              ///< the model's name, or "popular" if it knows nothing of the person
};

/// Ranks items for one person. With cells, there are as many rows as without, with the same scores, but some of the
/// best may be missed; ranks and counterfactuals never use cells. Items whose score is not finite are never shown.
///
/// With diversity d > 0 rows are chosen one by one by maximal marginal relevance (Carbonell and Goldstein,
/// "The use of MMR, diversity-based reranking for reordering documents and producing summaries", SIGIR 1998) among the
/// best 10 x count + 50, the first by score and each next one as the highest of
///
///     (1 - d) (s_i - s_low) / (s_high - s_low)  -  d  max over chosen j of  max(0, similar_j(i)) / m_j
///
/// where s_low and s_high are the lowest and the highest score among those, similar_j is the model's `similar`, and m_j
/// its highest value among the others of them, so that both terms lie in [0, 1]. Rows keep their scores, which then are
/// not in falling order.
///
/// Throws UsageError if an option is out of range or has another length, there is no item of an index, cells are not of
/// the model's items, or diversity is asked for and the model does not compare items.
Recommendations recommend(const Recommender& model, const Profile& profile, const RecommendOptions& options = {});

/// The same for many people, scored in blocks of bounded memory; `seen`, if not empty, has one list a profile and
/// replaces `options.seen`. Each answer is the same as for the profile alone.
std::vector<Recommendations> recommend(const Recommender& model, std::span<const Profile> profiles,
                                       std::span<const std::span<const std::int32_t>> seen,
                                       const RecommendOptions& options = {});

/// Rank of an item among all that may be shown, from 1 (count and diversity are ignored); nothing if it may not be
/// shown.
std::optional<std::int64_t> rank_of(const Recommender& model, const Profile& profile, std::int32_t item,
                                    const RecommendOptions& options = {});

/// Score and rank of an item, and what they would be if one rating had not been given.
struct Counterfactual {
    std::int32_t left_out;  ///< the item whose rating was left out
    double score_with;
    double score_without;
    std::optional<std::int64_t> rank_with;
    std::optional<std::int64_t> rank_without;  ///< among the same items: the one left out is still not shown
};

/// Asks the model again without rating number `left_out` of the profile, so the answer is exact. `options.popularity`
/// is ignored, also if no rating is left. Throws UsageError if there is no such rating.
Counterfactual counterfactual(const Recommender& model, const Profile& profile, std::size_t left_out, std::int32_t item,
                              const RecommendOptions& options = {});

/// A predicted rating, or a score where the model has no scale.
struct Prediction {
    double score;        ///< in the model's scale, if it has one
    std::string source;  ///< the model's name; or the fallback: "item" (nothing is known of the person), "user"
                         ///< (nothing is known of the item), "mean" (of neither)
};

/// The rating that a person with this profile would give to `item`. `popularity`, if not empty, counts the ratings of
/// each item.
Prediction predict(const Recommender& model, const Profile& profile, std::int32_t item,
                   std::span<const float> popularity = {});

/// The same for several items, in their order, at the cost of one.
std::vector<Prediction> predict(const Recommender& model, const Profile& profile, std::span<const std::int32_t> items,
                                std::span<const float> popularity = {});

}  // namespace eckart::recsys
