#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "engine/support/random.h"
#include "tests/engine/storage/temporary_folder.h"

namespace eckart::testing {

/// Three groups of rows in three columns: whole numbers around (0, 0, 0), (40, 0, 0) and (0, 60, 20), in turn.
inline DenseMatrixF64 grouped_rows(Eigen::Index rows) {
    const Philox random(9, 1);
    DenseMatrixF64 x(rows, 3);
    for (Eigen::Index i = 0; i < rows; ++i) {
        for (Eigen::Index j = 0; j < 3; ++j) {
            x(i, j) = static_cast<double>(random.below(static_cast<std::uint64_t>(3 * i + j), 7));
        }
        if (i % 3 == 1) x(i, 0) += 40;
        if (i % 3 == 2) x.row(i) += Eigen::RowVector3d(0, 60, 20);
    }
    return x;
}

/// Writes x as an array of float64 and returns its path.
inline std::string write_rows(const TemporaryFolder& folder, const std::string& name, const DenseMatrixF64& x) {
    write_npy<double>(folder / name, {x.data(), static_cast<std::size_t>(x.size())}, {x.rows(), x.cols()});
    return folder / name;
}

inline DenseMatrixF64 moved(const DenseMatrixF64& x, double by) {
    return x.array() + by;
}

}  // namespace eckart::testing
