#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/words/token_list.h"

namespace eckart::text {

/// What a word of a document has to do with a query.
enum class Match : std::uint8_t {
    none,
    word,    ///< a form of a word of the query
    meaning  ///< near to the query in meaning
};

/// "word" or "meaning".
std::string_view name(Match match);

/// How much a term of a document says about a query.
struct TermRelevance {
    double weight = 0;  ///< in the choice of a passage; 0: nothing
    Match match = Match::none;
};

/// Bytes [begin, end) of a snippet's text that match.
struct Highlight {
    std::size_t begin = 0;
    std::size_t end = 0;
    Match match = Match::word;
};

/// A part of a document chosen to be shown.
struct Snippet {
    std::string text;  ///< valid UTF-8, white space folded, an ellipsis where text was cut and only there
    std::vector<Highlight> highlights;  ///< rising, apart from each other, never inside a grapheme
};

/// The beginning of a text, of about `bytes` bytes, up to an edge; all of a text that is not longer.
std::string_view beginning(std::string_view text, std::size_t bytes);

struct PassageOptions {
    std::size_t width = 200;  ///< columns of the passage, at most: wide characters count 2, marks 0
    bool goes_on = false;     ///< whether the document goes on behind the text
};

/// The passage of `text` whose terms say most: passages begin where sentences do (or where a long sentence goes on),
/// and each different term counts once, by its weight. `terms` are the terms of `text` in order, `relevance` that of
/// each. A passage begins and ends at an edge of CutPoints, and is wider than `width` only where it is a single word.
/// A text without terms is shown from its beginning.
Snippet best_passage(std::string_view text, const TokenList& terms, std::span<const TermRelevance> relevance,
                     const PassageOptions& options = {});

}  // namespace eckart::text
