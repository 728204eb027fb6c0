#include "engine/matrix/strips.h"

#include <algorithm>
#include <cmath>

#include "engine/matrix/lanes.h"

namespace eckart {
namespace {

using Lanes = lanes::Vector<float>;
constexpr std::int64_t stride = strip_width;  // from a row of a strip to the next
constexpr std::int64_t half_strip = 8;        // columns of one vector; rows of a block of the factorization

/// c += sign * a' b over `count` rows: a gives `Rows` columns of a strip, b `Vectors` vectors of one. Eight to twelve
/// accumulators hide the latency of a multiply-add and leave registers for the operands.
template <int Rows, int Vectors>
inline void tile(const float* a, const float* b, std::int64_t count, float sign, float* c) {
    Lanes sum[Rows][Vectors] = {};
    for (std::int64_t r = 0; r < count; ++r, a += stride, b += stride) {
        Lanes right[Vectors];
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) right[v] = lanes::load(b + v * half_strip);
#pragma GCC unroll 8
        for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; ++v) sum[i][v] += a[i] * right[v];
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) {
            float* to = c + i * stride + v * half_strip;
            lanes::store(to, lanes::load(to) + sign * sum[i][v]);
        }
    }
}

/// The 16 x 16 block that two strips make; of a block on the diagonal the quarter below it is left out.
inline void strip_block(const float* a, const float* b, std::int64_t count, bool diagonal, float* c) {
    if (diagonal) {
        tile<4, 2>(a, b, count, 1, c);
        tile<4, 2>(a + 4, b, count, 1, c + 4 * stride);
        tile<8, 1>(a + 8, b + half_strip, count, 1, c + 8 * stride + half_strip);
    } else {
        tile<6, 2>(a, b, count, 1, c);
        tile<6, 2>(a + 6, b, count, 1, c + 6 * stride);
        tile<4, 2>(a + 12, b, count, 1, c + 12 * stride);
    }
}

/// Factors the 8 x 8 block at `a` in place. `least` falls to the smallest pivot relative to its diagonal entry.
inline void factor_block(float* a, const float* diagonal, float* reciprocals, float& least) {
    Lanes row[half_strip];
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) row[i] = lanes::load(a + i * stride);
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) {
        const float pivot = row[i][i], ratio = pivot / diagonal[i];
        least = ratio > 0 ? std::min(least, ratio) : 0;
        const float reciprocal = ratio > 0 ? 1 / std::sqrt(pivot) : 1;
        reciprocals[i] = reciprocal;
        row[i] *= reciprocal;
#pragma GCC unroll 8
        for (int l = i + 1; l < half_strip; ++l) row[l] -= row[i][l] * row[i];
    }
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) lanes::store(a + i * stride, row[i]);
}

/// b := U'^-1 b for 8 rows and one vector of columns, with the factored 8 x 8 block at `u`.
inline void solve_block(const float* u, const float* reciprocals, float* b) {
    Lanes row[half_strip];
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) row[i] = lanes::load(b + i * stride);
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) {
        row[i] *= reciprocals[i];
#pragma GCC unroll 8
        for (int l = i + 1; l < half_strip; ++l) row[l] -= u[i * stride + l] * row[i];
    }
#pragma GCC unroll 8
    for (int i = 0; i < half_strip; ++i) lanes::store(b + i * stride, row[i]);
}

float sum_of(const Lanes& v) {
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// Transposes 8 x 8 in registers: pairs, then pairs of pairs, then halves.
void transpose(Lanes (&row)[half_strip]) {
    Lanes pair[half_strip], quad[half_strip];
    for (int i = 0; i < half_strip; i += 2) {
        pair[i] = __builtin_shufflevector(row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pair[i + 1] = __builtin_shufflevector(row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < half_strip; i += 4) {
        for (int k = 0; k < 2; ++k) {
            quad[i + 2 * k] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            quad[i + 2 * k + 1] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int i = 0; i < 4; ++i) {
        row[i] = __builtin_shufflevector(quad[i], quad[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        row[i + 4] = __builtin_shufflevector(quad[i], quad[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

}  // namespace

void add_gram(const float* panel, std::int64_t panel_rows, std::int64_t count, std::int64_t strips, float* gram) {
    const std::int64_t panel_strip = panel_rows * stride, gram_strip = strips * strip_width * stride;
    for (std::int64_t right = 0; right < strips; ++right) {
        for (std::int64_t left = 0; left <= right; ++left) {
            strip_block(panel + left * panel_strip, panel + right * panel_strip, count, left == right,
                        gram + right * gram_strip + left * strip_width * stride);
        }
    }
}

void add_weighted_rows(const float* panel, std::int64_t panel_rows, std::int64_t count, std::int64_t strips,
                       const float* weights, float* out) {
    for (std::int64_t strip = 0; strip < strips; ++strip, panel += panel_rows * stride, out += strip_width) {
        Lanes sum[4][2] = {};
        const float* row = panel;
        std::int64_t r = 0;
        for (; r + 4 <= count; r += 4, row += 4 * stride) {
#pragma GCC unroll 4
            for (int i = 0; i < 4; ++i) {
                sum[i][0] += weights[r + i] * lanes::load(row + i * stride);
                sum[i][1] += weights[r + i] * lanes::load(row + i * stride + half_strip);
            }
        }
        for (; r < count; ++r, row += stride) {
            sum[0][0] += weights[r] * lanes::load(row);
            sum[0][1] += weights[r] * lanes::load(row + half_strip);
        }
        for (int v = 0; v < 2; ++v) {
            lanes::store(out + v * half_strip,
                         lanes::load(out + v * half_strip) + ((sum[0][v] + sum[1][v]) + (sum[2][v] + sum[3][v])));
        }
    }
}

// Row blocks of 8, each brought up to date by all rows above it (a product of two streams, as in add_gram), then
// factored, then solved for: every entry of U is written once.
float cholesky(float* a, std::int64_t strips, float* reciprocals) {
    const std::int64_t size = strips * strip_width, strip_size = size * stride;
    float least = 1;
    for (std::int64_t k = 0; k < size; k += half_strip) {
        float* own = a + k / strip_width * strip_size;  // the strip that holds the diagonal block
        const std::int64_t column = k % strip_width;
        float diagonal[half_strip];
        for (std::int64_t i = 0; i < half_strip; ++i) diagonal[i] = own[(k + i) * stride + column + i];
        for (std::int64_t s = k / strip_width; s < strips; ++s) {
            float* strip = a + s * strip_size;
            float* block = strip + k * stride;
            if (s == k / strip_width && column != 0) {
                tile<8, 1>(own + column, strip + half_strip, k, -1, block + half_strip);
            } else {
                tile<4, 2>(own + column, strip, k, -1, block);
                tile<4, 2>(own + column + 4, strip, k, -1, block + 4 * stride);
            }
            const float* factored = own + k * stride + column;
            if (s == k / strip_width) {
                factor_block(block + column, diagonal, reciprocals + k, least);
                if (column == 0) solve_block(factored, reciprocals + k, block + half_strip);
            } else {
                solve_block(factored, reciprocals + k, block);
                solve_block(factored, reciprocals + k, block + half_strip);
            }
        }
    }
    return least;
}

void solve_transposed(const float* u, const float* reciprocals, std::int64_t strips, float* b) {
    const std::int64_t size = strips * strip_width, strip_size = size * stride;
    for (std::int64_t k = 0; k < size; k += half_strip) {
        const float* rows = u + k * stride;  // of the first strip
        const float* block = rows + k / strip_width * strip_size + k % strip_width;
        for (std::int64_t i = 0; i < half_strip; ++i) {
            b[k + i] *= reciprocals[k + i];
            for (std::int64_t l = i + 1; l < half_strip; ++l) b[k + l] -= block[i * stride + l] * b[k + i];
        }
        for (std::int64_t j = k + half_strip; j < size; j += half_strip) {
            const float* part = rows + j / strip_width * strip_size + j % strip_width;
            Lanes even = lanes::load(b + j), odd = {};
#pragma GCC unroll 4
            for (std::int64_t i = 0; i < half_strip; i += 2) {
                even -= b[k + i] * lanes::load(part + i * stride);
                odd -= b[k + i + 1] * lanes::load(part + (i + 1) * stride);
            }
            lanes::store(b + j, even + odd);
        }
    }
}

void solve_upper(const float* u, const float* reciprocals, std::int64_t strips, float* b) {
    const std::int64_t size = strips * strip_width, strip_size = size * stride;
    for (std::int64_t k = size - half_strip; k >= 0; k -= half_strip) {
        const float* rows = u + k * stride;
        const float* block = rows + k / strip_width * strip_size + k % strip_width;
        Lanes sum[half_strip] = {};
        for (std::int64_t j = k + half_strip; j < size; j += half_strip) {
            const float* part = rows + j / strip_width * strip_size + j % strip_width;
            const Lanes known = lanes::load(b + j);
#pragma GCC unroll 8
            for (int i = 0; i < half_strip; ++i) sum[i] += known * lanes::load(part + i * stride);
        }
        for (int i = 0; i < half_strip; ++i) b[k + i] -= sum_of(sum[i]);
        for (std::int64_t i = half_strip - 1; i >= 0; --i) {
            for (std::int64_t l = half_strip - 1; l > i; --l) b[k + i] -= block[i * stride + l] * b[k + l];
            b[k + i] *= reciprocals[k + i];
        }
    }
}

void transpose_into_strip(const float* const* rows, const float* scale, std::int64_t columns, float* strip) {
    std::int64_t k = 0;
    for (; k + half_strip <= columns; k += half_strip) {
        const Lanes factor = lanes::load(scale + k);
        for (std::int64_t half = 0; half < 2; ++half) {
            Lanes block[half_strip];
            for (int i = 0; i < half_strip; ++i) {
                const float* row = rows[half * half_strip + i];
                block[i] = row != nullptr ? factor * lanes::load(row + k) : Lanes{};
            }
            transpose(block);
            for (int i = 0; i < half_strip; ++i) lanes::store(strip + (k + i) * stride + half * half_strip, block[i]);
        }
    }
    for (; k < columns; ++k) {
        for (std::int64_t i = 0; i < strip_width; ++i) {
            strip[k * stride + i] = rows[i] != nullptr ? rows[i][k] * scale[k] : 0;
        }
    }
}

}  // namespace eckart
