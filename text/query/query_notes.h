#pragma once

#include "engine/support/note.h"
#include "text/query/query_words.h"

namespace eckart::text {

/// What a person should know of the answer to a query of these words. `rankable`: the mode can rank by them. Codes are
/// no-words, words-unknown, stop-words-only, words-left-out and not-in-latent-space.
Notes query_notes(const QueryWords& query, bool rankable);

}  // namespace eckart::text
