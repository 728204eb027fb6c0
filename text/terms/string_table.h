#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/words/token_list.h"

namespace eckart::text {

/// Different strings, numbered 0, 1, 2, ... in the order in which they were first put in. Open addressing with linear
/// probing, at most half full; a slot holds the first eight bytes, so that short strings are told apart there.
class StringTable {
  public:
    StringTable();

    /// The number of `string`, which is size() before the call if it is new.
    std::int32_t insert(std::string_view string);

    /// Puts the numbers of all `words` into `numbers`. Much faster than one by one, as slots are fetched ahead.
    void insert_all(const TokenList& words, std::vector<std::int32_t>& numbers);

    std::int32_t size() const { return static_cast<std::int32_t>(offsets_.size() - 1); }

    /// The string of that number; the view holds until the next insertion.
    std::string_view operator[](std::int32_t number) const {
        const auto i = static_cast<std::size_t>(number);
        return {bytes_.data() + offsets_[i], static_cast<std::size_t>(offsets_[i + 1] - offsets_[i])};
    }

    /// Bytes that it holds.
    std::uint64_t memory() const;

  private:
    /// What a slot tells of its string.
    struct Slot {
        std::uint64_t prefix;  ///< first eight bytes, padded with zeros
        std::uint32_t hash;    ///< in the lowest byte the length instead, or 255 if it is more
        std::int32_t number;   ///< -1: free
    };

    static Slot key_of(std::string_view string, std::uint64_t prefix);
    std::int32_t insert(std::string_view string, const Slot& key);
    std::int32_t add(std::size_t slot, const Slot& key, std::string_view string);
    void grow();

    std::vector<Slot> slots_;
    std::vector<char> bytes_;
    std::vector<std::uint64_t> offsets_ = {0};
};

}  // namespace eckart::text
