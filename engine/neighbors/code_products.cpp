#include "engine/neighbors/code_products.h"

#include <algorithm>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace eckart {

#ifdef __AVX2__
namespace {

/// Steps of 32 bytes whose sums fit in 16 bits: each adds up to 4 x 15 x 127 to one.
constexpr std::int64_t unwidened = 4;

/// Bytes that are asked for before they are needed: memory takes as long as this many take to be multiplied.
constexpr std::int64_t prefetched = 4096;

__m256i load(const void* bytes) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(bytes));
}

/// 16 bytes, and 16 zeros.
__m256i load_half(const void* bytes) {
    return _mm256_zextsi128_si256(_mm_loadu_si128(static_cast<const __m128i*>(bytes)));
}

/// Sums of 4 products each, in 16 lanes of 16 bits.
__m256i products_of(__m256i codes, __m256i low, __m256i high) {
    const __m256i half = _mm256_set1_epi8(0x0F);
    const __m256i lower = _mm256_and_si256(codes, half);
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(codes, 4), half);
    return _mm256_add_epi16(_mm256_maddubs_epi16(lower, low), _mm256_maddubs_epi16(upper, high));
}

/// Rows whose products are made at once, so that the query is loaded once for all of them.
constexpr std::int64_t rows_at_once = 4;

/// The products of rows, each in 8 lanes of 32 bits that are still to be added.
void row_products(const std::uint8_t* const* rows, std::int64_t bytes, const std::int8_t* low, const std::int8_t* high,
                  __m256i* sums) {
    for (std::int64_t r = 0; r < rows_at_once; ++r) sums[r] = _mm256_setzero_si256();
    for (std::int64_t b = 0; b < bytes;) {
        const std::int64_t end = std::min(bytes, b + 32 * unwidened);
        __m256i narrow[rows_at_once] = {};
        for (; b + 32 <= end; b += 32) {
            const __m256i l = load(low + b), h = load(high + b);
            for (std::int64_t r = 0; r < rows_at_once; ++r) {
                narrow[r] = _mm256_add_epi16(narrow[r], products_of(load(rows[r] + b), l, h));
            }
        }
        if (b < end) {
            const __m256i l = load_half(low + b), h = load_half(high + b);
            for (std::int64_t r = 0; r < rows_at_once; ++r) {
                narrow[r] = _mm256_add_epi16(narrow[r], products_of(load_half(rows[r] + b), l, h));
            }
            b = end;
        }
        for (std::int64_t r = 0; r < rows_at_once; ++r) {
            sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(narrow[r], _mm256_set1_epi16(1)));
        }
    }
}

}  // namespace

void code_products(const std::uint8_t* rows, std::int64_t count, std::int64_t bytes, const std::int8_t* low,
                   const std::int8_t* high, std::int32_t* products) {
    for (std::int64_t i = 0; i < count; i += rows_at_once) {
        const std::uint8_t* each[rows_at_once];
        // Past the end, the last row once more: its product is left out.
        for (std::int64_t r = 0; r < rows_at_once; ++r) each[r] = rows + std::min(i + r, count - 1) * bytes;
        for (std::int64_t ahead = 0; ahead < rows_at_once * bytes; ahead += 64) {
            _mm_prefetch(reinterpret_cast<const char*>(each[0] + prefetched + ahead), _MM_HINT_T0);
        }
        __m256i sums[rows_at_once];
        row_products(each, bytes, low, high, sums);
        const __m256i four =
            _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
        alignas(16) std::int32_t added[rows_at_once];
        _mm_store_si128(reinterpret_cast<__m128i*>(added),
                        _mm_add_epi32(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1)));
        std::copy_n(added, std::min(rows_at_once, count - i), products + i);
    }
}

#else

void code_products(const std::uint8_t* rows, std::int64_t count, std::int64_t bytes, const std::int8_t* low,
                   const std::int8_t* high, std::int32_t* products) {
    for (std::int64_t i = 0; i < count; ++i) {
        const std::uint8_t* row = rows + i * bytes;
        std::int32_t sum = 0;
        for (std::int64_t b = 0; b < bytes; ++b) {
            sum += static_cast<std::int32_t>(row[b] & 15) * low[b] + static_cast<std::int32_t>(row[b] >> 4) * high[b];
        }
        products[i] = sum;
    }
}

#endif

}  // namespace eckart
