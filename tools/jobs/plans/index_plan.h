#pragma once

#include <string>
#include <vector>

#include "corpora/documents/open.h"
#include "text/indexing/index_builder.h"
#include "tools/jobs/plans/plan.h"

namespace eckart::jobs {

/// What making an index of the documents in `sources` would take: indexes the first 8 MB of text in a temporary folder
/// and scales what that took. Throws as
/// corpora::open_documents and text::build_index.
[[nodiscard]] Plan plan_index(const std::vector<std::string>& sources, const corpora::OpenOptions& reading,
                              const text::IndexOptions& options, const Work& work);

}  // namespace eckart::jobs
