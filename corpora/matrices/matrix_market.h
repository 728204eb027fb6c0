#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads a file in NIST's MatrixMarket exchange format: "coordinate" as a sparse matrix, "array" as a dense one; real,
/// integer or pattern (entries without a value, which count as 1); general, symmetric or skew-symmetric. Rows and
/// columns count from 1. Entries of a sparse matrix that stand at the same place are added.
///
/// Throws InputError "name:line: ..." where the file is not what its header says: an index outside the matrix, another
/// number of entries, an entry above the diagonal of a symmetric matrix or on that of a skew-symmetric one, a value in
/// a pattern or none elsewhere; at complex and Hermitian matrices; and at values that are no finite numbers.
MatrixFile read_matrix_market(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

}  // namespace eckart::corpora
