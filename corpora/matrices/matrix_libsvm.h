#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads LIBSVM's and SVMlight's form as a sparse matrix: a line a row, "label column:value column:value ...", where
/// "qid:7" and what follows "#" are passed over, and so are lines without more than that. Columns count from 1, or from
/// 0 if a column 0 occurs; there are as many as the largest says. Labels are kept as they stand; either all lines have
/// one or none.
///
/// Throws InputError "name:line: ..." at an entry that is no whole number, colon and finite number, at a column that
/// comes twice in a line or is past 2147483646, and at lines with and without a label in one file.
MatrixFile read_matrix_libsvm(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

}  // namespace eckart::corpora
