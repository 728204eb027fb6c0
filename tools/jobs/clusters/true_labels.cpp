#include "tools/jobs/clusters/true_labels.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

#include "corpora/bytes/lines.h"
#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

/// A class a row, empty where there is none.
using NamedClasses = std::vector<std::string>;

NamedClasses top_folders(const Points& points) {
    NamedClasses classes;
    for (const std::string& id : points.ids) {
        const std::size_t slash = id.find('/');
        classes.push_back(slash == std::string::npos ? "" : id.substr(0, slash));
    }
    if (points.kind != PointKind::documents || std::count(classes.begin(), classes.end(), "") == points.size()) {
        throw UsageError(points.source + " has no documents in folders, so \"folder\" names no classes");
    }
    return classes;
}

struct LabeledId {
    std::string_view id;
    std::string_view label;
};

LabeledId parse_line(std::string_view line, const corpora::LineReader& lines) {
    const std::size_t tab = line.find('\t');
    const std::size_t gap = tab != std::string_view::npos ? tab : line.find_last_of(' ');
    if (gap == std::string_view::npos) {
        lines.fail("found " + corpora::in_quotes(line) + ", expected an id, a tab or a space, and a class");
    }
    const LabeledId found{corpora::trimmed(line.substr(0, gap)), corpora::trimmed(line.substr(gap + 1))};
    if (found.id.empty() || found.label.empty()) {
        lines.fail("found " + corpora::in_quotes(line) + ", expected an id and a class");
    }
    return found;
}

NamedClasses read_classes(const std::string& path, const Points& points, std::int64_t& unknown) {
    std::unordered_map<std::string_view, std::size_t> rows;
    for (std::size_t row = 0; row < points.ids.size(); ++row) rows.emplace(points.ids[row], row);
    NamedClasses classes(points.ids.size());
    corpora::LineReader lines(corpora::open_byte_stream(path));
    for (std::string_view line; lines.next(line);) {
        line = corpora::trimmed(line);
        if (line.empty()) continue;
        const auto [id, label] = parse_line(line, lines);
        const auto row = rows.find(id);
        if (row == rows.end()) {
            ++unknown;
            continue;
        }
        std::string& known = classes[row->second];
        if (!known.empty() && known != label) {
            lines.fail("found the class " + corpora::in_quotes(label) + " for " + corpora::in_quotes(id) +
                       ", which already has " + corpora::in_quotes(known));
        }
        known = label;
    }
    return classes;
}

}  // namespace

TrueLabels true_labels(const std::string& source, const Points& points) {
    TrueLabels found;
    NamedClasses named;
    if (source == "folder") {
        named = top_folders(points);
    } else if (source == "source") {
        if (points.classes.empty()) throw UsageError(points.source + " does not name the classes of its rows");
        named = points.classes;
    } else {
        named = read_classes(source, points, found.unknown);
    }
    std::set<std::string> names(named.begin(), named.end());
    names.erase("");
    if (names.empty()) throw InputError(source + ": has no class for any row of " + points.source);
    found.names.assign(names.begin(), names.end());
    for (const std::string& name : named) {
        const auto at = std::lower_bound(found.names.begin(), found.names.end(), name);
        found.classes.push_back(name.empty() ? -1 : static_cast<std::int32_t>(at - found.names.begin()));
        found.unlabeled += name.empty() ? 1 : 0;
    }
    return found;
}

}  // namespace eckart::jobs
