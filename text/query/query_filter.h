#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/support/note.h"
#include "text/query/query_parser.h"
#include "text/query/word_forms.h"
#include "text/ranking/document_set.h"
#include "text/store/field_columns.h"

namespace eckart::text {

inline constexpr std::size_t most_prefix_forms = 100'000;  ///< words that a prefix stands for, at most
inline constexpr std::size_t most_phrase_words = 1'000;
inline constexpr std::size_t most_near_parts = 20;

/// The documents that a query allows.
struct Filtered {
    std::optional<DocumentSet> allowed;  ///< nothing: the query has no part that must hold, and allows all
    Notes notes;
};

/// Evaluates the parts of `tree`, which is `query` parsed, that must hold.
///
/// A word holds in a document that has it in any of its forms; in a phrase, only as written up to optional marks;
/// behind
/// =, only as written. A piece that the tokenizer cuts into several words, such as e-mail, is a phrase of these. Parts
/// without a word, and like:, hold everywhere. NEAR/n between k parts holds where each has a place of its own within n
/// + k - 1 words in a row. Costs the documents of all words of the query, and their positions in those documents where
/// all words of a phrase are. Throws QueryError on a phrase of more than `most_phrase_words` words and on more than
/// `most_near_parts` parts near to each other.
Filtered filter_documents(const IndexWords& words, const FieldColumns& fields, std::string_view query,
                          const QueryNode& tree);

}  // namespace eckart::text
