#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/support/error.h"

namespace eckart::text {

/// A query that cannot be understood. The message names the column, what was found there and what to type.
struct QueryError : UsageError {
    QueryError(std::string_view query, std::size_t at, const std::string& message);

    std::size_t column;  ///< counts characters from 1
};

inline constexpr int fuzzy_by_length = 3;  ///< the distance of ~ without a number: by the length of the word

/// What can stand before a colon.
enum class QueryField { title, path, type, lang, from, date, like };

/// The smallest part of a query.
struct QueryToken {
    enum class Kind {
        words,       ///< a piece between blanks, without its suffixes
        phrase,      ///< what stood between two quotation marks
        open,        ///< (
        close,       ///< )
        exclude,     ///< - before what may not be there
        require,     ///< + before what must be there
        as_written,  ///< = before a word or a phrase
        field,       ///< title: and the others
        both,        ///< AND
        either,      ///< OR
        negation,    ///< NOT
        near,        ///< NEAR/n
        end          ///< of the query
    };

    Kind kind = Kind::end;
    std::size_t begin = 0;  ///< bytes [begin, end) of the query
    std::size_t end = 0;
    std::string_view text = {};            ///< of words and phrases: what is looked for
    QueryField field = QueryField::title;  ///< of a field
    bool prefix = false;                   ///< words with * at their end
    int distance = 0;                      ///< of words: the n of ~n; of a phrase and of near: in words
    double boost = 1;                      ///< the n of ^n behind words, a phrase or a closing parenthesis
};

/// Whether a query is a text and not something that somebody typed to be understood: it has more than 40 pieces between
/// blanks that carry no mark of the language, and at most a quarter as many that do.
bool is_prose(std::string_view query);

/// Cuts a query into tokens; the last one is `end`. They borrow `query`.
///
/// Marks have their meaning only where somebody who writes a query puts them, so that pasted text stays what it is:
/// - before a word: " ( - + = and a field, if no blank follows;
/// - behind a word: * ~ ^n;
/// - between blanks: AND OR NOT NEAR NEAR/n. In a query all in capitals these are words, if two other words in it stand
///   side by side.
/// Everything else belongs to the piece that it stands in: C++, AT&T, std::vector, f(x), 5", don't. A parenthesis
/// without its partner is passed over in a query without AND, OR, NOT and NEAR: 1) and a), and a text that was cut.
///
/// A text that was pasted (`is_prose`) is one token of words.
///
/// Throws QueryError on a quotation mark without a second one, on parentheses that do not match, and on a number out of
/// range.
std::vector<QueryToken> query_tokens(std::string_view query);

}  // namespace eckart::text
