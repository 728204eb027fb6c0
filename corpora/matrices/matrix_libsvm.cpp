#include "corpora/matrices/matrix_libsvm.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/rows.h"
#include "corpora/matrices/matrix_elements.h"

namespace eckart::corpora {
namespace {

class LibsvmReader {
  public:
    LibsvmReader(std::unique_ptr<ByteStream> stream, const MatrixOptions& options)
        : rows_(std::move(stream), RowForm::blanks, options.most_record_bytes), memory_(options.memory) {}

    MatrixFile read() {
        MatrixFile file;
        CsrMatrix matrix;
        while (rows_.next(fields_)) {
            drop_comment();
            if (fields_.empty()) continue;
            read_label(file.labels, matrix.rows);
            read_entries();
            append_row(matrix);
        }
        number_columns(matrix);
        file.matrix = std::move(matrix);
        return file;
    }

  private:
    struct Place {
        std::int32_t column;
        float value;
    };

    void drop_comment() {
        const auto is_comment = [](std::string_view word) { return word.front() == '#'; };
        fields_.erase(std::find_if(fields_.begin(), fields_.end(), is_comment), fields_.end());
    }

    /// Labels are there once a line has one; those of lines without are empty.
    void read_label(std::vector<std::string>& labels, std::int64_t rows) {
        const bool has_label = fields_[0].find(':') == std::string_view::npos;
        if (has_label) labels.resize(rows);
        if (has_label || !labels.empty()) labels.emplace_back(has_label ? fields_[0] : std::string_view());
        first_entry_ = has_label ? 1 : 0;
    }

    void read_entries() {
        row_.clear();
        for (std::size_t i = first_entry_; i < fields_.size(); ++i) {
            if (!fields_[i].starts_with("qid:")) row_.push_back(entry(fields_[i]));
        }
        const auto before = [](const Place& a, const Place& b) { return a.column < b.column; };
        if (!std::is_sorted(row_.begin(), row_.end(), before)) std::sort(row_.begin(), row_.end(), before);
        const auto same = [](const Place& a, const Place& b) { return a.column == b.column; };
        const auto twice = std::adjacent_find(row_.begin(), row_.end(), same);
        if (twice != row_.end()) {
            rows_.fail("found the column " + std::to_string(twice->column) + " twice, expected it once in a line");
        }
    }

    Place entry(std::string_view word) const {
        constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max() - 1;
        const std::string_view number = word.substr(0, word.find(':'));
        std::int32_t column = -1;
        const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), column);
        const bool is_column = error == std::errc() && end == number.data() + number.size() && column >= 0;
        const auto value = matrix_value(word.substr(std::min(number.size() + 1, word.size())));
        if (!is_column || column > most || !value) {
            rows_.fail("found the entry " + in_quotes(word) +
                       ", expected a column up to 2147483646, a colon and a finite number within float32");
        }
        return {column, *value};
    }

    void append_row(CsrMatrix& matrix) {
        for (const Place& place : row_) {
            matrix.column_indices.push_back(place.column);
            matrix.values.push_back(place.value);
        }
        matrix.row_offsets.push_back(matrix.nonzeros());
        ++matrix.rows;
        memory_.require(matrix.values.size() * (sizeof(float) + sizeof(std::int32_t)) +
                            matrix.row_offsets.size() * sizeof(std::int64_t),
                        "the matrix");
    }

    static void number_columns(CsrMatrix& matrix) {
        if (matrix.column_indices.empty()) return;
        const auto [least, largest] = std::minmax_element(matrix.column_indices.begin(), matrix.column_indices.end());
        const std::int32_t first = *least == 0 ? 0 : 1;
        matrix.cols = *largest - first + 1;
        for (std::int32_t& column : matrix.column_indices) column -= first;
    }

    RowReader rows_;
    MemoryBudget memory_;
    std::vector<std::string_view> fields_;
    std::size_t first_entry_ = 0;  ///< of fields_
    std::vector<Place> row_;
};

}  // namespace

MatrixFile read_matrix_libsvm(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    return LibsvmReader(std::move(stream), options).read();
}

}  // namespace eckart::corpora
