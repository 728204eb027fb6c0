#pragma once

#include <memory>
#include <string_view>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/rows.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads a table of numbers as a dense matrix. Unless the options say otherwise
///
/// - the first row is a header if a field behind its first is a word (neither empty nor a number); or the first of
///   several is empty, or "id" in any case, or "_id"; or the only field is a word;
/// - the first column holds ids if the table has more than one and, in the first row that is no header, its field is no
///   number; or the header calls it so as above; or the header is one field shorter than the row below it, as R
///   writes it.
///
/// Throws InputError "name:line: ..." at an entry that is empty, no finite number or too large for float32, and at a
/// row of another width.
MatrixFile read_matrix_table(std::unique_ptr<ByteStream> stream, RowForm form, const MatrixOptions& options);

}  // namespace eckart::corpora
