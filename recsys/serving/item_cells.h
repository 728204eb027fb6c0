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
/// What is in the cells are rows (y_i, c_i), or y_i alone where items have no offsets, by inner product: that with
/// (x_p, 1) is the score but for the level of the person, which ranks nothing. Borrows its arrays.
struct ItemCells {
    InvertedFileView file;
    std::int64_t probes = 1;  ///< cells that are looked into where every item may be shown
};

/// What is said where cells are asked for of a model whose scores are no products: what models can.
UsageError no_cells(std::string_view model);

/// Numbers of a row of the cells.
std::int64_t item_cells_width(const FactoredItems& items);

/// Bytes that making cells of items with `factors` factors takes.
std::uint64_t item_cells_memory(std::int64_t items, std::int64_t factors);

/// Makes what `method` asks for of the model's items, as `decided_method` has it, and writes it into the store. The
/// probes are those that give people of `user_item` (users x items, what the model was fitted to) .98 of their ten best
/// recommendations, both of all items and of those with the usual ratings: what those lack may rank first. Throws
/// UsageError if the model's scores are no products and it is not left to `automatic`, MemoryError if it does not fit.
NeighborFile write_item_cells(const Recommender& model, const CsrView& user_item, NeighborMethod method,
                              std::uint64_t seed, const MemoryBudget& memory, const StoreWriter& writer,
                              const Progress& progress);

/// What may not be shown to a person, and how much remains.
struct HiddenItems {
    std::vector<std::int32_t> seen;         ///< rising, each once
    std::span<const std::uint8_t> allowed;  ///< one an item, 0 where it must not be shown; empty: all may be

    bool operator()(std::int32_t item) const;
};

/// The `count` best of what is not hidden, best first, ties by the lowest index, with the scores that the model gives
/// them; but among the items of a few cells: the more of them, the more is hidden. Nothing where so many cells would
/// have to be looked into that it is faster to ask the model for every score, or all of them hold fewer.
///
/// `person` is the row of `people`. The cells must be those of `items`.
std::optional<std::vector<Scored<float>>> best_in_cells(const ItemCells& cells, const FactoredItems& items,
                                                        const FactoredPeople& people, Eigen::Index person,
                                                        const HiddenItems& hidden, std::size_t count);

}  // namespace eckart::recsys
