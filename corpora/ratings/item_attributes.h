#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::corpora {

/// What the values of a column are.
enum class AttributeKind { categories, number, words };

/// "categories", "number" or "words".
std::string_view name(AttributeKind kind);

/// One column of a file of items, and how it is read.
struct AttributeColumn {
    std::string name;
    AttributeKind kind;
    char separator = 0;               ///< between the categories of a field; 0: a field is one category
    std::vector<std::string> fields;  ///< one a row, without blanks around; empty where nothing is known
};

/// What a file says about items beside their ids.
struct ItemAttributes {
    std::vector<std::string> items;  ///< ids by row; one that comes several times has what all its rows say
    std::vector<AttributeColumn> columns;
};

/// Reads attributes of items from a file in any of the forms of read_items. Of a table every column counts but the id
/// and those that say who and when (columns called user or time, as in rating_header, and the like); how one is read is
/// told from its fields that are not empty:
///
///     number      all are numbers, and there are more than two different ones
///     categories  separated by "|" if any field has one, else by ";", else by "," if some field has none and the
///                 parts so made come up one and a half times each or more on average, else a field is one category
///                 if fields have 3 words or fewer on average
///     words       all others: prose, titles
///
/// A file with titles but without years also has a column "year", from the parentheses at the ends of titles; u.item,
/// movies.dat and movie_titles.csv have title, year and categories. "(no genres listed)" is no category.
///
/// Throws as read_items; InputError, naming the item, where a field of numbers is infinite, too large, or no number
/// ("nan"), and if the file has nothing but ids.
ItemAttributes read_item_attributes(const std::string& path);

/// The categories or words of a field of the column, in lower case (ASCII); for a number the field itself.
std::vector<std::string> values_of(const AttributeColumn& column, std::string_view field);

}  // namespace eckart::corpora
