#pragma once

#include <fstream>
#include <string>

#include "engine/matrix/csr.h"
#include "engine/support/error.h"

namespace eckart::tools {

/// Reads int64 rows, cols, nonzeros; int64 row offsets; int32 columns; float32 values.
inline CsrMatrix read_matrix(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::int64_t shape[3] = {};
    const auto fill = [&](void* to, std::size_t bytes) {
        if (!file.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes))) {
            throw InputError(path + " ends before its matrix does");
        }
    };
    fill(shape, sizeof shape);
    CsrMatrix a{.rows = shape[0], .cols = shape[1], .column_indices = {}, .values = {}};
    a.row_offsets.resize(static_cast<std::size_t>(shape[0]) + 1);
    a.column_indices.resize(shape[2]);
    a.values.resize(shape[2]);
    fill(a.row_offsets.data(), 8 * a.row_offsets.size());
    fill(a.column_indices.data(), 4 * a.column_indices.size());
    fill(a.values.data(), 4 * a.values.size());
    validate(a);
    return a;
}

}  // namespace eckart::tools
