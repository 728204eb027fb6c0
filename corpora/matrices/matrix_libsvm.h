#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads LIBSVM's and SVMlight's form as a sparse matrix: a line a row, "label column:value column:value ...", where
/// "qid:7" and what follows "#" are skipped, and so are lines without more than that. Columns count from 1, or from
/// 0 if a column 0 occurs; there are as many as the largest says. Labels are kept as they stand, "3" or "3,17"; a line
/// without one, as that of an empty set of labels, has the label "". If no line has one there are no labels.
///
/// Throws InputError "name:line: ..." at an entry that is no whole number, colon and finite number, and at a column
/// that comes twice in a line or is past 2147483646.
MatrixFile read_matrix_libsvm(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

}  // namespace eckart::corpora
