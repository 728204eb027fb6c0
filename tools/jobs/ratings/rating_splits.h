#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recsys/evaluation/protocols.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::jobs {

/// How ratings are split in what models learn from and what they are measured on. Each protocol takes the options that
/// name it.
struct ProtocolOptions {
    /// random, folds, leave-one-out, ncf, strong, lists or time; empty: folds where their number or files of both parts
    /// are given, otherwise random.
    std::string protocol = {};
    double holdout = 0.1;                         ///< share of the ratings to hold out: random, lists, time
    std::optional<std::int64_t> folds = {};       ///< parts of the ratings, each the test once: folds; nothing: 5
    std::int64_t repeat = 1;                      ///< times to draw, with seeds from the job's up
    std::optional<std::int64_t> people = {};      ///< to hold out: strong; nothing: a tenth, at most 500
    std::optional<std::int64_t> candidates = {};  ///< drawn for each person, to rank the held-out among; nothing: all
    std::vector<std::string> train = {}, fold_in = {}, test = {};  ///< files of the parts, one a split
    std::string negatives = {};                                    ///< a file of candidates: ncf

    bool operator==(const ProtocolOptions&) const = default;
};

/// The names of all protocols.
[[nodiscard]] const std::vector<std::string>& protocol_names();

/// The protocol that the options mean. Throws UsageError, naming those that there are, if there is none of that name.
[[nodiscard]] std::string protocol_of(const ProtocolOptions& options);

/// The ways in which a protocol splits ratings, each made when it is its turn.
struct Splits {
    std::int64_t count = 0;
    std::function<recsys::Split(std::int64_t)> make;
};

/// Reads the ratings and splits them; `positive` is what counts as a like, for strong. `work` is kept. Throws
/// UsageError where options do not go together, InputError where a test rating is in training too.
[[nodiscard]] Splits splits_of(const ProtocolOptions& options, const RatingsSource& source,
                               std::optional<float> positive, const Work& work);

/// The first of the splits that `evaluate_ratings` makes of these ratings with this seed, for protocols without files.
[[nodiscard]] recsys::Split training_split(const ProtocolOptions& options, const CsrView& matrix,
                                           std::span<const std::int64_t> times, std::uint64_t seed);

/// Splits what a protocol trains on once more, by the same protocol: the test of the result is for choosing options.
/// For `strong`, `matrix` is all ratings, and the people measured are those that it holds out for validation.
[[nodiscard]] recsys::Split validation_split(const ProtocolOptions& options, const CsrView& matrix,
                                             std::span<const std::int64_t> times, std::uint64_t seed);

}  // namespace eckart::jobs
