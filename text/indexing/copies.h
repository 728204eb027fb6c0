#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "text/terms/copy_sketch.h"

namespace eckart::text {

/// From this Jaccard index of their sets of shingles on, two texts are near copies: the shingles that both have, over
/// those that either has. One changed word in a text of n words leaves (n - 7) / (n + 1), so that 80 words are enough.
inline constexpr double copy_resemblance = 0.9;

/// For each document, the row of the one that stands for it: itself if there is no other like it, else the first of
/// its group. Two documents are copies if their texts are the same words in the same order (titles do not count, nor do
/// case, marks between words and white space), or if the Jaccard index of the shingles of the later one and of the one
/// that stands for it is `copy_resemblance` or more. A text without a word has no copies.
///
/// Near copies are looked for among documents that agree in one of ten bands of six minima of their sketches [Broder
/// 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4], each with the first eight of its bucket: of two
/// texts at the threshold, one in two thousand pairs is missed. What is found is compared exactly, so nothing stands
/// together by chance. `text_of` gives the text of a row, and is called from several threads at once.
std::vector<std::int32_t> copies_of(std::span<const CopySketch> sketches,
                                    const std::function<std::string_view(std::int64_t row)>& text_of);

/// The Jaccard index of the sets of shingles of two texts; 0 if neither has one.
double shingle_resemblance(std::string_view a, std::string_view b);

}  // namespace eckart::text
