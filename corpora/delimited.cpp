#include "corpora/delimited.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/charset.h"
#include "corpora/columns.h"
#include "engine/support/error.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

/// The rows of a table, one at a time.
class RowReader {
  public:
    RowReader(std::unique_ptr<ByteStream> stream, TableForm form, std::size_t most_bytes)
        : lines_(std::move(stream), most_bytes), form_(form), most_bytes_(most_bytes) {}

    /// Puts the next row that is not blank into `fields`, valid until the next call; false at the end.
    bool next(std::vector<std::string_view>& fields) {
        std::string_view line;
        do {
            if (!lines_.next(line)) return false;
        } while (line.empty());
        line_ = lines_.line_number();
        begin_row();
        if (form_ == TableForm::tsv) {
            split_at_tabs(line);
        } else {
            split_csv(line);
        }
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
            fields.resize(ends_.size());
            fields[i] = std::string_view(bytes_).substr(begin, ends_[i] - begin);
        }
        return true;
    }

    [[noreturn]] void fail(const std::string& message) const { throw InputError(lines_.name(), line_, message); }
    double fraction_done() const { return lines_.fraction_done(); }

  private:
    void begin_row() {
        bytes_.clear();
        ends_.clear();
    }

    void end_field() { ends_.push_back(bytes_.size()); }

    void split_at_tabs(std::string_view line) {
        for (;;) {
            const std::size_t tab = line.find('\t');
            bytes_ += line.substr(0, tab);
            end_field();
            if (tab == std::string_view::npos) return;
            line.remove_prefix(tab + 1);
        }
    }

    void split_csv(std::string_view line) {
        for (;;) {
            if (line.substr(0, 1) == "\"") {
                line.remove_prefix(1);
                line = read_quoted(line);
            } else {
                const std::size_t comma = std::min(line.find(','), line.size());
                bytes_ += line.substr(0, comma);
                line.remove_prefix(comma);
            }
            end_field();
            if (line.empty()) return;
            line.remove_prefix(1);
        }
    }

    /// Reads a field from behind its opening quote, over as many lines as it takes, and returns what stands behind its
    /// closing one.
    std::string_view read_quoted(std::string_view line) {
        for (;;) {
            const std::size_t quote = line.find('"');
            bytes_ += line.substr(0, quote);
            if (bytes_.size() > most_bytes_) {
                fail("found a quote that is not closed within " + readable_bytes(most_bytes_) + ", expected its end");
            }
            if (quote == std::string_view::npos) {
                bytes_ += '\n';
                if (!lines_.next(line)) fail("found a quote that is never closed, expected its end");
                continue;
            }
            line.remove_prefix(quote + 1);
            if (line.substr(0, 1) == "\"") {
                bytes_ += '"';
                line.remove_prefix(1);
            } else if (line.empty() || line.front() == ',') {
                return line;
            } else {
                fail("found " + in_quotes(line) + " after a closing quote, expected a comma or the end of the line");
            }
        }
    }

    LineReader lines_;
    TableForm form_;
    std::size_t most_bytes_;
    std::string bytes_;              ///< of the row's fields, one behind the other
    std::vector<std::size_t> ends_;  ///< of each field in bytes_
    std::size_t line_ = 0;           ///< where the row begins
};

class DelimitedReader : public DocumentReader {
  public:
    DelimitedReader(std::unique_ptr<ByteStream> stream, TableForm form, const ColumnOptions& columns)
        : rows_(std::move(stream), form, columns.most_record_bytes), columns_(columns) {}

    bool next(Document& document) override {
        if (width_ == 0) {
            if (!rows_.next(fields_)) return false;
            width_ = fields_.size();
            if (is_header()) fields_.clear();
        } else {
            fields_.clear();
        }
        if (fields_.empty() && !rows_.next(fields_)) return false;
        if (fields_.size() > width_) {
            rows_.fail("found " + std::to_string(fields_.size()) + " columns, expected " + std::to_string(width_));
        }
        fill(document);
        count_document(report_, document);
        return true;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    bool is_header() {
        std::vector<std::string_view> names = fields_;
        for (std::string_view& name : names) name = trimmed(name);
        std::string missing;
        places_ = find_columns(names, columns_, missing);
        if (!missing.empty()) rows_.fail("found no column " + in_quotes(missing) + ", expected one in the first row");
        return places_.any();
    }

    void fill(Document& document) {
        document.id = places_.id ? utf8_field(*places_.id) : std::to_string(report_.documents + 1);
        if (document.id.empty()) rows_.fail("found a row without an id, expected one");
        document.title = places_.title ? utf8_field(*places_.title) : std::string();
        document.text.clear();
        for (const std::size_t place : places_.text) add_text(document.text, place);
        for (std::size_t i = 0; places_.text.empty() && i < fields_.size(); ++i) {
            if (places_.id != i && places_.title != i) add_text(document.text, i);
        }
    }

    void add_text(std::string& text, std::size_t place) {
        if (!text.empty()) text += '\n';
        text += utf8_field(place);
    }

    std::string utf8_field(std::size_t place) const {
        std::string field(place < fields_.size() ? fields_[place] : std::string_view());
        if (!is_valid_utf8(field)) make_utf8(field);
        return field;
    }

    RowReader rows_;
    ColumnOptions columns_;
    ColumnPlaces places_;
    ReadReport report_;
    std::vector<std::string_view> fields_;
    std::size_t width_ = 0;  ///< of the first row
};

}  // namespace

std::unique_ptr<DocumentReader> read_delimited(std::unique_ptr<ByteStream> stream, TableForm form,
                                               const ColumnOptions& columns) {
    return std::make_unique<DelimitedReader>(std::move(stream), form, columns);
}

}  // namespace eckart::corpora
