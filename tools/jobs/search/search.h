#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/documents/query.h"
#include "text/query/index.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// How queries are answered.
struct QueryOptions {
    text::SearchOptions ranking = {};
    std::size_t snippet_width = 200;       ///< columns of the passage shown of each document; 0: none
    std::vector<std::string> facets = {};  ///< of text::facet_names: counted over the documents that match
    bool explain = false;                  ///< whether each document says how its score came about
    bool corrects = false;                 ///< whether notes tell of mistyped words, which takes milliseconds a query
};

/// A ranked document as people look at it.
struct FoundDocument {
    text::Hit hit;
    text::Snippet snippet;                         ///< empty if none was asked for
    std::optional<text::Explanation> explanation;  ///< nothing if none was asked for
};

/// What was found for a query.
struct Answer {
    corpora::Query query;
    std::vector<FoundDocument> documents;  ///< best first, ties by id; none if no document matches
    std::vector<text::Facet> facets = {};  ///< in the order in which they were asked for
    Notes notes = {};                      ///< what was left out, is in no document, and why nothing is found
};

/// Answers `queries` from an index that is opened once, several at a time, and gives each answer to `take` in the order
/// of the queries. Can be interrupted between blocks of queries; memory does not grow with their number. Throws
/// MemoryError if the scores do not fit, and as text::Index::search; a mistake in one query of several is a UsageError
/// that names it.
void search(const text::Index& index, std::span<const corpora::Query> queries, const QueryOptions& options,
            const Work& work, const std::function<void(const Answer&)>& take);

/// Answers one query.
Answer search(const text::Index& index, std::string_view query, const QueryOptions& options, const Work& work);

/// What stands in files that people name as examples of what they want, or do not want: the text of all documents of
/// each. Throws InputError.
std::vector<std::string> texts_of(const std::vector<std::string>& files);

/// The documents nearest to one of the index, itself left out, best first. Throws as text::Index::similar, and
/// MemoryError.
std::vector<text::Hit> similar_documents(const text::Index& index, std::string_view document,
                                         const text::SearchOptions& options, const Work& work);

/// The `count` terms nearest to a word, best first. Throws as text::Index::nearest_terms, and MemoryError.
std::vector<text::TermNeighbor> nearest_terms(const text::Index& index, std::string_view word, std::int64_t count,
                                              const Work& work);

}  // namespace eckart::jobs
