#pragma once

#include <vector>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/search.h"

namespace eckart::tools {

/// Prints the documents found for a query: for people, or with --json one object a line with `rank`, `document`,
/// `title`, `score`, `snippet` and, if it was asked for, `why`. In a batch each answer says which query it is of. That
/// nothing was found is a note.
void print_answer(Session& session, const jobs::Answer& answer, bool batch);

/// Prints the documents found for a query as lines of a TREC run file. Throws InputError if an id has white space.
void print_run(Session& session, const jobs::Answer& answer);

/// Prints documents that were ranked without a query.
void print_hits(Session& session, const std::vector<text::Hit>& hits);

}  // namespace eckart::tools
