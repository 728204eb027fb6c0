#include "corpora/matrices/matrix_scratch.h"

namespace eckart::corpora {

std::vector<std::vector<float>> rows_of(const MatrixFile& file) {
    std::vector<std::vector<float>> rows(static_cast<std::size_t>(file.rows()),
                                         std::vector<float>(static_cast<std::size_t>(file.cols())));
    if (const auto* dense = std::get_if<DenseMatrix>(&file.matrix)) {
        for (std::size_t r = 0; r < rows.size(); ++r) {
            for (std::size_t c = 0; c < rows[r].size(); ++c) {
                rows[r][c] = (*dense)(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c));
            }
        }
        return rows;
    }
    const auto& sparse = std::get<CsrMatrix>(file.matrix);
    validate(sparse);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto end = static_cast<std::size_t>(sparse.row_offsets[r + 1]);
        for (auto p = static_cast<std::size_t>(sparse.row_offsets[r]); p < end; ++p) {
            rows[r][static_cast<std::size_t>(sparse.column_indices[p])] = sparse.values[p];
        }
    }
    return rows;
}

std::string npy_file(const std::string& dtype, bool columns_first, const std::string& shape,
                     std::string_view elements) {
    std::string header = "{'descr': '" + dtype + "', 'fortran_order': " + (columns_first ? "True" : "False") +
                         ", 'shape': " + shape + ", }";
    header.append(118 - header.size() - 1, ' ');
    header += '\n';
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(elements);
}

}  // namespace eckart::corpora
