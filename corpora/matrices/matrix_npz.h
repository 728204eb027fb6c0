#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

/// Reads a zip archive of NumPy's arrays: the one array of two extents that it holds, or the one that the options name,
/// as a dense matrix; or what scipy.sparse.save_npz wrote (bsr, coo, csc, csr or dia) or save_npz of the package sparse
/// (COO or GCXS of two extents) as a sparse one, entries at the same place added. The archive is read once from
/// beginning to end.
///
/// Throws InputError, naming what is inside, if there is no such array or several; at arrays of a sparse matrix that do
/// not fit each other; at a damaged archive; and as read_npy does.
MatrixFile read_npz(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

}  // namespace eckart::corpora
