#include "corpora/ratings/netflix.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/rows.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
namespace {

class NetflixReader : public RatingReader {
  public:
    NetflixReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : rows_(std::move(stream), RowForm::commas, most_bytes) {}

    bool next(Rating& rating) override {
        do {
            if (!rows_.next(fields_)) return false;
        } while (begins_item());
        read_rating(rating);
        return true;
    }
    const std::string& name() const override { return rows_.name(); }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    bool begins_item() {
        if (fields_.size() != 1) return false;
        fields_[0] = trimmed(fields_[0]);
        if (!fields_[0].ends_with(':')) return false;
        fields_[0] = trimmed(fields_[0].substr(0, fields_[0].size() - 1));
        if (fields_[0].empty()) rows_.fail("found an empty item, expected an id before the colon");
        rows_.require_unmarked(fields_[0]);
        item_ = fields_[0];
        return true;
    }

    void read_rating(Rating& rating) const {
        if (item_.empty()) rows_.fail("found " + in_quotes(fields_[0]) + ", expected an item and a colon first");
        if (fields_.size() != 2 && fields_.size() != 3) {
            rows_.fail("found " + std::to_string(fields_.size()) + (fields_.size() == 1 ? " column" : " columns") +
                       ", expected user, rating and date");
        }
        const std::string_view user = trimmed(fields_[0]);
        if (user.empty()) rows_.fail("found an empty user, expected an id");
        const auto value = rating_value(fields_[1]);
        if (!value) rows_.fail("found the rating " + in_quotes(fields_[1]) + ", expected a number");
        const auto time = fields_.size() == 3 ? rating_time(fields_[2]) : RatingTime();
        if (!time) rows_.fail("found the date " + in_quotes(fields_[2]) + ", expected one like 2005-09-06");
        rating = {user, item_, *value, time->whole, time->billionths};
    }

    RowReader rows_;
    std::vector<std::string_view> fields_;
    std::string item_;
};

}  // namespace

std::unique_ptr<RatingReader> read_netflix(std::unique_ptr<ByteStream> stream, std::size_t most_line_bytes) {
    return std::make_unique<NetflixReader>(std::move(stream), most_line_bytes);
}

}  // namespace eckart::corpora
