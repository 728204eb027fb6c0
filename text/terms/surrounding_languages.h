#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "text/words/language.h"

namespace eckart::text {

/// What detection said of one document.
struct DetectedDocument {
    std::string_view id;  ///< its folder is what is before the last '/'
    Detection detection;
};

/// The language of most documents, where a doubtful detection counts a quarter; of equally many the first by code. None
/// if no language was detected.
Language most_frequent(std::span<const DetectedDocument> documents);

/// The language to analyze each document in. A sure detection stands. A doubtful one is compared with what surrounds
/// the document: the innermost folder above it whose other documents weigh two or more (one that is doubtful counts a
/// quarter), or the whole collection. It stands if at least a tenth of that weight is of its language; otherwise the
/// document takes the most frequent language there. `fallback` where nothing was detected anywhere.
std::vector<Language> settled_languages(std::span<const DetectedDocument> documents, Language fallback);

}  // namespace eckart::text
