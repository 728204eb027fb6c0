#pragma once

#include <optional>
#include <span>

namespace eckart::recsys {

/// What the values of a file of ratings say.
enum class DataKind {
    likes,    ///< all are equal: they say only who had what
    counts,   ///< how often: whole numbers from 1 up, most of them small
    ratings,  ///< how much, on a scale
};

/// Told from the values alone. Counts are whole numbers from 1 up, of which the smallest is the most frequent, that
/// reach at least five above it, and whose mean lies in the lowest quarter between the smallest and the largest.
DataKind data_kind(std::span<const float> values);

/// From which value on a rating is a like: the mean of all, so that half of a usual scale is. Nothing where the values
/// are no ratings, and every entry is a like.
std::optional<float> like_threshold(std::span<const float> values);

}  // namespace eckart::recsys
