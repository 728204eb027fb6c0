#include "text/query/query_filter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text/query/field_filter.h"
#include "text/query/similar_forms.h"

namespace eckart::text {
namespace {

using NodeKind = QueryNode::Kind;
using Holding = std::optional<DocumentSet>;  // nothing: everywhere

/// The pieces of a run of plain words.
std::vector<std::string_view> pieces_of(std::string_view text) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) pieces.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return pieces;
}

class Filter {
  public:
    Filter(const IndexWords& words, const FieldColumns& fields, std::string_view query)
        : words_(words), fields_(fields), query_(query) {}

    /// Where the parts of a group hold that must hold; nothing if there are none.
    Holding required(const QueryNode& group) {
        Holding all;
        for (const QueryNode& child : group.children) {
            if (!child.is_plain()) intersect(all, holding(child));
        }
        return all;
    }

    Notes take_notes() { return std::move(notes_); }

  private:
    static void intersect(Holding& all, Holding other) {
        if (!other) return;
        if (all) {
            *all &= *other;
        } else {
            all = std::move(other);
        }
    }

    static void unite(Holding& any, Holding other) {
        if (!other) return;
        if (any) {
            *any |= *other;
        } else {
            any = std::move(other);
        }
    }

    std::int64_t documents() const { return words_.places.postings.rows; }

    Holding holding(const QueryNode& node) {
        Holding set = holding_as_it_stands(node);
        if (set && node.excluded) set->invert();
        return set;
    }

    Holding holding_as_it_stands(const QueryNode& node) {
        switch (node.kind) {
            case NodeKind::words:
                return any_piece(node);
            case NodeKind::prefix:
            case NodeKind::fuzzy:
            case NodeKind::phrase:
                return sequence(node, node.text);
            case NodeKind::near:
                return near(node);
            case NodeKind::all:
                return all_of(node);
            case NodeKind::any:
                return any_of(node);
            case NodeKind::group:
                return std::all_of(node.children.begin(), node.children.end(),
                                   [](const QueryNode& child) { return child.is_plain(); })
                           ? any_of(node)
                           : required(node);
            case NodeKind::path:
            case NodeKind::type:
            case NodeKind::lang:
            case NodeKind::from:
            case NodeKind::date:
                return documents_with_field(fields_, node, notes_);
            case NodeKind::like:
                return {};
        }
        return {};
    }

    Holding all_of(const QueryNode& node) {
        Holding all;
        for (const QueryNode& child : node.children) intersect(all, holding(child));
        return all;
    }

    Holding any_of(const QueryNode& node) {
        Holding any;
        for (const QueryNode& child : node.children) unite(any, holding(child));
        return any;
    }

    Holding any_piece(const QueryNode& node) {
        Holding any;
        for (const std::string_view piece : pieces_of(node.text)) unite(any, sequence(node, piece));
        return any;
    }

    /// Where `text`, all of the text of a node or one piece of it, holds.
    Holding sequence(const QueryNode& node, std::string_view text) {
        const std::vector<std::string> tokens = checked_tokens(node, text);
        if (tokens.empty()) return {};
        const bool one_word = tokens.size() == 1 && !node.in_title;
        if (one_word && node.kind == NodeKind::words) return documents_of(words_, tokens[0], match_of(node, 1));
        if (one_word) return documents_of(words_.places, choices(node, tokens, 0));
        if (node.kind == NodeKind::phrase && node.distance > 0) return unordered(node, tokens);
        return documents_of(places(node, tokens), documents());
    }

    std::vector<std::string> checked_tokens(const QueryNode& node, std::string_view text) const {
        std::vector<std::string> tokens = query_tokens_of(text);
        const bool unordered = node.kind == NodeKind::phrase && node.distance > 0;
        const std::size_t most = unordered ? most_near_parts : most_phrase_words;
        if (node.kind != NodeKind::words && tokens.size() > most) {
            throw QueryError(
                query_, node.begin,
                "found a phrase of " + std::to_string(tokens.size()) + " words; use at most " + std::to_string(most));
        }
        if (tokens.size() > most) tokens.resize(most);
        return tokens;
    }

    /// What a word among `count` words of a node stands for.
    static WordMatch match_of(const QueryNode& node, std::size_t count) {
        if (node.as_written) return WordMatch::written;
        return count == 1 && node.kind != NodeKind::phrase ? WordMatch::related : WordMatch::unmarked;
    }

    /// The forms of one word; * and ~ apply to the last one.
    FormChoices choices(const QueryNode& node, const std::vector<std::string>& tokens, std::size_t i) {
        const bool last = i + 1 == tokens.size();
        if (last && node.kind == NodeKind::prefix) return prefix_choices(tokens[i], node.as_written);
        if (last && node.kind == NodeKind::fuzzy) {
            const int usual = usual_distance(count_letters(tokens[i]));
            return forms_near(words_, tokens[i], node.distance == fuzzy_by_length ? usual : node.distance);
        }
        return forms_of(words_, tokens[i], match_of(node, tokens.size()));
    }

    FormChoices prefix_choices(const std::string& prefix, bool as_written) {
        std::size_t found = 0;
        FormChoices choices = forms_with_prefix(words_, prefix, as_written, most_prefix_forms, found);
        if (found > choices.size()) {
            notes_.push_back({"prefix-cut", std::to_string(found) + " words begin with '" + prefix + "'; the " +
                                                std::to_string(choices.size()) +
                                                " that are in most documents were looked for"});
        }
        return choices;
    }

    /// Where the words of a node stand one after the other: the places of the first.
    Places places(const QueryNode& node, const std::vector<std::string>& tokens) {
        std::vector<FormChoices> forms;
        Holding all;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            forms.push_back(choices(node, tokens, i));
            intersect(all, documents_of(words_.places, forms.back()));
        }
        Places starts = places_of(words_.places, forms[0], *all, node.in_title);
        for (std::size_t i = 1; i < forms.size() && !starts.empty(); ++i) {
            const DocumentSet among = documents_of(starts, documents());
            starts = followed_by(starts, places_of(words_.places, forms[i], among, node.in_title),
                                 static_cast<std::uint32_t>(i));
        }
        return starts;
    }

    /// The words of a phrase in any order.
    Holding unordered(const QueryNode& node, const std::vector<std::string>& tokens) {
        std::vector<Places> parts;
        parts.reserve(tokens.size());
        for (const std::string& token : tokens) parts.push_back(places(node, {token}));
        return near_documents(parts, window_of(node.distance, parts.size()), documents());
    }

    Holding near(const QueryNode& node) {
        if (node.children.size() > most_near_parts) {
            throw QueryError(query_, node.children[most_near_parts].begin,
                             "found more than " + std::to_string(most_near_parts) + " parts near to each other");
        }
        std::vector<Places> parts;
        for (const QueryNode& child : node.children) {
            const std::vector<std::string> tokens = checked_tokens(child, child.text);
            if (!tokens.empty()) parts.push_back(places(child, tokens));
        }
        if (parts.empty()) return {};
        return near_documents(parts, window_of(node.distance, parts.size()), documents());
    }

    static std::uint32_t window_of(int distance, std::size_t parts) {
        return static_cast<std::uint32_t>(distance) + static_cast<std::uint32_t>(parts) - 1;
    }

    const IndexWords& words_;
    const FieldColumns& fields_;
    std::string_view query_;
    Notes notes_;
};

}  // namespace

Filtered filter_documents(const IndexWords& words, const FieldColumns& fields, std::string_view query,
                          const QueryNode& tree) {
    Filter filter(words, fields, query);
    Filtered filtered;
    filtered.allowed = filter.required(tree);
    filtered.notes = filter.take_notes();
    return filtered;
}

}  // namespace eckart::text
