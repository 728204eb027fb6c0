#include "text/query/query_parser.h"

#include <algorithm>
#include <utility>

namespace eckart::text {
namespace {

using TokenKind = QueryToken::Kind;
using NodeKind = QueryNode::Kind;

/// What a query has beside plain words, as people see it.
bool is_operator(const QueryToken& token) {
    const bool plain = token.kind == TokenKind::words && !token.prefix && token.distance == 0 && token.boost == 1;
    return !plain && token.kind != TokenKind::close && token.kind != TokenKind::end;
}

/// What the words of a part are subject to, from the marks before it.
struct Scope {
    std::optional<QueryField> field = {};
    bool as_written = false;
};

/// Appends `node` to the children of `group`; plain words side by side become one node.
void append_part(QueryNode& group, QueryNode node) {
    const auto is_piece = [](const QueryNode& each) {
        return each.kind == NodeKind::words && each.is_plain() && each.boost == 1 && !each.as_written && !each.in_title;
    };
    if (!group.children.empty() && is_piece(node) && is_piece(group.children.back())) {
        group.children.back().text += " " + node.text;
        group.children.back().end = node.end;
        group.children.back().text_end = node.text_end;
    } else {
        group.children.push_back(std::move(node));
    }
}

/// A node of `kind` over `first`, which is its first child.
QueryNode over(NodeKind kind, QueryNode first) {
    QueryNode node{.kind = kind, .begin = first.begin, .end = first.end};
    node.children.push_back(std::move(first));
    return node;
}

class Parser {
  public:
    explicit Parser(std::string_view query) : query_(query), tokens_(query_tokens(query)) {
        std::size_t operators = 0;
        for (const QueryToken& token : tokens_) {
            if (is_operator(token) && ++operators > most_query_parts) {
                throw QueryError(
                    query_, token.begin,
                    "found more than " + std::to_string(most_query_parts) + " operators; use fewer, or words alone");
            }
        }
    }

    QueryNode whole() {
        QueryNode query = side_by_side({});
        query.begin = 0;
        query.end = query_.size();
        return query;
    }

  private:
    const QueryToken& next() const { return tokens_[at_]; }

    bool take(TokenKind kind) {
        if (next().kind != kind) return false;
        ++at_;
        return true;
    }

    std::string found() const {
        if (next().kind == TokenKind::end) return "the end of the query";
        return std::string(query_.substr(next().begin, next().end - next().begin));
    }

    QueryNode side_by_side(const Scope& scope) {
        QueryNode group{.kind = NodeKind::group, .begin = next().begin, .end = next().begin};
        while (next().kind != TokenKind::end && next().kind != TokenKind::close) {
            append_part(group, either(scope));
            group.end = group.children.back().end;
        }
        return group;
    }

    /// `parts` with `keyword` between each two, as one node of `kind`; one part alone as it is.
    template <class Part>
    QueryNode joined(TokenKind keyword, NodeKind kind, Part part) {
        QueryNode node = part();
        if (next().kind != keyword) return node;
        node = over(kind, std::move(node));
        while (next().kind == keyword) {
            node.distance = std::max(node.distance, next().distance);
            ++at_;
            node.children.push_back(part());
            node.end = node.children.back().end;
        }
        return node;
    }

    QueryNode either(const Scope& scope) {
        return joined(TokenKind::either, NodeKind::any, [&] { return both(scope); });
    }

    QueryNode both(const Scope& scope) {
        return joined(TokenKind::both, NodeKind::all, [&] { return near(scope); });
    }

    QueryNode near(const Scope& scope) {
        QueryNode node = joined(TokenKind::near, NodeKind::near, [&] { return operand(scope); });
        check_positions(node);
        return node;
    }

    /// Only what stands at places of a text can be near to something.
    void check_positions(const QueryNode& node) const {
        if (node.kind != NodeKind::near) return;
        for (const QueryNode& child : node.children) {
            const bool placed = child.kind == NodeKind::words || child.kind == NodeKind::prefix ||
                                child.kind == NodeKind::fuzzy || child.kind == NodeKind::phrase;
            if (!placed || child.excluded) {
                throw QueryError(query_, child.begin, "NEAR takes words and phrases; use AND between other parts");
            }
        }
    }

    QueryNode operand(Scope scope) {
        const std::size_t begin = next().begin;
        bool excluded = false, required = false, is_prefixed = true;
        while (is_prefixed) {
            const QueryToken& token = next();
            switch (token.kind) {
                case TokenKind::negation:
                case TokenKind::exclude:
                    excluded = !excluded;
                    break;
                case TokenKind::require:
                    required = true;
                    break;
                case TokenKind::as_written:
                    scope.as_written = true;
                    break;
                case TokenKind::field:
                    scope.field = token.field;
                    break;
                default:
                    is_prefixed = false;
            }
            if (is_prefixed) ++at_;
        }
        QueryNode node = piece(scope);
        node.begin = begin;
        if (excluded) node.excluded = !node.excluded;
        node.required = node.required || required;
        return node;
    }

    QueryNode piece(const Scope& scope) {
        const QueryToken& token = next();
        if (token.kind == TokenKind::open) return parenthesized(scope);
        if (token.kind != TokenKind::words && token.kind != TokenKind::phrase) throw missing();
        ++at_;
        QueryNode node{.begin = token.begin, .end = token.end};
        node.text = token.text;
        node.text_begin = static_cast<std::size_t>(token.text.data() - query_.data());
        node.text_end = node.text_begin + token.text.size();
        node.boost = token.boost;
        if (scope.field && *scope.field != QueryField::title) {
            fill_value(node, *scope.field);
            return node;
        }
        const bool phrase = token.kind == TokenKind::phrase;
        node.kind = phrase               ? NodeKind::phrase
                    : token.prefix       ? NodeKind::prefix
                    : token.distance > 0 ? NodeKind::fuzzy
                                         : NodeKind::words;
        node.distance = token.distance;
        node.as_written = scope.as_written;
        node.in_title = scope.field.has_value();
        return node;
    }

    QueryNode parenthesized(const Scope& scope) {
        const QueryToken& open = next();
        if (++depth_ > deepest_query) {
            throw QueryError(query_, open.begin,
                             "found parentheses nested deeper than " + std::to_string(deepest_query) +
                                 "; leave out those that change nothing");
        }
        ++at_;
        QueryNode group = side_by_side(scope);
        if (scope.field && *scope.field != QueryField::title) group.kind = NodeKind::any;
        group.begin = open.begin;
        group.end = next().end;
        group.boost = next().boost;
        if (!take(TokenKind::close)) throw missing();
        --depth_;
        return group;
    }

    void fill_value(QueryNode& node, QueryField field) const {
        switch (field) {
            case QueryField::path:
                node.kind = NodeKind::path;
                return;
            case QueryField::type:
                node.kind = NodeKind::type;
                return;
            case QueryField::lang:
                node.kind = NodeKind::lang;
                return;
            case QueryField::from:
                node.kind = NodeKind::from;
                return;
            case QueryField::like:
                node.kind = NodeKind::like;
                return;
            case QueryField::date:
                node.kind = NodeKind::date;
                node.dates = dates(node);
                return;
            case QueryField::title:
                return;
        }
    }

    DateRange dates(const QueryNode& node) const {
        if (const auto range = parse_date_range(node.text)) return *range;
        throw QueryError(query_, node.begin,
                         "found '" + node.text.substr(0, 40) +
                             "', expected dates such as date:2021, date:2021-03..2022 or date:>=2020-05-01");
    }

    /// The error of a piece that is not there.
    QueryError missing() const {
        const bool keyword =
            next().kind == TokenKind::both || next().kind == TokenKind::either || next().kind == TokenKind::near;
        std::string hint = keyword ? "; to look for the word itself, write it in small letters" : "";
        if (next().kind == TokenKind::end && at_ > 0) {
            const QueryToken& last = tokens_[at_ - 1];
            hint = " behind " + std::string(query_.substr(last.begin, last.end - last.begin)) +
                   "; to look for that word itself, write it in small letters";
        }
        return {query_, next().begin, "found " + found() + ", expected a word, a phrase or (" + hint};
    }

    std::string_view query_;
    std::vector<QueryToken> tokens_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

bool QueryNode::is_plain() const {
    if (required || (excluded && kind != Kind::like) || in_title || as_written) return false;
    if (kind == Kind::words || kind == Kind::like) return true;
    return kind == Kind::group &&
           std::all_of(children.begin(), children.end(), [](const QueryNode& child) { return child.is_plain(); });
}

QueryNode parse_query(std::string_view query) {
    if (query.size() > longest_query) {
        throw UsageError("the query has " + std::to_string(query.size()) + " bytes; use at most " +
                         std::to_string(longest_query));
    }
    return Parser(query).whole();
}

}  // namespace eckart::text
