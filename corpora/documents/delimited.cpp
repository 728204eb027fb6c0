#include "corpora/documents/delimited.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/charset.h"
#include "corpora/bytes/rows.h"
#include "corpora/documents/columns.h"
#include "corpora/documents/document_date.h"

namespace eckart::corpora {
namespace {

class DelimitedReader : public DocumentReader {
  public:
    DelimitedReader(std::unique_ptr<ByteStream> stream, TableForm form, const ColumnOptions& columns)
        : rows_(std::move(stream), form == TableForm::tsv ? RowForm::tabs : RowForm::commas, columns.most_record_bytes),
          path_(absolute_path(rows_.name())),
          type_(form == TableForm::tsv ? "tsv" : "csv"),
          columns_(columns) {}

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
        places_ = find_columns(names, columns_, true, missing);
        if (!missing.empty()) rows_.fail("found no column " + in_quotes(missing) + ", expected one in the first row");
        return places_.by_name;
    }

    void fill(Document& document) {
        document.id = std::to_string(report_.documents + 1);
        if (places_.id) document.id = trimmed(utf8_field(*places_.id));
        if (document.id.empty()) rows_.fail("found a row without an id, expected one");
        document.title = places_.title ? utf8_field(*places_.title) : std::string();
        document.text.clear();
        for (const std::size_t place : places_.text) add_text(document.text, place);
        for (std::size_t i = 0; places_.text.empty() && i < fields_.size(); ++i) {
            if (places_.id != i && places_.title != i) add_text(document.text, i);
        }
        clear_fields(document);
        document.path = path_;
        document.type = type_;
        if (places_.date) document.date = document_date(utf8_field(*places_.date));
        if (places_.sender) document.sender = trimmed(utf8_field(*places_.sender));
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
    std::string path_;
    const char* type_;
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
