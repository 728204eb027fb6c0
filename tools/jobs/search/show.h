#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "text/query/index.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// A document of an index as it was read, with all that is known of it; its text lives as long as the index. Throws
/// UnknownIdError, naming the nearest ids, and MemoryError.
text::StoredDocument stored_document(const text::Index& index, std::string_view document, const Work& work);

/// "2024-03-04T10:00:00Z", of seconds since 1970.
std::string utc_time(std::int64_t seconds);

}  // namespace eckart::jobs
