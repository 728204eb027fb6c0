#include "corpora/documents/columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "corpora/bytes/lines.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 6> id_names = {"_id", "id", "docid", "docno", "doc_id", "document_id"};
constexpr std::array<std::string_view, 4> title_names = {"title", "headline", "subject", "name"};
constexpr std::array<std::string_view, 6> date_names = {"date",    "timestamp",  "published",
                                                        "created", "created_at", "year"};
constexpr std::array<std::string_view, 3> sender_names = {"from", "sender", "author"};
constexpr std::array<std::string_view, 5> text_names = {"text", "contents", "content", "body", "abstract"};

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> place_of(std::string_view name, const Names& names) {
    const auto same = [name](std::string_view other) { return same_name(name, other); };
    const auto found = std::find_if(names.begin(), names.end(), same);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// The place of the column with that number, counted from 1.
std::optional<std::size_t> numbered_place(std::string_view asked, std::size_t columns) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(asked.data(), asked.data() + asked.size(), number);
    const bool whole = error == std::errc() && end == asked.data() + asked.size();
    return whole && number >= 1 && number <= columns ? std::optional(number - 1) : std::nullopt;
}

/// Finds one column after the other and keeps the first that is missing.
class ColumnFinder {
  public:
    ColumnFinder(const Names& names, bool numbers_count) : names_(names), numbers_count_(numbers_count) {}

    std::optional<std::size_t> usual(std::span<const std::string_view> usual_names) {
        for (const std::string_view name : usual_names) {
            if (const auto place = named(name)) return place;
        }
        return std::nullopt;
    }

    std::optional<std::size_t> asked(const std::string& name) {
        if (const auto place = named(name)) return place;
        const auto place = numbers_count_ ? numbered_place(name, names_.size()) : std::nullopt;
        if (!place && missing.empty()) missing = name;
        return place;
    }

    bool by_name = false;
    std::string missing;

  private:
    std::optional<std::size_t> named(std::string_view name) {
        const auto place = place_of(name, names_);
        by_name = by_name || place;
        return place;
    }

    const Names& names_;
    bool numbers_count_;
};

}  // namespace

ColumnOptions parse_document_columns(std::string_view text) {
    const auto fail = [](std::string_view part) {
        return UsageError("columns: found " + in_quotes(part) +
                          ", expected id=COLUMN, title=COLUMN, text=COLUMN, date=COLUMN or sender=COLUMN with commas "
                          "between; all but text once");
    };
    ColumnOptions columns;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t sign = part.find('=');
        if (sign == std::string_view::npos) throw fail(part);
        const std::string_view key = trimmed(part.substr(0, sign)), column = trimmed(part.substr(sign + 1));
        if (column.empty()) throw fail(part);
        if (key == "text") {
            columns.text.emplace_back(column);
        } else if (key == "id" && columns.id.empty()) {
            columns.id = column;
        } else if (key == "title" && columns.title.empty()) {
            columns.title = column;
        } else if (key == "date" && columns.date.empty()) {
            columns.date = column;
        } else if (key == "sender" && columns.sender.empty()) {
            columns.sender = column;
        } else {
            throw fail(part);
        }
    }
    return columns;
}

ColumnPlaces find_columns(const Names& names, const ColumnOptions& options, bool numbers_count, std::string& missing) {
    ColumnFinder finder(names, numbers_count);
    ColumnPlaces places;
    places.id = options.id.empty() ? finder.usual(id_names) : finder.asked(options.id);
    places.title = options.title.empty() ? finder.usual(title_names) : finder.asked(options.title);
    for (const std::string& name : options.text) {
        if (const auto place = finder.asked(name)) places.text.push_back(*place);
    }
    if (options.text.empty()) {
        if (const auto place = finder.usual(text_names)) places.text.push_back(*place);
    }
    places.by_name = finder.by_name;
    places.date = options.date.empty() ? finder.usual(date_names) : finder.asked(options.date);
    places.sender = options.sender.empty() ? finder.usual(sender_names) : finder.asked(options.sender);
    missing = finder.missing;
    return places;
}

}  // namespace eckart::corpora
