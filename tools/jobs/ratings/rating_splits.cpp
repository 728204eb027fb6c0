#include "tools/jobs/ratings/rating_splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "corpora/ratings/candidate_lists.h"
#include "engine/support/error.h"
#include "engine/support/nearest_name.h"

namespace eckart::jobs {
namespace {

using recsys::AlignedRatings;
using recsys::Ratings;
using recsys::Split;

/// Liang et al. hold out more people the larger the data; 500 are what their protocol takes on MovieLens 1M elsewhere.
constexpr std::int64_t most_people = 500;
constexpr std::int64_t usual_folds = 5;

recsys::StrongOptions strong_options(const ProtocolOptions& given, const CsrView& likes, std::uint64_t seed,
                                     recsys::HeldOut part) {
    recsys::StrongOptions options;
    options.held_out = given.people.value_or(std::clamp<std::int64_t>(likes.rows / 10, 1, most_people));
    options.part = part;
    options.seed = seed;
    return options;
}

/// Splits ratings by a protocol that needs nothing but them.
Split split_of(const ProtocolOptions& given, const CsrView& matrix, std::span<const std::int64_t> times,
               std::int64_t fold, std::uint64_t seed) {
    const std::string protocol = protocol_of(given);
    if (protocol == "ncf") throw UsageError("protocol ncf takes files of its parts: train, test and negatives");
    if (protocol == "folds") return recsys::random_fold(matrix, given.folds.value_or(usual_folds), fold, seed);
    if (protocol == "time") return recsys::time_split(matrix, times, given.holdout);
    if (protocol == "leave-one-out") return recsys::leave_one_out(matrix, times, seed);
    if (protocol == "strong") {
        return recsys::strong_generalization(matrix, strong_options(given, matrix, seed, recsys::HeldOut::test));
    }
    return recsys::random_holdout(matrix, given.holdout, seed);
}

void draw_candidates(const ProtocolOptions& given, Split& split, std::uint64_t seed) {
    if (given.candidates) split.candidates = recsys::drawn_candidates(split, *given.candidates, seed);
}

/// Splits of one set of ratings; `repeat` seeds, each with all its folds.
Splits drawn_splits(const ProtocolOptions& given, const RatingsSource& source, std::optional<float> positive,
                    const Work& work) {
    auto ratings = std::make_shared<Ratings>(read_ratings(source, work));
    const std::string protocol = protocol_of(given);
    if (protocol == "time" && given.repeat > 1) throw UsageError("repeat: a split by time is always the same");
    if (protocol == "strong" && positive) ratings->user_item = recsys::entries_from(ratings->user_item, *positive);
    const std::int64_t folds = protocol == "folds" ? given.folds.value_or(usual_folds) : 1;
    const auto make = [=, seeds_from = work.seed](std::int64_t number) {
        const std::uint64_t seed = seeds_from + static_cast<std::uint64_t>(number / folds);
        Split split = split_of(given, ratings->user_item, ratings->moments(), number % folds, seed);
        draw_candidates(given, split, seed);
        return split;
    };
    return {given.repeat * folds, make};
}

/// Candidates as ratings, with the items held out among them. One that comes twice counts once.
Ratings read_candidates(const std::string& path) {
    recsys::RatingsBuilder builder;
    corpora::read_candidate_lists(path, [&](const corpora::CandidateList& list) {
        if (!list.held_out.empty()) builder.add(list.user, list.held_out, 1);
        for (const std::string_view item : list.candidates) builder.add(list.user, item, 1);
    });
    return builder.finish();
}

/// Split number `number` of those that are in files already, which are read as `how` says.
Split given_split(const ProtocolOptions& given, RatingsSource how, std::size_t number, const Work& work) {
    std::vector<Ratings> sets;
    const auto read = [&](const std::string& file) {
        how.sources = {file};
        sets.push_back(read_ratings(how, work));
    };
    read(given.train[number]);
    read(given.test[number]);
    if (!given.fold_in.empty()) read(given.fold_in[number]);
    if (!given.negatives.empty()) sets.push_back(read_candidates(given.negatives));
    AlignedRatings aligned = recsys::align(sets);

    Split split;
    recsys::refuse_leakage(aligned.parts[0], aligned.parts[1], aligned.users, aligned.items);
    if (!given.negatives.empty()) {
        recsys::require_candidates(aligned.parts.back(), aligned.parts[1], aligned.users, aligned.items);
        split.candidates = std::move(aligned.parts.back());
    }
    split.test = std::move(aligned.parts[1]);
    split.train = std::move(aligned.parts[0]);
    if (!given.fold_in.empty()) {
        recsys::refuse_leakage(aligned.parts[2], split.test, aligned.users, aligned.items);
        split.fold_in = std::move(aligned.parts[2]);
        split.train = recsys::nonempty_rows(split.train);
    }
    return split;
}

/// Throws UsageError where files are missing or too many.
void check_files(const ProtocolOptions& given, const RatingsSource& source) {
    if (!source.sources.empty()) throw UsageError("expected either ratings to split, or files of train and test");
    if (given.train.size() != given.test.size()) {
        throw UsageError(
            fmt::format("found {} train and {} test, expected as many of each", given.train.size(), given.test.size()));
    }
    const std::string protocol = protocol_of(given);
    if (given.repeat > 1) throw UsageError("repeat: the parts are given, so that there is nothing to draw");
    if ((protocol == "strong") != !given.fold_in.empty() ||
        (!given.fold_in.empty() && given.fold_in.size() != given.train.size())) {
        throw UsageError("protocol strong takes a fold-in for each train and test, and no other takes one");
    }
    if ((protocol == "ncf") != !given.negatives.empty() || (protocol == "ncf" && given.train.size() > 1)) {
        throw UsageError("protocol ncf takes one train, one test and negatives, and no other takes negatives");
    }
}

}  // namespace

const std::vector<std::string>& protocol_names() {
    static const std::vector<std::string> names = {"random", "folds", "leave-one-out", "ncf",
                                                   "strong", "lists", "time"};
    return names;
}

std::string protocol_of(const ProtocolOptions& options) {
    const bool folds = options.folds || !options.train.empty() || !options.test.empty();
    if (options.protocol.empty()) return folds ? "folds" : "random";
    const auto& names = protocol_names();
    const bool known = std::find(names.begin(), names.end(), options.protocol) != names.end();
    if (known && options.folds && options.protocol != "folds") {
        throw UsageError("folds: a number of folds goes with the protocol folds, not with " + options.protocol);
    }
    if (known) return options.protocol;
    throw UsageError("protocol: found \"" + options.protocol +
                     "\", expected random, folds, leave-one-out, ncf, strong, lists or time" +
                     did_you_mean(options.protocol, names));
}

Splits splits_of(const ProtocolOptions& given, const RatingsSource& source, std::optional<float> positive,
                 const Work& work) {
    if (given.train.empty() && given.test.empty()) {
        if (source.sources.empty()) throw UsageError("found no ratings, expected some, or files of train and test");
        if (!given.fold_in.empty() || !given.negatives.empty()) {
            throw UsageError("fold-in and negatives go with train and test");
        }
        return drawn_splits(given, source, positive, work);
    }
    check_files(given, source);
    const auto make = [given, source, work](std::int64_t number) {
        Split split = given_split(given, source, static_cast<std::size_t>(number), work);
        draw_candidates(given, split, work.seed);
        return split;
    };
    return {static_cast<std::int64_t>(given.train.size()), make};
}

recsys::Split training_split(const ProtocolOptions& given, const CsrView& matrix, std::span<const std::int64_t> times,
                             std::uint64_t seed) {
    return split_of(given, matrix, times, 0, seed);
}

recsys::Split validation_split(const ProtocolOptions& given, const CsrView& matrix, std::span<const std::int64_t> times,
                               std::uint64_t seed) {
    Split split =
        protocol_of(given) == "strong"
            ? recsys::strong_generalization(matrix, strong_options(given, matrix, seed, recsys::HeldOut::validation))
            : split_of(given, matrix, times, 0, seed);
    draw_candidates(given, split, seed);
    return split;
}

}  // namespace eckart::jobs
