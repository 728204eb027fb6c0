#include "tools/cli/arguments/index_arguments.h"

#include "corpora/documents/columns.h"

namespace eckart::tools {

void declare_index_arguments(Arguments& arguments, IndexArguments& given) {
    std::string formats;
    for (const std::string& format : corpora::source_formats()) formats += ", " + format;
    arguments.positionals(given.sources, "SOURCE", "folders, files of documents, or - for standard input");
    arguments.option(given.format, "--format", "NAME", "of the sources: auto" + formats);
    arguments.option(given.rank, "--rank", "RULE",
                     "dimensions of the latent space: a number; auto, a tenth of the documents from 50 to 500; "
                     "energy:SHARE, the fewest that keep so much of the matrix; or profile, where the spectrum bends");
    arguments.option(given.weighting, "--weighting", "NAME",
                     "of the terms: log-entropy, bm25, tf-idf, or tf-idf with three SMART letters as in tf-idf:ltc");
    arguments.option(given.language, "--language", "CODE",
                     "of the documents: en, de, ..., none for words as they are, or auto to detect it for each one");
    arguments.choice(given.solver, "--solver", {"auto", "spectra", "block-krylov"}, "of the truncated SVD");
    arguments.option(given.tolerance, "--tolerance", "X",
                     "bound on the residuals of the SVD, relative to the largest singular value");
    arguments.choice(
        given.neighbors, "--neighbors", {"auto", "exact", "ivf", "ivf-pq"},
        "what a search by meaning reads: exact, all document vectors; ivf, some cells of an inverted file; "
        "ivf-pq, codes of 25 bytes and the best vectors; auto, ivf from 256 MB of vectors on");
}

void declare_document_columns(Arguments& arguments, IndexArguments& given) {
    arguments.option(given.columns, "--columns", "LIST",
                     "which columns of CSV, TSV or JSON lines to read, by name or number: id=..,title=..,text=..,"
                     "date=..,sender=..; text may be given several times");
}

corpora::OpenOptions reading_options(const IndexArguments& given) {
    corpora::OpenOptions options;
    options.format = given.format;
    options.columns = corpora::parse_document_columns(given.columns);
    return options;
}

text::IndexOptions index_options(const IndexArguments& given) {
    text::IndexOptions options;
    options.rank = text::parse_rank_rule(given.rank);
    options.weighting = text::parse_weighting(given.weighting);
    options.language = given.language;
    options.solver = given.solver;
    options.tolerance = given.tolerance;
    options.neighbors = parse_neighbor_method(given.neighbors);
    return options;
}

}  // namespace eckart::tools
