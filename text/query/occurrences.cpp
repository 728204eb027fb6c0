#include "text/query/occurrences.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace eckart::text {
namespace {

bool counts_in(const WordPlaces& words, const FormChoice& choice, std::int32_t document) {
    return choice.language == FormChoice::any_language ||
           words.document_languages[static_cast<std::size_t>(document)] == choice.language;
}

/// The places of one part that lie in a window of one document.
using Window = std::span<const Place>;

/// Gives a part one of its places, and the part that had it another one of its own (an augmenting path).
bool find_place(std::size_t part, std::span<const Window> parts, std::map<std::uint32_t, std::size_t>& owners,
                std::set<std::uint32_t>& tried) {
    for (const Place& place : parts[part]) {
        if (!tried.insert(place.position).second) continue;
        const auto owner = owners.find(place.position);
        if (owner != owners.end() && !find_place(owner->second, parts, owners, tried)) continue;
        owners[place.position] = part;
        return true;
    }
    return false;
}

/// Whether each part can have a place that no other part has. A part with as many places as there are parts always can.
bool each_has_its_own(std::span<const Window> parts) {
    if (std::any_of(parts.begin(), parts.end(), [](const Window& part) { return part.empty(); })) return false;
    std::map<std::uint32_t, std::size_t> owners;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::set<std::uint32_t> tried;
        if (parts[i].size() < parts.size() && !find_place(i, parts, owners, tried)) return false;
    }
    return true;
}

/// Moves the window on to the positions [begin, begin + width) of its part.
void move_window(Window& window, Window part, std::uint32_t begin, std::uint32_t width) {
    const Place* first = window.data();
    const Place* last = window.data() + window.size();
    const Place* const end = part.data() + part.size();
    while (first != end && first->position < begin) ++first;
    last = std::max(last, first);
    while (last != end && last->position - begin < width) ++last;
    window = Window(first, static_cast<std::size_t>(last - first));
}

/// Whether the parts, all of one document, are near to each other.
bool are_near(std::span<const Window> parts, std::uint32_t width) {
    std::vector<std::uint32_t> begins;
    for (const Window& part : parts) {
        for (const Place& place : part) begins.push_back(place.position);
    }
    std::sort(begins.begin(), begins.end());
    std::vector<Window> windows;
    for (const Window& part : parts) windows.push_back(part.first(0));
    for (const std::uint32_t begin : begins) {
        for (std::size_t i = 0; i < parts.size(); ++i) move_window(windows[i], parts[i], begin, width);
        if (each_has_its_own(windows)) return true;
    }
    return false;
}

/// Takes the places of `document` off the front of `rest`, and those before them.
Window taken(Window& rest, std::int32_t document) {
    const auto before = [](const Place& place, std::int32_t row) { return place.document < row; };
    const auto first = std::lower_bound(rest.begin(), rest.end(), document, before);
    auto last = first;
    while (last != rest.end() && last->document == document) ++last;
    const Window found(first, last);
    rest = Window(last, rest.end());
    return found;
}

}  // namespace

DocumentSet documents_of(const WordPlaces& words, const FormChoices& forms) {
    DocumentSet documents(words.postings.rows);
    for (const FormChoice& choice : forms) {
        for (FormCursor at(words.postings, choice.form); !at.at_end(); at.next()) {
            if (counts_in(words, choice, at.document())) documents.add(at.document());
        }
    }
    return documents;
}

Places places_of(const WordPlaces& words, const FormChoices& forms, const DocumentSet& among, bool in_title) {
    const std::vector<std::int32_t> rows = among.documents();
    Places places;
    std::vector<std::uint32_t> positions;
    for (const FormChoice& choice : forms) {
        FormCursor at(words.postings, choice.form);
        for (const std::int32_t document : rows) {
            at.seek(document);
            if (at.at_end()) break;
            if (at.document() != document || !counts_in(words, choice, document)) continue;
            at.positions(positions);
            const auto row = static_cast<std::size_t>(document);
            const auto end = in_title ? static_cast<std::uint32_t>(words.title_lengths[row])
                                      : std::numeric_limits<std::uint32_t>::max();
            for (const std::uint32_t position : positions) {
                if (position < end) places.push_back({document, position});
            }
        }
    }
    if (forms.size() > 1) {
        std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
    }
    return places;
}

Places followed_by(const Places& starts, const Places& next, std::uint32_t distance) {
    Places kept;
    auto at = next.begin();
    for (const Place& start : starts) {
        const Place wanted{start.document, start.position + distance};
        while (at != next.end() && *at < wanted) ++at;
        if (at == next.end()) break;
        if (*at == wanted) kept.push_back(start);
    }
    return kept;
}

DocumentSet near_documents(std::span<const Places> parts, std::uint32_t window, std::int64_t documents) {
    DocumentSet found(documents);
    std::vector<Window> rest(parts.begin(), parts.end()), own(parts.size());
    for (std::size_t first = 0; first < parts[0].size();) {
        const std::int32_t document = parts[0][first].document;
        while (first < parts[0].size() && parts[0][first].document == document) ++first;
        for (std::size_t i = 0; i < parts.size(); ++i) own[i] = taken(rest[i], document);
        const bool all = std::none_of(own.begin(), own.end(), [](const Window& part) { return part.empty(); });
        if (all && are_near(own, window)) found.add(document);
    }
    return found;
}

DocumentSet documents_of(const Places& places, std::int64_t documents) {
    DocumentSet found(documents);
    for (const Place& place : places) found.add(place.document);
    return found;
}

}  // namespace eckart::text
