#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/query/occurrences.h"
#include "text/ranking/document_set.h"
#include "text/store/open_index.h"
#include "text/terms/vocabulary.h"

namespace eckart::text {

/// Which forms a word of a query stands for.
enum class WordMatch {
    written,   ///< that form alone
    unmarked,  ///< all forms that differ in optional marks alone (`text/words/marks.h`)
    related    ///< those, and all forms of a document's language with the term of one of these (`query_words.h`)
};

/// The words of an index as a query looks for them; borrows the index.
struct IndexWords {
    explicit IndexWords(const OpenIndex& open)
        : index(open), places{open.form_postings(), open.files().title_lengths(), open.files().document_languages()} {}

    const OpenIndex& index;
    WordPlaces places;

    const Vocabulary& forms() const { return index.forms(); }
};

/// The words that the tokenizer makes of a piece of a query.
std::vector<std::string> query_tokens_of(std::string_view text);

/// The forms that `word`, folded as Tokenizer does, stands for.
FormChoices forms_of(const IndexWords& words, std::string_view word, WordMatch match);

/// The documents that have one of them. For `related` those of `joint_term`, which costs no more than their postings.
DocumentSet documents_of(const IndexWords& words, std::string_view word, WordMatch match);

/// The forms that begin with `prefix`, and unless they are wanted `as_written`, those that do without optional marks:
/// all, or if they are more than `most`, those that are in most documents. `found` says how many there are.
FormChoices forms_with_prefix(const IndexWords& words, std::string_view prefix, bool as_written, std::size_t most,
                              std::size_t& found);

/// The `most` of them that are in most documents, by rising number.
FormChoices most_frequent(const IndexWords& words, FormChoices forms, std::size_t most);

/// The forms within so many letters of `word`.
FormChoices forms_near(const IndexWords& words, std::string_view word, int distance);

}  // namespace eckart::text
