#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "recsys/interface/recommender.h"
#include "recsys/models/stored_arrays.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// A matrix of weights between items, W (items x items), in memory or mapped from a store: dense, or sparse rows. Row j
/// is what a like of item j gives to every item.
class ItemWeights {
  public:
    /// Both throw UsageError if the matrix is not square.
    explicit ItemWeights(DenseMatrix weights);
    explicit ItemWeights(CsrMatrix weights);

    /// Maps what `save` wrote under the same name. Throws DamagedError where the arrays do not fit together.
    static ItemWeights open(const StoreReader& store, const std::string& name);
    void save(const StoreWriter& store, const std::string& name) const;

    std::int64_t items() const;

    /// scores += W_j.
    void add_row(std::int32_t j, std::span<float> scores) const;
    float at(std::int32_t j, std::int32_t i) const;

    /// How similar `item` and each other item are: sqrt(W_ji W_ij) with the sign of W, if W is dense (for the inverse
    /// of a Gram matrix, scaled by its diagonal, this is the partial correlation of two items); W_j,item if only the
    /// strongest weights of each column are kept.
    std::vector<float> similar(std::int32_t item) const;

    /// W. Borrowed from this object.
    ItemVectors rows() const;

  private:
    explicit ItemWeights(StoredMatrix weights) : weights_(std::move(weights)) {}
    explicit ItemWeights(StoredCsr weights) : weights_(std::move(weights)) {}

    const StoredMatrix* dense() const { return std::get_if<StoredMatrix>(&weights_); }
    CsrView sparse() const { return std::get<StoredCsr>(weights_).view(); }

    std::variant<StoredMatrix, StoredCsr> weights_;
};

/// A model of likes whose scores are sums of weights: score_i = sum over the liked items j of W_ji. So an explanation
/// is exact: the weight of each like.
class ItemWeightsModel final : public Recommender {
  public:
    ItemWeightsModel(std::string name, ItemWeights weights, Figures figures);

    std::string_view name() const override { return name_; }
    std::int64_t items() const override { return weights_.items(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }
    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override;
    Explanation explain(const Profile& profile, std::int32_t item) const override;
    std::vector<float> similar(std::int32_t item) const override { return weights_.similar(item); }
    std::optional<ItemVectors> item_vectors() const override { return weights_.rows(); }
    void save(const StoreWriter& store) const override { weights_.save(store, name_); }
    Figures figures() const override { return figures_; }

  private:
    std::string name_;
    ItemWeights weights_;
    Figures figures_;
};

/// `user_item` with the value 1 at each stored entry, or c n_u^-power for a user of n_u likes, with c such that the
/// mean square is 1; borrows its indices, which must outlive it.
class Likes {
  public:
    explicit Likes(const CsrView& user_item, double power = 0);
    Likes(const Likes&) = delete;
    Likes& operator=(const Likes&) = delete;

    const CsrView& view() const { return view_; }

  private:
    std::vector<float> values_;
    CsrView view_;
};

}  // namespace eckart::recsys
