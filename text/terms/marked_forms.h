#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/terms/vocabulary.h"

namespace eckart::text {

/// The forms that have optional marks (`text/words/marks.h`), by their bare forms, then by number. In parallel.
std::vector<std::int32_t> marked_forms(const Vocabulary& forms);

/// Forms that have the bare form `bare`, rising: itself, and those among `marked`, which is what `marked_forms` gave.
std::vector<std::int32_t> forms_of_bare(const Vocabulary& forms, std::span<const std::int32_t> marked,
                                        std::string_view bare);

}  // namespace eckart::text
