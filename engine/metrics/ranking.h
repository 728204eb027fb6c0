#pragma once

#include <cstdint>
#include <limits>
#include <span>

// Measures of one ranking, the same for the documents of a query and the items recommended to a user.
//
// A ranking comes as its grades: grades[i] is how relevant the entry at rank i + 1 is judged, 0 if it is not, or not
// judged. An entry is relevant if its grade is above 0. R is the number of all relevant entries, ranked or not. Where
// R = 0 every measure is 0; who averages over queries leaves such queries out. `k` may be larger than the ranking, and
// every_rank stands for all of it. Functions throw UsageError if k < 1 or R < 0.

namespace eckart {

inline constexpr std::int64_t every_rank = std::numeric_limits<std::int64_t>::max();

/// AP = 1/R sum over relevant ranks i of (relevant entries in ranks 1..i) / i; MAP is its mean over queries.
double average_precision(std::span<const double> grades, std::int64_t relevant);

/// P@k = relevant entries in ranks 1..k / k, also where fewer than k are ranked.
double precision_at(std::span<const double> grades, std::int64_t k);

/// Recall@k = relevant entries in ranks 1..k / R.
double recall_at(std::span<const double> grades, std::int64_t relevant, std::int64_t k);

/// Recall@k = relevant entries in ranks 1..k / min(k, R), so that 1 can be reached for any k (Liang, Krishnan, Hoffman
/// and Jebara, "Variational autoencoders for collaborative filtering", WWW 2018).
double capped_recall_at(std::span<const double> grades, std::int64_t relevant, std::int64_t k);

/// nDCG@k = DCG@k / (DCG@k of the best order of all judged entries), DCG@k = sum over i <= k of g_i / log2(i + 1),
/// where the gain g_i is the grade itself and 0 for negative ones (Järvelin and Kekäläinen, "Cumulated gain-based
/// evaluation of IR techniques", ACM TOIS 20, 2002, with the discount from rank 1 on that trec_eval uses).
///
/// `judged` has the grades of all entries that were judged, ranked or not, in any order; those not above 0 may be left
/// out. Where every relevant entry has the grade 1 this is the binary measure.
double ndcg_at(std::span<const double> grades, std::span<const double> judged, std::int64_t k);

/// RR = 1 / (rank of the first relevant entry), 0 if none is ranked; MRR is its mean over queries.
double reciprocal_rank(std::span<const double> grades);

/// HR@k = 1 if a relevant entry is in ranks 1..k, otherwise 0.
double hit_rate_at(std::span<const double> grades, std::int64_t k);

}  // namespace eckart
