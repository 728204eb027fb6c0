#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "corpora/judgements/judgements.h"
#include "engine/metrics/significance.h"

namespace eckart::tools {

/// Names of the measures, in the order in which they are shown.
std::span<const char* const> measure_names();

/// What they are, for people: a formula a line.
std::string measure_formulas();

/// Measures of ranked queries against judgements. A query that has no judgement, or none above 0, is left out and
/// counted.
class Evaluation {
  public:
    /// Borrows `judgements`.
    explicit Evaluation(const corpora::Judgements& judgements) : judgements_(judgements) {}

    /// Adds one query with its ranked documents, best first.
    void add(const std::string& query, const std::vector<std::string>& ranking);

    /// Adds every query with a relevant document that was not added yet as one that ranked nothing; returns how many.
    std::int64_t add_missing();

    /// Values of a measure, one a query, in the order of the queries' ids.
    std::vector<double> values(std::size_t measure) const;

    /// Judged documents that no ranking had, of all queries added.
    const std::set<std::string>& judged_but_not_ranked() const { return not_ranked_; }

    std::int64_t queries_left_out() const { return left_out_; }

  private:
    const corpora::Judgements& judgements_;
    std::map<std::string, std::vector<double>> measured_;  ///< by query id, a value a measure
    std::set<std::string> ranked_;
    std::set<std::string> not_ranked_;
    std::int64_t left_out_ = 0;
};

}  // namespace eckart::tools
