#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/scratch.h"
#include "corpora/matrices/matrix_file.h"

namespace eckart::corpora {

inline MatrixFile matrix_of(std::string_view bytes, const MatrixOptions& options = {},
                            const std::string& name = "test") {
    return read_matrix(memory_byte_stream(bytes, name), options);
}

/// The message of the InputError that reading `bytes` ends in; empty if it reads.
inline std::string refusal_of(std::string_view bytes, const MatrixOptions& options = {},
                              const std::string& name = "test") {
    return input_error([&] { static_cast<void>(matrix_of(bytes, options, name)); });
}

/// The rows of a dense matrix, or of a sparse one with zeros where nothing is stored.
std::vector<std::vector<float>> rows_of(const MatrixFile& file);

/// A file in NumPy's format of version 1, with its header as NumPy writes it.
std::string npy_file(const std::string& dtype, bool columns_first, const std::string& shape, std::string_view elements);

/// The bytes of `values`, low byte first.
template <class T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace eckart::corpora
