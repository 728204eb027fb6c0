#include "corpora/matrices/matrix_npz.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/zip_reader.h"
#include "corpora/matrices/matrix_npy.h"
#include "corpora/matrices/narrowed_elements.h"
#include "corpora/matrices/sparse_arrays.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

class NpzReader {
  public:
    NpzReader(std::unique_ptr<ByteStream> stream, const MatrixOptions& options)
        : source_(stream->name()), archive_(std::move(stream)), options_(options) {}

    MatrixFile read() {
        for (std::string name; archive_.next(name);) read_member(name);
        take_coords();
        MatrixFile file;
        if (options_.array.empty() && is_sparse_form(sparse_.form())) {
            if (dense_ && dense_name_ == "data") sparse_.diagonals = without_offset(std::move(*dense_));
            file.matrix = sparse_matrix(source_, inside(), std::move(sparse_), options_.memory);
        } else if (dense_arrays_ == 1) {
            file.matrix = std::move(dense_->values);
            file.offset = std::move(dense_->offset);
        } else if (!options_.array.empty()) {
            fail("found no array \"" + options_.array + "\" among " + inside());
        } else if (dense_arrays_ > 1) {
            fail("found " + std::to_string(dense_arrays_) + " arrays of two extents among " + inside() +
                 ", expected one, or the name of one");
        } else if (!sparse_.form().empty()) {
            file.matrix = sparse_matrix(source_, inside(), std::move(sparse_), options_.memory);
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
            if (name == options_.array) read_dense(stream, header, name);
        } else if (name == "coords" && header.shape.size() == 2 && is_integer(header)) {
            read_coords(stream, header);
        } else if (header.shape.size() == 2 && has_npy_numbers(header)) {
            read_dense(stream, header, name);
        } else {
            read_sparse_part(stream, header, name);
        }
    }

    void read_dense(ByteStream& stream, const NpyHeader& header, const std::string& name) {
        ++dense_arrays_;
        dense_name_ = name;
        if (dense_arrays_ > 1) return dense_.reset();
        dense_ = read_npy_matrix(stream, header, options_.offsets, options_.memory);
        require_end(stream);
    }

    /// Arrays with the names of a sparse matrix's parts, but another shape or type, are something else.
    void read_sparse_part(ByteStream& stream, NpyHeader header, std::string_view name) {
        const bool is_text = header.dtype.find_first_of("SU") != std::string::npos;
        if (name == "format" && header.shape.empty() && is_text) {
            sparse_.format = read_npy_text(stream, header);
            return;
        }
        const bool is_block = name == "data" && header.shape.size() == 3 && !header.columns_first;
        const bool is_fill = name == "fill_value" && header.shape.empty();
        if (!has_npy_numbers(header) || (header.shape.size() != 1 && !is_block && !is_fill)) return;
        const std::vector<std::int64_t> shape =
            std::exchange(header.shape, {static_cast<std::int64_t>(header.elements)});
        SparseArrays::Integers* const integers = sparse_.integers(name);
        if (integers != nullptr && is_integer(header)) {
            *integers = read_npy_integers(stream, header, options_.memory);
        } else if (name == "data") {
            sparse_.data = read_npy_values(stream, header, options_.memory);
            sparse_.data_shape = shape;
        } else if (is_fill) {
            sparse_.fill_value = read_npy_values(stream, header, options_.memory).front();
        } else {
            return;
        }
        require_end(stream);
    }

    static bool is_integer(const NpyHeader& header) {
        return has_npy_numbers(header) && header.dtype.find('f') == std::string::npos;
    }

    /// They may be the places of a sparse matrix's entries, or an array like others: take_coords decides.
    void read_coords(ByteStream& stream, NpyHeader header) {
        coords_shape_ = std::exchange(header.shape, {static_cast<std::int64_t>(header.elements)});
        const std::vector<std::int64_t> values = read_npy_integers(stream, header, options_.memory);
        require_end(stream);
        if (!header.columns_first) return static_cast<void>(coords_ = values);
        const auto rows = static_cast<std::size_t>(coords_shape_[0]), cols = static_cast<std::size_t>(coords_shape_[1]);
        coords_.resize(values.size());
        for (std::size_t p = 0; p < values.size(); ++p) coords_[p % rows * cols + p / rows] = values[p];
    }

    /// Makes the array coords a part of a sparse matrix where the other parts are there, else a dense matrix.
    void take_coords() {
        if (coords_shape_.empty()) return;
        const std::int64_t rows = coords_shape_[0], cols = coords_shape_[1];
        const bool has_parts = sparse_.data && sparse_.shape;
        const bool fits = has_parts && cols == static_cast<std::int64_t>(sparse_.data->size());
        if (has_parts && (sparse_.format ? *sparse_.format == "coo" : fits)) {
            if (rows != 2) fail("found a sparse array of " + std::to_string(rows) + " extents, expected two");
            sparse_.coords = std::move(coords_);
        } else if (++dense_arrays_ == 1) {
            NarrowedElements elements(options_.memory, cols, options_.offsets, rows * cols);
            elements.add(std::vector<double>(coords_.begin(), coords_.end()));
            dense_ = elements.take();
        }
    }

    /// The array as it was before its columns were stored less an offset.
    static DenseMatrix without_offset(NarrowedMatrix array) {
        if (array.offset.size() == 0) return std::move(array.values);
        return (array.values.cast<double>().rowwise() + array.offset.transpose()).cast<float>();
    }

    static void require_end(ByteStream& stream) {
        char more = 0;
        if (stream.read({&more, 1}) == 0) return;
        throw InputError(stream.name() + ": found bytes behind the array's elements, expected its end");
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
    std::string dense_name_;               ///< of the last array that could be it
    int dense_arrays_ = 0;
    std::vector<std::int64_t> coords_;        ///< the array of that name, if its elements are integers, rows first
    std::vector<std::int64_t> coords_shape_;  ///< empty without one
    SparseArrays sparse_;
};

}  // namespace

MatrixFile read_npz(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    return NpzReader(std::move(stream), options).read();
}

}  // namespace eckart::corpora
