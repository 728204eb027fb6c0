#include "text/terms/vocabulary.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "engine/support/error.h"

namespace eckart::text {
namespace {

bool offsets_fit(std::span<const std::uint8_t> bytes, std::span<const std::int64_t> offsets) {
    if (offsets.empty()) return bytes.empty();
    return offsets.front() == 0 && offsets.back() == static_cast<std::int64_t>(bytes.size()) &&
           offsets.size() - 1 <= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) &&
           std::adjacent_find(offsets.begin(), offsets.end(), std::greater_equal<>()) == offsets.end();
}

}  // namespace

Vocabulary Vocabulary::owning(std::vector<std::uint8_t> bytes, std::vector<std::int64_t> offsets) {
    if (!offsets_fit(bytes, offsets)) throw UsageError("offsets of a vocabulary that do not rise from 0 to its bytes");
    const auto arrays = std::make_shared<const Arrays>(Arrays{std::move(bytes), std::move(offsets)});
    Vocabulary vocabulary;
    vocabulary.owned_ = arrays;
    vocabulary.bytes_ = arrays->bytes;
    vocabulary.offsets_ = arrays->offsets;
    for (std::int32_t i = 1; i < vocabulary.size(); ++i)
        if (vocabulary.term(i - 1) >= vocabulary.term(i))
            throw UsageError("term " + std::to_string(i) + " of a vocabulary is not above the one before it");
    return vocabulary;
}

Vocabulary Vocabulary::viewing(std::span<const std::uint8_t> bytes, std::span<const std::int64_t> offsets) {
    if (!offsets_fit(bytes, offsets)) throw DamagedError("the vocabulary's offsets do not rise from 0 to its bytes");
    Vocabulary vocabulary;
    vocabulary.bytes_ = bytes;
    vocabulary.offsets_ = offsets;
    return vocabulary;
}

std::optional<std::int32_t> Vocabulary::find(std::string_view wanted) const {
    std::int32_t low = 0, high = size();  // the answer, if any, is in [low, high)
    while (low < high) {
        const std::int32_t middle = low + (high - low) / 2;
        const int order = term(middle).compare(wanted);
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return std::nullopt;
}

}  // namespace eckart::text
