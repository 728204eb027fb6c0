#include "tools/cli/commands/evaluate_index.h"

#include "corpora/judgements/judgements.h"
#include "corpora/judgements/queries.h"
#include "corpora/judgements/run_file.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "text/query/index.h"
#include "tools/cli/terminal/ranking_evaluation.h"
#include "tools/jobs/search/evaluate_index.h"

namespace eckart::tools {
namespace {

jobs::RankingEvaluation measured(const IndexEvaluationArguments& given, const jobs::Work& work) {
    const corpora::Judgements judgements = corpora::read_judgements(given.judgements);
    if (!given.run.empty()) return jobs::evaluate_run(corpora::read_run(given.run), judgements, work);
    jobs::IndexEvaluationOptions options{.mode = text::parse_mode(given.mode), .latent_weight = given.latent_weight};
    if (!given.compare.empty()) options.compare = text::parse_mode(given.compare);
    const auto index = text::Index::open(given.index);
    return jobs::evaluate_index(index, corpora::read_queries(given.queries), judgements, options, work);
}

}  // namespace

void evaluate_index(Session& session, const IndexEvaluationArguments& given) {
    check(given);
    const jobs::RankingEvaluation evaluation = measured(given, session.work());
    session.show(evaluation.notes);
    print_ranking_evaluation(session, evaluation, given.mode, given.compare);
}

void refuse_stores(const std::vector<std::string>& sources) {
    for (const std::string& source : sources) {
        const auto kind = stored_kind(source);
        if (!kind) continue;
        if (*kind == "text-index") {
            throw UsageError(source + " is an index; to measure it, give --queries FILE and --qrels FILE");
        }
        throw UsageError(source + " is " + kind_in_words(*kind) +
                         "; evaluate fits and measures models on ratings: give the ratings and --model NAME");
    }
}

}  // namespace eckart::tools
