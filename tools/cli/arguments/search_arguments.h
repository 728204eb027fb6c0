#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "corpora/documents/query.h"
#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/search/search.h"

namespace eckart::tools {

/// What `search` takes.
struct SearchArguments {
    std::string index;
    std::vector<std::string> words;
    std::vector<std::string> more;
    std::vector<std::string> less;
    std::string queries;
    std::string format = "list";
    std::string mode = "hybrid";
    std::string neighbors = "auto";
    std::string language = "auto";
    std::optional<double> latent_weight;
    std::optional<std::int64_t> count;
    std::string facets;
    bool copies = false;
    bool why = false;

    bool trec() const { return format == "trec"; }
};

void declare_search_arguments(Arguments& arguments, SearchArguments& given);

/// Declares --mode, --neighbors and their help, as all commands that rank documents have them.
void declare_ranking_arguments(Arguments& arguments, std::string& mode, std::string& neighbors);

/// Throws UsageError where --neighbors would be ignored.
void check_ranking(const std::string& mode, const std::string& neighbors);

/// Declares --copies.
void declare_copies(Arguments& arguments, bool& copies);

/// How the queries are answered. Throws UsageError where one option would make another one be ignored.
jobs::QueryOptions query_options(const SearchArguments& given, bool json);

/// The query of the command line, or those of a file or of standard input.
std::vector<corpora::Query> queries_of(const SearchArguments& given);

}  // namespace eckart::tools
