#include "corpora/ratings/rating_table.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
namespace {

class TableReader : public RatingReader {
  public:
    TableReader(std::unique_ptr<ByteStream> stream, RowForm form, const RatingColumns& columns, std::size_t most_bytes)
        : rows_(std::move(stream), form, most_bytes), form_(form), columns_(columns) {}

    bool next(Rating& rating) override {
        if (!rows_.next(fields_)) return false;
        if (width_ == 0 && read_first_row() && !rows_.next(fields_)) return false;
        if (fields_.size() != width_) fail_width();
        rating.user = id_at(places_.user, "user");
        rating.item = id_at(places_.item, "item");
        rows_.require_unmarked(fields_[0]);
        rating.value = places_.rating ? value_at(*places_.rating) : 1;
        const RatingTime time = places_.time ? time_at(*places_.time) : RatingTime();
        rating.time = time.whole;
        rating.time_billionths = time.billionths;
        return true;
    }
    const std::string& name() const override { return rows_.name(); }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    /// Whether it is a header.
    bool read_first_row() {
        width_ = fields_.size();
        first_line_ = rows_.line_number();
        const RatingHeader header = rating_header(fields_, columns_);
        if (!header.problem.empty()) rows_.fail(header.problem);
        places_ = header.places;
        return header.is_header;
    }

    std::string_view id_at(std::size_t place, const char* role) const {
        const std::string_view id = trimmed(fields_[place]);
        if (id.empty()) rows_.fail(std::string("found an empty ") + role + ", expected an id");
        return id;
    }

    float value_at(std::size_t place) const {
        const auto value = rating_value(fields_[place]);
        if (!value) fail_field("rating", fields_[place], "a number");
        return *value;
    }

    RatingTime time_at(std::size_t place) const {
        const auto time = rating_time(fields_[place]);
        if (!time && trimmed(fields_[place]).empty()) return {};
        if (!time) fail_field("time", fields_[place], "a number or a date");
        return *time;
    }

    [[noreturn]] void fail_field(const char* role, std::string_view field, const char* expected) const {
        const bool may_be_header = rows_.line_number() == first_line_;
        rows_.fail(std::string("found the ") + role + " " + in_quotes(field) + ", expected " + expected +
                   (may_be_header ? "; if this is a header, name the columns" : ""));
    }

    [[noreturn]] void fail_width() const {
        rows_.fail("found " + std::to_string(fields_.size()) + (fields_.size() == 1 ? " column" : " columns") +
                   ", expected " + std::to_string(width_) + " as in the first row" +
                   (form_ == RowForm::blanks ? "; a user's list of items a line is the format lists" : ""));
    }

    RowReader rows_;
    RowForm form_;
    RatingColumns columns_;
    RatingPlaces places_;
    std::vector<std::string_view> fields_;
    std::size_t width_ = 0;       ///< of the first row
    std::size_t first_line_ = 0;  ///< where it stands
};

}  // namespace

std::unique_ptr<RatingReader> read_rating_table(std::unique_ptr<ByteStream> stream, RowForm form,
                                                const RatingColumns& columns, std::size_t most_row_bytes) {
    return std::make_unique<TableReader>(std::move(stream), form, columns, most_row_bytes);
}

}  // namespace eckart::corpora
