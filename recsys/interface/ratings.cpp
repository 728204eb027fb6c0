#include "recsys/interface/ratings.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <memory>
#include <numeric>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engine/support/error.h"

namespace eckart::recsys {
namespace {

/// Numbers ids in the order of their first appearance. Bytes of all ids lie in one arena; slots are probed one after
/// the other and at most half of them are taken, so that a look-up touches one slot and one id as a rule.
class IdTable {
  public:
    std::int32_t number_of(std::string_view id) {
        if (size() != 0 && id == (*this)[last_]) return last_;  // files list a user's ratings, or an item's, together
        const auto tag = static_cast<std::uint32_t>(XXH3_64bits(id.data(), id.size()));
        std::size_t place = tag & mask_;
        for (; slots_[place].number >= 0; place = (place + 1) & mask_) {
            if (slots_[place].tag == tag && (*this)[slots_[place].number] == id) return last_ = slots_[place].number;
        }
        return last_ = insert(place, tag, id);
    }

    std::size_t size() const { return ends_.size() - 1; }

    std::string_view operator[](std::int32_t number) const {
        const auto n = static_cast<std::size_t>(number);
        return {bytes_.data() + ends_[n], ends_[n + 1] - ends_[n]};
    }

  private:
    struct Slot {
        std::uint32_t tag = 0;
        std::int32_t number = -1;
    };

    std::int32_t insert(std::size_t place, std::uint32_t tag, std::string_view id) {
        if (size() == std::numeric_limits<std::int32_t>::max()) throw UsageError("there are more than 2^31 - 1 ids");
        const auto number = static_cast<std::int32_t>(size());
        bytes_.insert(bytes_.end(), id.begin(), id.end());
        ends_.push_back(bytes_.size());
        slots_[place] = {tag, number};
        if (2 * size() > slots_.size()) grow();
        return number;
    }

    void grow() {
        std::vector<Slot> old(2 * slots_.size());
        old.swap(slots_);
        mask_ = slots_.size() - 1;
        for (const Slot& slot : old) {
            if (slot.number < 0) continue;
            std::size_t place = slot.tag & mask_;
            while (slots_[place].number >= 0) place = (place + 1) & mask_;
            slots_[place] = slot;
        }
    }

    std::vector<Slot> slots_ = std::vector<Slot>(1024);
    std::size_t mask_ = 1023;
    std::vector<char> bytes_;
    std::vector<std::size_t> ends_ = {0};
    std::int32_t last_ = 0;
};

/// A sequence that grows without moving what it holds, and so never needs twice its memory.
template <typename T>
class Blocks {
  public:
    void push_back(const T& value) {
        if (size_ % block_size == 0) blocks_.push_back(std::make_unique<T[]>(block_size));
        blocks_.back()[size_++ % block_size] = value;
    }
    const T& operator[](std::size_t place) const { return blocks_[place / block_size][place % block_size]; }
    std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t block_size = std::size_t{1} << 16;
    std::vector<std::unique_ptr<T[]>> blocks_;
    std::size_t size_ = 0;
};

struct Added {
    std::int32_t user;
    std::int32_t item;
    float value;
};

/// Where an added rating goes and where it came from.
struct Place {
    std::int32_t user;
    std::uint32_t added;
};

/// Ids in order, and for each number its place in that order.
struct OrderedIds {
    std::vector<std::string> ids;
    std::vector<std::int32_t> place_of;
};

OrderedIds ordered(const IdTable& table) {
    std::vector<std::int32_t> numbers(table.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    std::sort(numbers.begin(), numbers.end(), [&](auto a, auto b) { return table[a] < table[b]; });
    OrderedIds result{{}, std::vector<std::int32_t>(table.size())};
    result.ids.reserve(table.size());
    for (const std::int32_t number : numbers) {
        result.place_of[number] = static_cast<std::int32_t>(result.ids.size());
        result.ids.emplace_back(table[number]);
    }
    return result;
}

/// Turns counts (at place + 1) into the place at which each group begins.
void sum_up(std::vector<std::int64_t>& counts) {
    std::partial_sum(counts.begin(), counts.end(), counts.begin());
}

}  // namespace

void add_items(Ratings& ratings, std::vector<std::string> ids) {
    for (const std::string& id : ids) {
        if (id.empty()) throw UsageError("found an item without an id");
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<std::string> all;
    std::set_union(ratings.items.begin(), ratings.items.end(), ids.begin(), ids.end(), std::back_inserter(all));
    std::vector<std::int32_t> places;
    for (const std::string& id : ratings.items) {
        places.push_back(static_cast<std::int32_t>(std::lower_bound(all.begin(), all.end(), id) - all.begin()));
    }
    for (std::int32_t& column : ratings.user_item.column_indices) column = places[column];
    ratings.user_item.cols = static_cast<std::int64_t>(all.size());
    ratings.items = std::move(all);
}

Profile profile_of(const CsrView& user_item, std::int64_t user) {
    if (user < 0 || user >= user_item.rows) {
        throw UsageError("there is no row " + std::to_string(user) + " among " + std::to_string(user_item.rows));
    }
    const CsrRow row = user_item.row(user);
    return {row.columns, row.values};
}

std::optional<std::int32_t> row_of(std::span<const std::string> ids, std::string_view id) {
    const auto place = std::lower_bound(ids.begin(), ids.end(), id);
    if (place == ids.end() || *place != id) return std::nullopt;
    return static_cast<std::int32_t>(place - ids.begin());
}

CsrMatrix entries_from(const CsrView& user_item, float least) {
    CsrMatrix result{.rows = user_item.rows, .cols = user_item.cols, .column_indices = {}, .values = {}};
    result.row_offsets.reserve(static_cast<std::size_t>(user_item.rows) + 1);
    for (std::int64_t user = 0; user < user_item.rows; ++user) {
        const Profile profile = profile_of(user_item, user);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            if (profile.values[p] < least) continue;
            result.column_indices.push_back(profile.items[p]);
            result.values.push_back(profile.values[p]);
        }
        result.row_offsets.push_back(result.nonzeros());
    }
    return result;
}

struct RatingsBuilder::Data {
    IdTable users;
    IdTable items;
    Blocks<Added> ratings;
    Blocks<std::int64_t> times;        ///< empty until a rating has one
    Blocks<std::uint32_t> billionths;  ///< of times; empty until a rating has some

    void add_time(std::int64_t time, std::uint32_t time_billionths) {
        add_to(times, time, no_time);
        add_to(billionths, time_billionths, std::uint32_t{0});
    }

    /// Adds what belongs to the rating added last; the sequence begins at the first that is not `none`.
    template <typename T>
    void add_to(Blocks<T>& sequence, T value, T none) const {
        if (value == none && sequence.size() == 0) return;
        while (sequence.size() + 1 < ratings.size()) sequence.push_back(none);
        sequence.push_back(value);
    }

    std::pair<std::int64_t, std::uint32_t> time_of(std::size_t added) const {
        return {times.size() == 0 ? no_time : times[added], billionths.size() == 0 ? 0 : billionths[added]};
    }
    std::vector<std::int64_t> ranks_of(std::span<const std::uint32_t> kept) const;
    std::vector<Place> by_item(const OrderedIds& ordered_users, const OrderedIds& ordered_items) const;
    std::vector<std::uint32_t> by_user_and_item(const OrderedIds& ordered_users, const OrderedIds& ordered_items) const;
    void fill(std::span<const std::uint32_t> order, const OrderedIds& ordered_users, const OrderedIds& ordered_items,
              Ratings& result) const;
};

/// Counting sort by item; ratings of one item stay in the order in which they were added.
std::vector<Place> RatingsBuilder::Data::by_item(const OrderedIds& ordered_users,
                                                 const OrderedIds& ordered_items) const {
    std::vector<std::int64_t> starts(ordered_items.ids.size() + 1);
    const auto item_of = [&](std::size_t p) {
        return static_cast<std::size_t>(ordered_items.place_of[ratings[p].item]);
    };
    for (std::size_t p = 0; p < ratings.size(); ++p) ++starts[item_of(p) + 1];
    sum_up(starts);
    std::vector<Place> places(ratings.size());
    for (std::size_t p = 0; p < ratings.size(); ++p) {
        const std::int32_t user = ordered_users.place_of[ratings[p].user];
        places[starts[item_of(p)]++] = {user, static_cast<std::uint32_t>(p)};
    }
    return places;
}

/// Ratings by user, then by item, then in the order in which they were added.
std::vector<std::uint32_t> RatingsBuilder::Data::by_user_and_item(const OrderedIds& ordered_users,
                                                                  const OrderedIds& ordered_items) const {
    const std::vector<Place> places = by_item(ordered_users, ordered_items);
    std::vector<std::int64_t> starts(ordered_users.ids.size() + 1);
    for (const Place& place : places) ++starts[static_cast<std::size_t>(place.user) + 1];
    sum_up(starts);
    std::vector<std::uint32_t> order(places.size());
    for (const Place& place : places) {
        order[starts[place.user]++] = place.added;
    }
    return order;
}

void RatingsBuilder::Data::fill(std::span<const std::uint32_t> order, const OrderedIds& ordered_users,
                                const OrderedIds& ordered_items, Ratings& result) const {
    CsrMatrix& matrix = result.user_item;
    matrix.column_indices.reserve(order.size());
    matrix.values.reserve(order.size());
    if (times.size() != 0) result.times.reserve(order.size());
    std::vector<std::uint32_t> kept;  // as they were added; only where times have fractions
    for (std::size_t p = 0; p < order.size();) {
        const Added& first = ratings[order[p]];
        std::uint32_t latest = order[p];
        for (++p; p < order.size(); ++p) {
            const Added& next = ratings[order[p]];
            if (next.user != first.user || next.item != first.item) break;
            if (time_of(order[p]) >= time_of(latest)) latest = order[p];
            ++result.duplicates;
        }
        ++matrix.row_offsets[ordered_users.place_of[first.user] + 1];
        matrix.column_indices.push_back(ordered_items.place_of[first.item]);
        matrix.values.push_back(ratings[latest].value);
        if (times.size() != 0) result.times.push_back(times[latest]);
        if (billionths.size() != 0) kept.push_back(latest);
    }
    if (billionths.size() != 0) result.ranks = ranks_of(kept);
    sum_up(matrix.row_offsets);
}

/// How many different times come before that of each rating; no_time stays.
std::vector<std::int64_t> RatingsBuilder::Data::ranks_of(std::span<const std::uint32_t> kept) const {
    std::vector<std::size_t> by_time(kept.size());
    std::iota(by_time.begin(), by_time.end(), 0);
    const auto time_at = [&](std::size_t entry) { return time_of(kept[entry]); };
    std::sort(by_time.begin(), by_time.end(), [&](auto a, auto b) { return time_at(a) < time_at(b); });
    std::vector<std::int64_t> ranks(kept.size());
    std::int64_t rank = 0;
    for (std::size_t p = 0; p < by_time.size(); ++p) {
        if (p > 0 && time_at(by_time[p - 1]) < time_at(by_time[p])) ++rank;
        ranks[by_time[p]] = time_at(by_time[p]).first == no_time ? no_time : rank;
    }
    return ranks;
}

RatingsBuilder::RatingsBuilder() : data_(std::make_unique<Data>()) {}
RatingsBuilder::~RatingsBuilder() = default;
RatingsBuilder::RatingsBuilder(RatingsBuilder&&) noexcept = default;
RatingsBuilder& RatingsBuilder::operator=(RatingsBuilder&&) noexcept = default;

void RatingsBuilder::add(std::string_view user, std::string_view item, float value, std::int64_t time,
                         std::uint32_t time_billionths) {
    if (user.empty() || item.empty()) throw UsageError("a rating needs the id of a user and of an item; one is empty");
    if (!std::isfinite(value)) throw UsageError("a rating must be a finite number");
    if (data_->ratings.size() == std::numeric_limits<std::uint32_t>::max()) {
        throw UsageError("there are more than 2^32 - 1 ratings");
    }
    data_->ratings.push_back({data_->users.number_of(user), data_->items.number_of(item), value});
    data_->add_time(time, time_billionths);
}

void RatingsBuilder::add_item(std::string_view item) {
    if (item.empty()) throw UsageError("an item needs an id; it is empty");
    data_->items.number_of(item);
}

std::int64_t RatingsBuilder::size() const {
    return static_cast<std::int64_t>(data_->ratings.size());
}

Ratings RatingsBuilder::finish() {
    const std::unique_ptr<Data> data = std::exchange(data_, std::make_unique<Data>());
    OrderedIds users = ordered(data->users);
    OrderedIds items = ordered(data->items);
    Ratings result;
    result.user_item.rows = static_cast<std::int64_t>(users.ids.size());
    result.user_item.cols = static_cast<std::int64_t>(items.ids.size());
    result.user_item.row_offsets.assign(users.ids.size() + 1, 0);
    data->fill(data->by_user_and_item(users, items), users, items, result);
    result.users = std::move(users.ids);
    result.items = std::move(items.ids);
    return result;
}

}  // namespace eckart::recsys
