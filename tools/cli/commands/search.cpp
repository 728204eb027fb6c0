#include <memory>
#include <sstream>

#include "corpora/judgements/queries.h"
#include "corpora/judgements/run_file.h"
#include "engine/support/error.h"
#include "text/index.h"
#include "tools/cli/terminal/hits.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/ranked_queries.h"

namespace eckart::tools {
namespace {

struct SearchArguments {
    std::string index;
    std::vector<std::string> words;
    std::string queries;
    std::string format = "list";
    std::string mode = "hybrid";
    std::string neighbors = "auto";
    std::optional<double> latent_weight;
    std::optional<std::int64_t> count;
    bool why = false;
};

void declare(Arguments& arguments, SearchArguments& given) {
    arguments.positional(given.index, "INDEX", "folder made by eckart index");
    arguments.positionals(given.words, "QUERY", "what to look for; - reads queries from standard input, one a line",
                          false);
    arguments.option(given.queries, "--queries", "FILE",
                     "answer every query of a file (SMART, JSONL, TSV, or one a line)");
    arguments.choice(given.format, "--format", {"list", "trec"}, "trec writes a run file");
    arguments.choice(given.mode, "--mode", {"hybrid", "lexical", "latent", "autoencoder"},
                     "which of the index's views ranks");
    arguments.option(given.latent_weight, "--latent-weight", "W",
                     "0 (all lexical) to 1 (all latent), in place of the weight that the index found for itself");
    arguments.choice(given.neighbors, "--neighbors", {"auto", "exact", "ivf", "ivf-pq"},
                     "how documents near in meaning are found; auto: as eckart index --neighbors has it; exact: by "
                     "reading all vectors");
    arguments.option(given.count, "-n", "N", "documents to show a query [10, or 1000 with --format trec]", 1);
    arguments.flag(given.why, "--why", "show how each score came about");
}

/// Throws UsageError where one option would make another one be ignored.
void check(const SearchArguments& given, bool json) {
    const bool trec = given.format == "trec";
    if (given.words.empty() == given.queries.empty()) throw UsageError("search takes either a QUERY or --queries FILE");
    if (trec && (given.why || json)) throw UsageError("--format trec goes with neither --why nor --json");
    if (given.latent_weight && given.mode != "hybrid") throw UsageError("--latent-weight goes with --mode hybrid only");
    if (given.why && given.mode == "autoencoder") {
        throw UsageError("--why does not go with --mode autoencoder: a code is no sum over words");
    }
    if (given.neighbors != "auto" && (given.mode == "lexical" || given.mode == "autoencoder")) {
        throw UsageError("--neighbors goes with --mode hybrid or latent");
    }
}

std::vector<corpora::Query> queries_of(const SearchArguments& given) {
    if (!given.queries.empty()) return corpora::read_queries(given.queries);
    std::string text;
    for (const std::string& word : given.words) text += (text.empty() ? "" : " ") + word;
    if (text == "-") return corpora::read_queries("-");
    return {{.id = "1", .text = text}};
}

void print_run(Session& session, const corpora::Query& query, const std::vector<text::Hit>& hits) {
    std::vector<corpora::RunEntry> ranking;
    ranking.reserve(hits.size());
    for (const text::Hit& hit : hits) {
        if (hit.document.find_first_of(" \t\r\n") != std::string::npos) {
            throw InputError("document '" + printable(hit.document) +
                             "' has white space in its id, which a run file cannot hold; use --json");
        }
        ranking.push_back({hit.document, hit.score});
    }
    std::ostringstream lines;
    corpora::write_run(lines, query.id, ranking);
    session.out.write(lines.str());
}

void run(Session& session, const SearchArguments& given) {
    check(given, session.common.json);
    const auto index = text::Index::open(given.index);
    session.require_memory(ranking_memory(index), "ranking the documents");
    const bool trec = given.format == "trec";
    const text::SearchOptions options = {.mode = text::parse_mode(given.mode),
                                         .count = given.count.value_or(trec ? 1000 : 10),
                                         .latent_weight = given.latent_weight,
                                         .neighbors = parse_neighbor_method(given.neighbors)};
    const auto queries = queries_of(given);
    const bool batch = !given.queries.empty() || queries.size() > 1;
    const auto show = [&](const corpora::Query& query, const std::vector<text::Hit>& hits) {
        if (trec) return print_run(session, query, hits);
        if (batch && !session.common.json) session.out.line("query " + query.id + ": " + printable(query.text));
        print_hits(session, index, hits,
                   {.query = query.text, .query_id = batch ? query.id : "", .options = options, .why = given.why});
    };
    rank_queries(session, index, queries, options, show);
}

}  // namespace

Command search_command() {
    auto given = std::make_shared<SearchArguments>();
    return {.name = "search",
            .summary = "Ranks the documents of an index by a query",
            .examples = {"eckart search docs.idx \"how do I change a tyre\" --why",
                         "eckart search docs.idx --queries topics.jsonl --format trec > topics.run"},
            .notes = "Scores compare documents of one answer only.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
