#include "tools/cli/arguments/index_arguments.h"

#include "corpora/documents/open.h"

namespace eckart::tools {

void declare_index_arguments(Arguments& arguments, IndexArguments& given) {
    std::string formats;
    for (const std::string& format : corpora::source_formats()) formats += ", " + format;
    arguments.positionals(given.sources, "SOURCE", "folders, files of documents, or - for standard input");
    arguments.option(given.format, "--format", "NAME", "of the sources: auto" + formats);
    arguments.option(
        given.rank, "--rank", "RULE",
        "of the truncated SVD: a number; auto (a tenth of the documents, 50 to 500); energy:SHARE, the least "
        "that keeps so much; or profile, where the spectrum bends");
    arguments.option(given.weighting, "--weighting", "NAME",
                     "of the matrix: log-entropy, bm25, tf-idf or tf-idf:ltc and the like");
    arguments.option(given.language, "--language", "CODE", "en, de, ..., none, or auto to detect it for each document");
    arguments.choice(given.solver, "--solver", {"auto", "spectra", "block-krylov"}, "of the truncated SVD");
    arguments.option(given.tolerance, "--tolerance", "X",
                     "on the residuals of the SVD, relative to the largest singular value");
    arguments.choice(given.neighbors, "--neighbors", {"auto", "exact", "ivf", "ivf-pq"},
                     "what a search by meaning reads: exact, all document vectors; ivf, cells of an inverted file; "
                     "ivf-pq, codes of 25 bytes, and the best vectors; auto: ivf from 256 MB of vectors on");
}

std::unique_ptr<corpora::DocumentReader> open_sources(const IndexArguments& given) {
    corpora::OpenOptions options;
    options.format = given.format;
    return corpora::open_documents(given.sources, options);
}

text::IndexOptions index_options(const IndexArguments& given, const Session& session) {
    text::IndexOptions options;
    options.rank = text::parse_rank_rule(given.rank);
    options.weighting = text::parse_weighting(given.weighting);
    options.language = given.language;
    options.solver = given.solver;
    options.tolerance = given.tolerance;
    options.neighbors = parse_neighbor_method(given.neighbors);
    options.seed = static_cast<std::uint64_t>(session.common.seed);
    options.memory = session.memory;
    return options;
}

}  // namespace eckart::tools
