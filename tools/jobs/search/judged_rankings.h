#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "corpora/judgements/judgements.h"

namespace eckart::jobs {

/// Names of the measures of a ranking, in the order in which they are shown.
std::span<const char* const> ranking_measures();

/// Measures of ranked queries against judgements. Invariant: what was measured has a relevant document; a query that
/// has none is counted and left out.
class JudgedRankings {
  public:
    /// Borrows `judgements`.
    explicit JudgedRankings(const corpora::Judgements& judgements) : judgements_(judgements) {}

    /// Adds one query with its ranked documents, best first.
    void add(const std::string& query, const std::vector<std::string>& ranking);

    /// Adds every query with a relevant document that was not added yet as one for which nothing was found, so that it
    /// counts 0; returns their ids.
    std::vector<std::string> add_missing();

    /// Values of a measure, one a query, in the order of the queries' ids.
    std::vector<double> values(std::size_t measure) const;

    /// Judged documents that no ranking had, of all queries added.
    const std::set<std::string>& judged_but_not_ranked() const { return not_ranked_; }

    bool empty() const { return measured_.empty(); }
    std::int64_t queries_left_out() const { return left_out_; }

  private:
    const corpora::Judgements& judgements_;
    std::map<std::string, std::vector<double>> measured_;  ///< by query id, a value a measure
    std::set<std::string> ranked_;
    std::set<std::string> not_ranked_;
    std::int64_t left_out_ = 0;
};

}  // namespace eckart::jobs
