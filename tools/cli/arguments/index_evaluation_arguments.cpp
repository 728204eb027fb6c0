#include "tools/cli/arguments/index_evaluation_arguments.h"

#include "engine/support/error.h"
#include "text/ranking/search_mode.h"

namespace eckart::tools {

void declare_index_evaluation(Arguments& arguments, IndexEvaluationArguments& given) {
    arguments.option(given.queries, "--queries", "FILE", "queries for the index: SMART, JSONL, TSV, or one a line");
    arguments.option(given.run, "--run", "FILE", "measure this TREC run instead of an index");
    arguments.option(given.judgements, "--qrels", "FILE", "relevance judgements: TREC, BEIR or SMART");
    arguments.choice(given.mode, "--mode", {"hybrid", "lexical", "latent", "autoencoder"},
                     "how the index ranks, as for eckart search");
    arguments.option(given.latent_weight, "--latent-weight", "W",
                     "weight of the meaning in hybrid mode, from 0 (words only) to 1 (meaning only); not given: what "
                     "the index found");
    arguments.option(given.compare, "--compare", "MODE", "a second mode, tested against the first on the same queries");
}

void check(const IndexEvaluationArguments& given) {
    if (!given.run.empty() && !(given.index + given.queries).empty()) {
        throw UsageError("evaluate takes either an INDEX with --queries, or --run");
    }
    if (given.run.empty()) {
        if (given.index.empty()) throw UsageError("evaluate needs an INDEX with --queries FILE, or --run FILE");
        if (given.queries.empty()) throw UsageError("to measure an index, give its queries too: --queries FILE");
    }
    if (given.judgements.empty()) throw UsageError("the judgements are needed too: --qrels FILE");
    if (given.latent_weight && !given.run.empty()) throw UsageError("--latent-weight goes with an INDEX only");
    if (given.latent_weight && given.mode != "hybrid" && given.compare != "hybrid") {
        throw UsageError("--latent-weight goes with --mode hybrid only");
    }
    if (given.compare.empty()) return;
    if (!given.run.empty()) throw UsageError("--compare goes with an INDEX only");
    text::parse_mode(given.compare);
}

std::string index_evaluation_notes() {
    return "Measures of a query (g_i: the grade at rank i, 0 if not judged; relevant: g > 0; R: all relevant "
           "documents, found or\n"
           "not), averaged over the queries that have a relevant document:\n"
           "  map         1/R  sum over relevant ranks i of (relevant in ranks 1..i) / i\n"
           "  ndcg@10     DCG@10 / DCG@10 of the best order of all judged; DCG@k = sum over i <= k of g_i / log2(i + "
           "1)\n"
           "  p@10        relevant in ranks 1..10 / 10\n"
           "  recall@100  relevant in ranks 1..100 / R\n"
           "  mrr         1 / rank of the first relevant, 0 if there is none\n"
           "low and high are a 95% bootstrap interval of the mean over queries. p is Fisher's paired randomization "
           "test.\n"
           "The best 1000 documents of an index are measured. A judged document that is not in the index stays in R. "
           "A judged\n"
           "query that is missing from the queries or from the run counts 0. Judgements are of documents, so each copy "
           "of a "
           "text\n"
           "has its own rank, as in search --copies and in run files.";
}

}  // namespace eckart::tools
