#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart::recsys {

/// What is known of one person: the items that they rated, as a row of a users x items matrix. Borrows its arrays.
struct Profile {
    std::span<const std::int32_t> items;  ///< columns, strictly rising
    std::span<const float> values;        ///< as many

    std::size_t size() const { return items.size(); }
    bool empty() const { return items.empty(); }
};

/// Row `user` of `user_item`. Throws UsageError if it has no such row.
Profile profile_of(const CsrView& user_item, std::int64_t user);

/// The time of a rating that has none.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// Ratings with the ids that they came with. Users and items are in the order of their ids (by bytes), so that the
/// lowest index is the first id; an entry that is not stored is unknown, not zero.
struct Ratings {
    std::vector<std::string> users;   ///< ids; row u of `user_item` is users[u]
    std::vector<std::string> items;   ///< ids; column i of `user_item` is items[i]
    CsrMatrix user_item;              ///< users x items
    std::vector<std::int64_t> times;  ///< one for each stored entry, or none if no rating had one
    std::vector<std::int64_t> ranks;  ///< of the entries in time where times have fractions, else none: see moments
    std::int64_t duplicates = 0;      ///< ratings that a later one of the same user and item replaced

    /// For each stored entry a number that rises with its time, fractions included (no_time without one): `times`, or
    /// `ranks` where there are any.
    std::span<const std::int64_t> moments() const { return ranks.empty() ? times : ranks; }
};

/// Makes items known that nobody rated: `ids`, in any order, those that are known already among them. Columns of the
/// others move. Throws UsageError if an id is empty.
void add_items(Ratings& ratings, std::vector<std::string> ids);

/// Entries of at least `least`, such as those that count as likes, with their values. Users without any keep an empty
/// row.
CsrMatrix entries_from(const CsrView& user_item, float least);

/// Row or column of an id among ids in order; nothing if it is not there.
std::optional<std::int32_t> row_of(std::span<const std::string> ids, std::string_view id);

/// Gathers ratings in any order.
class RatingsBuilder {
  public:
    RatingsBuilder();
    ~RatingsBuilder();
    RatingsBuilder(RatingsBuilder&&) noexcept;
    RatingsBuilder& operator=(RatingsBuilder&&) noexcept;

    /// Costs two look-ups. A time may have billionths of its unit behind it, below 10^9, which count where times are
    /// compared. Throws UsageError if `value` is not finite or an id is empty.
    void add(std::string_view user, std::string_view item, float value, std::int64_t time = no_time,
             std::uint32_t time_billionths = 0);

    /// Makes an item known that nobody may have rated.
    void add_item(std::string_view item);

    std::int64_t size() const;  ///< ratings added

    /// Of several ratings of one item by one user the one with the latest time stays, and of those with equal times (or
    /// none) the one added last. Leaves the builder empty.
    Ratings finish();

  private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace eckart::recsys
