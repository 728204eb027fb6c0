#include "text/query/query_notes.h"

#include <string>
#include <vector>

namespace eckart::text {
namespace {

constexpr std::size_t most_named = 10;

/// "'a', 'b' and 3 more".
std::string listed(const std::vector<std::string>& words) {
    std::string list;
    for (std::size_t i = 0; i < words.size() && i < most_named; ++i) list += (i > 0 ? ", '" : "'") + words[i] + "'";
    if (words.size() > most_named) list += " and " + std::to_string(words.size() - most_named) + " more";
    return list;
}

std::string are(const std::vector<std::string>& words) {
    return words.size() == 1 ? " is" : " are";
}

std::string were(const std::vector<std::string>& words) {
    return words.size() == 1 ? " was" : " were";
}

}  // namespace

Notes query_notes(const QueryWords& query, bool rankable) {
    Notes notes;
    if (query.words.empty() && query.stop_words.empty() && query.unknown.empty())
        notes.push_back({"no-words", "the query has no word to look for"});
    if (!query.unknown.empty())
        notes.push_back({"words-unknown", listed(query.unknown) + are(query.unknown) + " in no document"});
    if (!query.stop_words.empty()) {
        notes.push_back({"words-left-out", listed(query.stop_words) + were(query.stop_words) +
                                               " left out, as nearly every document has such words"});
    }
    if (query.only_stop_words && !query.words.empty()) {
        notes.push_back({"stop-words-only",
                         "the query has only words that nearly every document has; they are looked "
                         "for as they are written"});
    }
    if (!query.words.empty() && !rankable) {
        notes.push_back({"not-in-latent-space",
                         "no word of the query is in the latent space, which holds the words of "
                         "at least two documents; use --mode lexical"});
    }
    return notes;
}

}  // namespace eckart::text
