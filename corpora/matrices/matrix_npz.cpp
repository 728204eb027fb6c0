#include "corpora/matrices/matrix_npz.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/zip_reader.h"
#include "corpora/matrices/matrix_entries.h"
#include "corpora/matrices/matrix_npy.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Integers = std::optional<std::vector<std::int64_t>>;

/// The arrays of scipy.sparse.save_npz, as far as they were there.
struct SparseArrays {
    std::optional<std::string> format;
    Integers shape;
    Integers indices;
    Integers indptr;
    Integers row;
    Integers col;
    std::optional<std::vector<float>> data;

    /// Where an array of integers with this name belongs; nullptr if it is none of these.
    Integers* integers(std::string_view name) {
        if (name == "shape") return &shape;
        if (name == "indices") return &indices;
        if (name == "indptr") return &indptr;
        if (name == "row") return &row;
        if (name == "col") return &col;
        return nullptr;
    }
};

class NpzReader {
  public:
    NpzReader(std::unique_ptr<ByteStream> stream, const MatrixOptions& options)
        : source_(stream->name()), archive_(std::move(stream)), options_(options) {}

    MatrixFile read() {
        for (std::string name; archive_.next(name);) read_member(name);
        MatrixFile file;
        if (dense_ && dense_arrays_ == 1) {
            file.matrix = std::move(dense_->values);
            file.offset = std::move(dense_->offset);
        } else if (sparse_.format && options_.array.empty()) {
            file.matrix = sparse();
        } else if (!options_.array.empty()) {
            fail("found no array \"" + options_.array + "\" among " + inside());
        } else if (dense_arrays_ > 1) {
            fail("found " + std::to_string(dense_arrays_) + " arrays of two extents among " + inside() +
                 ", expected one, or the name of one");
        } else {
            fail("found " + inside() + ", expected an array of two extents, or those of a sparse matrix");
        }
        return file;
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError(source_ + ": " + message); }

    void read_member(std::string name) {
        constexpr std::string_view ending = ".npy";
        if (!name.ends_with(ending)) return note(name, "no array");
        name.resize(name.size() - ending.size());
        ByteStream& stream = archive_.member();
        const NpyHeader header = read_npy_header(stream);
        std::string shape;
        for (const std::int64_t extent : header.shape) shape += (shape.empty() ? "" : " x ") + std::to_string(extent);
        note(name, shape.empty() ? "a single value" : shape);
        if (!options_.array.empty()) {
            if (name == options_.array) read_dense(stream, header);
        } else if (header.shape.size() == 2 && has_npy_numbers(header)) {
            read_dense(stream, header);
        } else {
            read_sparse_part(stream, header, name);
        }
    }

    void read_dense(ByteStream& stream, const NpyHeader& header) {
        ++dense_arrays_;
        if (dense_arrays_ > 1) return dense_.reset();
        dense_ = read_npy_matrix(stream, header, options_.offsets, options_.memory);
        require_end(stream);
    }

    /// Arrays with the names of a sparse matrix's parts, but another shape or type, are something else.
    void read_sparse_part(ByteStream& stream, const NpyHeader& header, std::string_view name) {
        const bool is_vector = header.shape.size() == 1 && has_npy_numbers(header);
        const bool is_text = header.dtype.find_first_of("SU") != std::string::npos;
        Integers* const integers = sparse_.integers(name);
        if (name == "format" && header.shape.empty() && is_text) {
            sparse_.format = read_npy_text(stream, header);
        } else if (integers != nullptr && is_vector && header.dtype.find('f') == std::string::npos) {
            *integers = read_npy_integers(stream, header, options_.memory);
            require_end(stream);
        } else if (name == "data" && is_vector) {
            sparse_.data = read_npy_values(stream, header, options_.memory);
            require_end(stream);
        }
    }

    static void require_end(ByteStream& stream) {
        char more = 0;
        if (stream.read({&more, 1}) == 0) return;
        throw InputError(stream.name() + ": found bytes behind the array's elements, expected its end");
    }

    CsrMatrix sparse() {
        const std::string& format = *sparse_.format;
        const bool compressed = format == "csr" || format == "csc";
        if (!compressed && format != "coo") {
            fail("found a sparse matrix in the format \"" + format + "\", expected csr, csc or coo");
        }
        const bool whole = compressed ? sparse_.indices && sparse_.indptr : sparse_.row && sparse_.col;
        if (!whole || !sparse_.data || !sparse_.shape || sparse_.shape->size() != 2) {
            fail("found " + inside() + ", expected the arrays of a sparse matrix: " +
                 (compressed ? "data, indices, indptr and shape" : "data, row, col and shape"));
        }
        const std::int64_t rows = (*sparse_.shape)[0], cols = (*sparse_.shape)[1];
        require_sparse_shape(source_, rows, cols);
        constexpr std::uint64_t entry_bytes = 2 * sizeof(std::int64_t) + sizeof(float);  // as the arrays hold it
        options_.memory.require(sparse_memory(rows, sparse_.data->size()) + sparse_.data->size() * entry_bytes,
                                "the matrix");
        std::vector<Entry> entries = format == "coo" ? coordinate_entries() : compressed_entries(rows, cols);
        sparse_ = {};
        return sparse_matrix(source_, rows, cols, std::move(entries), options_.memory);
    }

    std::vector<Entry> coordinate_entries() const {
        const auto &row = *sparse_.row, &col = *sparse_.col;
        const auto& data = *sparse_.data;
        if (row.size() != data.size() || col.size() != data.size()) fail_sizes("row, col and data");
        std::vector<Entry> entries;
        entries.reserve(data.size());
        for (std::size_t p = 0; p < data.size(); ++p) entries.push_back(checked({row[p], col[p], data[p]}));
        return entries;
    }

    std::vector<Entry> compressed_entries(std::int64_t rows, std::int64_t cols) const {
        const bool by_rows = *sparse_.format == "csr";
        const auto &indptr = *sparse_.indptr, &indices = *sparse_.indices;
        const auto& data = *sparse_.data;
        if (indices.size() != data.size()) fail_sizes("indices and data");
        const auto lines = static_cast<std::size_t>(by_rows ? rows : cols);
        const bool starts_and_ends = indptr.size() == lines + 1 && indptr.front() == 0 &&
                                     indptr.back() == static_cast<std::int64_t>(data.size());
        if (!starts_and_ends || !std::is_sorted(indptr.begin(), indptr.end())) {
            fail("found offsets in indptr that do not rise from 0 to the " + std::to_string(data.size()) +
                 " entries in " + std::to_string(lines) + " steps, expected these");
        }
        std::vector<Entry> entries;
        entries.reserve(data.size());
        for (std::size_t line = 0; line < lines; ++line) {
            const auto major = static_cast<std::int64_t>(line);
            for (auto p = static_cast<std::size_t>(indptr[line]); p < static_cast<std::size_t>(indptr[line + 1]); ++p) {
                entries.push_back(
                    checked(by_rows ? Entry{major, indices[p], data[p]} : Entry{indices[p], major, data[p]}));
            }
        }
        return entries;
    }

    Entry checked(const Entry& entry) const {
        const auto& shape = *sparse_.shape;
        if (entry.row >= 0 && entry.row < shape[0] && entry.col >= 0 && entry.col < shape[1]) return entry;
        fail("found an entry at row " + std::to_string(entry.row) + ", column " + std::to_string(entry.col) +
             " (from 0), expected it within " + std::to_string(shape[0]) + " x " + std::to_string(shape[1]));
    }

    [[noreturn]] void fail_sizes(const std::string& arrays) const {
        fail("found " + arrays + " of different lengths among " + inside() + ", expected the same");
    }

    void note(const std::string& name, const std::string& what) {
        constexpr std::size_t most = 8;
        ++members_;
        if (members_ <= most) inside_ += (inside_.empty() ? "" : ", ") + name + " (" + what + ")";
        if (members_ == most + 1) inside_ += " and more";
    }
    std::string inside() const { return inside_.empty() ? "an empty archive" : "the arrays " + inside_; }

    std::string source_;
    ZipReader archive_;
    const MatrixOptions& options_;
    std::string inside_;  ///< the arrays and their shapes, for messages
    std::size_t members_ = 0;
    std::optional<NarrowedMatrix> dense_;  ///< while there is but one
    int dense_arrays_ = 0;
    SparseArrays sparse_;
};

}  // namespace

MatrixFile read_npz(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    return NpzReader(std::move(stream), options).read();
}

}  // namespace eckart::corpora
