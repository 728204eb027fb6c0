#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace eckart::text {

/// Different strings, numbered 0, 1, 2, ... in the order in which they were first put in. Open addressing with linear
/// probing over one array of bytes; at most half full.
class StringTable {
  public:
    StringTable();

    /// The number of `string`, which is size() before the call if it is new.
    std::int32_t insert(std::string_view string);

    std::int32_t size() const { return static_cast<std::int32_t>(offsets_.size() - 1); }

    /// The string of that number; the view holds until the next insertion.
    std::string_view operator[](std::int32_t number) const {
        const auto i = static_cast<std::size_t>(number);
        return {bytes_.data() + offsets_[i], static_cast<std::size_t>(offsets_[i + 1] - offsets_[i])};
    }

    /// Bytes that it holds.
    std::uint64_t memory() const;

  private:
    struct Slot {
        std::uint32_t hash;
        std::int32_t number;  ///< -1: free
    };

    std::int32_t add(std::size_t slot, std::uint32_t hash, std::string_view string);
    void grow();

    std::vector<Slot> slots_;
    std::vector<char> bytes_;
    std::vector<std::uint64_t> offsets_ = {0};
};

}  // namespace eckart::text
