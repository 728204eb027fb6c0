#pragma once

#include <string>
#include <utility>
#include <vector>

namespace eckart::corpora {

enum class ZipKind { stored, deflated, deflated_with_descriptor };

/// A zip archive of members with these names and bytes.
std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& members,
                        ZipKind kind = ZipKind::stored);

}  // namespace eckart::corpora
