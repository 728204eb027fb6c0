#pragma once

#include <cstdint>

#include "engine/matrix/lanes.h"

// Products of a few rows of factors with one vector. Four rows at a time, so that the sums across lanes overlap and
// what is written is written once for four.

namespace eckart::row_vectors {

using Lanes = lanes::Vector<float>;
inline constexpr std::int64_t lane_count = lanes::vector_width<float>;

inline float sum_of(const Lanes& v) {
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// dots[i] = rows[i] . x
inline void four_dots(const float* const (&rows)[4], const float* x, std::int64_t size, float (&dots)[4]) {
    Lanes sum[4] = {};
    std::int64_t k = 0;
    for (; k + lane_count <= size; k += lane_count) {
        const Lanes right = lanes::load(x + k);
#pragma GCC unroll 4
        for (int i = 0; i < 4; ++i) sum[i] += lanes::load(rows[i] + k) * right;
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        dots[i] = sum_of(sum[i]);
        for (std::int64_t rest = k; rest < size; ++rest) dots[i] += rows[i][rest] * x[rest];
    }
}

/// x += sum_i weights[i] rows[i]
inline void add_four(const float* const (&rows)[4], const float (&weights)[4], std::int64_t size, float* x) {
    std::int64_t k = 0;
    for (; k + lane_count <= size; k += lane_count) {
        const Lanes left = weights[0] * lanes::load(rows[0] + k) + weights[1] * lanes::load(rows[1] + k);
        const Lanes right = weights[2] * lanes::load(rows[2] + k) + weights[3] * lanes::load(rows[3] + k);
        lanes::store(x + k, lanes::load(x + k) + (left + right));
    }
    for (; k < size; ++k) {
        x[k] +=
            (weights[0] * rows[0][k] + weights[1] * rows[1][k]) + (weights[2] * rows[2][k] + weights[3] * rows[3][k]);
    }
}

}  // namespace eckart::row_vectors
