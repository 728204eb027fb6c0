#include "text/query/query_tokens.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "text/query/query_parser.h"

namespace eckart::text {
namespace {

using TokenKind = QueryToken::Kind;

constexpr double highest_boost = 1000;
constexpr std::size_t most_typed_words = 40;
constexpr std::size_t words_a_mark = 4;  // of prose, at least

struct NamedField {
    std::string_view name;
    QueryField field;
};

constexpr std::array named_fields = {NamedField{"title", QueryField::title}, NamedField{"path", QueryField::path},
                                     NamedField{"type", QueryField::type},   NamedField{"lang", QueryField::lang},
                                     NamedField{"from", QueryField::from},   NamedField{"date", QueryField::date},
                                     NamedField{"like", QueryField::like}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether a word can hold the byte: it is a letter or a digit, or no ASCII.
bool is_of_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

/// Whether `text` has digits alone, or nothing.
bool is_number(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

/// Bytes of the blank that `text` begins with: white space and control characters; 0 if it begins with none.
std::size_t blank_at_front(std::string_view text) {
    if (text.empty()) return 0;
    const auto first = static_cast<unsigned char>(text[0]);
    if (first <= 0x20 || first == 0x7F) return 1;
    if (text.starts_with("\xC2\xA0")) return 2;      // no-break space
    if (text.starts_with("\xE3\x80\x80")) return 3;  // ideographic space
    if (!text.starts_with("\xE2\x80") || text.size() < 3) return 0;
    const auto third = static_cast<unsigned char>(text[2]);
    const bool space = third <= 0x8B || third == 0xA8 || third == 0xA9 || third == 0xAF;  // U+2000 on, lines, narrow
    return space ? 3 : 0;
}

/// Bytes of the control of writing direction, or the byte order mark, that `text` begins with; 0 if with none.
std::size_t direction_at_front(std::string_view text) {
    if (text.starts_with("\xD8\x9C")) return 2;
    if (text.starts_with("\xEF\xBB\xBF")) return 3;
    if (text.size() < 3 || text[0] != '\xE2') return 0;
    const auto second = static_cast<unsigned char>(text[1]), third = static_cast<unsigned char>(text[2]);
    const bool mark = second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE));
    const bool isolate = second == 0x81 && third >= 0xA6 && third <= 0xA9;
    return mark || isolate ? 3 : 0;
}

/// Bytes of the curved quotation mark that `text` begins with; 0 if with none.
std::size_t curved_quote_at_front(std::string_view text) {
    return text.starts_with("\xE2\x80\x9C") || text.starts_with("\xE2\x80\x9D") || text.starts_with("\xE2\x80\x9E") ? 3
                                                                                                                    : 0;
}

std::optional<TokenKind> keyword(std::string_view word) {
    if (word == "AND") return TokenKind::both;
    if (word == "OR") return TokenKind::either;
    if (word == "NOT") return TokenKind::negation;
    if (word == "NEAR") return TokenKind::near;
    return {};
}

bool is_keyword(TokenKind kind) {
    return kind == TokenKind::both || kind == TokenKind::either || kind == TokenKind::negation ||
           kind == TokenKind::near;
}

/// Whether it stands before what it applies to.
bool is_prefix(TokenKind kind) {
    return kind == TokenKind::exclude || kind == TokenKind::require || kind == TokenKind::as_written ||
           kind == TokenKind::field;
}

/// The tokens of a query, one after the other.
class Lexer {
  public:
    explicit Lexer(std::string_view query) : query_(query) {}

    std::vector<QueryToken> all() {
        while (skip_blanks(), at_ < query_.size()) {
            if (!take_mark()) take_piece();
        }
        if (in_capitals()) make_words_of_keywords();
        match_parentheses();
        tokens_.push_back({.kind = TokenKind::end, .begin = query_.size(), .end = query_.size()});
        return std::move(tokens_);
    }

  private:
    enum class Paren : char { of_text, group, values };

    std::string_view rest() const { return query_.substr(at_); }

    /// Whether an operator at `at` has something behind it.
    bool begins_something(std::size_t at) const {
        return at < query_.size() && blank_at_front(query_.substr(at)) == 0 && query_[at] != ')';
    }

    void skip_blanks() {
        while (at_ < query_.size()) {
            const std::size_t length = std::max(blank_at_front(rest()), direction_at_front(rest()));
            if (length == 0) return;
            at_ += length;
        }
    }

    QueryToken& push(TokenKind kind, std::size_t length) {
        tokens_.push_back({.kind = kind, .begin = at_, .end = at_ + length, .text = query_.substr(at_, length)});
        at_ += length;
        return tokens_.back();
    }

    /// Whether words are read as they stand: the value of a field that has no words.
    bool raw() const { return value_ || (!open_.empty() && open_.back().paren == Paren::values); }

    /// Takes a token that is no piece of text.
    bool take_mark() {
        const char c = query_[at_];
        if (c == '"') return take_phrase(1, true);
        if (const std::size_t length = curved_quote_at_front(rest()); length > 0) return take_phrase(length, false);
        if (c == '(') return take_open();
        if (c == ')') return take_close();
        if (raw()) return false;
        const char next = at_ + 1 < query_.size() ? query_[at_ + 1] : ' ';
        if ((c == '-' || c == '+') && next != c && next != '>' && begins_something(at_ + 1)) {
            push(c == '-' ? TokenKind::exclude : TokenKind::require, 1);
            return true;
        }
        if (c == '=' && (next == '"' || is_of_word(next))) {
            push(TokenKind::as_written, 1);
            return true;
        }
        return take_field();
    }

    bool take_field() {
        for (const auto& [name, field] : named_fields) {
            const std::size_t colon = at_ + name.size();
            if (!rest().starts_with(name) || colon >= query_.size() || query_[colon] != ':') continue;
            if (!begins_something(colon + 1) || query_[colon + 1] == ':') return false;
            push(TokenKind::field, name.size() + 1).field = field;
            value_ = field != QueryField::title;
            return true;
        }
        return false;
    }

    /// A curved quotation mark without a second one is text.
    bool take_phrase(std::size_t length, bool straight) {
        const std::size_t begin = at_ + length;
        std::size_t end = begin, closing = 0;
        for (; end < query_.size(); ++end) {
            closing = query_[end] == '"' ? 1 : straight ? 0 : curved_quote_at_front(query_.substr(end));
            if (closing > 0) break;
        }
        if (closing == 0) {
            if (!straight) return false;
            throw QueryError(query_, at_, "found a quotation mark without a second one; close the phrase with \"");
        }
        QueryToken& phrase = push(TokenKind::phrase, end + closing - at_);
        phrase.text = query_.substr(begin, end - begin);
        value_ = false;
        take_suffixes(phrase);
        return true;
    }

    bool take_open() {
        open_.push_back({value_ || raw() ? Paren::values : Paren::group, tokens_.size()});
        value_ = false;
        push(TokenKind::open, 1);
        return true;
    }

    bool take_close() {
        const bool known = !open_.empty();
        const Paren paren = known ? open_.back().paren : Paren::group;
        if (known) open_.pop_back();
        QueryToken& token = push(paren == Paren::of_text ? TokenKind::words : TokenKind::close, 1);
        if (paren == Paren::of_text) return true;
        if (!known) unmatched_.push_back(tokens_.size() - 1);
        take_suffixes(token);
        return true;
    }

    /// What stands up to the next blank, or to the parenthesis that closes a group.
    void take_piece() {
        const bool value = raw();
        const std::size_t begin = at_;
        value_ = false;
        while (at_ < query_.size() && blank_at_front(rest()) == 0) {
            const char c = query_[at_];
            if (c == ')' && !closes_text()) break;
            if (c == ')') open_.pop_back();
            if ((c == '(' || c == '"') && keyword(query_.substr(begin, at_ - begin))) break;
            if (c == '(') open_.push_back({Paren::of_text, 0});
            ++at_;
        }
        const std::string_view text = query_.substr(begin, at_ - begin);
        at_ = begin;
        QueryToken& token = push(TokenKind::words, text.size());
        if (!value || keyword(text)) name_piece(token);
    }

    bool closes_text() const { return !open_.empty() && open_.back().paren == Paren::of_text; }

    /// Makes a keyword of the piece, or takes its suffixes off.
    void name_piece(QueryToken& token) {
        if (const auto kind = keyword(token.text)) {
            token.kind = *kind;
            token.distance = *kind == TokenKind::near ? usual_near_distance : 0;
        } else if (!take_near(token)) {
            strip_suffixes(token);
        }
    }

    bool take_near(QueryToken& token) {
        constexpr std::string_view name = "NEAR/";
        if (!token.text.starts_with(name)) return false;
        const std::string_view digits = token.text.substr(name.size());
        if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return false;
        int number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc() || number < 1 || number > most_near_distance) {
            throw QueryError(query_, token.begin + name.size(),
                             "found a distance of " + std::string(digits.substr(0, 20)) + " words; use 1 to " +
                                 std::to_string(most_near_distance));
        }
        token.kind = TokenKind::near;
        token.distance = number;
        return true;
    }

    /// "^2" and "~3" behind a quotation mark or a parenthesis.
    void take_suffixes(QueryToken& token) {
        std::size_t end = at_;
        while (end < query_.size() &&
               (is_digit(query_[end]) || query_[end] == '~' || query_[end] == '^' || query_[end] == '.')) {
            ++end;
        }
        std::string_view suffix = query_.substr(at_, end - at_);
        if (token.kind == TokenKind::phrase && suffix.starts_with('~')) {
            const std::size_t length = std::min(suffix.find_first_not_of("0123456789", 1), suffix.size());
            const std::string_view digits = suffix.substr(1, length - 1);
            if (!digits.empty()) token.distance = phrase_distance(digits);
            if (!digits.empty()) suffix.remove_prefix(length);
        }
        const auto boost = suffix.starts_with('^') ? boost_of(suffix.substr(1), end) : std::nullopt;
        if (boost) token.boost = *boost;
        at_ = token.end = boost ? end : end - suffix.size();
    }

    int phrase_distance(std::string_view digits) const {
        int number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc() && number >= 1 && number <= most_near_distance) return number;
        throw QueryError(query_, at_ + 1,
                         "found a distance of " + std::string(digits.substr(0, 20)) + " words; use 1 to " +
                             std::to_string(most_near_distance));
    }

    /// The weight after ^, which ends at byte `end` of the query; nothing if it is no number.
    std::optional<double> boost_of(std::string_view digits, std::size_t end) const {
        if (digits.empty() || !is_digit(digits.front()) || !is_digit(digits.back())) return {};
        double number = 0;
        const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (last != digits.data() + digits.size()) return {};
        if (error == std::errc() && number > 0 && number <= highest_boost) return number;
        throw QueryError(
            query_, end - digits.size(),
            "found a weight of " + std::string(digits.substr(0, 20)) + "; use a number above 0, up to 1000");
    }

    /// Takes "^2", "*", "~" and "~1" off the end of a piece. Numbers are no words to weigh: 10^6 is text.
    void strip_suffixes(QueryToken& token) {
        std::string_view& text = token.text;
        const std::size_t hat = text.rfind('^');
        if (hat != std::string_view::npos && !is_number(text.substr(0, hat))) {
            if (const auto boost = boost_of(text.substr(hat + 1), token.end)) {
                token.boost = *boost;
                text = text.substr(0, hat);
            }
        }
        const std::size_t mark = text.find_last_of("*~");
        if (mark == std::string_view::npos || mark == 0 || !is_of_word(text[mark - 1])) return;
        if (text.find('*') < mark) return;
        const std::string_view behind = text.substr(mark + 1);
        const bool tilde = text[mark] == '~';
        if (!behind.empty() && !(tilde && (behind == "1" || behind == "2"))) return;
        token.prefix = !tilde;
        token.distance = !tilde ? 0 : behind.empty() ? fuzzy_by_length : behind[0] - '0';
        text = text.substr(0, mark);
    }

    /// Whether the query is written in capitals, and is not a list of words with an operator between each two.
    bool in_capitals() const {
        const auto is_other = [](char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; };
        const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        const auto is_word = [&](const QueryToken& token) {
            return token.kind == TokenKind::words && std::any_of(token.text.begin(), token.text.end(), is_capital);
        };
        return std::none_of(query_.begin(), query_.end(), is_other) &&
               std::adjacent_find(tokens_.begin(), tokens_.end(), [&](const auto& a, const auto& b) {
                   return is_word(a) && is_word(b);
               }) != tokens_.end();
    }

    void make_words_of_keywords() {
        for (QueryToken& token : tokens_) {
            if (!is_keyword(token.kind)) continue;
            token.kind = TokenKind::words;
            token.distance = 0;
        }
    }

    void match_parentheses() {
        std::vector<std::size_t> alone = std::move(unmatched_);
        for (const Open& open : open_) {
            if (open.paren != Paren::of_text) alone.push_back(open.token);
        }
        if (alone.empty()) return;
        std::sort(alone.begin(), alone.end());
        const bool keywords =
            std::any_of(tokens_.begin(), tokens_.end(), [](const auto& token) { return is_keyword(token.kind); });
        for (const std::size_t number : alone) {
            QueryToken& token = tokens_[number];
            const bool open = token.kind == TokenKind::open;
            const bool operand = number > 0 && is_prefix(tokens_[number - 1].kind) && open;
            if (keywords || operand) {
                throw QueryError(query_, token.begin,
                                 std::string("found ") +
                                     (open ? "( without a ) behind it" : ") without a ( before it") +
                                     "; add the other one, or leave this one out");
            }
            token.kind = TokenKind::words;
        }
    }

    struct Open {
        Paren paren;
        std::size_t token;  ///< its number; of text none
    };

    std::string_view query_;
    std::size_t at_ = 0;
    bool value_ = false;  ///< the value of a field follows
    std::vector<Open> open_;
    std::vector<std::size_t> unmatched_;
    std::vector<QueryToken> tokens_;
};

std::size_t column_of(std::string_view query, std::size_t at) {
    const auto before = query.substr(0, at);
    return 1 + static_cast<std::size_t>(std::count_if(before.begin(), before.end(), [](char c) {
               return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
           }));
}

}  // namespace

QueryError::QueryError(std::string_view query, std::size_t at, const std::string& message)
    : UsageError("query, column " + std::to_string(column_of(query, at)) + ": " + message),
      column(column_of(query, at)) {}

bool is_prose(std::string_view query) {
    std::size_t plain = 0, marked = 0;
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t begin = at;
        while (at < query.size() && blank_at_front(query.substr(at)) == 0) ++at;
        const std::string_view piece = query.substr(begin, at - begin);
        at += at < query.size() ? blank_at_front(query.substr(at)) : 0;
        if (piece.empty()) continue;
        if (piece.front() == '"') {  // what is quoted counts as one mark, however long it is
            const std::size_t closing = query.find('"', begin + 1);
            if (closing != std::string_view::npos) at = std::max(at, closing + 1);
        }
        const bool has_mark = keyword(piece) || piece.starts_with("NEAR/") ||
                              piece.find_first_of("\"()*~^:") != std::string_view::npos || piece.front() == '-' ||
                              piece.front() == '+' || piece.front() == '=';
        ++(has_mark ? marked : plain);
    }
    return plain > most_typed_words && plain >= words_a_mark * marked;
}

std::vector<QueryToken> query_tokens(std::string_view query) {
    if (!is_prose(query)) return Lexer(query).all();
    const std::size_t end = query.size();
    return {{.kind = TokenKind::words, .begin = 0, .end = end, .text = query},
            {.kind = TokenKind::end, .begin = end, .end = end}};
}

}  // namespace eckart::text
