#pragma once

#include <string_view>
#include <vector>

#include "text/query/snippet.h"
#include "text/words/token_list.h"

namespace eckart::text {

struct RankedQuery;
struct Ranker;
class Vocabulary;
class WordMatcher;

/// The words of a text, by their terms or as they are written where they have none, with what each says about a query.
struct RatedWords {
    TokenList words;
    std::vector<TermRelevance> relevance;
};

/// Rates the words of a document's text; `matcher` knows the query's words and the document's language.
///
/// A word of the query says its share of the query's idf. Another one is near in meaning by what it adds to the cosine
/// of a text with the query, G_t V_t . q for the unit vector q of the query; it is marked if that is at least half of
/// the most that another word of the document adds, and a quarter of the most that any does. Where the document has
/// words of the query, they decide about the passage, and marked words settle what is even.
RatedWords rated_words(const Ranker& ranker, const RankedQuery& query, WordMatcher& matcher,
                       const Vocabulary& vocabulary, std::string_view text);

}  // namespace eckart::text
