#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

// Matrices in the forms that other programs read. Numbers are written with the fewest digits that read as the same
// float32. Each writes one file, over what stood there, and throws UsageError if the names do not fit the matrix or a
// number is not finite, InputError if the file cannot be written.

namespace eckart::corpora {

/// "rows columns", then a line a row, "word number number ...", as word2vec has it. White space in a name becomes "_",
/// since it ends a word there; an empty name is "_".
void write_word_vectors(const std::string& path, ConstPanelRef<float> vectors, std::span<const std::string> names,
                        const Progress& progress = {});

/// An array in NumPy's format, rows x columns, float32.
void write_npy_matrix(const std::string& path, ConstPanelRef<float> matrix, const Progress& progress = {});

/// Commas (RFC 4180). With ids the first column, "id", holds them and a header names the others: as `column_names`
/// does, or "1", "2", ... if that is empty. Without ids there is a header only if there are names.
void write_matrix_csv(const std::string& path, ConstPanelRef<float> matrix, std::span<const std::string> ids = {},
                      std::span<const std::string> column_names = {}, const Progress& progress = {});

/// The vectors of TensorBoard's embedding projector: numbers between tabs, no header.
void write_projector_vectors(const std::string& path, ConstPanelRef<float> vectors, const Progress& progress = {});

/// The projector's metadata: the names, a line each; or, with titles, a header and both between tabs. Tabs and line
/// ends in them become blanks.
void write_projector_metadata(const std::string& path, std::span<const std::string> names,
                              std::span<const std::string> titles = {});

/// MatrixMarket: coordinates of a sparse matrix, each stored entry a line, rows in order; or an array of a dense one.
void write_matrix_market(const std::string& path, const CsrView& matrix, const Progress& progress = {});
void write_matrix_market(const std::string& path, ConstPanelRef<float> matrix, const Progress& progress = {});

/// A field of a CSV file: in quotes where it must be.
std::string csv_field(std::string_view text);

}  // namespace eckart::corpora
