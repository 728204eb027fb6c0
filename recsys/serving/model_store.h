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
#include "recsys/interface/model_kind.h"
#include "recsys/interface/ratings.h"
#include "recsys/interface/recommender.h"
#include "recsys/serving/item_cells.h"

namespace eckart::recsys {

/// What people call an item.
struct ItemText {
    std::string title;
    std::string attributes = {};  ///< a JSON object such as {"year": 1995, "categories": ["Crime"]}, or empty
};

/// How a model came to be: enough to fit it again.
struct ModelInfo {
    std::map<std::string, std::string, std::less<>> options = {};  ///< all of the model's, as OptionValues has them
    std::uint64_t seed = 1;
    std::optional<float> positive = {};  ///< ratings from here up were fitted as likes; nothing: every entry was
    std::string fields = "{}";  ///< a JSON object of the caller's own (its command, its sources), kept as "about"
};

/// Whether items are put into cells, for `recommend` to look into few.
struct ItemCellsOptions {
    NeighborMethod method = NeighborMethod::exact;  ///< ivf, exact: none, or automatic: where the vectors are many
    MemoryBudget memory = {};
};

/// Makes the store at `path` hold this model, in place of what was there; until that is done, what was there answers.
///
/// `ratings` are all that were given, though the model be fitted to the likes among them. `texts` has one an item, or
/// is empty. Returns what was made of `cells`. Throws UsageError if the lengths do not fit, and as write_item_cells and
/// StoreWriter do.
NeighborFile save_model(const std::string& path, const Ratings& ratings, std::span<const ItemText> texts,
                        const Recommender& model, const ModelInfo& info, const Progress& progress = {},
                        const ItemCellsOptions& cells = {});

/// What a stored user is known by.
struct StoredProfile {
    std::vector<std::int32_t> items;  ///< what the model scores from: all that the user rated, or what they liked
    std::vector<float> values;        ///< the ratings as they were given
    std::span<const std::int32_t>
        seen;  ///< all that the user rated; borrowed from the store, or from the profile given

    Profile view() const { return {items, values}; }
};

/// A model in its store, open for reading. Invariant: ratings, catalogue and model are of the same users and items.
///
/// The store's manifest has, beside StoreWriter's members: model (its name), options, seed, positive (or null), figures
/// (the model's own), about (the caller's), users, items, ratings, duplicates, low, high (the scale of the ratings),
/// and where there are cells neighbors (method, cells, probes, recall). Files, beside the model's own:
/// rating_offsets.npy (users + 1), rating_items.npy, rating_values.npy and, if ratings had times, rating_times.npy: the
/// users x items matrix by rows; popularity.npy (items): ratings, or likes, of each; catalog.sqlite with the tables
/// "user" and "item"; neighbor_*.npy: the cells.
class ModelStore {
  public:
    /// Maps what is there; what the sparse arrays of a model say is looked through once, the rest is not read. Throws
    /// as StoreReader does, and DamagedError if the parts do not fit together or the model is of a kind that this
    /// program does not know.
    static ModelStore open(const std::string& path);

    const StoreReader& store() const { return store_; }
    const ModelInfo& info() const { return info_; }
    const Recommender& model() const { return *model_; }
    const Catalog& users() const { return users_; }
    const Catalog& items() const { return items_; }

    CsrView ratings() const;  ///< users x items, all that were given; mapped
    std::span<const std::int64_t> times() const { return times_.values(); }     ///< one a rating, or none
    std::span<const float> popularity() const { return popularity_.values(); }  ///< ratings, or likes, of each item
    std::optional<ItemCells> item_cells() const;  ///< borrowed from this object; nothing where none were made
    RatingScale scale() const { return scale_; }  ///< lowest and highest rating given

    /// Throws UsageError if there is no such user, DamagedError if their row is none.
    StoredProfile profile(std::int64_t user) const;

    /// Of a profile given by a person, what the model scores from: all of it, or what is liked.
    StoredProfile profile_for(const Profile& given) const;

  private:
    explicit ModelStore(StoreReader store);
    void read_manifest();
    void open_cells();

    StoreReader store_;
    std::string name_;
    bool of_likes_ = false;
    ModelInfo info_;
    std::string figures_;
    RatingScale scale_ = {};
    std::int64_t user_count_ = 0;
    std::int64_t item_count_ = 0;
    std::int64_t rating_count_ = 0;
    std::int64_t probes_ = 0;  ///< of the cells; 0: there are none
    MappedArray<std::int64_t> offsets_;
    MappedArray<std::int32_t> rated_items_;
    MappedArray<float> values_;
    MappedArray<std::int64_t> times_;
    MappedArray<float> popularity_;
    Catalog users_;
    Catalog items_;
    std::unique_ptr<Recommender> model_;
    std::optional<StoredInvertedFile> cells_;
};

}  // namespace eckart::recsys
