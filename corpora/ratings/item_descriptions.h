#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/rows.h"
#include "corpora/ratings/rating.h"

namespace eckart::corpora {

/// Reads the descriptions of items in a file, in its order; an id that comes twice is given twice. The form is told by
/// the first line that is not blank; the first of these that fits counts:
///
///     bars     24 fields between "|", the last 19 of them 0 or 1: MovieLens 100K's u.item. The flags are categories,
///              named by a file u.genre beside it, else in the order in which that collection has them
///     colons   "id::title::category|category": MovieLens 1M's and 10M's movies.dat
///     netflix  "id,year,title", a whole number, a year or NULL, and a title that may have commas and no quotes
///     table    CSV (also with semicolons) or TSV (the line has a tab). Its header names an id (id, or an item as in
///              rating_header) and perhaps a title (title, name, movietitle, itemname, booktitle), a year (year,
///              releaseyear, yearofpublication) and categories (categories, category, genres, genre) between "|"
///
/// Text that is not UTF-8 is taken for windows-1252, which holds Latin-1's letters. Ids and titles lose the blanks
/// around them. The year is the column's, else that in parentheses at the title's end ("Heat (1995)", "Lost (2004-2010)
/// (TV)"), else that of u.item's date; a field of a year column that is not four digits is no year. "unknown" in u.item
/// and "(no genres listed)" are no categories.
///
/// Throws InputError "path:line: ..." where a line is not of the form of the first, an id is empty, a flag is neither 0
/// nor 1, or the header names no id; and if there is no item at all.
std::vector<ItemDescription> read_items(const std::string& path);

/// The same from bytes; `name` is for messages, `categories` names u.item's flags, or is empty for the usual names.
std::vector<ItemDescription> parse_items(std::string bytes, const std::string& name,
                                         const std::vector<std::string>& categories = {});

/// How the table that begins so is written; nothing where the form is another one (`categories` as above).
std::optional<RowForm> item_table_form(std::string_view bytes, const std::vector<std::string>& categories = {});

/// What parse_items takes and read_item_attributes reads: the bytes of a file in UTF-8, without a byte order mark.
std::string item_bytes(const std::string& path);

/// The file of items that lies beside ratings, in their folder or in that above a folder training_set: the first of
/// u.item, movies.dat, movies.csv, movies.tsv, movie_titles.txt, movie_titles.csv, items.csv and items.tsv, each also
/// with .gz or .zst; but that which belongs to the name of the ratings (movies.csv to ratings.csv, ...) goes before the
/// others. Nothing for "-", and if there is none.
std::optional<std::string> items_file_beside(const std::string& ratings_source);

}  // namespace eckart::corpora
