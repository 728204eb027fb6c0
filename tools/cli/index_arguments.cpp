#include "tools/cli/index_arguments.h"

#include <charconv>

#include "corpora/open.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

std::optional<std::int64_t> parse_rank(const std::string& text) {
    if (text == "auto") return {};
    std::int64_t rank = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, rank);
    if (parsed.ec != std::errc() || parsed.ptr != end || rank < 1) {
        throw UsageError("--rank: expected auto or a whole number from 1 up, found '" + text + "'");
    }
    return rank;
}

}  // namespace

void declare_index_arguments(Arguments& arguments, IndexArguments& given) {
    std::string formats;
    for (const std::string& format : corpora::source_formats()) formats += ", " + format;
    arguments.positionals(given.sources, "SOURCE", "folders, files of documents, or - for standard input");
    arguments.option(given.format, "--format", "NAME", "of the sources: auto" + formats);
    arguments.option(given.rank, "--rank", "K|auto", "rank of the truncated SVD");
    arguments.option(given.weighting, "--weighting", "NAME",
                     "of the matrix: log-entropy, bm25, tf-idf or tf-idf:ltc and the like");
    arguments.option(given.language, "--language", "CODE", "en, de, ..., none, or auto to detect it for each document");
    arguments.choice(given.solver, "--solver", {"auto", "spectra", "block-krylov"}, "of the truncated SVD");
    arguments.option(given.tolerance, "--tolerance", "X",
                     "on the residuals of the SVD, relative to the largest singular value");
}

std::unique_ptr<corpora::DocumentReader> open_sources(const IndexArguments& given) {
    corpora::OpenOptions options;
    options.format = given.format;
    return corpora::open_documents(given.sources, options);
}

text::IndexOptions index_options(const IndexArguments& given, const Session& session) {
    text::IndexOptions options;
    options.rank = parse_rank(given.rank);
    options.weighting = text::parse_weighting(given.weighting);
    options.language = given.language;
    options.solver = given.solver;
    options.tolerance = given.tolerance;
    options.seed = static_cast<std::uint64_t>(session.common.seed);
    options.memory = session.memory;
    return options;
}

}  // namespace eckart::tools
