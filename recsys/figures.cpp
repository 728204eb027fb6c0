#include "recsys/figures.h"

#include <algorithm>
#include <charconv>

namespace eckart::recsys {

RatingScale scale_of(const CsrView& ratings) {
    const auto [low, high] = std::minmax_element(ratings.values.begin(), ratings.values.end());
    return {*low, *high};
}

std::string shortest(double number) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

}  // namespace eckart::recsys
