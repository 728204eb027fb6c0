#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/support/top_k.h"
#include "text/store/copy_groups.h"

namespace eckart::text {

/// The best `count` of the rows that have a score, as top_k ranks them, of copies of one text the best alone.
/// `left_out` is no row of the answer, though its copies may be; -1: none.
std::vector<Scored<float>> top_groups(std::span<const float> scores, std::size_t count, const CopyGroups& copies,
                                      std::int64_t left_out);

}  // namespace eckart::text
