#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace eckart::corpora {

/// Where a table's users, items, ratings and times stand: each is a column's name (compared without case), its number
/// from 1, or empty for what the first row tells. `rating` and `time` may be "none": not read, even where the table has
/// them.
struct RatingColumns {
    std::string user = {};
    std::string item = {};
    std::string rating = {};
    std::string time = {};

    bool operator==(const RatingColumns&) const = default;
};

/// A column's name as usual ones are compared: in lower case, its letters and digits before the first colon.
/// "User-ID", "user_id" and "user_id:token" are userid.
std::string plain_column_name(std::string_view name);

/// What columns of items are usually called, in plain names.
std::span<const std::string_view> usual_item_columns();

/// Parses "user=NAME,item=NAME,rating=NAME,time=NAME", any of the four in any order. A name with a comma in it is given
/// by its number. Throws UsageError at another key, one that comes twice, and one without a value.
RatingColumns parse_rating_columns(std::string_view text);

/// Places of columns, from 0.
struct RatingPlaces {
    std::size_t user = 0;
    std::size_t item = 1;
    std::optional<std::size_t> rating = {};
    std::optional<std::size_t> time = {};

    bool operator==(const RatingPlaces&) const = default;
};

/// What a table's first row tells.
struct RatingHeader {
    bool is_header = false;    ///< the row holds names, not a rating
    RatingPlaces places = {};  ///< if there is no problem
    std::string problem = {};  ///< "found ..., expected ..."; empty if there is none
};

/// Reads the first row of a table by these rules:
///
/// - It is a header if a column was asked for by name, or if one of its fields is a usual name of any of the four and
///   none is a number.
/// - Usual names, compared as plain_column_name has them, of which the first that is there counts:
///   user:   user, userid, uid, username, customer, customerid, reviewerid
///   item:   item, itemid, iid, movie, movieid, mid, film, filmid, product, productid, asin, isbn, book, bookid,
///           artist, artistid, track, trackid, song, songid, business, businessid
///   rating: rating, score, stars, value, overall, bookrating
///   time:   timestamp, time, date, datetime, unixreviewtime
/// - Without a header and without numbers asked for, two to four columns are user, item, rating and time in this order.
///   With numbers, user and item must be among them, and nothing else is read.
/// - A table without a rating column tells who had what. But if it has a column of unknown meaning, that may be the
///   rating, and the caller must say which column is, or rating=none.
RatingHeader rating_header(std::span<const std::string_view> first_row, const RatingColumns& columns);

/// The same for the names of a JSON object's members; a number is a name like others here.
RatingHeader rating_members(std::span<const std::string_view> names, const RatingColumns& columns);

}  // namespace eckart::corpora
