#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/neighbors/neighbor_file.h"
#include "engine/support/error.h"
#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// The items of a model whose scores are products, in the cells of an inverted file, so that the best of them are found
/// without reading all.
///
/// The cells hold rows (y_i, c_i), or y_i alone if items have no offsets, by inner product: with (x_p, 1) it is the
/// score without the level of the person, which is the same for all items. Borrows its arrays.
struct ItemCells {
    InvertedFileView file;
    std::int64_t probes = 1;  ///< number of cells to look into if every item may be shown
};

/// What throws where cells are asked for of a model whose scores are no products, with a list of models that can.
UsageError no_cells(std::string_view model);

/// Items with what orders them in their offsets: the score of an item in a list is that of the model plus its own of
/// `order_offsets` (RecommendOptions), if there are any. Borrows both.
class OrderedItems {
  public:
    OrderedItems(const FactoredItems& items, std::span<const float> order_offsets);

    FactoredItems items() const { return offsets_.empty() ? items_ : FactoredItems{items_.factors, offsets_}; }

  private:
    FactoredItems items_;
    std::vector<float> offsets_;  ///< empty: the model's hold
};

/// Length of a row of the cells.
std::int64_t item_cells_width(const FactoredItems& items);

/// Bytes needed to make cells of items with `factors` factors.
std::uint64_t item_cells_memory(std::int64_t items, std::int64_t factors);

/// Makes cells of the model's items, ordered by choice_offsets, if `method` asks for them, as `decided_method` decides,
/// and writes them into the store. The number of probes is the one that gives people of `user_item` (users x items,
/// what the model was fitted to) .98 of their ten best recommendations, both of all items and of those with the usual
/// number of ratings. Throws UsageError if the model's scores are no products and `method` is not `automatic` or
/// `exact`, MemoryError if they do not fit.
NeighborFile write_item_cells(const Recommender& model, const CsrView& user_item, NeighborMethod method,
                              std::uint64_t seed, const MemoryBudget& memory, const StoreWriter& writer,
                              const Progress& progress);

/// What must not be shown to a person.
struct HiddenItems {
    std::vector<std::int32_t> seen;         ///< rising, each once
    std::span<const std::uint8_t> allowed;  ///< one an item, 0 where it must not be shown; empty: all may be

    bool operator()(std::int32_t item) const;
};

/// The `count` best items that are not hidden, best first, ties by the lowest index, with the scores that the model
/// gives them, among the items of a few cells: the more is hidden, the more cells. Nothing if so many cells would be
/// needed that it is faster to ask the model for every score, or if all of them hold fewer items.
///
/// `person` is the row of `people`. The cells must be those of `items` (OrderedItems).
std::optional<std::vector<Scored<float>>> best_in_cells(const ItemCells& cells, const FactoredItems& items,
                                                        const FactoredPeople& people, Eigen::Index person,
                                                        const HiddenItems& hidden, std::size_t count);

/// The scores that the model gives to the items of `rows`, in their order.
std::vector<float> scores_of_rows(std::span<const Scored<float>> rows, const FactoredItems& items,
                                  const FactoredPeople& people, Eigen::Index person);

}  // namespace eckart::recsys
