#include "corpora/ratings/item_attributes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "corpora/bytes/rows.h"
#include "corpora/ratings/categories.h"
#include "corpora/ratings/item_descriptions.h"
#include "corpora/ratings/rating_columns.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// Who said it and when, in plain names.
constexpr std::array<std::string_view, 10> left_out = {"user",       "userid",     "uid",       "username", "customer",
                                                       "customerid", "reviewerid", "timestamp", "time",     "datetime"};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/// Runs of letters, digits and bytes beyond ASCII.
std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (is_letter(c)) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(lower_ascii(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(lower_ascii(word));
    return words;
}

/// Whether all known fields are meant as numbers and there are more than two different ones.
bool are_numbers(std::span<const std::string> fields) {
    std::set<std::string_view> different;
    for (const std::string& field : fields) {
        if (field.empty()) continue;
        if (!looks_like_number(field)) return false;
        different.insert(field);
    }
    return different.size() > 2;
}

bool are_short(std::span<const std::string> fields) {
    std::size_t words = 0, known = 0;
    for (const std::string& field : fields) {
        words += words_in(field).size();
        known += field.empty() ? 0 : 1;
    }
    return words <= 3 * known;
}

void tell_kind(AttributeColumn& column, bool is_title) {
    column.kind = AttributeKind::words;
    if (is_title) return;
    if (are_numbers(column.fields)) {
        column.kind = AttributeKind::number;
        return;
    }
    column.separator = category_separator(column.fields);
    if (column.separator != 0 || are_short(column.fields)) column.kind = AttributeKind::categories;
}

bool counts(std::string_view column) {
    const std::string plain = plain_column_name(column);
    const auto items = usual_item_columns();
    return plain != "id" && std::find(items.begin(), items.end(), plain) == items.end() &&
           std::find(left_out.begin(), left_out.end(), plain) == left_out.end();
}

/// The columns of a table that count, with their fields.
struct TableColumns {
    std::vector<AttributeColumn> columns;
    std::vector<std::size_t> places;  ///< of them in a row
};

void read_table(RowReader& rows, TableColumns& table) {
    std::vector<std::string_view> fields;
    rows.next(fields);
    for (std::size_t place = 0; place < fields.size(); ++place) {
        if (!counts(trimmed(fields[place]))) continue;
        table.columns.push_back({std::string(trimmed(fields[place])), AttributeKind::words, 0, {}});
        table.places.push_back(place);
    }
    while (rows.next(fields)) {
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            table.columns[c].fields.emplace_back(trimmed(fields[table.places[c]]));
        }
    }
}

bool is_title(const std::string& column) {
    const std::string plain = plain_column_name(column);
    return plain == "title" || plain == "name" || plain == "movietitle" || plain == "itemname" || plain == "booktitle";
}

bool is_year(const AttributeColumn& column) {
    const std::string plain = plain_column_name(column.name);
    return plain == "year" || plain == "releaseyear" || plain == "yearofpublication";
}

AttributeColumn years_of(const std::vector<ItemDescription>& items) {
    AttributeColumn years{"year", AttributeKind::number, 0, {}};
    for (const ItemDescription& item : items) years.fields.push_back(item.year ? std::to_string(*item.year) : "");
    return years;
}

/// Title and categories, where the file is no table.
std::vector<AttributeColumn> described(const std::vector<ItemDescription>& items) {
    AttributeColumn titles{"title", AttributeKind::words, 0, {}},
        categories{"categories", AttributeKind::categories, '|', {}};
    for (const ItemDescription& item : items) {
        titles.fields.push_back(item.title);
        std::string joined;
        for (const std::string& one : item.categories) joined += (joined.empty() ? "" : "|") + one;
        categories.fields.push_back(std::move(joined));
    }
    return {std::move(titles), std::move(categories)};
}

void check_numbers(const AttributeColumn& column, const ItemAttributes& all, const std::string& path) {
    if (column.kind != AttributeKind::number) return;
    for (std::size_t row = 0; row < column.fields.size(); ++row) {
        if (column.fields[row].empty() || real_number(column.fields[row])) continue;
        throw InputError(path + ": item " + in_quotes(all.items[row]) + ": found " + in_quotes(column.fields[row]) +
                         " in the column " + column.name + ", expected a finite number or nothing");
    }
}

}  // namespace

std::string_view name(AttributeKind kind) {
    if (kind == AttributeKind::number) return "number";
    return kind == AttributeKind::words ? "words" : "categories";
}

ItemAttributes read_item_attributes(const std::string& path) {
    const std::vector<ItemDescription> items = read_items(path);
    const std::string bytes = item_bytes(path);
    ItemAttributes all;
    for (const ItemDescription& item : items) all.items.push_back(item.id);
    bool has_title = true;
    if (const auto form = item_table_form(bytes)) {
        RowReader rows(memory_byte_stream(bytes, path), *form);
        TableColumns table;
        read_table(rows, table);
        has_title = std::any_of(table.columns.begin(), table.columns.end(),
                                [](const AttributeColumn& column) { return is_title(column.name); });
        all.columns = std::move(table.columns);
        for (AttributeColumn& column : all.columns) tell_kind(column, is_title(column.name));
    } else {
        all.columns = described(items);
    }
    if (has_title && std::none_of(all.columns.begin(), all.columns.end(), is_year))
        all.columns.push_back(years_of(items));
    if (all.columns.empty()) throw InputError(path + ": found no column but the ids, expected attributes of the items");
    for (const AttributeColumn& column : all.columns) check_numbers(column, all, path);
    return all;
}

std::vector<std::string> values_of(const AttributeColumn& column, std::string_view field) {
    if (field.empty()) return {};
    if (column.kind == AttributeKind::words) return words_in(field);
    if (column.kind == AttributeKind::number) return {std::string(field)};
    std::vector<std::string> categories;
    for (const std::string_view one : categories_in(field, column.separator)) categories.push_back(lower_ascii(one));
    return categories;
}

}  // namespace eckart::corpora
