#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/tokenizer.h"

namespace eckart::tools {

/// An item as people name it.
struct TitledItem {
    std::string id;
    std::string title;  ///< "Matrix, The (1999)"; may be empty
};

/// What a title says: its words without marks and in one case, and its year.
struct TitleWords {
    std::string words;  ///< "the matrix": an article at the end goes to the front
    std::string bare;   ///< "matrix": without the article
    std::optional<int> year = {};
};

/// Finds items by their ids and titles. Case, marks, the year and articles may be left out, and an article may stand in
/// front or at the end: "matrix", "The Matrix (1999)" and "Matrix, The" name one film. A title in parentheses, as in
/// "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", is another name of the item.
class TitleIndex {
  public:
    /// Takes the items by row.
    explicit TitleIndex(std::vector<TitledItem> items);

    /// Rows that `text` may name: that with this id; or else those whose title is that, to the letter; or else those
    /// with the same words and, if `text` has one, the same year; or else those with the same words but for an article.
    std::vector<std::int32_t> rows(std::string_view text);

    /// The one row that `text` names. Throws UnknownIdError, with the items that it may mean, if there is none or more
    /// than one.
    std::int32_t row(std::string_view text);

    /// Up to `count` rows with titles like `text`, the nearest first: those that hold all its words, then by the number
    /// of letters to be changed.
    std::vector<std::int32_t> nearest(std::string_view text, std::size_t count);

    /// "Heat (1995) [6]", or the id alone if there is no title.
    std::string shown(std::int32_t row) const;

  private:
    struct Name {
        TitleWords title;
        std::int32_t row;
    };
    using NamesByWords = std::unordered_map<std::string, std::vector<std::size_t>>;

    void add(std::string_view title, std::int32_t row);
    TitleWords words_of(std::string_view title);
    std::vector<std::int32_t> matching(const NamesByWords& by_words, const std::string& words,
                                       std::optional<int> year) const;

    text::Tokenizer tokenizer_;
    std::vector<TitledItem> items_;
    std::vector<Name> names_;
    std::unordered_map<std::string_view, std::int32_t> by_id_;
    std::unordered_map<std::string_view, std::vector<std::int32_t>> by_title_;
    NamesByWords by_words_, by_bare_;
};

}  // namespace eckart::tools
