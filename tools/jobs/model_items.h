#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "recsys/serving/item_filter.h"
#include "recsys/serving/model_store.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/likes.h"
#include "tools/jobs/titles.h"

namespace eckart::tools {

/// The items of a model as people name them; borrows the store. Titles are read when the first one is asked for.
class ModelItems {
  public:
    explicit ModelItems(const recsys::ModelStore& store) : store_(store) {}

    /// Row of an item by its id or title. Throws UnknownIdError, naming the nearest, if there is none or several.
    std::int32_t row(std::string_view name);

    /// Whether a name stands for an item, or for several.
    bool known(const std::string& name);

    /// One an item: 1 where a filter keeps it. Throws UnknownIdError if a condition names a category of no item.
    std::vector<std::uint8_t> kept(const recsys::ItemFilter& filter) const;

    CatalogEntry entry(std::int32_t row) const { return store_.items().entry(row); }

    /// The title, or the id if there is none, fit for a terminal.
    std::string label(std::int32_t row) const;

  private:
    TitleIndex& titles();

    const recsys::ModelStore& store_;
    std::optional<TitleIndex> titles_;
};

/// The id "12" and a title "Heat (1995)" of each row of a catalogue's table, in columns of a list.
std::vector<TitledItem> titled_items(const Catalog& items);

}  // namespace eckart::tools
