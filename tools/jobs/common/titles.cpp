#include "tools/jobs/common/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_set>

#include "corpora/bytes/lines.h"
#include "engine/support/ascii.h"
#include "engine/support/edit_distance.h"
#include "engine/support/error.h"
#include "text/words/unicode.h"

namespace eckart::jobs {
namespace {

constexpr std::size_t titles_offered = 4;   // where no title matches, or beside the one that was taken
constexpr std::size_t choices_listed = 12;  // where several match

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
    const std::string_view text = trimmed(title);
    const std::size_t open = text.rfind('(');
    if (open == std::string_view::npos || text.back() != ')') return {};
    int year = 0;
    const char* begin = text.data() + open + 1;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), year);
    // "(1995)", or "(1995-)" and "(1995-1997)" for a series.
    const bool good = error == std::errc() && end - begin == 4 && (*end == ')' || *end == '-');
    if (!good) return {};
    title = trimmed(text.substr(0, open));
    return year;
}

/// The title before its parentheses, and what stands in them.
std::vector<std::string_view> parts(std::string_view title) {
    std::vector<std::string_view> found;
    std::size_t open = title.find('(');
    found.push_back(trimmed(title.substr(0, open)));
    while (open != std::string_view::npos) {
        const std::size_t close = title.find(')', open);
        if (close == std::string_view::npos) break;
        found.push_back(trimmed(title.substr(open + 1, close - open - 1)));
        open = title.find('(', close);
    }
    return found;
}

/// Where `words` stand in `title`, one after the other; both are words parted by single spaces. npos if they do not.
std::size_t place_of(std::string_view words, std::string_view title) {
    for (std::size_t at = title.find(words); at != std::string_view::npos; at = title.find(words, at + 1)) {
        const bool begins = at == 0 || title[at - 1] == ' ';
        const std::size_t end = at + words.size();
        if (begins && (end == title.size() || title[end] == ' ')) return at;
    }
    return std::string_view::npos;
}

std::vector<std::string> single_words(std::string_view words) {
    std::vector<std::string> all;
    for (const std::string_view word : corpora::words_of(words)) all.emplace_back(word);
    return all;
}

/// Whether every one of the words is in `title`.
bool holds_words(std::string_view title, const std::vector<std::string>& words) {
    return !words.empty() && std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return place_of(word, title) != std::string_view::npos;
    });
}

TitleWords words_of(std::string_view title, text::Tokenizer& tokenizer) {
    TitleWords found;
    found.year = take_year(title);
    const std::string bare = text::without_accents(title);
    text::TokenList tokens;
    tokenizer.tokenize(bare, tokens);
    std::vector<std::string> words;
    for (std::size_t t = 0; t < tokens.size(); ++t) words.emplace_back(tokens[t]);
    const std::size_t comma = bare.rfind(',');
    const bool article_last = words.size() > 1 && comma != std::string::npos && is_article(words.back()) &&
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

TitleWords words_of(std::string_view title) {
    text::Tokenizer tokenizer;
    return words_of(title, tokenizer);
}

}  // namespace

TitleIndex::TitleIndex(std::vector<TitledItem> items) : items_(std::move(items)) {
    text::Tokenizer tokenizer;
    for (std::size_t r = 0; r < items_.size(); ++r) {
        const auto row = static_cast<std::int32_t>(r);
        by_id_.emplace(items_[r].id, row);
        if (items_[r].title.empty()) continue;
        by_title_[items_[r].title].push_back(row);
        add(items_[r].title, row, tokenizer);
    }
}

void TitleIndex::add(std::string_view title, std::int32_t row, text::Tokenizer& tokenizer) {
    const std::optional<int> year = take_year(title);
    std::vector<std::string_view> names = parts(title);
    if (names.size() > 1) names.push_back(title);
    for (const std::string_view name : names) {
        TitleWords words = words_of(name, tokenizer);
        if (words.words.empty()) continue;
        words.year = year;
        by_words_[words.words].push_back(names_.size());
        by_bare_[words.bare].push_back(names_.size());
        for (const std::string& word : single_words(words.words)) {
            auto& with_word = by_word_[word];
            if (with_word.empty() || with_word.back() != names_.size()) with_word.push_back(names_.size());
        }
        names_.push_back({std::move(words), row});
    }
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

const std::vector<std::size_t>& TitleIndex::names_with_rarest(std::string_view words) const {
    static const std::vector<std::size_t> none;
    const std::vector<std::size_t>* rarest = nullptr;
    for (const std::string& word : single_words(words)) {
        const auto place = by_word_.find(word);
        if (place == by_word_.end()) return none;
        if (!rarest || place->second.size() < rarest->size()) rarest = &place->second;
    }
    return rarest ? *rarest : none;
}

std::vector<std::int32_t> TitleIndex::holding(const std::string& words, std::optional<int> year) const {
    std::vector<std::int32_t> first, later;
    const auto put = [](std::vector<std::int32_t>& rows, std::int32_t row) {
        if (rows.empty() || rows.back() != row) rows.push_back(row);
    };
    for (const std::size_t number : names_with_rarest(words)) {
        const Name& name = names_[number];
        if (year && name.title.year != year) continue;
        const std::size_t place = place_of(words, name.title.words);
        if (place == std::string::npos) continue;
        const std::size_t article = name.title.words.size() - name.title.bare.size();
        put(place == 0 || place == article ? first : later, name.row);
    }
    const std::unordered_set<std::int32_t> starting(first.begin(), first.end());
    std::erase_if(later, [&](std::int32_t row) { return starting.contains(row); });
    first.insert(first.end(), later.begin(), later.end());
    return first;
}

std::vector<std::int32_t> TitleIndex::holding(const TitleWords& wanted) const {
    const auto found = holding(wanted.words, wanted.year);
    return found.empty() ? holding(wanted.bare, wanted.year) : found;
}

TitleMatches TitleIndex::matches(std::string_view text) const {
    text = trimmed(text);
    if (const auto place = by_id_.find(text); place != by_id_.end()) return {TitleMatch::exact, {place->second}};
    if (const auto place = by_title_.find(text); place != by_title_.end()) return {TitleMatch::exact, place->second};
    const TitleWords wanted = words_of(text);
    if (wanted.words.empty()) return {};
    std::vector<std::int32_t> rows = matching(by_words_, wanted.words, wanted.year);
    if (rows.empty()) rows = matching(by_bare_, wanted.bare, wanted.year);
    if (!rows.empty()) return {TitleMatch::words, std::move(rows)};
    rows = holding(wanted);
    return {rows.empty() ? TitleMatch::none : TitleMatch::part, std::move(rows)};
}

NamedItem TitleIndex::item(std::string_view text) const {
    text = trimmed(text);
    const auto [match, rows] = matches(text);
    if (rows.size() != 1) refuse(text, match, rows);
    return {rows.front(), note(text, match, rows.front())};
}

std::optional<Note> TitleIndex::note(std::string_view text, TitleMatch match, std::int32_t row) const {
    if (match == TitleMatch::exact) return {};
    const std::string& title = items_[row].title;
    std::vector<std::int32_t> others =
        match == TitleMatch::words ? holding(words_of(text)) : std::vector<std::int32_t>();
    std::erase(others, row);
    std::string sentence = fmt::format("\"{}\": {}", text, title);
    if (others.size() == 1) sentence += fmt::format("; one more title contains it: {}", shown(others.front()));
    if (others.size() > 1) {
        sentence += fmt::format("; {} more titles contain it: {}", others.size(), listed(others, titles_offered));
    }
    return Note{"title-matched", std::move(sentence)};
}

void TitleIndex::refuse(std::string_view text, TitleMatch match, const std::vector<std::int32_t>& several) const {
    if (several.empty()) {
        const auto near = nearest(text, titles_offered);
        throw UnknownIdError(fmt::format("there is no item \"{}\"", text) +
                             (near.empty() ? "" : "; the nearest are " + listed(near, titles_offered)));
    }
    const TitledItem& one = items_[several.front()];
    const std::string whole = match == TitleMatch::exact ? "" : fmt::format("the whole title, \"{}\", or ", one.title);
    throw UnknownIdError(fmt::format("\"{}\" matches {} items: {}; give {}the id, {}", text, several.size(),
                                     listed(several, choices_listed), whole, one.id));
}

std::vector<std::int32_t> TitleIndex::nearest(std::string_view text, std::size_t count) const {
    const std::string query = words_of(text).bare;
    const std::vector<std::string> words = single_words(query);
    const std::size_t most = std::max<std::size_t>(2, query.size() / 2);
    std::vector<std::array<std::size_t, 3>> ranked;  // whether words are missing, edits, row
    for (const Name& name : names_) {
        const bool holds = holds_words(name.title.words, words);
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

std::string TitleIndex::listed(const std::vector<std::int32_t>& rows, std::size_t most) const {
    std::string list;
    for (std::size_t r = 0; r < std::min(rows.size(), most); ++r) list += (r == 0 ? "" : ", ") + shown(rows[r]);
    if (rows.size() > most) list += fmt::format(" and {} more", rows.size() - most);
    return list;
}

std::string TitleIndex::shown(std::int32_t row) const {
    const TitledItem& item = items_[row];
    return item.title.empty() ? item.id : item.title + " [" + item.id + "]";
}

}  // namespace eckart::jobs
