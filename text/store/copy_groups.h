#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/storage/npy.h"
#include "engine/storage/store.h"

namespace eckart::text {

/// Which documents of an index are copies of each other. Invariant: the document that stands for a group is its first
/// by row, and stands for itself.
class CopyGroups {
  public:
    /// Reads the whole column, a few bytes a document. Throws DamagedError, naming the file, if there are not so many
    /// documents or the invariant does not hold.
    CopyGroups(const StoreReader& store, std::int64_t documents);

    /// By row: the row of the document that stands for it; itself if it is alone or stands for others.
    std::span<const std::int32_t> representatives() const { return representatives_.values(); }
    std::int32_t representative(std::int32_t row) const { return representatives()[static_cast<std::size_t>(row)]; }

    /// The copies of a document, rising, itself left out. Costs a binary search.
    std::vector<std::int32_t> copies(std::int32_t row) const;

    /// How many documents another one stands for.
    std::int64_t size() const { return static_cast<std::int64_t>(copies_.size()); }

  private:
    struct Copy {
        std::int32_t representative;
        std::int32_t row;

        auto operator<=>(const Copy&) const = default;
    };

    MappedArray<std::int32_t> representatives_;
    std::vector<Copy> copies_;  ///< rising
};

}  // namespace eckart::text
