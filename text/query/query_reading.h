#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/support/note.h"
#include "text/query/query_parser.h"
#include "text/query/query_words.h"
#include "text/ranking/document_set.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"

namespace eckart::text {

/// What an index is asked, beside a query: texts like which documents are wanted, and texts whose concepts are taken
/// away.
struct LikedTexts {
    std::vector<std::string> more;
    std::vector<std::string> less;
};

/// A query as an index understands it.
struct ReadQuery {
    RankedQuery ranked;
    std::optional<DocumentSet> allowed;  ///< nothing: all documents
    bool lists_allowed = false;          ///< allowed documents are hits even where the ranking has no score for them
    bool only_like = false;              ///< ranks by what documents or texts are about, alone
    Notes notes;

    const DocumentSet* allowed_or_all() const { return allowed ? &*allowed : nullptr; }
};

/// The parts of an index that reading a query needs; borrows all that it looks at.
struct QueryContext {
    const OpenIndex& index;
    const Ranker& ranker;
    std::function<QueryWords(std::string_view text, std::string_view query)>
        words_of;  ///< of a text, in the language of the query that it is in
    std::function<WeightedTerms(std::int64_t row)> strongest_terms;  ///< those that tell a document from others
    bool by_meaning = false;                                         ///< the mode has no lexical part
};

/// Reads a query: its parts that must hold become the documents allowed, and all words in them that are not excluded
/// rank beside the plain ones.
///
/// A word weighs its number times its boost, and is looked for as `query_words` does, behind = in its form alone; the
/// words that * and ~ stand for, the 20 in most documents, weigh as one.
/// What like: names is a document, or else words. A document adds its strongest terms, which weigh together as much as
/// all words do, and in the latent space its unit vector times its boost; it is no hit itself. With -, the vector of
/// the document or of the words is taken away: q becomes q - R R'q, made as long as q was, for orthonormal R that span
/// what is taken away (see `RankedQuery::removed`). `liked` adds texts in the same two ways.
///
/// Throws QueryError on a mistake.
ReadQuery read_query(const QueryContext& context, std::string_view query, const LikedTexts& liked = {});

/// The query with the words corrected that are probably mistyped; nothing if none is.
std::optional<std::string> corrected_query(const OpenIndex& index, std::string_view query);

}  // namespace eckart::text
