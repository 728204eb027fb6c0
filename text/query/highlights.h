#pragma once

#include <vector>

#include "text/query/snippet.h"

namespace eckart::text {

struct RankedQuery;
struct Ranker;
class Vocabulary;

/// What each of `terms`, those of a document, says about a query.
///
/// A term of the query says its share of the query's idf. Another one is near in meaning by what it adds to the cosine
/// of a text with the query, G_t V_t . q for the unit vector q of the query; it is marked if that is at least half of
/// the most that another term of the document adds, and a quarter of the most that any does. Where the document has
/// words of the query, they decide about the passage, and marked words settle what is even.
std::vector<TermRelevance> term_relevance(const Ranker& ranker, const RankedQuery& query, const Vocabulary& vocabulary,
                                          const TokenList& terms);

}  // namespace eckart::text
