#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "text/indexing/self_test.h"
#include "text/ranking/bm25.h"
#include "text/terms/term_counts.h"

namespace eckart::text {

/// Whether another row of `matrix` has the same columns, for each row: a document of which there is a copy, or one
/// that only repeats words more often.
std::vector<bool> repeated_rows(const CsrView& matrix);

/// Cuts up to `self_test_documents` documents of at least `self_test_least_terms` terms, drawn by `seed`, into two, and
/// makes of each two trials, in which a few words of one half ask for the other. `text_of` gives the title and text of
/// a row. Documents that are `copied` take no part: their copies would be found for them.
std::vector<SplitDocument> split_documents(const TermCounts& counts,
                                           const std::function<std::string(std::int64_t row)>& text_of,
                                           const std::vector<bool>& copied, const Bm25Options& bm25,
                                           std::uint64_t seed);

}  // namespace eckart::text
