#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace eckart {

/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011). A value depends on (seed, stream, index) alone, so that any thread can draw any part of a
/// sequence and the numbers are the same.
class Philox {
  public:
    explicit Philox(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

    /// Four 32-bit words of the block `index`.
    std::array<std::uint32_t, 4> block(std::uint64_t index) const {
        std::array<std::uint32_t, 4> counter = {low(index), high(index), low(stream_), high(stream_)};
        std::uint32_t key0 = low(seed_), key1 = high(seed_);
        for (int round = 0; round < 10; ++round) {
            const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
            const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
            counter = {high(product1) ^ counter[1] ^ key0, low(product1), high(product0) ^ counter[3] ^ key1,
                       low(product0)};
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        return counter;
    }

    /// 64 random bits.
    std::uint64_t bits(std::uint64_t index) const {
        const auto words = block(index / 2);
        const std::size_t half = 2 * (index % 2);
        return (std::uint64_t{words[half]} << 32) | words[half + 1];
    }

    /// Uniform in [0, 1), 53 bits.
    double uniform(std::uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }

    /// Uniform in [0, bound); bound >= 1. The bias is below bound / 2^64.
    std::uint64_t below(std::uint64_t index, std::uint64_t bound) const {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((Wide{bits(index)} * bound) >> 64);
    }

    /// Standard normal, by Box and Muller.
    double normal(std::uint64_t index) const {
        const auto words = block(index);
        const double u = (static_cast<double>((std::uint64_t{words[0]} << 21) ^ (words[1] >> 11)) + 0.5) * 0x1p-53;
        const double v = static_cast<double>((std::uint64_t{words[2]} << 21) ^ (words[3] >> 11)) * 0x1p-53;
        return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
    }

  private:
    static std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
    static std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

    std::uint64_t seed_;
    std::uint64_t stream_;
};

}  // namespace eckart
