#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Whether a row has no direction.
inline bool is_zero_row(ConstPanelRef<float> rows, std::int64_t row) {
    return (rows.row(row).array() == 0).all();
}

inline bool is_zero_row(const CsrView& rows, std::int64_t row) {
    const auto values = rows.row(row).values;
    return std::all_of(values.begin(), values.end(), [](float value) { return value == 0; });
}

}  // namespace eckart
