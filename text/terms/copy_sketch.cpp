#include "text/terms/copy_sketch.h"

#include <algorithm>
#include <cstring>
#include <limits>

// Notation:
//   h_i   hash of the i-th word
//   s_i   sum_j h_{i-j} m^j for j < shingle_words, modulo 2^64, m odd: a sum that rolls. Its mixed bits are the
//         shingle's hash: the highest say the bin, the lowest the rank.

namespace eckart::text {
namespace {

constexpr std::uint64_t roll = 0xD1B54A32D192ED03U;          // m
constexpr std::uint64_t roll_out = roll * roll * roll;       // m^(shingle_words - 1)
constexpr std::uint64_t first_mixer = 0x9E3779B97F4A7C15U;   // 2^64 over the golden ratio
constexpr std::uint64_t second_mixer = 0xBF58476D1CE4E5B9U;  // of SplitMix64
constexpr std::uint32_t no_rank = std::numeric_limits<std::uint32_t>::max();
constexpr int bin_bits = 6;
static_assert(shingle_words == 4 && CopySketch::bins == std::size_t{1} << bin_bits);

/// The halves of the 128-bit product folded together.
std::uint64_t product_bits(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The first bin after `bin`, in an order of its own, that has a rank. There is one.
std::size_t lending_bin(std::size_t bin, const std::array<std::uint32_t, CopySketch::bins>& minima) {
    std::uint64_t draw = (bin + 1) * first_mixer;
    for (;;) {
        draw = product_bits(draw ^ second_mixer, first_mixer);
        const auto other = static_cast<std::size_t>(draw >> (64 - bin_bits));
        if (minima[other] != no_rank) return other;
    }
}

}  // namespace

std::uint64_t word_hash(std::string_view word) {
    std::uint64_t state = first_mixer;
    for (std::size_t at = 0; at < word.size(); at += 8) {
        std::uint64_t piece = 0;
        std::memcpy(&piece, word.data() + at, std::min<std::size_t>(8, word.size() - at));
        state = product_bits(state ^ piece, second_mixer);
    }
    return product_bits(state ^ word.size(), second_mixer);
}

bool ShingleHashes::next(std::uint64_t word, std::uint64_t& shingle) {
    std::uint64_t& oldest = last_[count_ % shingle_words];
    sum_ = (sum_ - oldest * roll_out) * roll + word;
    oldest = word;
    ++count_;
    shingle = product_bits(sum_ ^ first_mixer, second_mixer);
    return count_ >= shingle_words;
}

void CopySketcher::restart() {
    hashes_.restart();
    sequence_ = 0;
    shingles_ = 0;
    minima_.fill(no_rank);
}

void CopySketcher::add(std::uint64_t word) {
    sequence_ = product_bits(sequence_ ^ word, first_mixer);
    std::uint64_t shingle = 0;
    if (!hashes_.next(word, shingle)) return;
    ++shingles_;
    std::uint32_t& least = minima_[shingle >> (64 - bin_bits)];
    least = std::min(least, static_cast<std::uint32_t>(shingle));
}

CopySketch CopySketcher::take() {
    CopySketch sketch;
    sketch.sequence = sequence_;
    sketch.shingles = shingles_;
    const bool any = std::any_of(minima_.begin(), minima_.end(), [](std::uint32_t rank) { return rank != no_rank; });
    for (std::size_t bin = 0; any && shingles_ >= least_shingles && bin < CopySketch::bins; ++bin) {
        const std::size_t from = minima_[bin] != no_rank ? bin : lending_bin(bin, minima_);
        sketch.minima[bin] = static_cast<std::uint16_t>(minima_[from]);
    }
    restart();
    return sketch;
}

double resemblance(const CopySketch& a, const CopySketch& b) {
    std::size_t equal = 0;
    for (std::size_t bin = 0; bin < CopySketch::bins; ++bin) equal += a.minima[bin] == b.minima[bin] ? 1 : 0;
    return static_cast<double>(equal) / CopySketch::bins;
}

}  // namespace eckart::text
