#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "recsys/protocols.h"
#include "tools/cli/ratings_arguments.h"

namespace eckart::tools {

/// What `evaluate` and `tune` take to say how ratings are parted.
struct ProtocolArguments {
    std::string protocol;  ///< empty: folds where files of both parts are given, otherwise random
    double holdout = 0.1;
    std::int64_t folds = 5;
    std::int64_t repeat = 1;
    std::optional<std::int64_t> people;
    std::optional<std::int64_t> candidates;
    std::vector<std::string> train, fold_in, test;
    std::string negatives;
};

/// Declares --protocol and what its protocols take. Files of parts are declared if `with_files`.
void declare_protocol_arguments(Arguments& arguments, ProtocolArguments& given, bool with_files);

/// What the protocols are, for people.
std::string protocol_descriptions();

/// The ways in which a protocol parts ratings, each made when it is its turn.
struct Splits {
    std::int64_t count = 0;
    std::function<recsys::Split(std::int64_t)> make;
};

/// The protocol that the arguments mean.
std::string protocol_of(const ProtocolArguments& given);

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
