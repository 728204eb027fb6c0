#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace eckart::text {

/// Words in a row that make a shingle.
inline constexpr std::size_t shingle_words = 4;

/// A text of fewer shingles has equal copies only: texts that differ in one of so few are far from near.
inline constexpr std::uint32_t least_shingles = 9;

/// What a text is told from others by: two equal sequences of words have equal sketches.
///
/// The minima are one-permutation MinHash [Li, Owen, Zhang 2012]: a hash of each shingle says its bin and its rank, and
/// a bin keeps the low bits of its least rank. Bins that no shingle fell into copy that of another one [Shrivastava
/// 2017], drawn by their own number. The share of bins in which two texts agree estimates the Jaccard index of their
/// sets of shingles.
struct CopySketch {
    static constexpr std::size_t bins = 64;

    std::uint64_t sequence = 0;                ///< of all words in their order; 0: there is none
    std::uint32_t shingles = 0;                ///< how many there are, each as often as it comes
    std::array<std::uint16_t, bins> minima{};  ///< zeros below `least_shingles`

    bool operator==(const CopySketch&) const = default;
};

/// A hash of a word's bytes: the same in every run.
std::uint64_t word_hash(std::string_view word);

/// Hashes of the shingles of a sequence of words, one after the other: each is made of those of its words.
class ShingleHashes {
  public:
    /// The hash of the shingle that ends with this word; nothing (false) within the first `shingle_words` - 1 words.
    bool next(std::uint64_t word, std::uint64_t& shingle);
    void restart() { *this = {}; }

  private:
    std::array<std::uint64_t, shingle_words> last_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
};

/// Makes sketches of texts, a word at a time.
class CopySketcher {
  public:
    CopySketcher() { restart(); }

    void add(std::uint64_t word);

    /// The sketch of the words since the last start; then it starts anew.
    CopySketch take();

    /// Forgets the words so far.
    void restart();

  private:
    ShingleHashes hashes_;
    std::uint64_t sequence_;
    std::uint32_t shingles_;
    std::array<std::uint32_t, CopySketch::bins> minima_;
};

/// The share of bins in which two sketches agree.
double resemblance(const CopySketch& a, const CopySketch& b);

}  // namespace eckart::text
