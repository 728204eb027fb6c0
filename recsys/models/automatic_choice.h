#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recsys/interface/model_kind.h"
#include "recsys/models/data_kind.h"

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
    DataKind data;                    ///< what the values are
    std::optional<float> positive;    ///< entries from here up are likes; nothing: all are
    std::vector<ModelTrial> ranking;  ///< in the order of trial; the first is popularity
    std::vector<ModelTrial> rating;   ///< the first is the mean with offsets; empty where values are no ratings
    std::vector<Candidate> untried;   ///< left out for want of work or memory
    Candidate ranker;                 ///< the highest NDCG
    std::optional<Candidate> rater;   ///< the lowest RMSE
};

/// Candidates in the order of trial, the simplest first, and those that are left out.
struct RankingCandidates {
    std::vector<Candidate> tried;
    std::vector<Candidate> untried;
};

/// Candidates that rank likes of this shape, where people's numbers of likes have this sum of squares. Tried are those
/// whose work, by their operations, adds up to no more than `budget` fits of implicit-als with its defaults, or 10^12,
/// and that fit into the memory; popularity always, and with a budget of 0 nothing else.
RankingCandidates ranking_candidates(const RatingsShape& likes, double squares, double budget,
                                     const MemoryBudget& memory);

/// Holds out a tenth of the ratings, fits each candidate to the others, and measures it on what was held out, as
/// `evaluate` does: NDCG@20 of the likes of at most 2,000 people, and RMSE of the ratings of at most 500. The best of
/// the models of likes is tried once more on all that people rated. Never below popularity there, nor above the error
/// of the offsets, since both are among the candidates. Where nothing can be held out, these two are taken.
AutomaticChoice automatic_choice(const CsrView& user_item, double budget, const FitContext& context);

}  // namespace eckart::recsys
