#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/query/date_range.h"
#include "text/query/query_tokens.h"

namespace eckart::text {

inline constexpr std::size_t longest_query = std::size_t{1} << 20;  ///< bytes
inline constexpr std::size_t most_query_parts = 10'000;             ///< pieces with an operator
inline constexpr std::size_t deepest_query = 100;                   ///< parentheses inside parentheses
inline constexpr int usual_near_distance = 10;                      ///< of NEAR without a number
inline constexpr int most_near_distance = 10'000;                   ///< words

/// A part of a query, and what it consists of.
struct QueryNode {
    enum class Kind {
        words,   ///< `text` as people write it: a word, or what holds several, such as e-mail
        prefix,  ///< words that begin with the last word of `text`
        fuzzy,   ///< words that differ from the last word of `text` by at most `distance` letters
        phrase,  ///< the words of `text` one after the other; with a `distance`, in any order that near to each other
        near,    ///< `children` at most `distance` words apart
        all,     ///< every one of `children`
        any,     ///< one of `children` at least
        group,   ///< `children` side by side; see parse_query
        path,    ///< documents whose path holds `text`; see field_filter.h
        type,    ///< documents of that type, such as md
        lang,    ///< documents in that language
        from,    ///< documents whose sender holds `text`
        date,    ///< documents of `dates`
        like     ///< what document `text`, or the concept `text`, is about: ranks, and filters nothing
    };

    Kind kind = Kind::group;
    std::size_t begin = 0;  ///< bytes [begin, end) of the query
    std::size_t end = 0;
    bool excluded = false;    ///< - or NOT: it must not hold
    bool required = false;    ///< +: it must hold
    bool as_written = false;  ///< =: in this form alone, marks and all
    bool in_title = false;    ///< title: in the title alone
    double boost = 1;         ///< ^: its weight in the ranking
    int distance = 0;         ///< in letters or words, as the kind says
    std::string text = {};
    std::size_t text_begin = 0;  ///< bytes [text_begin, text_end) of the query are `text`, without the marks
    std::size_t text_end = 0;
    DateRange dates = {};
    std::vector<QueryNode> children = {};

    bool operator==(const QueryNode&) const = default;

    /// Whether it ranks only: words without an operator, what is `like` something, and groups of these.
    bool is_plain() const;
};

/// The syntax tree of a query:
///
///     query    = { or }                                side by side
///     or       = and { "OR" and }
///     and      = near { "AND" near }
///     near     = operand { "NEAR/n" operand }
///     operand  = { "NOT" | "-" | "+" } [ field ":" ] [ "=" ] piece [ "^" number ]
///     piece    = words [ "*" | "~" [ "1" | "2" ] ] | '"' words '"' [ "~" n ] | "(" query ")"
///     field    = "title" | "path" | "type" | "lang" | "from" | "date" | "like"
///
/// Side by side, plain words rank, and none of them must be there; all other parts must hold. So in `worn tyres AND
/// brake -car` tyres and brake must be there, car must not, and worn ranks. A group that has plain parts alone holds
/// where one of them does. After path:, type:, lang: and from:, parts in parentheses are alternatives.
///
/// Plain words that stand side by side are one node. query_tokens.h says where marks count as operators. Time and
/// memory are linear in the length of the query. Throws QueryError on a query of more than `longest_query` bytes, with
/// more than `most_query_parts` parts, or nested deeper than `deepest_query`, and on a mistake, at its column.
QueryNode parse_query(std::string_view query);

}  // namespace eckart::text
