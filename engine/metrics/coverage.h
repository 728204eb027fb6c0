#pragma once

#include <cstdint>
#include <span>

// Measures of what is recommended to all people together. `counts` has for each item of the catalog how many of the
// lists it is in.

namespace eckart {

/// Share of the catalog that is in at least one list (catalog coverage: Ge, Delgado-Battenfeld and Jannach, "Beyond
/// accuracy: evaluating recommender systems by coverage and serendipity", RecSys 2010). 0 for an empty catalog.
double catalog_coverage(std::span<const std::int64_t> counts);

/// Gini index of the counts: 0 if all items are recommended equally often, (n - 1) / n if one of n has everything. With
/// c_1 <= ... <= c_n it is sum (2 j - n - 1) c_j / (n sum c_j). 0 where nothing was recommended.
double gini(std::span<const std::int64_t> counts);

/// How unexpected an item is that `count` of `people` rated, in bits: log2(people / count), where an item that nobody
/// rated counts as rated once. The mean over a list is its novelty (Zhou, Kuscsik, Liu, Medo, Wakeling and Zhang,
/// "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107, 2010).
double self_information(std::int64_t count, std::int64_t people);

}  // namespace eckart
