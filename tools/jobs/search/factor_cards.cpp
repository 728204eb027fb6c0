#include "tools/jobs/search/factor_cards.h"

#include "engine/support/parallel.h"

namespace eckart::jobs {

std::vector<text::FactorCard> factor_cards(const std::string& path, const text::FactorCardOptions& options,
                                           const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "info --factors");
    return text::factor_cards(path, options);
}

}  // namespace eckart::jobs
