#pragma once

#include <string>
#include <vector>

#include "text/query/factor_cards.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// The leading factors of the index at `path`, with the terms and documents at both ends of each. Throws as
/// text::factor_cards, and MemoryError.
[[nodiscard]] std::vector<text::FactorCard> factor_cards(const std::string& path,
                                                         const text::FactorCardOptions& options, const Work& work);

}  // namespace eckart::jobs
