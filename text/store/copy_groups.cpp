#include "text/store/copy_groups.h"

#include <algorithm>

#include "engine/support/error.h"
#include "text/store/index_files.h"

namespace eckart::text {

CopyGroups::CopyGroups(const StoreReader& store, std::int64_t documents)
    : representatives_(store.file(index_file::copies), std::vector<std::int64_t>{documents}) {
    const auto rows = representatives_.values();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = static_cast<std::int32_t>(i);
        if (rows[i] == row) continue;
        if (rows[i] < 0 || rows[i] > row || representative(rows[i]) != rows[i]) {
            throw DamagedError(representatives_.path() + ": document " + std::to_string(row) +
                               " is a copy of one that cannot stand for it; make the index again");
        }
        copies_.push_back({rows[i], row});
    }
    std::sort(copies_.begin(), copies_.end());
}

std::vector<std::int32_t> CopyGroups::copies(std::int32_t row) const {
    const std::int32_t first = representative(row);
    std::vector<std::int32_t> others;
    if (first != row) others.push_back(first);
    for (auto copy = std::lower_bound(copies_.begin(), copies_.end(), Copy{first, 0});
         copy != copies_.end() && copy->representative == first; ++copy) {
        if (copy->row != row) others.push_back(copy->row);
    }
    return others;
}

}  // namespace eckart::text
