#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace eckart::text {

/// Terms in bytewise order, numbered from 0; immutable. It shares its two arrays with its copies, or views arrays that
/// somebody else keeps, such as mapped files.
///
/// Invariant: offsets has size() + 1 entries, starts at 0 and ends at bytes.size(); term i is bytes [offsets[i],
/// offsets[i + 1]); terms are not empty and rise strictly.
class Vocabulary {
  public:
    Vocabulary() = default;

    /// Takes the arrays over. Throws UsageError if the invariant does not hold.
    static Vocabulary owning(std::vector<std::uint8_t> bytes, std::vector<std::int64_t> offsets);

    /// Views the arrays, which must outlive it and its copies. Checks that offsets rise and end with the bytes, one
    /// pass over them; the order of the terms is trusted. Throws DamagedError.
    static Vocabulary viewing(std::span<const std::uint8_t> bytes, std::span<const std::int64_t> offsets);

    std::int32_t size() const { return offsets_.empty() ? 0 : static_cast<std::int32_t>(offsets_.size() - 1); }

    /// The term `i`, 0 <= i < size().
    std::string_view term(std::int32_t i) const {
        const auto at = static_cast<std::size_t>(i);
        return {reinterpret_cast<const char*>(bytes_.data()) + offsets_[at],
                static_cast<std::size_t>(offsets_[at + 1] - offsets_[at])};
    }

    /// The number of `term`, by binary search.
    std::optional<std::int32_t> find(std::string_view term) const;

    std::span<const std::uint8_t> bytes() const { return bytes_; }
    std::span<const std::int64_t> offsets() const { return offsets_; }

  private:
    struct Arrays {
        std::vector<std::uint8_t> bytes;
        std::vector<std::int64_t> offsets;
    };

    std::shared_ptr<const Arrays> owned_;
    std::span<const std::uint8_t> bytes_;
    std::span<const std::int64_t> offsets_;
};

}  // namespace eckart::text
