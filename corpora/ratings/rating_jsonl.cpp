#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/json_lines.h"
#include "corpora/ratings/rating_table.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
namespace {

class JsonlRatingReader : public RatingReader {
  public:
    JsonlRatingReader(std::unique_ptr<ByteStream> stream, const RatingColumns& columns, std::size_t most_bytes)
        : lines_(std::move(stream), most_bytes), columns_(columns) {}

    bool next(Rating& rating) override {
        if (!lines_.next(members_)) return false;
        if (!known_ || !same_names()) find_places();
        rating.user = id_in(members_[places_.user], user_digits_);
        rating.item = id_in(members_[places_.item], item_digits_);
        rating.value = places_.rating ? value_in(members_[*places_.rating]) : 1;
        const RatingTime time = places_.time ? time_in(members_[*places_.time]) : RatingTime();
        rating.time = time.whole;
        rating.time_billionths = time.billionths;
        return true;
    }
    const std::string& name() const override { return lines_.name(); }
    double fraction_done() const override { return lines_.fraction_done(); }

  private:
    using Digits = std::array<char, 24>;

    bool same_names() const {
        return std::equal(names_.begin(), names_.end(), members_.begin(), members_.end(),
                          [](const std::string& name, const JsonMember& member) { return name == member.name; });
    }

    void find_places() {
        const bool is_first = !std::exchange(known_, true);
        const RatingPlaces before = places_;
        std::vector<std::string_view> names;
        for (const JsonMember& member : members_) names.push_back(member.name);
        const RatingHeader header = rating_members(names, columns_);
        if (!header.problem.empty()) lines_.fail(header.problem);
        places_ = header.places;
        names_.assign(names.begin(), names.end());
        if (is_first) return;
        require_same("rating", before.rating.has_value(), places_.rating.has_value());
        require_same("time", before.time.has_value(), places_.time.has_value());
    }

    void require_same(const char* role, bool had, bool has) const {
        if (had == has) return;
        lines_.fail(std::string("found ") + (has ? "a " : "no ") + role + ", expected " + (had ? "one" : "none") +
                    " as in the lines before");
    }

    std::string_view id_in(const JsonMember& member, Digits& digits) const {
        if (const auto* text = std::get_if<std::string_view>(&member.value)) {
            const std::string_view id = trimmed(*text);
            if (id.empty()) fail_value(member, "an empty string", "an id");
            return id;
        }
        const auto written = [&digits](auto number) {
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
            return std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
        };
        if (const auto* number = std::get_if<std::int64_t>(&member.value)) return written(*number);
        if (const auto* number = std::get_if<std::uint64_t>(&member.value)) return written(*number);
        fail_value(member, kind_of(member.value), "a string or a whole number");
    }

    float value_in(const JsonMember& member) const {
        std::optional<float> value;
        if (const auto* text = std::get_if<std::string_view>(&member.value)) value = rating_value(*text);
        if (const auto number = number_in(member)) value = rating_value(*number);
        if (!value) fail_value(member, shown(member), number_in(member) ? "one that a float can hold" : "a number");
        return *value;
    }

    RatingTime time_in(const JsonMember& member) const {
        const auto* whole = std::get_if<std::int64_t>(&member.value);
        if (whole != nullptr && *whole != no_time) return {*whole};
        std::optional<RatingTime> time;
        if (const auto* text = std::get_if<std::string_view>(&member.value)) time = rating_time(*text);
        if (const auto number = number_in(member)) time = rating_time(*number);
        if (!time) fail_value(member, shown(member), number_in(member) ? "one of 64 bits" : "a number or a date");
        return *time;
    }

    static std::optional<double> number_in(const JsonMember& member) {
        if (const auto* whole = std::get_if<std::int64_t>(&member.value)) return static_cast<double>(*whole);
        if (const auto* whole = std::get_if<std::uint64_t>(&member.value)) return static_cast<double>(*whole);
        if (const auto* real = std::get_if<double>(&member.value)) return *real;
        return std::nullopt;
    }

    static std::string shown(const JsonMember& member) {
        const auto* text = std::get_if<std::string_view>(&member.value);
        return text != nullptr ? in_quotes(*text) : std::string(kind_of(member.value));
    }

    [[noreturn]] void fail_value(const JsonMember& member, const std::string& found, const char* expected) const {
        lines_.fail("found " + found + " in " + in_quotes(member.name) + ", expected " + expected);
    }

    JsonLineReader lines_;
    RatingColumns columns_;
    RatingPlaces places_;
    std::vector<JsonMember> members_;
    bool known_ = false;              ///< places_, since the first object
    std::vector<std::string> names_;  ///< of the members that places_ count
    Digits user_digits_ = {};
    Digits item_digits_ = {};
};

}  // namespace

std::unique_ptr<RatingReader> read_rating_jsonl(std::unique_ptr<ByteStream> stream, const RatingColumns& columns,
                                                std::size_t most_line_bytes) {
    return std::make_unique<JsonlRatingReader>(std::move(stream), columns, most_line_bytes);
}

}  // namespace eckart::corpora
