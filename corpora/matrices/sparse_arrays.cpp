#include "corpora/matrices/sparse_arrays.h"

#include <algorithm>
#include <array>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/matrices/matrix_entries.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// Puts the arrays of one matrix together.
class SparseReader {
  public:
    SparseReader(const std::string& source, const std::string& inside, SparseArrays arrays, const MemoryBudget& memory)
        : source_(source), inside_(inside), arrays_(std::move(arrays)), memory_(memory) {}

    CsrMatrix read() {
        const std::string form = arrays_.form();
        require_arrays(form);
        require_zero_fill();
        rows_ = (*arrays_.shape)[0];
        cols_ = (*arrays_.shape)[1];
        require_sparse_shape(source_, rows_, cols_);
        require_memory();
        std::vector<Entry> entries = form == "coo"   ? coordinate_entries()
                                     : form == "dia" ? diagonal_entries()
                                     : form == "bsr" ? block_entries()
                                                     : compressed_entries(form == "csr");
        arrays_ = {};
        return sparse_matrix(source_, rows_, cols_, std::move(entries), memory_);
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError(source_ + ": " + message); }

    void require_arrays(const std::string& form) const {
        if (!is_sparse_form(form)) {
            fail("found a sparse matrix in the format " + in_quotes(form) + ", expected bsr, coo, csc, csr or dia");
        }
        const bool two_extents = arrays_.shape && arrays_.shape->size() == 2;
        const bool by_pairs = arrays_.coords || (arrays_.row && arrays_.col);
        const bool whole = form == "coo"   ? arrays_.data && by_pairs
                           : form == "dia" ? arrays_.diagonals && arrays_.offsets
                                           : arrays_.data && arrays_.indices && arrays_.indptr;
        if (two_extents && whole) return;
        const char* const needed = form == "coo"   ? "data, row and col (or coords)"
                                   : form == "dia" ? "data, offsets"
                                                   : "data, indices, indptr";
        fail("found " + inside_ + ", expected the arrays of a sparse matrix in the format " + form + ": " + needed +
             ", and a shape of two extents");
    }

    void require_zero_fill() const {
        if (arrays_.fill_value.value_or(0) == 0) return;
        fail("found a sparse matrix whose entries are " + std::to_string(*arrays_.fill_value) +
             " where none is stored, expected 0");
    }

    void require_memory() const {
        const std::uint64_t count =
            arrays_.data ? arrays_.data->size() : static_cast<std::uint64_t>(arrays_.diagonals->size());
        constexpr std::uint64_t entry_bytes = 2 * sizeof(std::int64_t) + sizeof(float);  // as the arrays hold it
        memory_.require(sparse_memory(rows_, count) + count * entry_bytes, "the matrix");
    }

    std::vector<Entry> coordinate_entries() const {
        const auto& data = *arrays_.data;
        std::vector<Entry> entries;
        entries.reserve(data.size());
        if (arrays_.coords) {
            const auto& coords = *arrays_.coords;
            if (coords.size() != 2 * data.size()) fail_sizes("coords and data");
            for (std::size_t p = 0; p < data.size(); ++p) {
                entries.push_back(checked({coords[p], coords[data.size() + p], data[p]}));
            }
            return entries;
        }
        const auto &row = *arrays_.row, &col = *arrays_.col;
        if (row.size() != data.size() || col.size() != data.size()) fail_sizes("row, col and data");
        for (std::size_t p = 0; p < data.size(); ++p) entries.push_back(checked({row[p], col[p], data[p]}));
        return entries;
    }

    std::vector<Entry> compressed_entries(bool by_rows) const {
        const auto& indices = *arrays_.indices;
        const auto& data = *arrays_.data;
        if (indices.size() != data.size()) fail_sizes("indices and data");
        const std::int64_t lines = by_rows ? rows_ : cols_;
        require_offsets(lines, data.size());
        std::vector<Entry> entries;
        entries.reserve(data.size());
        for (std::int64_t line = 0; line < lines; ++line) {
            for (std::size_t p = begin_of(line); p < begin_of(line + 1); ++p) {
                entries.push_back(
                    checked(by_rows ? Entry{line, indices[p], data[p]} : Entry{indices[p], line, data[p]}));
            }
        }
        return entries;
    }

    /// Blocks of equal size, compressed by rows of blocks. Zeros in a block only fill it up.
    std::vector<Entry> block_entries() const {
        const auto& shape = arrays_.data_shape;
        const bool fits =
            shape.size() == 3 && shape[1] > 0 && shape[2] > 0 && rows_ % shape[1] == 0 && cols_ % shape[2] == 0;
        if (!fits) fail("found " + inside_ + ", expected blocks in data that fill the matrix");
        const std::int64_t height = shape[1], width = shape[2];
        const auto& indices = *arrays_.indices;
        if (static_cast<std::int64_t>(indices.size()) != shape[0]) fail_sizes("indices and data");
        require_offsets(rows_ / height, indices.size());
        std::vector<Entry> entries;
        for (std::int64_t line = 0; line < rows_ / height; ++line) {
            for (std::size_t block = begin_of(line); block < begin_of(line + 1); ++block) {
                if (indices[block] < 0 || indices[block] >= cols_ / width) fail_outside(line, indices[block]);
                add_block(block, line * height, indices[block] * width, entries);
            }
        }
        return entries;
    }

    void add_block(std::size_t block, std::int64_t row, std::int64_t col, std::vector<Entry>& entries) const {
        const std::int64_t height = arrays_.data_shape[1], width = arrays_.data_shape[2];
        const float* value = arrays_.data->data() + static_cast<std::ptrdiff_t>(block) * height * width;
        for (std::int64_t i = 0; i < height; ++i) {
            for (std::int64_t j = 0; j < width; ++j, ++value) {
                if (*value != 0) entries.push_back({row + i, col + j, *value});
            }
        }
    }

    /// Diagonals by column. Values outside the matrix, and zeros, only fill the array up.
    std::vector<Entry> diagonal_entries() const {
        const DenseMatrix& diagonals = *arrays_.diagonals;
        const auto& offsets = *arrays_.offsets;
        if (static_cast<std::int64_t>(offsets.size()) != diagonals.rows()) fail_sizes("offsets and data");
        std::vector<Entry> entries;
        for (Eigen::Index k = 0; k < diagonals.rows(); ++k) {
            const std::int64_t offset = offsets[k];
            if (offset <= -rows_ || offset >= cols_) continue;
            const std::int64_t end = std::min({cols_, rows_ + offset, static_cast<std::int64_t>(diagonals.cols())});
            for (std::int64_t col = std::max<std::int64_t>(offset, 0); col < end; ++col) {
                if (diagonals(k, col) != 0) entries.push_back({col - offset, col, diagonals(k, col)});
            }
        }
        return entries;
    }

    std::size_t begin_of(std::int64_t line) const { return static_cast<std::size_t>((*arrays_.indptr)[line]); }

    void require_offsets(std::int64_t lines, std::size_t count) const {
        const auto& indptr = *arrays_.indptr;
        const bool starts_and_ends = static_cast<std::int64_t>(indptr.size()) == lines + 1 && indptr.front() == 0 &&
                                     indptr.back() == static_cast<std::int64_t>(count);
        if (starts_and_ends && std::is_sorted(indptr.begin(), indptr.end())) return;
        fail("found offsets in indptr that do not rise from 0 to the " + std::to_string(count) + " entries in " +
             std::to_string(lines) + " steps, expected these");
    }

    Entry checked(const Entry& entry) const {
        if (entry.row < 0 || entry.row >= rows_ || entry.col < 0 || entry.col >= cols_) {
            fail_outside(entry.row, entry.col);
        }
        return entry;
    }

    [[noreturn]] void fail_outside(std::int64_t row, std::int64_t col) const {
        fail("found an entry at row " + std::to_string(row) + ", column " + std::to_string(col) +
             " (from 0), expected it within " + std::to_string(rows_) + " x " + std::to_string(cols_));
    }

    [[noreturn]] void fail_sizes(const std::string& arrays) const {
        fail("found " + arrays + " of different lengths among " + inside_ + ", expected the same");
    }

    const std::string& source_;
    const std::string& inside_;
    SparseArrays arrays_;
    const MemoryBudget& memory_;
    std::int64_t rows_ = 0;
    std::int64_t cols_ = 0;
};

}  // namespace

SparseArrays::Integers* SparseArrays::integers(std::string_view name) {
    if (name == "shape") return &shape;
    if (name == "indices") return &indices;
    if (name == "indptr") return &indptr;
    if (name == "row") return &row;
    if (name == "col") return &col;
    if (name == "offsets") return &offsets;
    if (name == "compressed_axes") return &compressed_axes;
    return nullptr;
}

std::string SparseArrays::form() const {
    if (format) return *format;
    if (!data || !shape) return {};
    if (coords) return "coo";
    if (!indices || !indptr || !compressed_axes || compressed_axes->size() != 1) return {};
    return compressed_axes->front() == 0 ? "csr" : "csc";
}

bool is_sparse_form(std::string_view form) {
    constexpr std::array<std::string_view, 5> forms = {"bsr", "coo", "csc", "csr", "dia"};
    return std::find(forms.begin(), forms.end(), form) != forms.end();
}

CsrMatrix sparse_matrix(const std::string& source, const std::string& inside, SparseArrays arrays,
                        const MemoryBudget& memory) {
    return SparseReader(source, inside, std::move(arrays), memory).read();
}

}  // namespace eckart::corpora
