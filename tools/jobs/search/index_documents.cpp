#include "tools/jobs/search/index_documents.h"

#include <memory>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/common/counted.h"
#include "tools/jobs/search/documents.h"

namespace eckart::jobs {
namespace {

/// The documents of `reader`; says what was found instead if there is none.
text::DocumentSource some_documents(corpora::DocumentReader& reader, const std::string& source) {
    return [&reader, source, next = source_of(reader)](text::SourceDocument& document) {
        if (next(document)) return true;
        if (reader.report().documents > 0) return false;
        throw InputError(source + ": found " + corpora::summary(reader.report()) +
                         ", expected text, source code, HTML, mail or a collection");
    };
}

Notes notes_on(const corpora::ReadReport& report, const text::IndexSummary& summary) {
    Notes notes;
    const auto note = [&](const char* code, std::int64_t count, const char* one, const char* many) {
        if (count > 0) notes.push_back({code, counted(count, one, many)});
    };
    if (!report.skipped.empty() || !report.first_problem.empty()) {
        notes.push_back({"files-skipped", "read " + corpora::summary(report)});
    }
    if (!summary.svd_note.empty()) notes.push_back({"svd", "svd: " + summary.svd_note});
    note("empty-documents", summary.empty_documents, "document without a term: found by its id only",
         "documents without a term: found by their ids only");
    note("duplicate-ids", summary.duplicate_ids, "document left out because an earlier one has its id",
         "documents left out because earlier ones have their ids");
    note("invalid-sequences", summary.invalid_sequences, "sequence that is not UTF-8 was replaced",
         "sequences that are not UTF-8 were replaced");
    return notes;
}

}  // namespace

IndexedDocuments index_documents(const std::vector<std::string>& sources, const std::string& path,
                                 const IndexingOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    if (sources.empty()) throw UsageError("there is no source of documents");
    text::IndexOptions index = options.index;
    index.seed = work.seed;
    index.memory = work.memory;
    const auto reader = corpora::open_documents(sources, options.reading);
    work.require_memory(0, "index");
    IndexedDocuments made;
    made.summary = text::build_index(path, some_documents(*reader, sources.front()), index, work.progress);
    made.report = reader->report();
    made.notes = notes_on(made.report, made.summary);
    return made;
}

}  // namespace eckart::jobs
