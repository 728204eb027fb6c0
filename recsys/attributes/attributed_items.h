#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/regression/ridge_map.h"
#include "recsys/interface/item_source.h"
#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// Fits a ridge map: eckart::fit_ridge_map, or one that solves by factors.
using RidgeFit = std::function<RidgeMap(const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& options)>;

/// A model whose items without ratings have what their attributes say.
struct AttributedItems {
    std::unique_ptr<Recommender> model;
    std::vector<ItemSource> sources;  ///< one an item
    double lambda = 0;
    double explained = 0;      ///< RidgeMap::explained: of the factors of a rated item, from its attributes alone
    std::int64_t cold = 0;     ///< items without ratings that have attributes
    std::int64_t mixed = 0;    ///< items with few ratings, whose factors are of both
    std::int64_t unknown = 0;  ///< items without ratings and without attributes
};

/// Whether there is something to learn from: attributes that 2 rated items have.
bool teach(std::span<const float> popularity, const CsrView& attributes);

/// Learns a ridge map from the attributes of the items that somebody rated to their factors and offsets (as Gantner et
/// al., "Learning attribute-to-feature mappings for cold-start recommendations", ICDM 2010, map one by one), each item
/// weighing n / (n + 10) for n ratings, and gives the others what it says. An item with n < `few` ratings gets
/// (n y + m y') / (n + m) of its own factors y and those of its attributes y', where m = 3: what few ratings say is
/// mostly noise.
///
/// `popularity` counts the ratings that each item was fitted to. Items without attributes keep what they have. Throws
/// UsageError if the lengths do not fit, if fewer than 2 rated items have attributes, or if the model's scores are no
/// products of item factors that can be replaced (ModelKind::takes_attributes), listing those that are.
AttributedItems attributed_items(const Recommender& model, std::span<const float> popularity, const CsrView& attributes,
                                 const RidgeFit& fit, const Progress& progress = {});

}  // namespace eckart::recsys
