#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads word vectors as a dense matrix: a line a word, "word number number ...", after a first line "rows columns"
/// (word2vec) or without one (GloVe). A word may have blanks in it: the numbers are the last words of a line, as many
/// as the first line says, or as there are at the end of the first vector. It may be blanks alone. The words become the
/// rows' ids.
///
/// Throws InputError "name:line: ..." at a line with fewer words, at another number of rows than the first line says,
/// and at a number that is not finite or too large for float32.
MatrixFile read_word_vectors(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

}  // namespace eckart::corpora
