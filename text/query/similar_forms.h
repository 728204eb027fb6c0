#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/terms/vocabulary.h"

namespace eckart::text {

/// A form that is near to a word.
struct SimilarForm {
    std::int32_t form = 0;
    int distance = 0;  ///< in letters

    bool operator==(const SimilarForm&) const = default;
};

/// The distance within which a word of so many letters is looked for: 0 up to 2 letters, 1 up to 5, 2 for longer ones.
int usual_distance(std::size_t letters);

/// Letters (code points) of a text in UTF-8.
std::size_t count_letters(std::string_view text);

/// The words of `forms` that `word` becomes by inserting, deleting or replacing letters or exchanging two neighbors, at
/// most `most` of these (the distance of "optimal string alignment", in code points), by rising number.
///
/// Words in bytewise order are the leaves of a tree of letters. It is walked with a row of the distance's table at each
/// node, and branches in which no entry of the row is within `most` are not entered: some ten thousand nodes of a
/// vocabulary of half a million for `most` 2.
std::vector<SimilarForm> similar_forms(const Vocabulary& forms, std::string_view word, int most);

/// The first of `forms` that is not before `text`.
std::int32_t first_not_before(const Vocabulary& forms, std::string_view text);

/// The end of the forms that begin with `prefix`.
std::int32_t end_of_prefix(const Vocabulary& forms, std::string_view prefix);

}  // namespace eckart::text
