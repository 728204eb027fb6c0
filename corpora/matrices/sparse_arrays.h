#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {

/// The arrays of a sparse matrix in an archive, as far as they are there, by the names that SciPy's save_npz and that
/// of the package sparse (PyData) give them.
struct SparseArrays {
    using Integers = std::optional<std::vector<std::int64_t>>;

    std::optional<std::string> format;  ///< SciPy's name of the form; PyData writes none
    Integers shape;                     ///< rows, columns
    Integers indices;                   ///< csr, csc, bsr
    Integers indptr;                    ///< csr, csc, bsr
    Integers row;                       ///< coo
    Integers col;                       ///< coo
    Integers coords;                    ///< coo: all rows, then all columns; instead of row and col
    Integers offsets;                   ///< dia: column less row of each diagonal
    Integers compressed_axes;           ///< PyData's: 0 for csr, 1 for csc
    std::optional<std::vector<float>> data;
    std::vector<std::int64_t> data_shape;  ///< of bsr: blocks x rows of a block x columns of a block
    std::optional<DenseMatrix> diagonals;  ///< of dia: the array data, diagonals x columns
    std::optional<float> fill_value;       ///< PyData's: what entries that are not stored are

    /// Where an array of integers with one extent and this name belongs; nullptr if it is none of these.
    Integers* integers(std::string_view name);

    /// The form that these are in: bsr, coo, csc, csr, dia, or what `format` says; empty if they are no sparse matrix.
    std::string form() const;
};

/// Whether SciPy has a form of this name that can be read.
bool is_sparse_form(std::string_view form);

/// The matrix that `arrays` are, entries at the same place added. Throws InputError, naming `source` and `inside` (what
/// the archive holds), if an array is missing, arrays do not fit each other, an entry lies outside the matrix, or
/// entries that are not stored are not 0; MemoryError past the budget.
CsrMatrix sparse_matrix(const std::string& source, const std::string& inside, SparseArrays arrays,
                        const MemoryBudget& memory);

}  // namespace eckart::corpora
