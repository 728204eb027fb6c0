#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "recsys/serving/model_store.h"
#include "tools/jobs/common/titles.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// A model in its store, with its items as people name them. Titles are read when the first one is asked for. Members
/// may be called from several threads.
class OpenModel {
  public:
    /// Throws as ModelStore::open does.
    explicit OpenModel(const std::string& path);

    const recsys::ModelStore& store() const { return store_; }
    const recsys::Recommender& model() const { return store_.model(); }
    const TitleIndex& titles() const;

    /// The item with this id or title; adds to `notes` which item a title was taken for. Throws as TitleIndex::item.
    std::int32_t item(std::string_view name, Notes& notes) const;

    /// How closely a name matches an item.
    TitleMatch match_of(const std::string& name) const;

    CatalogEntry entry(std::int32_t item) const { return store_.items().entry(item); }

    /// The title of an item, or its id if it has none.
    std::string label(std::int32_t item) const;

  private:
    struct Titles {
        std::once_flag once;
        std::unique_ptr<TitleIndex> index;
    };

    recsys::ModelStore store_;
    std::unique_ptr<Titles> titles_ = std::make_unique<Titles>();
};

/// The id "12" and the title "Heat (1995)" of each row of a catalog's table.
std::vector<TitledItem> titled_items(const Catalog& items);

}  // namespace eckart::jobs
