#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "recsys/interface/item_source.h"
#include "recsys/interface/model_kind.h"
#include "recsys/interface/ratings.h"
#include "recsys/interface/recommender.h"
#include "recsys/serving/item_cells.h"

namespace eckart::recsys {

/// Title and attributes of an item.
struct ItemText {
    std::string title;
    std::string attributes = {};  ///< a JSON object such as {"year": 1995, "categories": ["Crime"]}, or empty
    ItemSource source = ItemSource::ratings;  ///< of its factors
};

/// How a model was made: enough to fit it again.
struct ModelInfo {
    std::map<std::string, std::string, std::less<>> options = {};  ///< all of the model's, as OptionValues has them
    std::uint64_t seed = 1;
    std::optional<float> positive = {};  ///< ratings from here up were fitted as likes; nothing: every entry was
    std::string fields = "{}";  ///< a JSON object of the caller's own (its command, its sources), kept as "about"
};

/// Whether items are put into cells, of which `recommend` then looks into few.
struct ItemCellsOptions {
    NeighborMethod method = NeighborMethod::exact;  ///< ivf, exact: none, or automatic: where the vectors are many
    MemoryBudget memory = {};
};

/// Writes the model into the store at `path`, in place of what was there, which can be read until the new one is
/// complete.
///
/// `ratings` are all that were given, also if the model was fitted to the likes among them. `texts` has one an item, or
/// is empty. Returns what was made for `cells`. Throws UsageError if the lengths do not fit, and as write_item_cells
/// and StoreWriter do.
NeighborFile save_model(const std::string& path, const Ratings& ratings, std::span<const ItemText> texts,
                        const Recommender& model, const ModelInfo& info, const Progress& progress = {},
                        const ItemCellsOptions& cells = {});

/// What is known of a person.
struct StoredProfile {
    std::vector<std::int32_t> items;  ///< what the model scores from: all that the user rated, or what they liked
    std::vector<float> values;        ///< the ratings as they were given
    std::span<const std::int32_t>
        seen;  ///< all that the user rated; borrowed from the store, or from the profile given

    Profile view() const { return {items, values}; }
};

/// A model in its store, open for reading. Invariant: ratings, catalog and model are of the same users and items.
///
/// The store's manifest has, beside StoreWriter's members: model (its name), options, seed, positive (or null), figures
/// (the model's own), about (the caller's), users, items, ratings, duplicates, low, high (the scale of the ratings),
/// and where there are cells neighbors (method, cells, probes, recall). Files, beside the model's own:
/// rating_offsets.npy (users + 1), rating_items.npy, rating_values.npy and, if ratings had times, rating_times.npy: the
/// users x items matrix by rows; popularity.npy (items): ratings, or likes, of each; item_sources.npy
/// (items), where attributes were learned from: 0 ratings, 1 attributes, 2 both; catalog.sqlite with the tables
/// "user" and "item"; neighbor_*.npy: the cells.
class ModelStore {
  public:
    /// Maps the arrays; the indices of a model's sparse arrays are checked once, the rest is not read. Throws as
    /// StoreReader does, and DamagedError if the parts do not fit together or the kind of model is unknown.
    static ModelStore open(const std::string& path);

    const StoreReader& store() const { return store_; }
    const ModelInfo& info() const { return info_; }
    const Recommender& model() const { return *model_; }
    const Catalog& users() const { return users_; }
    const Catalog& items() const { return items_; }

    CsrView ratings() const;  ///< users x items, all that were given; mapped
    std::span<const std::int64_t> times() const { return times_.values(); }     ///< one a rating, or none
    std::span<const float> popularity() const { return popularity_.values(); }  ///< ratings, or likes, of each item
    /// What the factors of an item were learned from; nothing where a model was trained without attributes.
    std::optional<ItemSource> item_source(std::int32_t item) const;
    /// Whether the factors of an item are of its attributes alone.
    bool is_new(std::int32_t item) const { return item_source(item) == ItemSource::attributes; }
    /// What lists of this model are ordered by beside the scores: choice_offsets, where a new item stands as the
    /// average rated one. Empty: nothing.
    std::vector<float> order_offsets() const;
    std::optional<ItemCells> item_cells() const;  ///< borrowed from this object; nothing where none are of use
    RatingScale scale() const { return scale_; }  ///< lowest and highest rating given

    /// Throws UsageError if there is no such user, DamagedError if their row is not one of ratings.
    StoredProfile profile(std::int64_t user) const;

    /// What the model scores from, of a profile that a person gives: all of it, or the likes.
    StoredProfile profile_for(const Profile& given) const;

  private:
    explicit ModelStore(StoreReader store);
    void read_manifest();
    void open_cells();

    StoreReader store_;
    std::string name_;
    bool of_likes_ = false;
    ModelInfo info_;
    Figures figures_;
    RatingScale scale_ = {};
    std::int64_t user_count_ = 0;
    std::int64_t item_count_ = 0;
    std::int64_t rating_count_ = 0;
    std::int64_t probes_ = 0;  ///< of the cells; 0: there are none
    bool ordered_ = false;     ///< whether they are of items as lists order them, which older stores' are not
    MappedArray<std::int64_t> offsets_;
    MappedArray<std::int32_t> rated_items_;
    MappedArray<float> values_;
    MappedArray<std::int64_t> times_;
    MappedArray<float> popularity_;
    MappedArray<std::int32_t> sources_;
    Catalog users_;
    Catalog items_;
    std::unique_ptr<Recommender> model_;
    std::optional<StoredInvertedFile> cells_;
};

}  // namespace eckart::recsys
