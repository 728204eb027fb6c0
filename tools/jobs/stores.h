#pragma once

#include <cstddef>
#include <string>

#include "tools/jobs/work.h"

namespace eckart::jobs {

/// What a store says about itself.
struct StoreSummary {
    std::string kind;        ///< "text-index", "model" or "clustering"
    std::string generation;  ///< "gen-000007", the live one
    std::size_t files = 0;   ///< beside the manifest
    std::string manifest;    ///< the whole manifest, a JSON object
};

/// What the store at `path` holds. An index or a model is opened, so that damage which opening finds is reported.
/// Throws as StoreReader::open.
StoreSummary store_summary(const std::string& path, const Work& work);

/// The same, after every byte was read and every checksum recomputed. Throws DamagedError naming each file that has
/// changed.
StoreSummary verified_store(const std::string& path, const Work& work);

}  // namespace eckart::jobs
