#include "engine/completion/sgd_sweep.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/matrix/lanes.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation: p, q the factors of an entry's row and column, s, t where the regularization pulls them to (zero, or the
// sum of a set), b, c the biases, e the error before the step, g and g_b the sizes of steps:
//   p += g (e q - lambda (p - s)),   b += g_b (e - (lambda_b + kappa / n) b),   and likewise q and c

namespace eckart {
namespace {

using lanes::Vector;

constexpr int lanes_a_step = lanes::vector_width<float>;
constexpr std::uint64_t strata_stream = 0x73747261;

/// How far ahead factor rows are fetched; entries of a block are in random order, so the hardware cannot guess them.
constexpr std::size_t entries_ahead = 4;

float sum_of_lanes(const Vector<float>& v) {
    return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

/// p . q, in two chains so that the additions overlap. `Vectors` is the number of registers in a row, or 0 where it is
/// known at run time only.
template <int Vectors>
float dot(const float* p, const float* q, int vectors) {
    const int count = Vectors > 0 ? Vectors : vectors;
    Vector<float> even = {}, odd = {};
    int v = 0;
#pragma GCC unroll 8
    for (; v + 1 < count; v += 2) {
        even += lanes::load(p + v * lanes_a_step) * lanes::load(q + v * lanes_a_step);
        odd += lanes::load(p + (v + 1) * lanes_a_step) * lanes::load(q + (v + 1) * lanes_a_step);
    }
    if (v < count) even += lanes::load(p + v * lanes_a_step) * lanes::load(q + v * lanes_a_step);
    return sum_of_lanes(even + odd);
}

/// p += step q - shrink (p - s), and the same for q with the p of before; without pulls s = t = 0.
template <int Vectors, bool Pulled>
void move(float* p, float* q, const float* s, const float* t, float step, float shrink, int vectors) {
    const int count = Vectors > 0 ? Vectors : vectors;
    const float keep = 1 - shrink;
#pragma GCC unroll 16
    for (int v = 0; v < count; ++v) {
        const Vector<float> old_p = lanes::load(p + v * lanes_a_step);
        const Vector<float> old_q = lanes::load(q + v * lanes_a_step);
        Vector<float> new_p = keep * old_p + step * old_q;
        Vector<float> new_q = keep * old_q + step * old_p;
        if constexpr (Pulled) {
            if (s != nullptr) new_p += shrink * lanes::load(s + v * lanes_a_step);
            if (t != nullptr) new_q += shrink * lanes::load(t + v * lanes_a_step);
        }
        lanes::store(p + v * lanes_a_step, new_p);
        lanes::store(q + v * lanes_a_step, new_q);
    }
}

template <int Vectors, bool Pulled>
double sweep_block(std::span<const GridEntry> entries, const SgdSteps& steps, const SgdPulls& pulls, SgdState& state) {
    const auto stride = static_cast<std::int64_t>(state.row_factors.cols());
    const int vectors = static_cast<int>(stride / lanes_a_step);
    float* rows = state.row_factors.data();
    float* columns = state.column_factors.data();
    const float shrink = steps.learning_rate * steps.regularization;
    double sum = 0;
    for (std::size_t k = 0; k < entries.size(); ++k) {
        const GridEntry entry = entries[k];
        const GridEntry next = entries[std::min(k + entries_ahead, entries.size() - 1)];
        for (std::int64_t line = 0; line < stride; line += 16) {
            __builtin_prefetch(rows + next.row * stride + line, 1);
            __builtin_prefetch(columns + next.column * stride + line, 1);
        }
        float* p = rows + entry.row * stride;
        float* q = columns + entry.column * stride;
        float& b = state.row_biases[entry.row];
        float& c = state.column_biases[entry.column];
        const float e = entry.value - b - c - dot<Vectors>(p, q, vectors);
        const float* s = Pulled && pulls.rows != nullptr ? pulls.rows->data() + entry.row * stride : nullptr;
        const float* t = Pulled && pulls.columns != nullptr ? pulls.columns->data() + entry.column * stride : nullptr;
        move<Vectors, Pulled>(p, q, s, t, steps.learning_rate * e, shrink, vectors);
        b += steps.bias_learning_rate * (e - (steps.bias_regularization + state.row_priors[entry.row]) * b);
        c += steps.bias_learning_rate * (e - (steps.bias_regularization + state.column_priors[entry.column]) * c);
        sum += static_cast<double>(e) * static_cast<double>(e);
    }
    return sum;
}

using Sweep = double (*)(std::span<const GridEntry>, const SgdSteps&, const SgdPulls&, SgdState&);

template <bool Pulled>
Sweep sweep_for(std::int64_t stride) {
    switch (stride / lanes_a_step) {
        case 2:
            return sweep_block<2, Pulled>;
        case 4:
            return sweep_block<4, Pulled>;
        case 8:
            return sweep_block<8, Pulled>;
        case 16:
            return sweep_block<16, Pulled>;
        default:
            return sweep_block<0, Pulled>;
    }
}

/// 0..side-1, shuffled anew for each epoch: a fixed order would always show the same block last.
std::vector<std::int64_t> strata(std::int64_t side, std::uint64_t seed, std::int64_t epoch) {
    std::vector<std::int64_t> order(side);
    std::iota(order.begin(), order.end(), std::int64_t{0});
    const Philox random(seed, strata_stream + static_cast<std::uint64_t>(epoch));
    for (std::size_t k = 0; k + 1 < order.size(); ++k) {
        std::swap(order[k], order[k + random.below(k, order.size() - k)]);
    }
    return order;
}

}  // namespace

double sgd_epoch(const RatingGrid& grid, const SgdSteps& steps, const SgdPulls& pulls, std::uint64_t seed,
                 std::int64_t epoch, SgdState& state) {
    const bool pulled = pulls.rows != nullptr || pulls.columns != nullptr;
    const Sweep sweep = pulled ? sweep_for<true>(state.row_factors.cols()) : sweep_for<false>(state.row_factors.cols());
    std::vector<double> sums(grid.side, 0.0);
    for (const std::int64_t stratum : strata(grid.side, seed, epoch)) {
        parallel_for(grid.side, [&](std::int64_t block_row) {
            const auto block = grid.block(block_row, stratum);
            if (!block.empty()) sums[block_row] += sweep(block, steps, pulls, state);
        });
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

std::int64_t padded_factors(std::int64_t factors) {
    return (factors + lanes_a_step - 1) / lanes_a_step * lanes_a_step;
}

}  // namespace eckart
