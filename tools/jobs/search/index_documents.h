#pragma once

#include <string>
#include <vector>

#include "corpora/documents/open.h"
#include "text/indexing/index_builder.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// How documents are read and indexed.
struct IndexingOptions {
    corpora::OpenOptions reading = {};  ///< the format of the sources and the columns of tables
    text::IndexOptions index = {};      ///< its seed and memory are the work's
};

/// An index that was made.
struct IndexedDocuments {
    text::IndexSummary summary;
    corpora::ReadReport report;  ///< what was read, and what was skipped
    Notes notes;  ///< files-skipped, svd, empty-documents, duplicate-ids, invalid-sequences: what a person may mend
};

/// Makes an index at `path` of the documents in `sources`: folders, files, collections, or "-" for standard input. What
/// was there stays until all is done. Throws InputError if a source cannot be read or holds no document, and as
/// text::build_index.
IndexedDocuments index_documents(const std::vector<std::string>& sources, const std::string& path,
                                 const IndexingOptions& options, const Work& work);

}  // namespace eckart::jobs
