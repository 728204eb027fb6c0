#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/query/occurrences.h"
#include "text/ranking/bm25.h"
#include "text/ranking/document_set.h"
#include "text/terms/vocabulary.h"
#include "text/words/language.h"

namespace eckart::text {

/// Which forms a word of a query stands for.
enum class WordMatch {
    written,   ///< that form alone
    unmarked,  ///< all forms that differ in optional marks alone
    related    ///< those, and all forms of a document's language with the same stem as one of these
};

/// The words of an index as a query looks for them; borrows all that it looks at.
struct IndexWords {
    const Vocabulary* forms = nullptr;
    WordPlaces places;
    const Vocabulary* terms = nullptr;
    CsrView postings;                     ///< terms x documents
    std::span<const Language> languages;  ///< by number
};

/// The forms that `word`, folded as Tokenizer does, stands for.
FormChoices forms_of(const IndexWords& words, std::string_view word, WordMatch match);

/// The words that the tokenizer makes of a piece of a query.
std::vector<std::string> query_tokens_of(std::string_view text);

/// The documents that have one of them. For `related` from the postings of terms, which costs no more than those.
DocumentSet documents_of(const IndexWords& words, std::string_view word, WordMatch match);

/// The forms that begin with `prefix`: all, or if they are more than `most`, those that are in most documents.
/// `found` says how many there are.
FormChoices forms_with_prefix(const IndexWords& words, std::string_view prefix, std::size_t most, std::size_t& found);

/// The `most` of them that are in most documents, by rising number.
FormChoices most_frequent(const IndexWords& words, FormChoices forms, std::size_t most);

/// The forms within so many letters of `word`.
FormChoices forms_near(const IndexWords& words, std::string_view word, int distance);

}  // namespace eckart::text
