#pragma once

#include <string>
#include <vector>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/search/search.h"

namespace eckart::tools {

/// Prints the documents found for a query: for people, or with --json one object a line with `rank`, `document`,
/// `title`, `score`, `path`, with `folded` `copies` (ids), `snippet`, `highlights` and, if it was asked for, `why`. A
/// highlight has its `begin` and `end` in the characters (code points) of the snippet, and a `match`: "word" or
/// "meaning". On a terminal words of the query are bold, and words near in meaning underlined. In a batch each answer
/// says which query it is of. That nothing was found is a note. Facets come last: a line each, or with --json an object
/// with `facet`, `values` (each a `value` and the number of `documents`) and `unknown`.
void print_answer(Session& session, const jobs::Answer& answer, bool batch, bool folded);

/// Prints the documents found for a query as lines of a TREC run file. Throws InputError if an id has white space.
void print_run(Session& session, const jobs::Answer& answer);

/// Prints documents that were ranked without a query. `nothing` is the note where there are none.
void print_hits(Session& session, const std::vector<text::Hit>& hits, bool folded, const std::string& nothing);

}  // namespace eckart::tools
