#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.h"

namespace eckart {

/// What a manifest says that the store itself needs.
struct Manifest {
    std::string kind;
    std::vector<StoredFile> files;  ///< by name
};

/// Text of a manifest; throws as StoreWriter::publish does.
std::string manifest_text(const Manifest& manifest, std::string_view fields);

/// Reads the text of the manifest at `path` (for messages). Throws DamagedError if it is not what `manifest_text` made,
/// or of a newer format.
Manifest parse_manifest(std::string_view text, const std::string& path);

/// Whether `text` begins as a manifest does.
bool looks_like_manifest(std::string_view text);

}  // namespace eckart
