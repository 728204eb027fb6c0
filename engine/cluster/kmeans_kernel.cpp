#include "engine/cluster/kmeans_kernel.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

// A register tile holds the sums of some rows with one to three panels. Registers of 512 bits: 8 rows x 3 panels, 24
// accumulators, which read 11 numbers for 24 multiply-adds. Of 256 bits: 6 rows x 1 panel of two registers, 12
// accumulators, 8 for 12. A multiply-add of either takes 4 cycles, and two begin in each.

namespace eckart {
namespace {

/// `Bytes` bytes of float32 that the compiler keeps in a register.
template <int Bytes>
struct Register {
    typedef float Type __attribute__((vector_size(Bytes)));
    typedef std::int32_t Places __attribute__((vector_size(Bytes)));
    static constexpr int lanes = Bytes / static_cast<int>(sizeof(float));
    static constexpr int per_panel = static_cast<int>(panel_lanes) / lanes;
};

/// One tile: out = offsets - products for `Rows` rows and `Panels` panels, `step` floats apart.
template <int Bytes, int Rows, int Panels>
[[gnu::always_inline]] inline void tile(const float* const* rows, std::int64_t d, const float* packed,
                                        const float* offsets, float* const* out) {
    using R = Register<Bytes>;
    using Vector = typename R::Type;
    constexpr int vectors = Panels * R::per_panel;
    Vector sums[Rows][vectors] = {};
    const float* at[Panels];
    for (int p = 0; p < Panels; ++p) at[p] = packed + p * d * panel_lanes;
    for (std::int64_t l = 0; l < d; ++l) {
        Vector column[vectors];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
            std::memcpy(&column[v], at[v / R::per_panel] + l * panel_lanes + v % R::per_panel * R::lanes,
                        sizeof(Vector));
        }
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const float value = rows[r][l];
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) sums[r][v] += value * column[v];
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; ++v) {
        Vector offset;
        std::memcpy(&offset, offsets + v * R::lanes, sizeof(Vector));
#pragma GCC unroll 8
        for (int r = 0; r < Rows; ++r) {
            const Vector score = offset - sums[r][v];
            std::memcpy(out[r] + v * R::lanes, &score, sizeof(Vector));
        }
    }
}

/// Rows of a tile, and where their scores go; past the last row the last is repeated.
template <int Rows>
struct TileRows {
    TileRows(std::span<const float* const> from, std::size_t first, float* out, std::int64_t stride) {
        for (std::size_t r = 0; r < Rows; ++r) {
            const std::size_t at = std::min(first + r, from.size() - 1);
            rows[r] = from[at];
            to[r] = out + static_cast<std::int64_t>(at) * stride;
        }
    }
    const float* rows[Rows];
    float* to[Rows];
};

template <int Bytes, int Rows, int Panels>
[[gnu::always_inline]] inline void tiles(std::span<const float* const> rows, std::int64_t d, const float* packed,
                                         const float* offsets, float* out, std::int64_t stride) {
    for (std::size_t first = 0; first < rows.size(); first += Rows) {
        const TileRows<Rows> at(rows, first, out, stride);
        tile<Bytes, Rows, Panels>(at.rows, d, packed, offsets, at.to);
    }
}

/// The two least numbers of each lane, and the places of the least.
template <int Bytes>
struct Least {
    using Vector = typename Register<Bytes>::Type;
    using Places = typename Register<Bytes>::Places;

    /// One number a lane more; or, from another Least, with its second ones.
    [[gnu::always_inline]] void take(const Vector& other, const Places& other_places) {
        const Vector higher = least < other ? other : least;
        places = other < least ? other_places : places;
        least = other < least ? other : least;
        second = higher < second ? higher : second;
    }

    Vector least, second;
    Places places;
};

/// Lanes i and i ^ Distance joined, in both.
template <int Distance, int Bytes, std::size_t... I>
[[gnu::always_inline]] inline void fold(Least<Bytes>& all, std::index_sequence<I...>) {
    const auto least = __builtin_shufflevector(all.least, all.least, static_cast<int>(I ^ Distance)...);
    const auto second = __builtin_shufflevector(all.second, all.second, static_cast<int>(I ^ Distance)...);
    const auto places = __builtin_shufflevector(all.places, all.places, static_cast<int>(I ^ Distance)...);
    all.take(least, places);
    all.second = second < all.second ? second : all.second;
}

template <int Bytes, int Distance = Register<Bytes>::lanes / 2>
[[gnu::always_inline]] inline void fold_all(Least<Bytes>& all) {
    if constexpr (Distance > 0) {
        fold<Distance>(all, std::make_index_sequence<Register<Bytes>::lanes>());
        fold_all<Bytes, Distance / 2>(all);
    }
}

template <int Bytes>
[[gnu::always_inline]] inline TwoLeast two_least_of(const float* row, std::int64_t size) {
    using R = Register<Bytes>;
    Least<Bytes> all;
    typename R::Places places;
    for (int i = 0; i < R::lanes; ++i) places[i] = i;
    std::memcpy(&all.least, row, Bytes);
    all.second = typename R::Type{} + std::numeric_limits<float>::infinity();
    all.places = places;
    for (std::int64_t at = R::lanes; at < size; at += R::lanes) {
        typename R::Type next;
        std::memcpy(&next, row + at, Bytes);
        places += R::lanes;
        all.take(next, places);
    }
    fold_all(all);
    return {all.least[0], all.second[0], all.places[0]};
}

#if defined(__x86_64__)
[[gnu::target("avx512f,fma")]] void two_least_512(const float* rows, std::int64_t count, std::int64_t stride,
                                                  std::int64_t panels, TwoLeast* out) {
    for (std::int64_t r = 0; r < count; ++r) out[r] = two_least_of<64>(rows + r * stride, panels * panel_lanes);
}

[[gnu::target("avx512f,fma")]] void run_512(std::span<const float* const> rows, std::int64_t d, const float* packed,
                                            const float* offsets, std::int64_t panels, float* out,
                                            std::int64_t stride) {
    while (panels > 0) {
        // Threes, and twos where threes would leave one.
        const std::int64_t take = panels == 4 ? 2 : std::min<std::int64_t>(3, panels);
        if (take == 3) tiles<64, 8, 3>(rows, d, packed, offsets, out, stride);
        if (take == 2) tiles<64, 8, 2>(rows, d, packed, offsets, out, stride);
        if (take == 1) tiles<64, 8, 1>(rows, d, packed, offsets, out, stride);
        packed += take * d * panel_lanes;
        offsets += take * panel_lanes;
        out += take * panel_lanes;
        panels -= take;
    }
}
#endif

void run_256(std::span<const float* const> rows, std::int64_t d, const float* packed, const float* offsets,
             std::int64_t panels, float* out, std::int64_t stride) {
    for (std::int64_t p = 0; p < panels; ++p) {
        tiles<32, 6, 1>(rows, d, packed + p * d * panel_lanes, offsets + p * panel_lanes, out + p * panel_lanes,
                        stride);
    }
}

bool has_512() {
#if defined(__x86_64__)
    static const bool wide = __builtin_cpu_supports("avx512f");
    return wide;
#else
    return false;
#endif
}

}  // namespace

void subtract_row_products(std::span<const float* const> rows, std::int64_t d, const float* packed,
                           const float* offsets, std::int64_t panels, float* out, std::int64_t stride) {
    if (rows.empty()) return;
#if defined(__x86_64__)
    if (has_512()) return run_512(rows, d, packed, offsets, panels, out, stride);
#endif
    run_256(rows, d, packed, offsets, panels, out, stride);
}

void two_least(const float* rows, std::int64_t count, std::int64_t stride, std::int64_t panels, TwoLeast* out) {
#if defined(__x86_64__)
    if (has_512()) return two_least_512(rows, count, stride, panels, out);
#endif
    for (std::int64_t r = 0; r < count; ++r) out[r] = two_least_of<32>(rows + r * stride, panels * panel_lanes);
}

}  // namespace eckart
