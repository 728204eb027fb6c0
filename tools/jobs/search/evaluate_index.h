#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "corpora/documents/query.h"
#include "corpora/judgements/judgements.h"
#include "corpora/judgements/run_file.h"
#include "engine/metrics/significance.h"
#include "text/query/index.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// How an index is measured.
struct IndexEvaluationOptions {
    text::Mode mode = text::Mode::hybrid;
    std::optional<text::Mode> compare = {};    ///< a second mode, tested against the first on the same queries
    std::optional<double> latent_weight = {};  ///< in hybrid mode, instead of the weight that the index found
    std::int64_t depth = 1000;                 ///< documents ranked for each query
};

/// A measure of a ranking, averaged over the queries that have a relevant document.
struct MeasuredRanking {
    std::string metric;  ///< one of ranking_measures
    MeanInterval mean;   ///< with its 95% bootstrap interval
};

/// How two modes differ in a measure on the same queries.
struct MeasuredDifference {
    std::string metric;
    PairedTest test;  ///< the second mode minus the first
};

/// How well documents are ranked.
struct RankingEvaluation {
    std::vector<MeasuredRanking> measures;        ///< of the first mode, or of the run
    std::vector<MeasuredRanking> compared;        ///< of the second mode; empty if there is none
    std::vector<MeasuredDifference> differences;  ///< empty if there is no second mode
    /// queries-missing: judged queries that were not asked, which count 0; documents-unknown: judged documents that are
    /// not in the index; queries-left-out: queries without a relevant document.
    Notes notes;
};

/// Measures the rankings that `search` gives for `queries` against `judgements`. A judged query that is not among the
/// queries counts 0. Throws InputError if no query has a relevant document in the judgements, and as `search`.
RankingEvaluation evaluate_index(const text::Index& index, std::span<const corpora::Query> queries,
                                 const corpora::Judgements& judgements, const IndexEvaluationOptions& options,
                                 const Work& work);

/// Measures rankings that somebody made; otherwise as evaluate_index.
RankingEvaluation evaluate_run(const corpora::Run& run, const corpora::Judgements& judgements, const Work& work);

}  // namespace eckart::jobs
