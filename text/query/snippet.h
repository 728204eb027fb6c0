#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/words/token_list.h"

namespace eckart::text {

/// A part of a document chosen to be shown.
struct Snippet {
    std::string text;  ///< valid UTF-8, white space folded, an ellipsis where text was cut
    std::vector<std::pair<std::size_t, std::size_t>> matches;  ///< byte ranges [begin, end) of `text` that match
};

/// How much a term says about a query: 0 nothing.
using TermRelevance = std::function<double(std::string_view term)>;

/// The passage of `text` of about `width` bytes whose terms say most: passages begin where sentences do (or where a
/// long sentence goes on), and each different term counts once, by its relevance. `terms` are the terms of `text` in
/// order. A term is marked as a match if its relevance is at least `mark`.
Snippet best_passage(std::string_view text, const TokenList& terms, const TermRelevance& relevance, double mark,
                     std::size_t width);

}  // namespace eckart::text
