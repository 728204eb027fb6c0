#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "text/ranking/document_set.h"
#include "text/ranking/form_postings.h"

namespace eckart::text {

/// A form of a word, and the language of the documents in which it counts.
struct FormChoice {
    std::int32_t form = 0;
    std::int32_t language = any_language;  ///< a number of the index's languages

    static constexpr std::int32_t any_language = -1;

    auto operator<=>(const FormChoice&) const = default;
};

/// The forms that may stand at one place of a phrase.
using FormChoices = std::vector<FormChoice>;

/// Where the words of a collection stand; borrows all that it looks at.
struct WordPlaces {
    FormPostings postings;
    std::span<const std::int32_t> title_lengths;       ///< by document, in words
    std::span<const std::uint8_t> document_languages;  ///< by document, a number of the index's languages
};

/// Places in texts: document and position, by rising document and then position.
struct Place {
    std::int32_t document = 0;
    std::uint32_t position = 0;

    auto operator<=>(const Place&) const = default;
};

using Places = std::vector<Place>;

/// The documents that have one of the forms.
DocumentSet documents_of(const WordPlaces& words, const FormChoices& forms);

/// Where one of the forms stands in the documents of `among`, each place once; with `in_title`, in their titles alone.
/// Costs the documents and positions of the forms that are decoded.
Places places_of(const WordPlaces& words, const FormChoices& forms, const DocumentSet& among, bool in_title);

/// Those of `starts` that have a place of `next` so many positions behind them.
Places followed_by(const Places& starts, const Places& next, std::uint32_t distance);

/// The documents in which each part has a place of its own, all of them among `window` positions in a row.
DocumentSet near_documents(std::span<const Places> parts, std::uint32_t window, std::int64_t documents);

/// The documents of the places.
DocumentSet documents_of(const Places& places, std::int64_t documents);

}  // namespace eckart::text
