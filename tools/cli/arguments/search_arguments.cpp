#include "tools/cli/arguments/search_arguments.h"

#include <algorithm>
#include <string_view>

#include "corpora/judgements/queries.h"
#include "engine/support/error.h"
#include "text/words/analyzer.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t usual_count = 10;
constexpr std::int64_t usual_run_depth = 1000;

void check(const SearchArguments& given, bool json) {
    if (!given.words.empty() && !given.queries.empty()) {
        throw UsageError("search takes either a QUERY or --queries FILE");
    }
    if (given.words.empty() && given.queries.empty() && given.more.empty()) {
        throw UsageError("search takes a QUERY, --queries FILE or --more FILE");
    }
    if (given.trec() && (given.why || json)) throw UsageError("--format trec goes with neither --why nor --json");
    if (given.latent_weight && given.mode != "hybrid") throw UsageError("--latent-weight goes with --mode hybrid only");
    if (given.why && given.mode == "autoencoder") {
        throw UsageError("--why does not go with --mode autoencoder: a code is not a sum over words");
    }
    if (given.trec() && !given.facets.empty()) throw UsageError("--format trec does not go with --facets");
    if (given.trec() && given.copies) throw UsageError("--format trec ranks every copy without --copies");
    check_ranking(given.mode, given.neighbors);
    text::require_known_language(given.language);
}

/// The parts of "type,year". Throws UsageError for one that is no facet.
std::vector<std::string> facets_of(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::string name(list.substr(0, list.find(',')));
        list.remove_prefix(std::min(name.size() + 1, list.size()));
        text::require_facet(name);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

}  // namespace

void declare_ranking_arguments(Arguments& arguments, std::string& mode, std::string& neighbors) {
    arguments.choice(mode, "--mode", {"hybrid", "lexical", "latent", "autoencoder"},
                     "rank by words and meaning, by words, by meaning, or by the codes that eckart encode made");
    arguments.choice(neighbors, "--neighbors", {"auto", "exact", "ivf", "ivf-pq"},
                     "how to find the documents near in meaning: auto, as the index was made; exact, by reading all "
                     "vectors; ivf or ivf-pq, by the inverted file of the index");
}

void check_ranking(const std::string& mode, const std::string& neighbors) {
    if (neighbors != "auto" && (mode == "lexical" || mode == "autoencoder")) {
        throw UsageError("--neighbors goes with --mode hybrid or latent");
    }
}

void declare_copies(Arguments& arguments, bool& copies) {
    arguments.flag(copies, "--copies",
                   "show every document; not given: copies of one text, equal or nearly so, are one hit");
}

void declare_search_arguments(Arguments& arguments, SearchArguments& given) {
    arguments.positional(given.index, "INDEX", "folder made by eckart index");
    arguments.positionals(given.words, "QUERY", "what to look for; - reads queries from standard input, one a line",
                          false);
    arguments.option(given.queries, "--queries", "FILE",
                     "answer every query of a file (SMART, JSONL, TSV, or one a line)");
    arguments.option(given.more, "--more", "FILE", "look for documents like the text of a file too");
    arguments.option(given.less, "--less", "FILE", "take what a file is about away from the query");
    arguments.choice(given.format, "--format", {"list", "trec"}, "how to print: a list, or a TREC run file");
    declare_ranking_arguments(arguments, given.mode, given.neighbors);
    arguments.option(given.latent_weight, "--latent-weight", "W",
                     "weight of the meaning, from 0 (words only) to 1 (meaning only); not given: what the index found");
    arguments.option(given.language, "--language", "CODE",
                     "language of the query, whose common words are left out; auto: that of the index or of the query");
    arguments.option(given.count, "-n", "N",
                     "documents to show for each query; not given: 10, or 1000 with --format trec", 1);
    declare_copies(arguments, given.copies);
    arguments.option(given.facets, "--facets", "LIST",
                     "count the documents that match by type, folder, language, sender or year, "
                     "several with commas between");
    arguments.flag(given.why, "--why", "show how each score came about");
}

jobs::QueryOptions query_options(const SearchArguments& given, bool json) {
    check(given, json);
    jobs::QueryOptions options;
    options.ranking = {.mode = text::parse_mode(given.mode),
                       .count = given.count.value_or(given.trec() ? usual_run_depth : usual_count),
                       .latent_weight = given.latent_weight,
                       .neighbors = parse_neighbor_method(given.neighbors),
                       .language = given.language,
                       .more = jobs::texts_of(given.more),
                       .less = jobs::texts_of(given.less)};
    options.ranking.fold_copies = !given.copies && !given.trec();
    if (given.trec()) options.snippet_width = 0;
    options.facets = facets_of(given.facets);
    options.explain = given.why;
    return options;
}

std::vector<corpora::Query> queries_of(const SearchArguments& given) {
    if (!given.queries.empty()) return corpora::read_queries(given.queries);
    std::string text;
    for (const std::string& word : given.words) text += (text.empty() ? "" : " ") + word;
    if (text == "-") return corpora::read_queries("-");
    return {{.id = "1", .text = text}};
}

}  // namespace eckart::tools
