#pragma once

#include <string>
#include <vector>

#include "text/index.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// What `search` shows beside each hit. An empty query (as for `similar`) has neither snippets nor reasons.
struct HitDetails {
    std::string query;
    std::string query_id;  ///< of a batch; empty for a query of the command line
    text::SearchOptions options;
    bool why = false;
};

/// Prints ranked documents for people, or with --json one object a line: `rank`, `document`, `title`, `score`, and for
/// a query `snippet` and with --why `why`; `query` comes first in a batch.
void print_hits(Session& session, const text::Index& index, const std::vector<text::Hit>& hits,
                const HitDetails& details);

}  // namespace eckart::tools
