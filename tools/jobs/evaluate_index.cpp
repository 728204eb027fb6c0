#include "tools/jobs/evaluate_index.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "corpora/judgements/judgements.h"
#include "corpora/judgements/queries.h"
#include "corpora/judgements/run_file.h"
#include "engine/support/error.h"
#include "text/index.h"
#include "tools/jobs/evaluation.h"
#include "tools/jobs/ranked_queries.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t depth = 1000;

/// Throws UsageError where options do not go together.
void check(const IndexEvaluationArguments& given) {
    const bool from_index = !given.index.empty() && !given.queries.empty();
    if (from_index == !given.run.empty() || (!given.run.empty() && !(given.index + given.queries).empty())) {
        throw UsageError("evaluate takes either an INDEX with --queries, or --run");
    }
    if (given.judgements.empty()) throw UsageError("--qrels is required");
    if (!given.compare.empty() && !from_index) throw UsageError("--compare goes with an INDEX only");
}

/// The ids of ranked hits or of a run's entries.
template <typename Ranked>
std::vector<std::string> documents_of(const std::vector<Ranked>& ranking) {
    std::vector<std::string> ids;
    ids.reserve(ranking.size());
    for (const Ranked& entry : ranking) ids.push_back(entry.document);
    return ids;
}

Evaluation of_index(Session& session, const text::Index& index, const IndexEvaluationArguments& given,
                    const std::string& mode, const corpora::Judgements& judgements) {
    const text::SearchOptions options = {.mode = text::parse_mode(mode), .count = depth, .latent_weight = {}};
    Evaluation evaluation(judgements);
    rank_queries(session, index, corpora::read_queries(given.queries), options,
                 [&](const corpora::Query& query, const std::vector<text::Hit>& hits) {
                     evaluation.add(query.id, documents_of(hits));
                 });
    return evaluation;
}

Evaluation of_run(Session& session, const std::string& path, const corpora::Judgements& judgements) {
    Evaluation evaluation(judgements);
    for (const auto& [query, entries] : corpora::read_run(path)) {
        evaluation.add(query, documents_of(entries));
    }
    const std::int64_t missing = evaluation.add_missing();
    if (missing > 0) session.note(fmt::format("{} judged queries are not in the run and count 0", missing));
    return evaluation;
}

void note_unknown(Session& session, const text::Index& index, const Evaluation& evaluation) {
    std::int64_t unknown = 0;
    std::string first;
    for (const std::string& document : evaluation.judged_but_not_ranked()) {
        if (index.contains(document)) continue;
        if (unknown++ == 0) first = document;
    }
    if (unknown == 0) return;
    session.note(fmt::format(
        "warning: {} judged documents are not in the index, '{}' the first; those that are relevant count as "
        "not found",
        unknown, printable(first)));
}

/// Prints a table, or an object for each row with `mode` in front where two are compared.
void print(Session& session, const Evaluation& evaluation, const std::string& mode) {
    Table table({"metric", "value", "n", "low", "high"});
    for (std::size_t m = 0; m < measure_names().size(); ++m) {
        const auto seed = static_cast<std::uint64_t>(session.common.seed);
        const MeanInterval mean = bootstrap_mean(evaluation.values(m), {.seed = seed});
        nlohmann::ordered_json row;
        if (!mode.empty()) row["mode"] = mode;
        row.update({{"metric", measure_names()[m]},
                    {"value", mean.mean},
                    {"n", mean.n},
                    {"low", mean.low},
                    {"high", mean.high}});
        if (session.common.json) session.out.object(row);
        table.add({measure_names()[m], fmt::format("{:.4f}", mean.mean), std::to_string(mean.n),
                   fmt::format("{:.4f}", mean.low), fmt::format("{:.4f}", mean.high)});
    }
    if (session.common.json) return;
    if (!mode.empty()) session.out.line(mode);
    table.print(session.out);
}

void print_comparison(Session& session, const Evaluation& a, const Evaluation& b,
                      const IndexEvaluationArguments& given) {
    Table table({"metric", "difference", "p"});
    for (std::size_t m = 0; m < measure_names().size(); ++m) {
        const auto seed = static_cast<std::uint64_t>(session.common.seed);
        const PairedTest test = paired_randomization_test(a.values(m), b.values(m), {.seed = seed});
        const char* name = measure_names()[m];
        if (session.common.json) {
            session.out.object({{"metric", name}, {"difference", test.difference}, {"p", test.p_value}, {"n", test.n}});
        }
        table.add({name, fmt::format("{:+.4f}", test.difference), fmt::format("{:.4f}", test.p_value)});
    }
    if (session.common.json) return;
    session.out.line(given.compare + " minus " + given.mode);
    table.print(session.out);
}

Evaluation evaluated(Session& session, const text::Index& index, const IndexEvaluationArguments& given,
                     const corpora::Judgements& judgements) {
    session.require_memory(ranking_memory(index), "ranking the documents");
    Evaluation evaluation = of_index(session, index, given, given.mode, judgements);
    note_unknown(session, index, evaluation);
    print(session, evaluation, given.compare.empty() ? "" : given.mode);
    if (!given.compare.empty()) {
        const Evaluation other = of_index(session, index, given, given.compare, judgements);
        print(session, other, given.compare);
        print_comparison(session, evaluation, other, given);
    }
    return evaluation;
}

}  // namespace

void declare_index_evaluation(Arguments& arguments, IndexEvaluationArguments& given) {
    arguments.option(given.queries, "--queries", "FILE", "queries for the index: SMART, JSONL, TSV, or one a line");
    arguments.option(given.run, "--run", "FILE", "a run in TREC form to measure, in place of an index with queries");
    arguments.option(given.judgements, "--qrels", "FILE", "relevance judgements: TREC, BEIR or SMART");
    arguments.choice(given.mode, "--mode", {"hybrid", "lexical", "latent", "autoencoder"},
                     "which of the index's views ranks");
    arguments.option(given.compare, "--compare", "MODE", "a second mode, tested against the first on the same queries");
}

void evaluate_index(Session& session, const IndexEvaluationArguments& given) {
    check(given);
    session.require_memory(0, "evaluate");
    if (!given.compare.empty()) text::parse_mode(given.compare);
    const corpora::Judgements judgements = corpora::read_judgements(given.judgements);
    std::int64_t left_out = 0;
    if (given.run.empty()) {
        left_out = evaluated(session, text::Index::open(given.index), given, judgements).queries_left_out();
    } else {
        const Evaluation evaluation = of_run(session, given.run, judgements);
        print(session, evaluation, "");
        left_out = evaluation.queries_left_out();
    }
    if (left_out > 0)
        session.note(fmt::format("{} queries without a relevant document in the judgements are left out", left_out));
}

}  // namespace eckart::tools
