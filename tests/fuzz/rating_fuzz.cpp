#include <cmath>
#include <string>

#include "corpora/ratings/open_ratings.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

namespace {

/// The first byte says which format and which columns are asked for.
RatingOptions options_of(std::uint8_t choice) {
    RatingOptions options;
    options.most_record_bytes = 1 << 16;
    const auto& formats = rating_formats();
    const std::size_t format = choice % (formats.size() + 1);
    if (format > 0) options.format = formats[format - 1];
    const bool has_columns = options.format != "auto" && options.format != "libsvm" && options.format != "lists" &&
                             options.format != "netflix";
    if (has_columns && choice >= 128) options.columns = parse_rating_columns("user=2,item=who,rating=none");
    if (has_columns && choice >= 192) options.columns = parse_rating_columns("user=3,item=1,rating=2,time=4");
    return options;
}

void check_ratings(std::string_view bytes, const RatingOptions& options) {
    const auto reader = read_ratings(memory_byte_stream(bytes, "fuzz"), options);
    std::int64_t ratings = 0;
    for (Rating rating; reader->next(rating); ++ratings) {
        require(!rating.user.empty() && !rating.item.empty());
        require(std::isfinite(rating.value));
    }
    require(ratings > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    try {
        check_ratings(bytes_of(data + 1, size - 1), options_of(data[0]));
    } catch (const eckart::InputError&) {
    }
    try {
        static_cast<void>(parse_rating_columns(bytes_of(data, size)));
    } catch (const eckart::UsageError&) {
    }
    return 0;
}
