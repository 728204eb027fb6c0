#include "corpora/matrices/matrix_vectors.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "corpora/bytes/rows.h"
#include "corpora/matrices/matrix_elements.h"
#include "corpora/matrices/narrowed_elements.h"

namespace eckart::corpora {
namespace {

std::optional<std::int64_t> count_in(std::string_view word) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size() || number < 0) return std::nullopt;
    return number;
}

class VectorReader {
  public:
    VectorReader(std::unique_ptr<ByteStream> stream, const MatrixOptions& options)
        : rows_(std::move(stream), RowForm::blanks, options.most_record_bytes), options_(options) {}

    MatrixFile read() {
        MatrixFile file;
        bool more = rows_.next(fields_);
        if (more && read_header()) more = rows_.next(fields_);
        if (more && cols_ < 0) cols_ = trailing_numbers();
        NarrowedElements elements(options_.memory, std::max<std::int64_t>(cols_, 0), options_.offsets,
                                  announced_rows_ < 0 ? -1 : element_count(announced_rows_, cols_).value_or(-1));
        for (; more; more = rows_.next(fields_)) {
            file.row_ids.push_back(word());
            add_numbers(elements);
            const auto rows = static_cast<std::int64_t>(file.row_ids.size());
            if (announced_rows_ >= 0 && rows > announced_rows_) {
                rows_.fail("found more rows than the " + std::to_string(announced_rows_) +
                           " that the first line announces");
            }
        }
        const auto rows = static_cast<std::int64_t>(file.row_ids.size());
        if (announced_rows_ > rows) {
            rows_.fail("found the end of the file after " + std::to_string(rows) + " rows, expected " +
                       std::to_string(announced_rows_) + " as in the first line");
        }
        NarrowedMatrix read = elements.take();
        file.matrix = std::move(read.values);
        file.offset = std::move(read.offset);
        return file;
    }

  private:
    bool read_header() {
        if (fields_.size() != 2) return false;
        const auto rows = count_in(fields_[0]), cols = count_in(fields_[1]);
        if (!rows || !cols) return false;
        if (!element_count(*rows, *cols)) rows_.fail("found a matrix of more elements than 63 bits count");
        announced_rows_ = *rows;
        cols_ = *cols;
        return true;
    }

    /// How many numbers the first vector ends in; its word does not count, even where it is a number.
    std::int64_t trailing_numbers() const {
        std::size_t count = 0;
        while (count + 1 < fields_.size() && looks_like_number(fields_[fields_.size() - 1 - count])) ++count;
        if (count == 0) {
            rows_.fail("found " + in_quotes(fields_.back()) + " at the end of the first vector, expected a number");
        }
        return static_cast<std::int64_t>(count);
    }

    /// The words before the numbers, with the blanks between them; or, where nothing but blanks stands there, these but
    /// for the last, which ends the word.
    std::string word() const {
        const auto cols = static_cast<std::size_t>(cols_);
        if (fields_.size() == cols && cols > 0 && fields_[0].data() > rows_.line().data()) {
            return {rows_.line().data(), fields_[0].data() - 1};
        }
        if (fields_.size() < cols + 1) {
            rows_.fail("found " + std::to_string(fields_.size()) + (fields_.size() == 1 ? " word" : " words") +
                       ", expected a word and " + std::to_string(cols) + " numbers");
        }
        const char* const begin = fields_[0].data();
        const std::string_view last = fields_[fields_.size() - cols - 1];
        return {begin, last.data() + last.size()};
    }

    void add_numbers(NarrowedElements& elements) {
        const std::size_t first = fields_.size() - static_cast<std::size_t>(cols_);
        values_.clear();
        for (std::size_t i = first; i < fields_.size(); ++i) {
            const auto value =
                options_.offsets ? matrix_number(fields_[i]) : std::optional<double>(matrix_value(fields_[i]));
            if (!value) {
                rows_.fail("found " + in_quotes(fields_[i]) + " as number " + std::to_string(i - first + 1) +
                           ", expected a finite number within float32");
            }
            values_.push_back(*value);
        }
        elements.add(values_);
    }

    RowReader rows_;
    const MatrixOptions& options_;
    std::vector<double> values_;  ///< of a row
    std::vector<std::string_view> fields_;
    std::int64_t announced_rows_ = -1;
    std::int64_t cols_ = -1;
};

}  // namespace

MatrixFile read_word_vectors(std::unique_ptr<ByteStream> stream, const MatrixOptions& options) {
    return VectorReader(std::move(stream), options).read();
}

}  // namespace eckart::corpora
