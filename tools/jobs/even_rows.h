#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart::tools {

/// Which row of `rows` stands at `place` among `count` at even distances.
std::int64_t even_row(std::int64_t place, std::int64_t count, std::int64_t rows);

/// `count` rows at even distances; all if there are no more.
DenseMatrix even_rows(const ConstMatrixMap& matrix, std::int64_t count);
CsrMatrix even_rows(const CsrView& matrix, std::int64_t count);

}  // namespace eckart::tools
