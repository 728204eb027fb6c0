#include "corpora/ratings/categories.h"

#include <algorithm>
#include <set>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"

namespace eckart::corpora {
namespace {

bool any_has(std::span<const std::string> fields, char separator) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const std::string& field) { return field.find(separator) != std::string::npos; });
}

/// "Action, Comedy", but not "Doe, Jane": such fields all have their comma, and prose seldom repeats a part.
bool commas_part(std::span<const std::string> fields) {
    std::set<std::string_view> different;
    std::size_t all = 0;
    bool any_single = false;
    for (const std::string& field : fields) {
        const std::vector<std::string_view> parts = categories_in(field, ',');
        any_single = any_single || parts.size() == 1;
        different.insert(parts.begin(), parts.end());
        all += parts.size();
    }
    return any_single && any_has(fields, ',') && 2 * all >= 3 * different.size();
}

}  // namespace

char category_separator(std::span<const std::string> fields) {
    for (const char separator : {'|', ';'}) {
        if (any_has(fields, separator)) return separator;
    }
    return commas_part(fields) ? ',' : '\0';
}

std::vector<std::string_view> categories_in(std::string_view field, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= field.size();) {
        const std::size_t end = separator == 0 ? field.size() : std::min(field.find(separator, begin), field.size());
        const std::string_view part = trimmed(field.substr(begin, end - begin));
        if (!part.empty() && part != "(no genres listed)") parts.push_back(part);
        begin = end + 1;
    }
    return parts;
}

}  // namespace eckart::corpora
