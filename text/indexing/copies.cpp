#include "text/indexing/copies.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "engine/support/parallel.h"
#include "text/words/tokenizer.h"

namespace eckart::text {
namespace {

constexpr std::size_t bands = 10;
constexpr std::size_t band_minima = 6;
constexpr std::size_t compared_in_bucket = 8;
// Below this share of equal bins no pair is compared exactly: three standard deviations of the estimate below the
// threshold, sqrt(.9 * .1 / 64) each.
constexpr double least_estimate = 0.78;
constexpr std::int64_t components_a_task = 4;

/// Two rows that may be copies, the first below the second.
using Pair = std::pair<std::int32_t, std::int32_t>;

std::size_t row_index(std::int32_t row) {
    return static_cast<std::size_t>(row);
}

/// A row with a key that equal rows have in common.
using Keyed = std::pair<std::uint64_t, std::int32_t>;

/// Sorts the rows, without most of those whose key no other one has: few are left of a collection of different texts.
void keep_repeated(std::vector<Keyed>& keyed) {
    std::vector<std::uint8_t> met(std::bit_ceil(8 * keyed.size() + 1));
    const std::uint64_t mask = met.size() - 1;
    for (const auto& [key, row] : keyed) {
        std::uint8_t& times = met[key & mask];
        times = times == 0 ? 1 : 2;
    }
    std::erase_if(keyed, [&](const Keyed& each) { return met[each.first & mask] < 2; });
    std::sort(keyed.begin(), keyed.end());
}

/// For each row the first one with the same sequence of words.
std::vector<std::int32_t> first_equals(std::span<const CopySketch> sketches) {
    std::vector<std::int32_t> first(sketches.size());
    std::iota(first.begin(), first.end(), 0);
    std::vector<Keyed> keyed;
    for (const std::int32_t row : first) {
        if (sketches[row_index(row)].sequence != 0) keyed.emplace_back(sketches[row_index(row)].sequence, row);
    }
    keep_repeated(keyed);
    for (std::size_t i = 1; i < keyed.size(); ++i) {
        if (keyed[i].first == keyed[i - 1].first) {
            first[row_index(keyed[i].second)] = first[row_index(keyed[i - 1].second)];
        }
    }
    return first;
}

std::uint64_t band_key(const CopySketch& sketch, std::size_t band) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < band_minima; ++i) {
        key = (key ^ sketch.minima[band * band_minima + i]) * 0x9E3779B97F4A7C15U;
        key ^= key >> 29;
    }
    return key;
}

/// Pairs among `rows`, which rise, that agree in a band and are alike by their sketches.
std::vector<Pair> pairs_of_band(std::span<const CopySketch> sketches, const std::vector<std::int32_t>& rows,
                                std::size_t band) {
    std::vector<Keyed> keyed;
    keyed.reserve(rows.size());
    for (const std::int32_t row : rows) keyed.emplace_back(band_key(sketches[row_index(row)], band), row);
    keep_repeated(keyed);
    std::vector<Pair> pairs;
    for (std::size_t begin = 0, i = 1; i < keyed.size(); ++i) {
        if (keyed[i].first != keyed[begin].first) begin = i;
        for (std::size_t j = begin; j < std::min(i, begin + compared_in_bucket); ++j) {
            const std::int32_t a = keyed[j].second, b = keyed[i].second;
            if (resemblance(sketches[row_index(a)], sketches[row_index(b)]) >= least_estimate) pairs.emplace_back(a, b);
        }
    }
    return pairs;
}

std::vector<Pair> likely_pairs(std::span<const CopySketch> sketches, const std::vector<std::int32_t>& first) {
    std::vector<std::int32_t> rows;
    for (std::size_t row = 0; row < first.size(); ++row) {
        if (row_index(first[row]) == row && sketches[row].shingles >= least_shingles) rows.push_back(first[row]);
    }
    std::vector<std::vector<Pair>> of_band(bands);
    parallel_for(bands, [&](std::int64_t band) {
        of_band[static_cast<std::size_t>(band)] = pairs_of_band(sketches, rows, static_cast<std::size_t>(band));
    });
    std::vector<Pair> pairs;
    for (const auto& some : of_band) pairs.insert(pairs.end(), some.begin(), some.end());
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

/// Groups of pairs that have no row in common with those of another group, each in order.
std::vector<std::vector<Pair>> components(const std::vector<Pair>& pairs, std::size_t rows) {
    std::vector<std::int32_t> parent(rows);
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&parent](std::int32_t row) {
        while (parent[row_index(row)] != row) row = parent[row_index(row)] = parent[row_index(parent[row_index(row)])];
        return row;
    };
    for (const auto& [a, b] : pairs) {
        const std::int32_t x = root(a), y = root(b);
        parent[row_index(std::max(x, y))] = std::min(x, y);
    }
    std::vector<std::pair<std::int32_t, Pair>> rooted;
    rooted.reserve(pairs.size());
    for (const Pair& pair : pairs) rooted.emplace_back(root(pair.first), pair);
    std::sort(rooted.begin(), rooted.end());
    std::vector<std::vector<Pair>> groups;
    for (std::size_t i = 0; i < rooted.size(); ++i) {
        if (i == 0 || rooted[i].first != rooted[i - 1].first) groups.emplace_back();
        groups.back().push_back(rooted[i].second);
    }
    return groups;
}

/// Hashes of the shingles of a text, in their order.
std::vector<std::uint64_t> shingles_of(std::string_view text) {
    thread_local Tokenizer tokenizer;
    thread_local TokenList words;
    std::vector<std::uint64_t> shingles;
    ShingleHashes hashes;
    for (std::size_t from = 0; from < text.size();) {
        words.clear();
        from = tokenizer.tokenize_part(text, from, words);
        for (std::size_t i = 0; i < words.size(); ++i) {
            std::uint64_t shingle = 0;
            if (hashes.next(word_hash(words[i]), shingle)) shingles.push_back(shingle);
        }
    }
    return shingles;
}

/// Counts different shingles of two texts, and those that both have: open addressing, at most half full.
class ShingleCounter {
  public:
    explicit ShingleCounter(std::size_t shingles) : slots_(std::bit_ceil(2 * shingles + 1)) {}

    /// `side` is 1 for the first text, 2 for the second.
    void add(std::uint64_t shingle, std::uint8_t side) {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = shingle & mask;
        while (slots_[at].sides != 0 && slots_[at].shingle != shingle) at = (at + 1) & mask;
        Slot& slot = slots_[at];
        all_ += slot.sides == 0 ? 1 : 0;
        common_ += slot.sides != 0 && slot.sides != side && slot.sides != both ? 1 : 0;
        slot = {shingle, static_cast<std::uint8_t>(slot.sides | side)};
    }

    double jaccard() const { return all_ == 0 ? 0 : static_cast<double>(common_) / static_cast<double>(all_); }

  private:
    static constexpr std::uint8_t both = 3;
    struct Slot {
        std::uint64_t shingle = 0;
        std::uint8_t sides = 0;  ///< 0: free
    };

    std::vector<Slot> slots_;
    std::size_t all_ = 0;
    std::size_t common_ = 0;
};

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
    ShingleCounter counter(a.size() + b.size());
    for (const std::uint64_t shingle : a) counter.add(shingle, 1);
    for (const std::uint64_t shingle : b) counter.add(shingle, 2);
    return counter.jaccard();
}

/// Puts near copies with the first document that they are near to and that is no copy itself.
void join(const std::vector<Pair>& pairs, const std::function<std::string_view(std::int64_t)>& text_of,
          std::vector<std::int32_t>& leader) {
    std::vector<std::uint64_t> own;
    std::int32_t owner = -1;
    for (const auto& [a, b] : pairs) {
        if (leader[row_index(a)] != a || leader[row_index(b)] != b) continue;
        if (owner != a) own = shingles_of(text_of(a));
        owner = a;
        if (jaccard(own, shingles_of(text_of(b))) >= copy_resemblance) leader[row_index(b)] = a;
    }
}

}  // namespace

std::vector<std::int32_t> copies_of(std::span<const CopySketch> sketches,
                                    const std::function<std::string_view(std::int64_t row)>& text_of) {
    const std::vector<std::int32_t> first = first_equals(sketches);
    const std::vector<std::vector<Pair>> groups = components(likely_pairs(sketches, first), sketches.size());
    std::vector<std::int32_t> leader(sketches.size());
    std::iota(leader.begin(), leader.end(), 0);
    parallel_blocks(static_cast<std::int64_t>(groups.size()), components_a_task, [&](Range range) {
        for (auto g = range.begin; g < range.end; ++g) join(groups[static_cast<std::size_t>(g)], text_of, leader);
    });
    std::vector<std::int32_t> copies(sketches.size());
    for (std::size_t row = 0; row < copies.size(); ++row) copies[row] = leader[row_index(first[row])];
    return copies;
}

double shingle_resemblance(std::string_view a, std::string_view b) {
    return jaccard(shingles_of(a), shingles_of(b));
}

}  // namespace eckart::text
