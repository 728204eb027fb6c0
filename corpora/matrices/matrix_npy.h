#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/matrices/matrix_file.h"
#include "corpora/matrices/narrowed_elements.h"
#include "engine/storage/npy.h"

namespace eckart::corpora {

/// Reads an array of two extents in NumPy's format: floats of 2, 4 or 8 bytes, integers of 1 to 8, signed or not, and
/// booleans, low byte first. Elements stored columns first are put rows first. Throws InputError at another type, byte
/// order or number of extents, at elements that are missing or too many, and, naming row and column, at an entry that
/// is NaN, infinite or too large for float32.
MatrixFile read_npy(std::unique_ptr<ByteStream> stream, const MatrixOptions& options);

// The parts, for archives that hold several arrays.

/// Reads the header that `stream` begins with; the elements follow. Throws InputError if it is none.
NpyHeader read_npy_header(ByteStream& stream);

/// Reads the elements of an array of two extents, `offsets` as in MatrixOptions. Throws InputError as read_npy does.
NarrowedMatrix read_npy_matrix(ByteStream& stream, const NpyHeader& header, bool offsets, const MemoryBudget& memory);

/// Reads the elements of an array of one extent as floats. Throws InputError as read_npy does.
std::vector<float> read_npy_values(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory);

/// Reads the elements of an array of one extent, which must be integers. Throws InputError if they are not, or past 63
/// bits.
std::vector<std::int64_t> read_npy_integers(ByteStream& stream, const NpyHeader& header, const MemoryBudget& memory);

/// Reads an array that is a single text of ASCII letters, bytes or Unicode. Throws InputError at anything else.
std::string read_npy_text(ByteStream& stream, const NpyHeader& header);

/// Whether the header's elements can be read as values of a matrix.
bool has_npy_numbers(const NpyHeader& header);

}  // namespace eckart::corpora
