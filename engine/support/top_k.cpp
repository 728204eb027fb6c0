#include "engine/support/top_k.h"

#include <array>
#include <limits>
#include <string>

#include "engine/support/error.h"

namespace eckart {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t lanes = 16;

/// Maximum of a block, NaN passed over. The lanes are independent, so that the compiler can keep them in registers.
template <typename Score>
Score block_maximum(const Score* scores) {
    std::array<Score, lanes> best;
    best.fill(-std::numeric_limits<Score>::infinity());
    for (std::size_t i = 0; i < block_size; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const Score score = scores[i + lane];
            best[lane] = score > best[lane] ? score : best[lane];
        }
    }
    return *std::max_element(best.begin(), best.end());
}

}  // namespace

template <typename Score>
std::vector<Scored<Score>> top_k(std::span<const Score> scores, std::size_t k, std::span<const std::int32_t> places) {
    if (scores.size() > std::size_t{std::numeric_limits<std::int32_t>::max()}) {
        throw UsageError("top_k: more scores than an index of 32 bits can number");
    }
    if (!places.empty() && places.size() != scores.size()) {
        throw UsageError("top_k: " + std::to_string(places.size()) + " places for " + std::to_string(scores.size()) +
                         " scores");
    }
    TopK<Score> best(std::min(k, scores.size()), places);
    const auto offer = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) best.offer(static_cast<std::int32_t>(i), scores[i]);
    };
    const std::size_t whole = scores.size() / block_size * block_size;
    for (std::size_t i = 0; i < whole; i += block_size) {
        const Score maximum = block_maximum(scores.data() + i);
        // Where places are indices, what only equals the k-th best comes too late.
        const bool tie_loses = places.empty() && best.threshold() > -std::numeric_limits<Score>::infinity();
        if (tie_loses ? maximum > best.threshold() : maximum >= best.threshold()) offer(i, i + block_size);
    }
    offer(whole, scores.size());
    return best.take();
}

template std::vector<Scored<float>> top_k(std::span<const float>, std::size_t, std::span<const std::int32_t>);
template std::vector<Scored<double>> top_k(std::span<const double>, std::size_t, std::span<const std::int32_t>);

}  // namespace eckart
