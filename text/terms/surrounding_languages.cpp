#include "text/terms/surrounding_languages.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace eckart::text {
namespace {

// Weights in quarters, so that they are whole.
constexpr std::int64_t sure_weight = 4, doubtful_weight = 1;
constexpr std::int64_t least_weight = 2 * sure_weight;
constexpr std::int64_t least_part = 10;  // a language of less than one part in so many is none of the surroundings

/// What the documents of a folder weigh, those of folders in it too.
struct FolderLanguages {
    std::map<Language, std::int64_t> weights;
    std::int64_t total = 0;

    void add(const Detection& detection, std::int64_t sign = 1) {
        if (detection.language.empty()) return;
        const std::int64_t weight = sign * (detection.sure ? sure_weight : doubtful_weight);
        weights[detection.language] += weight;
        total += weight;
    }

    Language most() const {
        const auto found = std::max_element(weights.begin(), weights.end(),
                                            [](const auto& a, const auto& b) { return a.second < b.second; });
        return found == weights.end() || found->second == 0 ? Language() : found->first;
    }
};

/// The folder that holds `path`; empty for what is in none.
std::string_view folder_above(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

using Folders = std::unordered_map<std::string_view, FolderLanguages>;

/// Folders above documents whose language is in doubt, the whole collection by the name "".
Folders folders_in_doubt(std::span<const DetectedDocument> documents) {
    Folders folders;
    folders[{}];
    for (const DetectedDocument& document : documents) {
        if (document.detection.sure) continue;
        for (auto folder = folder_above(document.id); !folder.empty(); folder = folder_above(folder)) {
            if (!folders.try_emplace(folder).second) break;
        }
    }
    for (const DetectedDocument& document : documents) {
        folders[{}].add(document.detection);
        for (auto folder = folder_above(document.id); !folder.empty(); folder = folder_above(folder)) {
            const auto found = folders.find(folder);
            if (found != folders.end()) found->second.add(document.detection);
        }
    }
    return folders;
}

/// The language of a document in doubt, by a folder above it; none if the folder does not tell.
Language language_by(FolderLanguages& folder, const Detection& own, bool last) {
    folder.add(own, -1);
    Language language;
    if (folder.total >= least_weight || last) {
        const auto same = folder.weights.find(own.language);
        const bool stands = !own.language.empty() && same != folder.weights.end() && same->second > 0 &&
                            same->second * least_part >= folder.total;
        language = stands ? own.language : folder.most();
    }
    folder.add(own);
    return language;
}

}  // namespace

Language most_frequent(std::span<const DetectedDocument> documents) {
    FolderLanguages all;
    for (const DetectedDocument& document : documents) all.add(document.detection);
    return all.most();
}

std::vector<Language> settled_languages(std::span<const DetectedDocument> documents, Language fallback) {
    Folders folders = folders_in_doubt(documents);
    std::vector<Language> languages;
    for (const DetectedDocument& document : documents) {
        Language language = document.detection.sure ? document.detection.language : Language();
        for (auto path = document.id; language.empty() && !document.detection.sure;) {
            path = folder_above(path);
            language = language_by(folders[path], document.detection, path.empty());
            if (path.empty()) break;
        }
        if (language.empty()) language = document.detection.language.empty() ? fallback : document.detection.language;
        languages.push_back(language);
    }
    return languages;
}

}  // namespace eckart::text
