#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Which of `rows` rows stands at `place` among `count` of them at even distances.
std::int64_t even_row(std::int64_t place, std::int64_t count, std::int64_t rows);

/// `count` rows of the matrix at even distances; all of them if it has no more.
DenseMatrix even_rows(const ConstMatrixMap& matrix, std::int64_t count);
CsrMatrix even_rows(const CsrView& matrix, std::int64_t count);

}  // namespace eckart
