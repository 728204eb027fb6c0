#include "corpora/ratings/rating_columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating_values.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 7> user_names = {"user",     "userid",     "uid",       "username",
                                                        "customer", "customerid", "reviewerid"};
constexpr std::array<std::string_view, 23> item_names = {
    "item",     "itemid",  "iid",       "sid",  "movie",  "movieid",  "mid",       "film",
    "filmid",   "product", "productid", "asin", "isbn",   "book",     "bookid",    "artist",
    "artistid", "track",   "trackid",   "song", "songid", "business", "businessid"};
constexpr std::array<std::string_view, 6> rating_names = {"rating", "score", "stars", "value", "overall", "bookrating"};
constexpr std::array<std::string_view, 5> time_names = {"timestamp", "time", "date", "datetime", "unixreviewtime"};

constexpr std::string_view none = "none";

std::optional<std::size_t> column_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
    return number;
}

/// Finds the four columns one after the other and keeps the first problem.
class ColumnFinder {
  public:
    ColumnFinder(Names names, bool numbers_count) : names_(names), numbers_count_(numbers_count) {
        for (const std::string_view name : names) plain_names_.push_back(plain_column_name(name));
    }

    bool has_any(Names usual) const { return usual_place(usual).has_value(); }

    /// The place of a column asked for; with nothing asked that of the first usual name.
    std::optional<std::size_t> place(std::string_view asked, Names usual) {
        if (asked.empty()) return usual_place(usual);
        if (const auto number = number_asked(asked)) return numbered_place(asked, *number);
        const std::string lower = lower_ascii(asked);
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (lower_ascii(trimmed(names_[i])) == lower) return i;
        }
        add_problem("found no " + in_quotes(asked) + " among " + all_names() + ", expected one");
        return std::nullopt;
    }

    std::size_t required_place(const char* key, std::string_view asked, Names usual) {
        const auto found = place(asked, usual);
        if (!found)
            add_problem("found no " + std::string(key) + " among " + all_names() + ", expected " + key +
                        "=NAME to say which it is");
        return found.value_or(0);
    }

    std::optional<std::size_t> optional_place(std::string_view asked, Names usual) {
        if (asked == none) return std::nullopt;
        return place(asked, usual);
    }

    std::optional<std::size_t> number_asked(std::string_view asked) const {
        return numbers_count_ ? column_number(asked) : std::nullopt;
    }

    void add_problem(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
    }
    const std::string& problem() const { return problem_; }

    std::string all_names() const {
        std::string all;
        for (const std::string_view name : names_) all += (all.empty() ? "" : ", ") + std::string(name);
        return in_quotes(all);
    }

  private:
    std::optional<std::size_t> usual_place(Names usual) const {
        for (const std::string_view name : usual) {
            const auto found = std::find(plain_names_.begin(), plain_names_.end(), name);
            if (found != plain_names_.end()) return static_cast<std::size_t>(found - plain_names_.begin());
        }
        return std::nullopt;
    }

    std::optional<std::size_t> numbered_place(std::string_view asked, std::size_t number) {
        if (number <= names_.size()) return number - 1;
        add_problem("found " + std::to_string(names_.size()) + " columns, expected a column " + std::string(asked));
        return std::nullopt;
    }

    Names names_;
    bool numbers_count_;
    std::vector<std::string> plain_names_;
    std::string problem_;
};

/// A usual name may be an item's id by chance ("Song"), but then a number stands in the row as well.
bool holds_names(const ColumnFinder& finder, Names row) {
    const auto is_number = [](std::string_view field) { return rating_value(field).has_value(); };
    if (std::any_of(row.begin(), row.end(), is_number)) return false;
    return finder.has_any(user_names) || finder.has_any(item_names) || finder.has_any(rating_names) ||
           finder.has_any(time_names);
}

std::size_t explained(const RatingPlaces& places) {
    return 2 + (places.rating ? 1U : 0U) + (places.time ? 1U : 0U);
}

RatingPlaces named_places(ColumnFinder& finder, const RatingColumns& columns) {
    RatingPlaces places;
    places.user = finder.required_place("user", columns.user, user_names);
    places.item = finder.required_place("item", columns.item, item_names);
    places.rating = finder.optional_place(columns.rating, rating_names);
    places.time = finder.optional_place(columns.time, time_names);
    return places;
}

RatingPlaces numbered_places(ColumnFinder& finder, const RatingColumns& columns) {
    RatingPlaces places;
    places.user = finder.place(columns.user, {}).value_or(0);
    places.item = finder.place(columns.item, {}).value_or(1);
    places.rating = finder.optional_place(columns.rating, {});
    places.time = finder.optional_place(columns.time, {});
    if (columns.user.empty() || columns.item.empty()) {
        finder.add_problem("found no names in the first row, expected user=NUMBER and item=NUMBER");
    }
    return places;
}

/// The order that most files without a header have.
RatingPlaces usual_places(ColumnFinder& finder, std::size_t width, const RatingColumns& columns) {
    if (width < 2 || width > 4) {
        finder.add_problem(
            "found " + std::to_string(width) + (width == 1 ? " column" : " columns") +
            ", expected user, item, and perhaps rating and time, or names in the first row; if a line is a user "
            "and all their items, use --format lists");
    }
    RatingPlaces places;
    if (width > 2 && columns.rating != none) places.rating = 2;
    if (width > 3 && columns.time != none) places.time = 3;
    return places;
}

void require_distinct(ColumnFinder& finder, const RatingPlaces& places) {
    std::vector<std::size_t> all = {places.user, places.item};
    if (places.rating) all.push_back(*places.rating);
    if (places.time) all.push_back(*places.time);
    std::sort(all.begin(), all.end());
    if (std::adjacent_find(all.begin(), all.end()) != all.end()) {
        finder.add_problem("found one column for two of user, item, rating and time, expected one for each");
    }
}

void require_known_rating(ColumnFinder& finder, std::size_t width, const RatingPlaces& places,
                          const RatingColumns& columns) {
    if (places.rating || columns.rating == none || width <= explained(places)) return;
    finder.add_problem("found no rating among " + finder.all_names() +
                       ", expected rating=NAME to say which it is, or rating=none where every line is a like");
}

RatingHeader checked(ColumnFinder& finder, std::size_t width, bool is_header, const RatingPlaces& places,
                     const RatingColumns& columns) {
    require_distinct(finder, places);
    require_known_rating(finder, width, places, columns);
    return {is_header, places, finder.problem()};
}

}  // namespace

std::string plain_column_name(std::string_view name) {
    std::string plain;
    for (const char c : lower_ascii(name.substr(0, name.find(':')))) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    }
    return plain;
}

std::span<const std::string_view> usual_item_columns() {
    return item_names;
}

RatingColumns parse_rating_columns(std::string_view text) {
    RatingColumns columns;
    const auto field = [&columns](std::string_view key) -> std::string& {
        if (key == "user") return columns.user;
        if (key == "item") return columns.item;
        if (key == "rating") return columns.rating;
        if (key == "time") return columns.time;
        throw UsageError("found the column " + in_quotes(key) + ", expected user, item, rating or time");
    };
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t sign = part.find('=');
        std::string& value = field(trimmed(part.substr(0, sign)));
        if (!value.empty())
            throw UsageError("found " + in_quotes(part) + " after " + in_quotes(value) + ", expected one");
        if (sign != std::string_view::npos) value = trimmed(part.substr(sign + 1));
        if (value.empty())
            throw UsageError("found " + in_quotes(part) + ", expected a column's name or number behind =");
    }
    return columns;
}

RatingHeader rating_header(Names first_row, const RatingColumns& columns) {
    ColumnFinder finder(first_row, true);
    bool by_name = false, by_number = false;
    for (const std::string* asked : {&columns.user, &columns.item, &columns.rating, &columns.time}) {
        if (asked->empty() || *asked == none) continue;
        (finder.number_asked(*asked) ? by_number : by_name) = true;
    }
    const bool is_header = by_name || holds_names(finder, first_row);
    const RatingPlaces places = is_header   ? named_places(finder, columns)
                                : by_number ? numbered_places(finder, columns)
                                            : usual_places(finder, first_row.size(), columns);
    return checked(finder, first_row.size(), is_header, places, columns);
}

RatingHeader rating_members(Names names, const RatingColumns& columns) {
    ColumnFinder finder(names, false);
    const RatingPlaces places = named_places(finder, columns);
    return checked(finder, names.size(), true, places, columns);
}

}  // namespace eckart::corpora
