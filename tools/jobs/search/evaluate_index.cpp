#include "tools/jobs/search/evaluate_index.h"

#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/common/counted.h"
#include "tools/jobs/search/judged_rankings.h"
#include "tools/jobs/search/search.h"

namespace eckart::jobs {
namespace {

constexpr std::size_t most_named = 5;  // missing queries that a note names

JudgedRankings judged(const text::Index& index, std::span<const corpora::Query> queries,
                      const corpora::Judgements& judgements, const text::SearchOptions& ranking, const Work& work) {
    JudgedRankings rankings(judgements);
    search(index, queries, {.ranking = ranking, .snippet_width = 0}, work, [&](const Answer& answer) {
        std::vector<std::string> ids;
        for (const FoundDocument& found : answer.documents) ids.push_back(found.hit.document);
        rankings.add(answer.query.id, ids);
    });
    return rankings;
}

/// Throws InputError if nothing was measured: the judgements are about other queries, or about none.
void require_measured(const JudgedRankings& rankings, const corpora::Judgements& judgements, const std::string& query) {
    if (!rankings.empty()) return;
    throw InputError("no query has a relevant document in the judgements: the first query is '" + query +
                     "', the first judged one '" + judgements.begin()->first +
                     "'; both files must use the same ids, and relevant documents need a grade above 0");
}

/// Counts the judged queries that were not asked, and says so.
void add_missing(JudgedRankings& rankings, const std::string& where, Notes& notes) {
    const std::vector<std::string> missing = rankings.add_missing();
    if (missing.empty()) return;
    const auto number = static_cast<std::int64_t>(missing.size());
    std::string text = counted(number, "judged query is", "judged queries are") + " not in the " + where + " and " +
                       (number == 1 ? "counts" : "count") + " 0: ";
    for (std::size_t i = 0; i < std::min(most_named, missing.size()); ++i) text += (i > 0 ? ", " : "") + missing[i];
    if (missing.size() > most_named) text += ", ...";
    notes.push_back({"queries-missing", text});
}

void note_unknown(const text::Index& index, const JudgedRankings& rankings, Notes& notes) {
    std::vector<std::string> unknown;
    for (const std::string& document : rankings.judged_but_not_ranked()) {
        if (!index.contains(document)) unknown.push_back(document);
    }
    if (unknown.empty()) return;
    const auto number = static_cast<std::int64_t>(unknown.size());
    notes.push_back({"documents-unknown", "warning: " + counted(number, "judged document is", "judged documents are") +
                                              " not in the index, for example '" + unknown.front() +
                                              "'; those that are relevant count as not found"});
}

void note_left_out(const JudgedRankings& rankings, Notes& notes) {
    const std::int64_t number = rankings.queries_left_out();
    if (number == 0) return;
    notes.push_back({"queries-left-out", counted(number, "query without a relevant document in the judgements is",
                                                 "queries without a relevant document in the judgements are") +
                                             " left out"});
}

std::vector<MeasuredRanking> means_of(const JudgedRankings& rankings, std::uint64_t seed) {
    std::vector<MeasuredRanking> measures;
    for (std::size_t m = 0; m < ranking_measures().size(); ++m) {
        measures.push_back({ranking_measures()[m], bootstrap_mean(rankings.values(m), {.seed = seed})});
    }
    return measures;
}

std::vector<MeasuredDifference> differences_of(const JudgedRankings& a, const JudgedRankings& b, std::uint64_t seed) {
    std::vector<MeasuredDifference> differences;
    for (std::size_t m = 0; m < ranking_measures().size(); ++m) {
        differences.push_back(
            {ranking_measures()[m], paired_randomization_test(a.values(m), b.values(m), {.seed = seed})});
    }
    return differences;
}

}  // namespace

RankingEvaluation evaluate_index(const text::Index& index, std::span<const corpora::Query> queries,
                                 const corpora::Judgements& judgements, const IndexEvaluationOptions& options,
                                 const Work& work) {
    const ThreadLimit threads(work.threads);
    if (queries.empty()) throw UsageError("there is no query to measure with");
    const text::SearchOptions ranking = {
        .mode = options.mode, .count = options.depth, .latent_weight = options.latent_weight};
    RankingEvaluation evaluation;
    JudgedRankings first = judged(index, queries, judgements, ranking, work);
    require_measured(first, judgements, queries.front().id);
    add_missing(first, "file of queries", evaluation.notes);
    note_unknown(index, first, evaluation.notes);
    note_left_out(first, evaluation.notes);
    evaluation.measures = means_of(first, work.seed);
    if (!options.compare) return evaluation;

    text::SearchOptions other = ranking;
    other.mode = *options.compare;
    JudgedRankings second = judged(index, queries, judgements, other, work);
    second.add_missing();
    evaluation.compared = means_of(second, work.seed);
    evaluation.differences = differences_of(first, second, work.seed);
    return evaluation;
}

RankingEvaluation evaluate_run(const corpora::Run& run, const corpora::Judgements& judgements, const Work& work) {
    const ThreadLimit threads(work.threads);
    if (run.empty()) throw UsageError("there is no query in the run");
    work.require_memory(0, "evaluate");
    JudgedRankings rankings(judgements);
    for (const auto& [query, entries] : run) {
        std::vector<std::string> ids;
        for (const corpora::RunEntry& entry : entries) ids.push_back(entry.document);
        rankings.add(query, ids);
    }
    RankingEvaluation evaluation;
    require_measured(rankings, judgements, run.begin()->first);
    add_missing(rankings, "run", evaluation.notes);
    note_left_out(rankings, evaluation.notes);
    evaluation.measures = means_of(rankings, work.seed);
    return evaluation;
}

}  // namespace eckart::jobs
