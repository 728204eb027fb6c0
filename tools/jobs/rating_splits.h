#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "recsys/evaluation/protocols.h"
#include "tools/cli/arguments/protocol_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"

namespace eckart::tools {

/// The ways in which a protocol parts ratings, each made when it is its turn.
struct Splits {
    std::int64_t count = 0;
    std::function<recsys::Split(std::int64_t)> make;
};

/// Reads the ratings and parts them. Throws UsageError where arguments do not go together, InputError where a test
/// rating is in training too.
Splits splits_of(const ProtocolArguments& given, const RatingsArguments& ratings, Session& session);

/// The first of the splits that `evaluate` makes of these ratings with this seed, for protocols without files.
recsys::Split training_split(const ProtocolArguments& given, const CsrView& matrix, std::span<const std::int64_t> times,
                             std::uint64_t seed);

/// Parts what a protocol trains on once more, by the same protocol: the test of the result is for choosing options. The
/// people of `strong` are those that it holds out for validation, so that `whole` is the ratings that were parted.
recsys::Split validation_split(const ProtocolArguments& given, const CsrView& matrix,
                               std::span<const std::int64_t> times, std::uint64_t seed);

}  // namespace eckart::tools
