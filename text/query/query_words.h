#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/ranking/joint_term.h"
#include "text/store/open_index.h"
#include "text/words/language.h"
#include "text/words/word_normalizer.h"

// A word w of a query is in a document of language L by
//
//     its form; any form with the same bare form (`text/words/marks.h`); any form whose term in L is that of one of
//     these; any of these forms behind an elision
//
// so that whatever language was detected for a document, its words are found as they stand there. The documents follow
// from the postings of the terms of all languages of the index, each among the documents of its language, and from
// those of forms that are stop words there, which have no term. Where all languages agree on one term, its postings are
// taken as they are.

namespace eckart::text {

/// The words of a query as an index knows them.
struct QueryWords {
    std::vector<JointTerm> words;         ///< looked for, in the order of the query; each is in some document
    std::vector<std::string> stop_words;  ///< left out: too common in the language of the query
    std::vector<std::string> unknown;     ///< in no document
    bool only_stop_words = false;         ///< and so they are looked for as written
};

/// What is looked for by `text`, a query in `language`. Stop words of the language are left out unless there is nothing
/// else.
QueryWords query_words(const OpenIndex& open, std::string_view text, Language language);

/// One word by all its forms; without occurrences if it is in no document. `form` is folded as Tokenizer does.
JointTerm joint_term(const OpenIndex& open, std::string_view form, float weight = 1);

/// One word by the form as it is written, and no other.
JointTerm written_term(const OpenIndex& open, std::string_view form, float weight = 1);

/// The terms of the words for the latent space, with their weights, by rising number.
WeightedTerms latent_terms_of(const std::vector<JointTerm>& words);

/// Tells which words of documents in one language are words of a query. Holds scratch space: one object a thread.
class WordMatcher {
  public:
    /// `words` must outlive it.
    WordMatcher(const OpenIndex& open, const std::vector<JointTerm>& words, Language language);

    /// The number among the query's words of the first that has `form` among its forms; -1 if none has.
    int match(std::string_view form) { return known(form).match; }

    /// The term of `form` in the language, by number; -1 for a stop word, or a term that the index does not have.
    std::int32_t term(std::string_view form) { return known(form).term; }

  private:
    struct Known {
        std::int32_t term;
        int match;
    };

    const Known& known(std::string_view form);
    int match(std::string_view form, std::int32_t term);

    const OpenIndex& open_;
    const std::vector<JointTerm>& words_;
    std::vector<std::string> bare_words_;
    WordNormalizer rules_;
    std::string buffer_;
    std::unordered_map<std::string, Known> known_;
};

}  // namespace eckart::text
