#include "text/query/snippet.h"

#include <algorithm>
#include <unordered_map>

#include "text/words/unicode.h"

namespace eckart::text {
namespace {

constexpr std::string_view ellipsis = "\u2026";

/// A range of terms, [begin, end), and of the bytes that hold them.
struct Passage {
    std::size_t begin = 0;
    std::size_t end = 0;
    double score = 0;
};

/// Whether a sentence or a paragraph ends between the bytes `from` and `to` of `text`, which hold no word.
bool sentence_ends(std::string_view text, std::size_t from, std::size_t to) {
    const std::string_view gap = text.substr(from, to - from);
    if (gap.find("\n\n") != std::string_view::npos || gap.find("\u3002") != std::string_view::npos) return true;
    const std::size_t mark = gap.find_first_of(".!?");
    return mark != std::string_view::npos && gap.find_first_of(" \t\r\n", mark) != std::string_view::npos;
}

/// Relevance of each term, asked once for each different one; equal terms have equal numbers.
struct RatedTerms {
    std::vector<double> relevance;
    std::vector<std::size_t> kind;
};

RatedTerms rate(const TokenList& terms, const TermRelevance& relevance) {
    RatedTerms rated;
    std::unordered_map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const auto [entry, added] = first.try_emplace(terms[i], i);
        rated.kind.push_back(entry->second);
        rated.relevance.push_back(added ? relevance(terms[i]) : rated.relevance[entry->second]);
    }
    return rated;
}

/// The passage that begins at term `begin` and is at most `width` bytes long, or one term.
Passage passage_from(const TokenList& terms, const RatedTerms& rated, std::size_t begin, std::size_t width) {
    Passage passage{begin, begin, 0};
    std::vector<std::size_t> seen;
    const std::size_t start = terms.source(begin).begin;
    while (passage.end < terms.size() && (passage.end == begin || terms.source(passage.end).end - start <= width)) {
        const std::size_t i = passage.end++;
        if (rated.relevance[i] == 0 || std::find(seen.begin(), seen.end(), rated.kind[i]) != seen.end()) continue;
        seen.push_back(rated.kind[i]);
        passage.score += rated.relevance[i];
    }
    return passage;
}

Passage best(std::string_view text, const TokenList& terms, const RatedTerms& rated, std::size_t width) {
    Passage found;
    std::size_t last_start = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const bool starts = i == 0 || sentence_ends(text, terms.source(i - 1).end, terms.source(i).begin) ||
                            terms.source(i).begin - terms.source(last_start).begin >= width / 2;
        if (!starts) continue;
        last_start = i;
        const Passage passage = passage_from(terms, rated, i, width);
        if (i == 0 || passage.score > found.score) found = passage;
    }
    return found;
}

bool is_space(char c) {
    return static_cast<unsigned char>(c) <= ' ';
}

/// Appends `part` with white space and control characters folded to single spaces, and what is not UTF-8 replaced.
void append_folded(std::string& to, std::string_view part) {
    for (const char c : valid_utf8(part)) {
        if (!is_space(c))
            to += c;
        else if (!to.empty() && to.back() != ' ')
            to += ' ';
    }
}

}  // namespace

Snippet best_passage(std::string_view text, const TokenList& terms, const TermRelevance& relevance, double mark,
                     std::size_t width) {
    Snippet snippet;
    if (terms.empty()) return snippet;
    const RatedTerms rated = rate(terms, relevance);
    const Passage passage = best(text, terms, rated, width);

    // From the white space before the first word, so that an opening quote or bracket stays with it, to that after the
    // last.
    std::size_t begin = terms.source(passage.begin).begin, end = terms.source(passage.end - 1).end;
    while (begin > 0 && !is_space(text[begin - 1]) && terms.source(passage.begin).begin - begin < 8) --begin;
    begin = character_boundary(text, begin);
    while (end < text.size() && !is_space(text[end]) && end - terms.source(passage.end - 1).end < 8) ++end;
    if (end < text.size())
        end = std::max<std::size_t>(character_boundary(text, end), terms.source(passage.end - 1).end);

    if (passage.begin > 0) snippet.text += ellipsis;
    std::size_t at = begin;
    for (std::size_t i = passage.begin; i < passage.end; ++i) {
        if (!(rated.relevance[i] >= mark) || terms.source(i).begin < at) continue;
        append_folded(snippet.text, text.substr(at, terms.source(i).begin - at));
        const std::size_t from = snippet.text.size();
        append_folded(snippet.text, text.substr(terms.source(i).begin, terms.source(i).end - terms.source(i).begin));
        snippet.matches.emplace_back(from, snippet.text.size());
        at = terms.source(i).end;
    }
    append_folded(snippet.text, text.substr(at, end - at));
    while (!snippet.text.empty() && snippet.text.back() == ' ') snippet.text.pop_back();
    if (passage.end < terms.size()) snippet.text += ellipsis;
    return snippet;
}

}  // namespace eckart::text
