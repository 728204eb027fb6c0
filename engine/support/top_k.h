#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace eckart {

/// One entry of a ranking.
template <typename Score>
struct Scored {
    std::int32_t index;
    Score score;

    friend bool operator==(const Scored&, const Scored&) = default;
};

/// Keeps the `k` best of the entries offered to it: the highest scores, ties by the lowest place. An entry's place is
/// its index, or `places[index]`, so that rows that are not in the order of their ids can still have their ties broken
/// by id. Entries of score -infinity or NaN are never kept. What is kept does not depend on the order of the offers.
///
/// Offering costs O(1) on average, whatever the order: entries are gathered in a buffer, from which the best k are
/// selected each time that it is full. Memory O(k). The object borrows `places`.
template <typename Score>
class TopK {
  public:
    explicit TopK(std::size_t k, std::span<const std::int32_t> places = {})
        : k_(std::min(k, most)), capacity_(std::max(2 * k_, k_ + 256)), places_(places) {}

    void offer(std::int32_t index, Score score) {
        if (!(score >= bound_.score)) return;  // NaN too
        const Scored<Score> entry{index, score};
        if (full_ ? !better(entry, bound_) : score == lowest) return;
        entries_.push_back(entry);
        if (entries_.size() >= capacity_) shrink();
    }

    /// A score below which no offer can be kept any more; -infinity until k entries are known.
    Score threshold() const { return bound_.score; }

    /// The best, best first: k, or as many as were kept. Leaves the collector empty.
    std::vector<Scored<Score>> take() {
        if (entries_.size() > k_) shrink();
        const auto order = [this](const auto& a, const auto& b) { return better(a, b); };
        std::sort(entries_.begin(), entries_.end(), order);
        full_ = false;
        bound_ = {0, lowest};
        return std::exchange(entries_, {});
    }

  private:
    static constexpr std::size_t most = std::size_t{1} << 31;  // indices have 32 bits
    static constexpr Score lowest = -std::numeric_limits<Score>::infinity();

    std::int32_t place(std::int32_t index) const { return places_.empty() ? index : places_[index]; }

    bool better(const Scored<Score>& a, const Scored<Score>& b) const {
        return a.score > b.score || (a.score == b.score && place(a.index) < place(b.index));
    }

    /// Keeps the best k and remembers the last of them.
    void shrink() {
        if (k_ == 0) return entries_.clear();
        const auto order = [this](const auto& a, const auto& b) { return better(a, b); };
        const auto last = entries_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
        std::nth_element(entries_.begin(), last, entries_.end(), order);
        bound_ = *last;
        full_ = true;
        entries_.resize(k_);
    }

    std::size_t k_;
    std::size_t capacity_;
    std::span<const std::int32_t> places_;
    std::vector<Scored<Score>> entries_;
    Scored<Score> bound_{0, lowest};  ///< once `full_`: the k-th best entry at the last selection
    bool full_ = false;
};

/// The `k` best entries of `scores`, best first, as TopK keeps them: fewer if fewer are above -infinity. `places`, if
/// not empty, has one place an entry.
///
/// One pass over the scores at the speed of memory: blocks of 64 whose maximum is below the k-th best so far are passed
/// over. Throws UsageError if there are 2^31 scores or more, or another number of places.
template <typename Score>
std::vector<Scored<Score>> top_k(std::span<const Score> scores, std::size_t k,
                                 std::span<const std::int32_t> places = {});

extern template std::vector<Scored<float>> top_k(std::span<const float>, std::size_t, std::span<const std::int32_t>);
extern template std::vector<Scored<double>> top_k(std::span<const double>, std::size_t, std::span<const std::int32_t>);

}  // namespace eckart
