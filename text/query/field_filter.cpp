#include "text/query/field_filter.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "engine/support/ascii.h"

namespace eckart::text {
namespace {

constexpr std::size_t values_named = 20;

/// The documents whose value of a field fits; each value is looked at once.
DocumentSet documents_where(const FieldColumns& fields, Field field,
                            const std::function<bool(std::string_view)>& fits) {
    enum class Known : char { unknown, holds, differs };
    std::vector<Known> known;
    const auto codes = fields.codes(field);
    DocumentSet documents(static_cast<std::int64_t>(codes.size()));
    for (std::size_t row = 0; row < codes.size(); ++row) {
        if (codes[row] < 0) continue;
        const auto code = static_cast<std::size_t>(codes[row]);
        const std::string_view value = fields.value(codes[row]);
        if (code >= known.size()) known.resize(code + 1, Known::unknown);
        if (known[code] == Known::unknown) known[code] = fits(value) ? Known::holds : Known::differs;
        if (known[code] == Known::holds) documents.add(static_cast<std::int32_t>(row));
    }
    return documents;
}

/// A note on a value that no document has.
Note no_such_value(const FieldColumns& fields, Field field, std::string_view name, const std::string& wanted) {
    std::string list;
    const std::vector<std::int32_t> codes = fields.different(field);
    for (std::size_t i = 0; i < std::min(values_named, codes.size()); ++i) {
        list += (i > 0 ? ", " : "") + std::string(fields.value(codes[i]));
    }
    if (codes.size() > values_named) list += ", ...";
    return {"no-such-" + std::string(name),
            "no document has " + std::string(name) + ":" + wanted + (list.empty() ? "" : "; there are: " + list)};
}

DocumentSet documents_equal(const FieldColumns& fields, Field field, std::string_view name, const std::string& wanted,
                            Notes& notes) {
    DocumentSet documents = documents_where(
        fields, field, [&](std::string_view value) { return lower_ascii(value) == lower_ascii(wanted); });
    if (documents.count() == 0) notes.push_back(no_such_value(fields, field, name, wanted));
    return documents;
}

DocumentSet documents_holding(const FieldColumns& fields, Field field, const std::string& wanted) {
    const std::string part = lower_ascii(wanted);
    if (part.find('*') == std::string::npos) {
        return documents_where(
            fields, field, [&](std::string_view value) { return lower_ascii(value).find(part) != std::string::npos; });
    }
    return documents_where(fields, field, [&](std::string_view value) {
        const std::string whole = lower_ascii(value);
        return matches_pattern(whole, part) || matches_pattern(whole, "*/" + part);
    });
}

DocumentSet documents_of_dates(const FieldColumns& fields, const DateRange& range) {
    const auto dates = fields.dates();
    DocumentSet documents(static_cast<std::int64_t>(dates.size()));
    for (std::size_t row = 0; row < dates.size(); ++row) {
        const bool holds = dates[row] != no_date && dates[row] >= range.first && dates[row] < range.end;
        if (holds) documents.add(static_cast<std::int32_t>(row));
    }
    return documents;
}

}  // namespace

DocumentSet documents_with_field(const FieldColumns& fields, const QueryNode& node, Notes& notes) {
    switch (node.kind) {
        case QueryNode::Kind::path:
            return documents_holding(fields, Field::path, node.text);
        case QueryNode::Kind::from:
            return documents_holding(fields, Field::sender, node.text);
        case QueryNode::Kind::type:
            return documents_equal(fields, Field::type, "type", node.text, notes);
        case QueryNode::Kind::lang:
            return documents_equal(fields, Field::language, "lang", node.text, notes);
        default:
            return documents_of_dates(fields, node.dates);
    }
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return text == pattern;
    if (!text.starts_with(pattern.substr(0, star))) return false;
    text.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    for (std::size_t next = pattern.find('*'); next != std::string_view::npos; next = pattern.find('*')) {
        const std::size_t found = text.find(pattern.substr(0, next));  // the first place leaves most for what follows
        if (found == std::string_view::npos) return false;
        text.remove_prefix(found + next);
        pattern.remove_prefix(next + 1);
    }
    return text.ends_with(pattern);
}

}  // namespace eckart::text
