#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart::corpora {

/// What a matrix file holds. The format decides whether it is dense or sparse.
struct MatrixFile {
    std::variant<DenseMatrix, CsrMatrix> matrix;
    Eigen::VectorXd offset;  ///< what the columns of a dense matrix are less of, see MatrixOptions::offsets; or none
    std::vector<std::string> row_ids;     ///< one a row, or empty if the file names none
    std::vector<std::string> column_ids;  ///< one a column, or empty if the file names none
    std::vector<std::string> labels;      ///< one a row as they stand in a LIBSVM file, else empty
    std::string format;                   ///< the one that was read: one of matrix_formats()

    bool is_sparse() const { return std::holds_alternative<CsrMatrix>(matrix); }
    std::int64_t rows() const;
    std::int64_t cols() const;
};

/// The formats that matrices come in:
///
///     npy            a dense array of NumPy
///     npz            a zip archive of them: one dense array, or a sparse matrix as SciPy's save_npz writes it
///     matrix-market  coordinate (sparse) or array (dense); entries at the same place are added
///     csv, tsv       a dense table, commas (or semicolons) or tabs
///     blanks         a dense table with white space between its numbers, as numpy.savetxt writes it
///     libsvm         sparse, "label column:value column:value ...", a line a row; also SVMlight
///     word2vec       dense, "word number number ...", a line a row, after a line "rows columns" or none (GloVe)
const std::vector<std::string>& matrix_formats();

/// Largest line that the readers of matrices take, in bytes: a row of a wide table is one line.
inline constexpr std::size_t matrix_line_bytes = std::size_t{1} << 30;

struct MatrixOptions {
    std::string format = "auto";      ///< "auto" (see matrix_format) or one of matrix_formats()
    std::optional<bool> header = {};  ///< of a table: whether its first row names the columns; unset: told by looking
    std::optional<bool> ids = {};     ///< of a table: whether its first column names the rows; unset: told by looking
    std::string array = {};           ///< of npz: the array to read; empty: the only one there is
    std::size_t most_record_bytes = matrix_line_bytes;
    /// Whether columns of a dense matrix that lie far from zero, compared to their spread, may be stored less an offset
    /// (see engine/matrix/column_offset.h), so that float32 keeps what tells their rows apart.
    bool offsets = false;
    MemoryBudget memory = {};  ///< of what the matrix takes; 0 bytes: what is free on this machine
};

/// Bytes from the start of a source that matrix_format looks at.
inline constexpr std::size_t matrix_head_bytes = 64 * 1024;

/// Tells the format of a matrix by its name and first bytes (decompressed; the last line may be cut). The first of
/// these rules that fits decides; .gz and .zst at the end of the name do not count:
///
/// 1. bytes that NumPy's arrays, zip archives and MatrixMarket files begin with: npy, npz, matrix-market
/// 2. the name ends in .npy, .npz, .mtx, .csv, .tsv, .svm, .libsvm or .svmlight, .vec, .w2v, .word2vec or .glove
/// 3. the second word of the first line is a whole number, a colon and a number: libsvm
/// 4. the first line has a tab: tsv
/// 5. the first line is two whole numbers, the second of them above 1, and the second line has one word more than that;
///    or the first line is words, the first of them no number and none with a comma or semicolon at its end, and
///    numbers behind them (and the second line ends in as many numbers if there are several words): word2vec
/// 6. the first line has a comma or semicolon: csv; else blanks
std::string matrix_format(std::string_view name, std::string_view head);

/// Reads a matrix: a file, or standard input for "-", compressed with gzip or zstd or not. Values become float32,
/// on request after an offset is subtracted.
///
/// Throws InputError "path:line: found, expected" (with the row and the column for formats that have no lines) where
/// the file is not what its format promises, where an entry is NaN, infinite or too large for float32, and if the
/// matrix has no row or no column; UsageError for an unknown format; MemoryError past the budget.
MatrixFile read_matrix(const std::string& path, const MatrixOptions& options = {}, const Progress& progress = {});

/// The same from a stream, whose name counts where the format is told.
MatrixFile read_matrix(std::unique_ptr<ByteStream> stream, const MatrixOptions& options = {},
                       const Progress& progress = {});

}  // namespace eckart::corpora
