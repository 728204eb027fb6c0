#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/words/tokenizer.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// An item as people name it.
struct TitledItem {
    std::string id;
    std::string title;  ///< "Matrix, The (1999)"; may be empty
};

/// What a title says: its words in lower case without accents, and its year.
struct TitleWords {
    std::string words;  ///< "the matrix": an article at the end goes to the front
    std::string bare;   ///< "matrix": without the article
    std::optional<int> year = {};
};

/// How closely a text names items, the closest last.
enum class TitleMatch {
    none,
    part,   ///< its words stand in the title one after the other, at the start or further on
    words,  ///< its words are those of the title, but for accents, the year and articles
    exact   ///< it is the id, or the title to the letter
};

/// The items that a text may name.
struct TitleMatches {
    TitleMatch match = TitleMatch::none;
    std::vector<std::int32_t> rows = {};  ///< of the closest match only; of parts, titles that start with it first
};

/// The one item that a text names.
struct NamedItem {
    std::int32_t row;
    std::optional<Note> note = {};  ///< "title-matched", where the text is not the id or the title to the letter
};

/// Finds items by their ids and titles. Case, accents, the year and articles may be left out, and an article may stand
/// in front or at the end: "matrix", "The Matrix (1999)" and "Matrix, The" name one film. A title in parentheses, as in
/// "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", is another name of the item. The start or another part of a
/// title names it, too, if it is whole words: "fellowship of the ring". Members may be called from several threads.
class TitleIndex {
  public:
    /// Takes the items by row.
    explicit TitleIndex(std::vector<TitledItem> items);

    /// What `text` may name: the item with that id; or else those whose title is that, to the letter; or else those
    /// with the same words and, if `text` has one, the same year; or else those with the same words but for an article;
    /// or else those with these words somewhere in the title.
    TitleMatches matches(std::string_view text) const;

    /// The one item that `text` names. Throws UnknownIdError, with the items that it may mean, if there is none or more
    /// than one.
    NamedItem item(std::string_view text) const;

    /// Up to `count` rows with titles like `text`, the nearest first: those with all its words, then by the number of
    /// letters to be changed.
    std::vector<std::int32_t> nearest(std::string_view text, std::size_t count) const;

    /// "Heat (1995) [6]", or the id alone if there is no title.
    std::string shown(std::int32_t row) const;

  private:
    struct Name {
        TitleWords title;
        std::int32_t row;
    };
    using NamesByWords = std::unordered_map<std::string, std::vector<std::size_t>>;

    void add(std::string_view title, std::int32_t row, text::Tokenizer& tokenizer);
    std::vector<std::int32_t> matching(const NamesByWords& by_words, const std::string& words,
                                       std::optional<int> year) const;
    const std::vector<std::size_t>& names_with_rarest(std::string_view words) const;
    std::vector<std::int32_t> holding(const TitleWords& wanted) const;
    std::vector<std::int32_t> holding(const std::string& words, std::optional<int> year) const;
    std::string listed(const std::vector<std::int32_t>& rows, std::size_t most) const;
    std::optional<Note> note(std::string_view text, TitleMatch match, std::int32_t row) const;
    [[noreturn]] void refuse(std::string_view text, TitleMatch match, const std::vector<std::int32_t>& several) const;

    std::vector<TitledItem> items_;
    std::vector<Name> names_;
    std::unordered_map<std::string_view, std::int32_t> by_id_;
    std::unordered_map<std::string_view, std::vector<std::int32_t>> by_title_;
    NamesByWords by_words_, by_bare_;
    NamesByWords by_word_;  ///< of each single word, the names that have it
};

}  // namespace eckart::jobs
