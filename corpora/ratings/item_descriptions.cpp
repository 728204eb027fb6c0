#include "corpora/ratings/item_descriptions.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "corpora/bytes/charset.h"
#include "corpora/bytes/lines.h"
#include "corpora/bytes/rows.h"
#include "corpora/ratings/categories.h"
#include "corpora/ratings/rating_columns.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Fields = std::vector<std::string_view>;

constexpr std::size_t fields_before_flags = 5;  // of u.item: id, title, two dates, address

const std::vector<std::string>& movielens_categories() {
    static const std::vector<std::string> names = {"unknown",   "Action",   "Adventure",   "Animation", "Children's",
                                                   "Comedy",    "Crime",    "Documentary", "Drama",     "Fantasy",
                                                   "Film-Noir", "Horror",   "Musical",     "Mystery",   "Romance",
                                                   "Sci-Fi",    "Thriller", "War",         "Western"};
    return names;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// Four digits.
std::optional<int> year_of(std::string_view text) {
    if (text.size() != 4 || !is_number(text)) return std::nullopt;
    return std::stoi(std::string(text));
}

/// The year in the parentheses at the end of a title, of which other ones may follow.
std::optional<int> year_in(std::string_view title) {
    while (title.ends_with(')')) {
        const std::size_t open = title.rfind('(');
        if (open == std::string_view::npos) return std::nullopt;
        const std::string_view inside = title.substr(open + 1, title.size() - open - 2);
        const bool is_year = inside.size() == 4 || (inside.size() > 4 && !is_digit(inside[4]));
        if (const auto year = year_of(inside.substr(0, 4)); year && is_year) return year;
        title = trimmed(title.substr(0, open));
    }
    return std::nullopt;
}

void add_categories(ItemDescription& item, std::string_view text, char separator) {
    const std::vector<std::string_view> names = categories_in(text, separator);
    item.categories.insert(item.categories.end(), names.begin(), names.end());
}

/// One item a row, from bytes in UTF-8.
class ItemRows {
  public:
    ItemRows(std::string_view bytes, const std::string& name, RowForm form)
        : rows_(memory_byte_stream(bytes, name), form) {}

    bool next() { return rows_.next(fields_); }
    const Fields& fields() const { return fields_; }
    [[noreturn]] void fail(const std::string& message) const { rows_.fail(message); }

    /// An item with the id and title at these places, and its title's year.
    ItemDescription item(std::size_t id, std::size_t title) const { return item(fields_[id], fields_[title]); }

    ItemDescription item(std::string_view id, std::string_view title) const {
        id = trimmed(id);
        if (id.empty()) fail("found an item without an id, expected one");
        rows_.require_unmarked(id);
        const std::string_view shown = trimmed(title);
        return {std::string(id), std::string(shown), year_in(shown)};
    }

  private:
    RowReader rows_;
    Fields fields_;
};

std::vector<ItemDescription> parse_flagged(std::string_view bytes, const std::string& name,
                                           const std::vector<std::string>& categories) {
    ItemRows rows(bytes, name, RowForm::bars);
    std::vector<ItemDescription> items;
    const std::size_t width = fields_before_flags + categories.size();
    while (rows.next()) {
        const Fields& fields = rows.fields();
        if (fields.size() != width) {
            rows.fail("found " + std::to_string(fields.size()) + " columns, expected " + std::to_string(width));
        }
        ItemDescription item = rows.item(0, 1);
        const std::string_view date = fields[2];
        if (!item.year && date.size() > 4) item.year = year_of(date.substr(date.size() - 4));
        for (std::size_t i = 0; i < categories.size(); ++i) {
            const std::string_view flag = fields[fields_before_flags + i];
            if (flag != "0" && flag != "1") rows.fail("found the flag " + in_quotes(flag) + ", expected 0 or 1");
            if (flag == "1" && categories[i] != "unknown") item.categories.push_back(categories[i]);
        }
        items.push_back(std::move(item));
    }
    return items;
}

/// A title may hold the separator: it is what stands between the first and the last.
std::vector<ItemDescription> parse_colons(std::string_view bytes, const std::string& name) {
    ItemRows rows(bytes, name, RowForm::colons);
    std::vector<ItemDescription> items;
    while (rows.next()) {
        const Fields& fields = rows.fields();
        if (fields.size() < 3) {
            rows.fail("found " + std::to_string(fields.size()) + " columns, expected id, title and categories");
        }
        const std::string_view first = fields[1], last = fields[fields.size() - 2];
        const auto length = static_cast<std::size_t>(last.data() + last.size() - first.data());
        items.push_back(rows.item(fields[0], {first.data(), length}));
        add_categories(items.back(), fields.back(), '|');
    }
    return items;
}

struct NetflixLine {
    std::string_view id, year, title;
};

std::optional<NetflixLine> netflix_line(std::string_view line) {
    const std::size_t first = line.find(',');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = line.find(',', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const NetflixLine parts = {trimmed(line.substr(0, first)), line.substr(first + 1, second - first - 1),
                               line.substr(second + 1)};
    if (!is_number(parts.id) || (parts.year != "NULL" && !year_of(parts.year))) return std::nullopt;
    return parts;
}

std::vector<ItemDescription> parse_netflix(std::string_view bytes, const std::string& name) {
    LineReader lines(memory_byte_stream(bytes, name));
    std::vector<ItemDescription> items;
    for (std::string_view line; lines.next(line);) {
        if (trimmed(line).empty()) continue;
        const auto parts = netflix_line(line);
        if (!parts) lines.fail("found " + in_quotes(line) + ", expected a number, a year or NULL, and a title");
        items.push_back({std::string(parts->id), std::string(trimmed(parts->title)), year_of(parts->year)});
    }
    return items;
}

/// Where a table's columns stand.
struct ItemColumns {
    std::size_t id = 0;
    std::optional<std::size_t> title, year, categories;
};

std::optional<std::size_t> place_of(std::span<const std::string_view> usual, const Fields& names) {
    for (const std::string_view name : usual) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (plain_column_name(names[i]) == name) return i;
        }
    }
    return std::nullopt;
}

ItemColumns item_columns(const ItemRows& header) {
    constexpr std::array<std::string_view, 1> id_names = {"id"};
    constexpr std::array<std::string_view, 5> title_names = {"title", "name", "movietitle", "itemname", "booktitle"};
    constexpr std::array<std::string_view, 3> year_names = {"year", "releaseyear", "yearofpublication"};
    constexpr std::array<std::string_view, 4> category_names = {"categories", "category", "genres", "genre"};
    const Fields& names = header.fields();
    auto id = place_of(id_names, names);
    if (!id) id = place_of(usual_item_columns(), names);
    const auto title = place_of(title_names, names);
    if (!id || id == title) {
        header.fail("found no id in the first row, expected the names of columns, such as id and title");
    }
    return {*id, title, place_of(year_names, names), place_of(category_names, names)};
}

std::vector<ItemDescription> parse_table(std::string_view bytes, const std::string& name, RowForm form) {
    ItemRows rows(bytes, name, form);
    std::vector<ItemDescription> items;
    std::vector<std::string> categories;  // of each item, as they stand
    if (!rows.next()) return items;
    const ItemColumns columns = item_columns(rows);
    const std::size_t width = rows.fields().size();
    while (rows.next()) {
        const Fields& fields = rows.fields();
        if (fields.size() != width) {
            rows.fail("found " + std::to_string(fields.size()) + " columns, expected " + std::to_string(width));
        }
        ItemDescription item = rows.item(fields[columns.id], columns.title ? fields[*columns.title] : "");
        if (columns.year) {
            const std::string_view year = trimmed(fields[*columns.year]);
            if (const auto known = year_of(year)) item.year = known;
        }
        if (columns.categories) categories.emplace_back(fields[*columns.categories]);
        items.push_back(std::move(item));
    }
    const char separator = category_separator(categories);
    for (std::size_t i = 0; i < categories.size(); ++i) add_categories(items[i], categories[i], separator);
    return items;
}

std::string_view first_line(std::string_view bytes) {
    const std::size_t begin = bytes.find_first_not_of("\r\n");
    if (begin == std::string_view::npos) return {};
    bytes.remove_prefix(begin);
    return trimmed(bytes.substr(0, bytes.find('\n')));
}

bool is_flagged(std::string_view line, std::size_t flags) {
    const auto bars = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|'));
    return bars + 1 == fields_before_flags + flags;
}

}  // namespace

std::optional<RowForm> item_table_form(std::string_view bytes, const std::vector<std::string>& categories) {
    const std::string_view line = first_line(bytes);
    const auto& flags = categories.empty() ? movielens_categories() : categories;
    if (is_flagged(line, flags.size()) || line.find("::") != std::string_view::npos || netflix_line(line)) return {};
    if (line.find('\t') != std::string_view::npos) return RowForm::tabs;
    const bool semicolons = std::count(line.begin(), line.end(), ';') > std::count(line.begin(), line.end(), ',');
    return semicolons ? RowForm::semicolons : RowForm::commas;
}

std::vector<ItemDescription> parse_items(std::string bytes, const std::string& name,
                                         const std::vector<std::string>& categories) {
    const bool is_utf16 = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
    if (!is_utf16 && !is_valid_utf8(bytes)) convert_to_utf8(bytes, "windows-1252");
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
    const auto& flags = categories.empty() ? movielens_categories() : categories;
    const std::string_view line = first_line(bytes);
    std::vector<ItemDescription> items;
    if (const auto form = item_table_form(bytes, categories)) {
        items = parse_table(bytes, name, *form);
    } else if (is_flagged(line, flags.size())) {
        items = parse_flagged(bytes, name, flags);
    } else if (line.find("::") != std::string_view::npos) {
        items = parse_colons(bytes, name);
    } else {
        items = parse_netflix(bytes, name);
    }
    if (items.empty()) throw InputError(name + ": found no items, expected some");
    return items;
}

}  // namespace eckart::corpora
