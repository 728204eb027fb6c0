#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::corpora {

/// The time of a rating whose file has none.
inline constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();

/// One rating as a reader hands it out. Borrows the reader's memory until its next call.
struct Rating {
    std::string_view user;
    std::string_view item;
    float value = 1;                    ///< finite; 1 where the format has no ratings but only who had what
    std::int64_t time = no_time;        ///< seconds since 1970, or whatever rises with time in that file; rounded down
    std::uint32_t time_billionths = 0;  ///< what was rounded off, in billionths of the time's unit; below 10^9
};

/// Hands out the ratings of one source one at a time.
class RatingReader {
  public:
    virtual ~RatingReader() = default;

    /// Puts the next rating into `rating`; false at the end. Throws InputError "path:line: found, expected".
    virtual bool next(Rating& rating) = 0;

    /// What error messages call the source.
    virtual const std::string& name() const = 0;

    /// How far the reader is, in [0, 1], or a negative number if it cannot tell.
    virtual double fraction_done() const { return -1; }
};

/// What a file of items says about one.
struct ItemDescription {
    std::string id;
    std::string title;  ///< in UTF-8, "Heat (1995)"; may be empty
    std::optional<int> year = {};
    std::vector<std::string> categories = {};
};

}  // namespace eckart::corpora
