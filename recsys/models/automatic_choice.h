#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recsys/interface/model_kind.h"

// Which models are worth keeping for some ratings, found by trials on a part of them. Not installed.

namespace eckart::recsys {

/// A kind of model with the options that it is tried with; the others have their defaults.
struct Candidate {
    const ModelKind* kind;
    std::map<std::string, std::string> given = {};
    bool of_all = false;  ///< ranks by all that a person rated, not by the likes alone

    OptionValues options() const { return {kind->options, given}; }
    std::string name() const;  ///< "ease lambda=200", "ease lambda=200 of all ratings"
};

/// How a candidate did on the part that it did not see.
struct ModelTrial {
    Candidate candidate;
    double value;  ///< NDCG@20 for ranking, RMSE for ratings
};

/// What the trials found.
struct AutomaticChoice {
    std::optional<float> positive;    ///< entries from here up are likes; nothing: all are
    std::vector<ModelTrial> ranking;  ///< in the order of trial; the first is popularity
    std::vector<ModelTrial> rating;   ///< the first is the mean with offsets; empty where values are no ratings
    Candidate ranker;                 ///< the highest NDCG
    std::optional<Candidate> rater;   ///< the lowest RMSE
};

/// Candidates that rank likes of this shape, the simplest first: those whose work, by their operations, adds up to no
/// more than `budget` fits of implicit-als with its defaults, or 10^12, and that fit into the memory. With a budget of
/// 0 nothing but popularity.
std::vector<Candidate> ranking_candidates(const RatingsShape& likes, double squares, double budget,
                                          const MemoryBudget& memory);

/// Hides a tenth of each person's entries, fits each candidate to the others, and measures it on what was hidden:
/// NDCG@20 of the hidden likes, over at most 2,000 people, and RMSE of the hidden ratings, over at most 500. The best
/// of the models of likes is tried once more on all that people rated. Never below popularity there, nor above the
/// error of the offsets, since both are among the candidates. Where nothing can be hidden, these two are taken.
AutomaticChoice automatic_choice(const CsrView& user_item, double budget, const FitContext& context);

}  // namespace eckart::recsys
