#pragma once

#include <string>

#include "tools/cli/terminal/result_lines.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/recommend.h"

namespace eckart::tools {

/// Prints a ranking for one person, for people or with --json an object a row (`user` if the person is stored, `rank`,
/// `item`, `title`, `score`, `source`), and where there is a reason, how each score came about and what it would be
/// without the rating that gave most to it.
void print_recommendations(Session& session, const jobs::OpenModel& model, const jobs::Recommendations& ranking);

/// The first line of a table of many rankings.
std::string recommendation_header();

/// Writes a ranking as rows of such a table, or with `json` as the objects that print_recommendations prints. Throws
/// InputError if an id has a tab or a line break, which a table cannot have.
void write_recommendations(ResultLines& file, const jobs::Recommendations& ranking, bool json);

}  // namespace eckart::tools
