#include "text/query/snippet.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "text/words/cut_points.h"
#include "text/words/display.h"

namespace eckart::text {
namespace {

constexpr std::string_view ellipsis = "\u2026";
constexpr std::size_t nearest_edge = 16;  // columns from a word to the edge that is taken instead of its own end

/// Terms as the choice of a passage sees them.
struct RatedTerms {
    std::vector<std::size_t> kind;                  ///< equal terms have equal numbers
    std::vector<std::size_t> begin, end;            ///< columns before and behind each
    std::vector<std::optional<std::size_t>> start;  ///< byte at which a sentence begins before the term
};

/// Where a passage may begin.
struct Start {
    std::size_t term = 0;    ///< its first one
    std::size_t byte = 0;    ///< not behind that
    std::size_t column = 0;  ///< of the byte
    bool of_sentence = true;
};

struct Passage {
    Start start;
    std::size_t end = 0;  ///< behind its last term
    double weight = 0;
};

RatedTerms rated_terms(std::string_view text, const TokenList& terms) {
    RatedTerms rated;
    std::unordered_map<std::string_view, std::size_t> first;
    ColumnCounter at(text);
    std::size_t done = 0;  // what lies behind the word that ends last
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const ByteRange source = terms.source(i);
        at.advance_to(source.begin);
        ColumnCounter behind = at;
        behind.advance_to(source.end);
        rated.kind.push_back(first.try_emplace(terms[i], i).first->second);
        rated.begin.push_back(at.columns());
        rated.end.push_back(behind.columns());
        rated.start.push_back(i == 0 ? 0 : sentence_start(text, done, source.begin));
        done = std::max<std::size_t>(done, source.end);
    }
    return rated;
}

/// Where passages may begin: with sentences, with every half of a passage in a long one, with the first term, and with
/// one that no passage before it can hold.
std::vector<Start> starts(std::string_view text, const TokenList& terms, const RatedTerms& rated, std::size_t width) {
    std::vector<Start> found;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::size_t byte = terms.source(i).begin, column = rated.begin[i];
        if (const auto begin = rated.start[i]) {
            ColumnCounter between(text, *begin);
            between.advance_to(byte);
            const std::size_t before = std::min(between.columns(), column);
            if (rated.end[i] - (column - before) <= width) {
                found.push_back({i, *begin, column - before, true});
                continue;
            }
        }
        const bool far = found.empty() || column - std::min(column, found.back().column) >= std::max(width / 2, 1UL) ||
                         rated.end[i] - std::min(column, found.back().column) > width;
        if (far || rated.start[i]) found.push_back({i, byte, column, false});
    }
    return found;
}

/// The passage from each start that is as long as the width allows, or one term; the first of those that say most, if
/// one can be from the beginning of a sentence.
Passage best(std::span<const Start> starts, const RatedTerms& rated, std::span<const TermRelevance> relevance,
             std::size_t width) {
    Passage found;
    std::vector<std::size_t> seen(relevance.size(), 0);  // number of the passage in which the kind was seen last
    std::size_t number = 0;
    for (const Start& start : starts) {
        ++number;
        Passage passage{start, start.term, 0};
        while (passage.end < relevance.size() &&
               (passage.end == start.term || rated.end[passage.end] - start.column <= width)) {
            const std::size_t i = passage.end++;
            if (std::exchange(seen[rated.kind[i]], number) != number) passage.weight += relevance[i].weight;
        }
        const bool rounder = start.of_sentence && !found.start.of_sentence;
        if (number == 1 || passage.weight > found.weight || (passage.weight == found.weight && rounder)) {
            found = passage;
        }
        if (passage.end == relevance.size() && start.of_sentence) break;  // those that begin later say no more
    }
    return found;
}

/// The columns of a part of `text`.
std::size_t columns_between(std::string_view text, std::size_t begin, std::size_t end) {
    return columns(text.substr(begin, end - begin));
}

std::size_t passage_begin(std::string_view text, const Start& start, CutPoints& cuts) {
    std::size_t begin = cuts.grapheme_before(start.byte);
    if (!start.of_sentence) {
        const std::size_t edge = cuts.edge_before(start.byte);
        if (columns_between(text, edge, start.byte) <= nearest_edge) begin = edge;
    }
    return is_blank(text.substr(0, begin)) ? 0 : begin;
}

/// Behind the blanks at `position`.
std::size_t skip_blanks(std::string_view text, std::size_t position) {
    while (position < text.size() && is_blank(text.substr(position, 1))) ++position;
    return position;
}

/// The edge behind a word or, if that is far, a boundary of graphemes.
std::size_t near_edge_after(std::string_view text, std::size_t position, CutPoints& cuts) {
    const std::size_t edge = cuts.edge_after(position);
    return columns_between(text, position, edge) <= nearest_edge ? edge : cuts.grapheme_after(position);
}

/// The last edge within the width, or else the first one.
std::size_t passage_end(std::string_view text, std::size_t begin, std::size_t width, CutPoints& cuts) {
    begin = skip_blanks(text, begin);
    const std::size_t limit = ColumnCounter(text, begin).advance_within(width);
    const std::size_t edge = cuts.edge_before(skip_blanks(text, limit));
    return edge > begin ? edge : near_edge_after(text, std::max(limit, begin + 1), cuts);
}

/// The passage's first term that says something; nothing if none does.
std::optional<std::size_t> needed_term(const Passage& passage, std::span<const TermRelevance> relevance) {
    for (std::size_t i = passage.start.term; i < passage.end; ++i) {
        if (relevance[i].weight > 0) return i;
    }
    return {};
}

/// The bytes of a passage. Its width counts from its first edge, which may lie before its first term; a term that is
/// then not reached becomes the first one, and is shown as a whole.
ByteRange edges(std::string_view text, const Passage& passage, const TokenList& terms,
                std::span<const TermRelevance> relevance, std::size_t width, CutPoints& cuts) {
    std::size_t begin = passage_begin(text, passage.start, cuts), end = passage_end(text, begin, width, cuts);
    const auto needed = needed_term(passage, relevance);
    if (needed && terms.source(*needed).end > end) {
        begin = passage_begin(text, {.term = *needed, .byte = terms.source(*needed).begin, .of_sentence = false}, cuts);
        end = std::max(passage_end(text, begin, width, cuts), near_edge_after(text, terms.source(*needed).end, cuts));
    }
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// A part of `text` as it is shown, with the terms that match.
Snippet shown(std::string_view text, ByteRange part, const TokenList& terms, std::span<const TermRelevance> relevance,
              CutPoints& cuts) {
    Snippet snippet;
    std::size_t at = part.begin;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const ByteRange source = terms.source(i);
        if (relevance[i].match == Match::none || source.end <= at) continue;
        if (source.begin >= part.end) break;
        const std::size_t from = std::max(at, cuts.grapheme_before(source.begin));
        const std::size_t to = std::min<std::size_t>(part.end, cuts.grapheme_after(source.end));
        append_shown(snippet.text, text.substr(at, from - at));
        const std::size_t shown_from = snippet.text.size();
        append_shown(snippet.text, text.substr(from, to - from));
        if (snippet.text.size() > shown_from) {
            snippet.highlights.push_back({shown_from, snippet.text.size(), relevance[i].match});
        }
        at = to;
    }
    append_shown(snippet.text, text.substr(at, part.end - at));
    while (!snippet.text.empty() && snippet.text.back() == ' ') snippet.text.pop_back();
    return snippet;
}

/// Puts an ellipsis before the text, which must not be where its first mark goes to.
void mark_cut_before(Snippet& snippet) {
    const std::string mark = std::string(ellipsis) + (begins_with_mark(snippet.text) ? " " : "");
    snippet.text.insert(0, mark);
    for (Highlight& highlight : snippet.highlights) {
        highlight.begin += mark.size();
        highlight.end += mark.size();
    }
}

}  // namespace

std::string_view name(Match match) {
    return match == Match::word ? "word" : match == Match::meaning ? "meaning" : "none";
}

std::string_view beginning(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    return text.substr(0, CutPoints(text.substr(0, bytes + nearest_edge)).edge_before(bytes));
}

Snippet best_passage(std::string_view text, const TokenList& terms, std::span<const TermRelevance> relevance,
                     const PassageOptions& options) {
    if (is_blank(text)) return {};
    const RatedTerms rated = rated_terms(text, terms);
    const Passage passage = best(starts(text, terms, rated, options.width), rated, relevance, options.width);
    CutPoints cuts(text);
    const ByteRange part = edges(text, passage, terms, relevance, options.width, cuts);
    Snippet snippet = shown(text, part, terms, relevance, cuts);
    if (part.begin > 0) mark_cut_before(snippet);
    if (options.goes_on || !is_blank(text.substr(part.end))) snippet.text += ellipsis;
    return snippet;
}

}  // namespace eckart::text
