#include "tools/jobs/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "corpora/bytes/lines.h"
#include "engine/support/edit_distance.h"
#include "engine/support/error.h"
#include "tools/cli/terminal/output.h"

namespace eckart::tools {
namespace {

constexpr std::size_t titles_offered = 4;

/// Articles of the languages that film lists have titles in.
constexpr std::array<std::string_view, 30> articles = {
    "the", "a",   "an",  "le",  "la",  "les", "l",   "un",   "une", "el",  "los", "las", "una", "il",  "lo",
    "i",   "gli", "uno", "der", "die", "das", "ein", "eine", "de",  "het", "o",   "os",  "as",  "den", "det"};

/// Makes "l avventura" of "l'avventura", which is what "Avventura, L'" comes to.
void part_elided_article(std::vector<std::string>& words) {
    constexpr std::string_view elided = "l'";
    if (words.empty() || !words.front().starts_with(elided) || words.front().size() == elided.size()) return;
    words.front().erase(0, elided.size());
    words.insert(words.begin(), "l");
}

bool is_article(std::string_view word) {
    return std::find(articles.begin(), articles.end(), word) != articles.end();
}

/// Takes "(1995)" off the end of `title`, if it is there.
std::optional<int> take_year(std::string_view& title) {
    const std::string_view text = corpora::trimmed(title);
    const std::size_t open = text.rfind('(');
    if (open == std::string_view::npos || text.back() != ')') return {};
    int year = 0;
    const char* begin = text.data() + open + 1;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), year);
    // "(1995)", or "(1995-)" and "(1995-1997)" for a series.
    const bool good = error == std::errc() && end - begin == 4 && (*end == ')' || *end == '-');
    if (!good) return {};
    title = corpora::trimmed(text.substr(0, open));
    return year;
}

/// The title before its parentheses, and what stands in them.
std::vector<std::string_view> parts(std::string_view title) {
    std::vector<std::string_view> found;
    std::size_t open = title.find('(');
    found.push_back(corpora::trimmed(title.substr(0, open)));
    while (open != std::string_view::npos) {
        const std::size_t close = title.find(')', open);
        if (close == std::string_view::npos) break;
        found.push_back(corpora::trimmed(title.substr(open + 1, close - open - 1)));
        open = title.find('(', close);
    }
    return found;
}

bool holds_word(std::string_view title, std::string_view word) {
    for (std::size_t at = title.find(word); at != std::string_view::npos; at = title.find(word, at + 1)) {
        const bool begins = at == 0 || title[at - 1] == ' ';
        const std::size_t end = at + word.size();
        if (begins && (end == title.size() || title[end] == ' ')) return true;
    }
    return false;
}

/// Whether every word of `query` is in `title`; words are parted by single spaces.
bool holds_words(std::string_view title, std::string_view query) {
    for (std::size_t begin = 0; begin < query.size();) {
        const std::size_t end = std::min(query.find(' ', begin), query.size());
        if (!holds_word(title, query.substr(begin, end - begin))) return false;
        begin = end + 1;
    }
    return !query.empty();
}

}  // namespace

TitleIndex::TitleIndex(std::vector<TitledItem> items) : items_(std::move(items)) {
    for (std::size_t r = 0; r < items_.size(); ++r) {
        const auto row = static_cast<std::int32_t>(r);
        by_id_.emplace(items_[r].id, row);
        if (items_[r].title.empty()) continue;
        by_title_[items_[r].title].push_back(row);
        add(items_[r].title, row);
    }
}

void TitleIndex::add(std::string_view title, std::int32_t row) {
    const std::optional<int> year = take_year(title);
    std::vector<std::string_view> names = parts(title);
    if (names.size() > 1) names.push_back(title);
    for (const std::string_view name : names) {
        TitleWords words = words_of(name);
        if (words.words.empty()) continue;
        words.year = year;
        by_words_[words.words].push_back(names_.size());
        by_bare_[words.bare].push_back(names_.size());
        names_.push_back({std::move(words), row});
    }
}

TitleWords TitleIndex::words_of(std::string_view title) {
    TitleWords found;
    found.year = take_year(title);
    text::TokenList tokens;
    tokenizer_.tokenize(title, tokens);
    std::vector<std::string> words;
    for (std::size_t t = 0; t < tokens.size(); ++t) words.emplace_back(tokens[t]);
    const std::size_t comma = title.rfind(',');
    const bool article_last = words.size() > 1 && comma != std::string_view::npos && is_article(words.back()) &&
                              tokens.source(words.size() - 1).begin > comma &&
                              tokens.source(words.size() - 2).begin < comma;
    if (article_last) std::rotate(words.begin(), words.end() - 1, words.end());
    part_elided_article(words);
    for (std::size_t w = 0; w < words.size(); ++w) {
        found.words += (w > 0 ? " " : "") + words[w];
        if (w == 0 && words.size() > 1 && is_article(words[0])) continue;
        found.bare += (found.bare.empty() ? "" : " ") + words[w];
    }
    return found;
}

std::vector<std::int32_t> TitleIndex::matching(const NamesByWords& by_words, const std::string& words,
                                               std::optional<int> year) const {
    std::vector<std::int32_t> found;
    const auto place = by_words.find(words);
    if (place == by_words.end()) return found;
    for (const std::size_t name : place->second) {
        if (year && names_[name].title.year != year) continue;
        if (found.empty() || found.back() != names_[name].row) found.push_back(names_[name].row);
    }
    return found;
}

std::vector<std::int32_t> TitleIndex::rows(std::string_view text) {
    text = corpora::trimmed(text);
    if (const auto place = by_id_.find(text); place != by_id_.end()) return {place->second};
    if (const auto place = by_title_.find(text); place != by_title_.end()) return place->second;
    const TitleWords wanted = words_of(text);
    if (wanted.words.empty()) return {};
    const auto found = matching(by_words_, wanted.words, wanted.year);
    return found.empty() ? matching(by_bare_, wanted.bare, wanted.year) : found;
}

std::int32_t TitleIndex::row(std::string_view text) {
    const auto found = rows(text);
    if (found.size() == 1) return found.front();
    const auto listed = [&](const std::vector<std::int32_t>& items) {
        std::string list;
        for (const std::int32_t item : items) list += (list.empty() ? "" : ", ") + shown(item);
        return list;
    };
    if (found.size() > 1) {
        throw UnknownIdError(fmt::format("'{}' names {} items: {}; give the year, or the id in brackets",
                                         printable(text), found.size(), listed(found)));
    }
    const auto near = nearest(text, titles_offered);
    throw UnknownIdError(fmt::format("there is no item '{}'", printable(text)) +
                         (near.empty() ? "" : "; nearest are " + listed(near)));
}

std::vector<std::int32_t> TitleIndex::nearest(std::string_view text, std::size_t count) {
    const std::string query = words_of(text).bare;
    const std::size_t most = std::max<std::size_t>(2, query.size() / 2);
    std::vector<std::array<std::size_t, 3>> ranked;  // whether words are missing, edits, row
    for (const Name& name : names_) {
        const bool holds = holds_words(name.title.words, query);
        const std::size_t distance = holds ? name.title.bare.size() : edit_distance(query, name.title.bare, most);
        if (holds || distance <= most) ranked.push_back({!holds, distance, static_cast<std::size_t>(name.row)});
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::int32_t> rows;
    for (const auto& entry : ranked) {
        const auto row = static_cast<std::int32_t>(entry[2]);
        if (rows.size() < count && std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
    }
    return rows;
}

std::string TitleIndex::shown(std::int32_t row) const {
    const TitledItem& item = items_[static_cast<std::size_t>(row)];
    return item.title.empty() ? printable(item.id) : printable(item.title) + " [" + printable(item.id) + "]";
}

}  // namespace eckart::tools
