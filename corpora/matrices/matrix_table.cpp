#include "corpora/matrices/matrix_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "corpora/matrices/matrix_elements.h"
#include "corpora/matrices/narrowed_elements.h"

namespace eckart::corpora {
namespace {

using Fields = std::vector<std::string_view>;

bool is_id_name(std::string_view field) {
    const std::string name = lower_ascii(trimmed(field));
    return name.empty() || name == "id" || name == "_id";
}

bool looks_like_header(const Fields& row) {
    const auto is_word = [](std::string_view field) { return !trimmed(field).empty() && !looks_like_number(field); };
    if (row.size() == 1) return is_word(row[0]);
    return is_id_name(row[0]) || std::any_of(row.begin() + 1, row.end(), is_word);
}

std::string columns_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column" : " columns");
}

class TableReader {
  public:
    TableReader(std::unique_ptr<ByteStream> stream, RowForm form, const MatrixOptions& options)
        : rows_(std::move(stream), form, options.most_record_bytes), options_(options) {}

    MatrixFile read() {
        MatrixFile file;
        read_head();
        for (bool more = !fields_.empty(); more; more = rows_.next(fields_)) add_row(file);
        if (ids_ && !header_.empty() && header_.size() == width_) header_.erase(header_.begin());
        file.column_ids = std::move(header_);
        const auto cols = static_cast<std::int64_t>(width_) - (ids_ ? 1 : 0);
        NarrowedMatrix read = elements_ ? elements_->take() : NarrowedMatrix{DenseMatrix(0, cols), {}};
        file.matrix = std::move(read.values);
        file.offset = std::move(read.offset);
        return file;
    }

  private:
    /// Reads the header, if there is one, and the first row below it.
    void read_head() {
        if (!rows_.next(fields_)) return;
        const bool is_header = options_.header.value_or(looks_like_header(fields_));
        bool names_ids = false;
        if (is_header) {
            names_ids = fields_.size() > 1 && is_id_name(fields_[0]);
            for (const std::string_view field : fields_) header_.emplace_back(trimmed(field));
            if (!rows_.next(fields_)) fields_.clear();
        }
        width_ = fields_.empty() ? header_.size() : fields_.size();
        const bool short_header = is_header && header_.size() + 1 == width_;
        const bool first_is_word = width_ > 1 && !fields_.empty() && !looks_like_number(fields_[0]);
        ids_ = options_.ids.value_or(names_ids || short_header || first_is_word);
        if (is_header && header_.size() != width_ && !(short_header && ids_)) {
            rows_.fail("found " + columns_text(width_) + ", expected " + std::to_string(header_.size()) +
                       " as in the header");
        }
    }

    void add_row(MatrixFile& file) {
        if (fields_.size() != width_) {
            rows_.fail("found " + columns_text(fields_.size()) + ", expected " + std::to_string(width_) +
                       " as in the rows before");
        }
        std::size_t place = 0;
        if (ids_) file.row_ids.emplace_back(trimmed(fields_[place++]));
        values_.clear();
        for (; place < width_; ++place) values_.push_back(value_at(place));
        if (!elements_) elements_.emplace(options_.memory, std::ssize(values_), options_.offsets);
        elements_->add(values_);
    }

    double value_at(std::size_t place) const {
        const auto value =
            options_.offsets ? matrix_number(fields_[place]) : std::optional<double>(matrix_value(fields_[place]));
        if (value) return *value;
        rows_.fail("found " + in_quotes(fields_[place]) + " in column " + std::to_string(place + 1) +
                   ", expected a finite number within float32");
    }

    RowReader rows_;
    const MatrixOptions& options_;
    std::optional<NarrowedElements> elements_;  ///< once there is a row
    std::vector<double> values_;                ///< of a row
    Fields fields_;
    std::vector<std::string> header_;  ///< names of the columns as they stand; empty without a header
    std::size_t width_ = 0;            ///< fields of a row, its id included
    bool ids_ = false;                 ///< whether a row's first field is its id
};

}  // namespace

MatrixFile read_matrix_table(std::unique_ptr<ByteStream> stream, RowForm form, const MatrixOptions& options) {
    return TableReader(std::move(stream), form, options).read();
}

}  // namespace eckart::corpora
