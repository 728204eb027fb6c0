#pragma once

#include <functional>
#include <span>
#include <vector>

#include "corpora/documents/query.h"
#include "text/index.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Searches for all `queries`, several at a time, and gives the hits of each to `take` in the order of the queries.
/// Reports progress and can be interrupted between blocks of queries, so that memory does not grow with their number.
void rank_queries(Session& session, const text::Index& index, std::span<const corpora::Query> queries,
                  const text::SearchOptions& options,
                  const std::function<void(const corpora::Query&, const std::vector<text::Hit>&)>& take);

/// Memory that ranking the documents of `index` takes: scores and heaps of one query a thread, in bytes.
std::uint64_t ranking_memory(const text::Index& index);

}  // namespace eckart::tools
