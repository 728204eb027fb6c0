#include "corpora/matrices/matrix_market.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/rows.h"
#include "corpora/matrices/matrix_elements.h"
#include "corpora/matrices/matrix_entries.h"
#include "corpora/matrices/narrowed_elements.h"

namespace eckart::corpora {
namespace {

enum class Symmetry { general, symmetric, skew };

class MarketReader {
  public:
    MarketReader(std::unique_ptr<ByteStream> stream, const MatrixOptions& options)
        : rows_(std::move(stream), RowForm::blanks, options.most_record_bytes),
          memory_(options.memory),
          offsets_(options.offsets) {}

    MatrixFile read() {
        read_banner();
        MatrixFile file;
        if (coordinates_) {
            file.matrix = read_coordinates();
            return file;
        }
        NarrowedMatrix array = read_array();
        file.matrix = std::move(array.values);
        file.offset = std::move(array.offset);
        return file;
    }

  private:
    void read_banner() {
        if (!rows_.next(fields_) || lower_ascii(fields_[0]) != "%%matrixmarket" || fields_.size() != 5) {
            rows_.fail("found no MatrixMarket header, expected \"%%MatrixMarket matrix coordinate real general\" or " +
                       std::string("the like"));
        }
        const auto word = [this](std::size_t place) { return lower_ascii(fields_[place]); };
        if (word(1) != "matrix") fail_word(1, "\"matrix\"");
        if (word(2) != "coordinate" && word(2) != "array") fail_word(2, "\"coordinate\" or \"array\"");
        coordinates_ = word(2) == "coordinate";
        pattern_ = word(3) == "pattern";
        const bool real =
            word(3) == "real" || word(3) == "double" || word(3) == "integer" || word(3) == "unsigned-integer";
        if (!real && !(pattern_ && coordinates_)) {
            fail_word(3, coordinates_ ? "\"real\", \"integer\" or \"pattern\"" : "\"real\" or \"integer\"");
        }
        if (word(4) == "symmetric") symmetry_ = Symmetry::symmetric;
        if (word(4) == "skew-symmetric" && !pattern_) symmetry_ = Symmetry::skew;
        if (symmetry_ == Symmetry::general && word(4) != "general") {
            fail_word(4, "\"general\", \"symmetric\" or \"skew-symmetric\"");
        }
    }

    [[noreturn]] void fail_word(std::size_t place, const std::string& expected) const {
        rows_.fail("found " + in_quotes(fields_[place]) + " in the header, expected " + expected);
    }

    bool next_row() {
        while (rows_.next(fields_)) {
            if (fields_[0].front() != '%') return true;
        }
        return false;
    }

    /// The line of `count` whole numbers below the header.
    std::vector<std::int64_t> sizes(std::size_t count, const std::string& expected) {
        if (!next_row()) rows_.fail("found the end of the file, expected " + expected);
        std::vector<std::int64_t> numbers;
        for (const std::string_view field : fields_) {
            std::int64_t number = -1;
            const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
            if (error != std::errc() || end != field.data() + field.size() || number < 0) number = -1;
            numbers.push_back(number);
        }
        if (numbers.size() != count || std::count(numbers.begin(), numbers.end(), -1) > 0) {
            rows_.fail("found sizes that are not " + expected + ", expected these");
        }
        if (symmetry_ != Symmetry::general && numbers[0] != numbers[1]) {
            rows_.fail("found " + std::to_string(numbers[0]) + " rows and " + std::to_string(numbers[1]) +
                       " columns, expected as many of both in a symmetric matrix");
        }
        return numbers;
    }

    CsrMatrix read_coordinates() {
        const auto size = sizes(3, "the whole numbers of rows, columns and entries");
        shape_ = {size[0], size[1]};
        require_sparse_shape(rows_.name(), size[0], size[1]);
        const bool general = symmetry_ == Symmetry::general;
        const auto most_entries = std::numeric_limits<std::int64_t>::max() / 256;
        const auto announced = static_cast<std::uint64_t>(std::min(size[2], most_entries));
        memory_.require(sparse_memory(size[0], general ? announced : 2 * announced), "the matrix");
        std::vector<Entry> entries;
        for (std::int64_t done = 0; done < size[2]; ++done) {
            if (!next_row()) fail_count(done, size[2], "entries");
            const Entry entry = coordinates();
            entries.push_back(entry);
            if (general || entry.row == entry.col) continue;
            entries.push_back({entry.col, entry.row, symmetry_ == Symmetry::skew ? -entry.value : entry.value});
        }
        if (next_row()) fail_more(size[2], "entries");
        return sparse_matrix(rows_.name(), size[0], size[1], std::move(entries), memory_);
    }

    /// The entry that the current line is.
    Entry coordinates() const {
        const std::size_t width = pattern_ ? 2 : 3;
        if (fields_.size() != width) {
            rows_.fail("found " + std::to_string(fields_.size()) + (fields_.size() == 1 ? " word" : " words") +
                       ", expected " + (pattern_ ? "a row and a column" : "a row, a column and a value"));
        }
        const std::int64_t row = index(0, "row", shape_.first);
        const std::int64_t col = index(1, "column", shape_.second);
        if (symmetry_ != Symmetry::general && col > row) {
            rows_.fail("found an entry above the diagonal, expected the lower triangle of a symmetric matrix");
        }
        if (symmetry_ == Symmetry::skew && col == row) {
            rows_.fail("found an entry on the diagonal, expected none there in a skew-symmetric matrix");
        }
        return {row, col, pattern_ ? 1.0F : value(2)};
    }

    std::int64_t index(std::size_t place, const std::string& what, std::int64_t extent) const {
        const std::string_view field = fields_[place];
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
        if (error == std::errc() && end == field.data() + field.size() && number >= 1 && number <= extent) {
            return number - 1;
        }
        rows_.fail("found the " + what + " " + in_quotes(field) + ", expected 1 to " + std::to_string(extent));
    }

    float value(std::size_t place) const {
        if (const auto value = matrix_value(fields_[place])) return *value;
        rows_.fail("found the value " + in_quotes(fields_[place]) + ", expected a finite number within float32");
    }

    double number(std::size_t place) const {
        if (const auto number = matrix_number(fields_[place])) return *number;
        rows_.fail("found the value " + in_quotes(fields_[place]) + ", expected a finite number within float32");
    }

    /// Values stand column by column; of a symmetric matrix only those on and below the diagonal.
    NarrowedMatrix read_array() {
        const auto size = sizes(2, "the whole numbers of rows and columns");
        const std::int64_t rows = size[0], cols = size[1];
        const auto elements = element_count(rows, cols);
        if (!elements) rows_.fail("found a matrix of more elements than 63 bits count");
        if (symmetry_ != Symmetry::general) return {read_triangle(rows), {}};
        if (offsets_) return read_columns(rows, cols);
        ElementBuffer values(memory_, *elements);
        read_values(*elements, [&](std::size_t field) { values.push(value(field)); });
        memory_.require(2 * static_cast<std::uint64_t>(*elements) * sizeof(float), "the matrix and its transpose");
        return {values.take(cols, rows).transpose(), {}};
    }

    NarrowedMatrix read_columns(std::int64_t rows, std::int64_t cols) {
        NarrowedColumns elements(memory_, rows, cols);
        read_values(rows * cols, [&](std::size_t field) { elements.push(number(field)); });
        return elements.take();
    }

    DenseMatrix read_triangle(std::int64_t rows) {
        const bool skew = symmetry_ == Symmetry::skew;
        const std::int64_t count =
            rows % 2 == 0 ? rows / 2 * (skew ? rows - 1 : rows + 1) : (skew ? rows - 1 : rows + 1) / 2 * rows;
        ElementBuffer values(memory_, count);
        read_values(count, [&](std::size_t field) { values.push(value(field)); });
        memory_.require(static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(rows) * sizeof(float) * 3 / 2,
                        "the matrix and its triangle");
        const DenseMatrix triangle = values.take(count, 1);
        DenseMatrix matrix = DenseMatrix::Zero(rows, rows);
        Eigen::Index at = 0;
        for (Eigen::Index col = 0; col < rows; ++col) {
            for (Eigen::Index row = skew ? col + 1 : col; row < rows; ++row, ++at) {
                matrix(row, col) = triangle(at, 0);
                matrix(col, row) = skew ? -triangle(at, 0) : triangle(at, 0);
            }
        }
        return matrix;
    }

    /// Calls `take(field)` for each of `count` values.
    template <class Take>
    void read_values(std::int64_t count, const Take& take) {
        std::int64_t found = 0;
        while (next_row()) {
            for (std::size_t i = 0; i < fields_.size(); ++i) {
                if (found++ == count) fail_more(count, "values");
                take(i);
            }
        }
        if (found < count) fail_count(found, count, "values");
    }

    [[noreturn]] void fail_count(std::int64_t found, std::int64_t expected, const std::string& what) const {
        rows_.fail("found the end of the file after " + std::to_string(found) + " " + what + ", expected " +
                   std::to_string(expected));
    }

    [[noreturn]] void fail_more(std::int64_t expected, const std::string& what) const {
        rows_.fail("found more " + what + " than the " + std::to_string(expected) + " that the file announces");
    }

    RowReader rows_;
    MemoryBudget memory_;
    bool offsets_;
    std::vector<std::string_view> fields_;
    bool coordinates_ = false;
    bool pattern_ = false;
    Symmetry symmetry_ = Symmetry::general;
    std::pair<std::int64_t, std::int64_t> shape_ = {};
};

}  // namespace

MatrixFile read_matrix_market(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    return MarketReader(std::move(stream), options).read();
}

}  // namespace eckart::corpora
