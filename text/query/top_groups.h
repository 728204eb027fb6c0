#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/support/top_k.h"
#include "text/store/copy_groups.h"

namespace eckart::text {

/// The rows of the n highest scores, best first.
using Best = std::function<std::vector<Scored<float>>(std::size_t n)>;

/// The best `count` rows, of copies of one text the best alone. `best` is asked again where copies take too many of the
/// rows that it gave. `left_out` is no row of the answer, though its copies may be; -1: none.
std::vector<Scored<float>> top_groups(const Best& best, std::size_t count, const CopyGroups& copies,
                                      std::int64_t left_out);

}  // namespace eckart::text
