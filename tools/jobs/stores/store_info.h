#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/jobs/common/named_count.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// What a store may be.
enum class StoreKind { index, model, clustering };

/// "index", "model", "clustering".
std::string_view name(StoreKind kind);

/// What a store holds.
struct StoreInfo {
    StoreKind kind;
    std::string path;
    std::string of;  ///< of a model its name, of a clustering what its rows are ("documents"); else empty
    std::vector<NamedCount> sizes;  ///< "documents", "terms", "users", ...
    /// The whole manifest, a JSON object: options, seed, figures, and the size and checksum of every file.
    std::string manifest_json;
};

/// Opens the store at `path`, and so checks that its parts fit together. Throws as StoreReader, text::Index and
/// recsys::ModelStore do.
[[nodiscard]] StoreInfo store_info(const std::string& path, const Work& work);

/// A store whose every checksum is right.
struct VerifiedStore {
    std::string path;
    std::string kind;        ///< as its manifest has it: "text-index", "model", "clustering"
    std::string generation;  ///< the live one, which was read
    std::int64_t files = 0;
};

/// Reads every file of the store at `path`. Throws DamagedError, naming each file that has changed, and as StoreReader
/// does.
[[nodiscard]] VerifiedStore verify_store(const std::string& path, const Work& work);

}  // namespace eckart::jobs
