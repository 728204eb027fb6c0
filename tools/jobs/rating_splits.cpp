#include "tools/jobs/rating_splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "corpora/ratings/candidate_lists.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

using recsys::AlignedRatings;
using recsys::Ratings;
using recsys::Split;

/// Liang et al. hold out more people the larger the data; 500 are what their protocol takes on MovieLens 1M elsewhere.
constexpr std::int64_t most_people = 500;

recsys::StrongOptions strong_options(const ProtocolArguments& given, const CsrView& likes, std::uint64_t seed,
                                     recsys::HeldOut part) {
    recsys::StrongOptions options;
    options.held_out = given.people.value_or(std::clamp<std::int64_t>(likes.rows / 10, 1, most_people));
    options.part = part;
    options.seed = seed;
    return options;
}

/// Parts ratings by a protocol that needs nothing but them.
Split split_of(const ProtocolArguments& given, const CsrView& matrix, std::span<const std::int64_t> times,
               std::int64_t fold, std::uint64_t seed) {
    const std::string protocol = protocol_of(given);
    if (protocol == "ncf") throw UsageError("--protocol ncf takes --train, --test and --negatives");
    if (protocol == "folds") return recsys::random_fold(matrix, given.folds, fold, seed);
    if (protocol == "time") return recsys::time_split(matrix, times, given.holdout);
    if (protocol == "leave-one-out") return recsys::leave_one_out(matrix, times, seed);
    if (protocol == "strong") {
        return recsys::strong_generalization(matrix, strong_options(given, matrix, seed, recsys::HeldOut::test));
    }
    return recsys::random_holdout(matrix, given.holdout, seed);
}

void draw_candidates(const ProtocolArguments& given, Split& split, std::uint64_t seed) {
    if (given.candidates) split.candidates = recsys::drawn_candidates(split, *given.candidates, seed);
}

/// Splits of one set of ratings; `repeat` seeds, each with all its folds.
Splits drawn_splits(const ProtocolArguments& given, const RatingsArguments& how, Session& session) {
    auto ratings = std::make_shared<Ratings>(read_ratings(how, session));
    const std::string protocol = protocol_of(given);
    if (protocol == "time" && given.repeat > 1) throw UsageError("--repeat: a split by time is always the same");
    if (protocol == "strong") ratings->user_item = recsys::entries_from(ratings->user_item, how.least_like());
    const std::int64_t folds = protocol == "folds" ? given.folds : 1;
    const auto first_seed = static_cast<std::uint64_t>(session.common.seed);
    const auto make = [=](std::int64_t number) {
        const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(number / folds);
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

/// The parts that files hold already, by number.
Split given_split(const ProtocolArguments& given, const RatingsArguments& how, std::size_t number, Session& session) {
    std::vector<Ratings> sets;
    sets.push_back(read_ratings({given.train[number]}, how, session));
    sets.push_back(read_ratings({given.test[number]}, how, session));
    if (!given.fold_in.empty()) sets.push_back(read_ratings({given.fold_in[number]}, how, session));
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
void check_files(const ProtocolArguments& given, const RatingsArguments& how) {
    if (!how.sources.empty()) throw UsageError("evaluate takes either RATINGS, or --train and --test");
    if (given.train.size() != given.test.size()) {
        throw UsageError(fmt::format("found {} --train and {} --test, expected as many of each", given.train.size(),
                                     given.test.size()));
    }
    const std::string protocol = protocol_of(given);
    if (given.repeat > 1) throw UsageError("--repeat: the parts are given, so that there is nothing to draw");
    if ((protocol == "strong") != !given.fold_in.empty() ||
        (!given.fold_in.empty() && given.fold_in.size() != given.train.size())) {
        throw UsageError("--protocol strong takes a --fold-in for each --train and --test, and no other does");
    }
    if ((protocol == "ncf") != !given.negatives.empty() || (protocol == "ncf" && given.train.size() > 1)) {
        throw UsageError(
            "--protocol ncf takes one --train, one --test and --negatives, and no other takes --negatives");
    }
}

}  // namespace

Splits splits_of(const ProtocolArguments& given, const RatingsArguments& ratings, Session& session) {
    if (given.train.empty() && given.test.empty()) {
        if (ratings.sources.empty()) throw UsageError("evaluate takes RATINGS, or --train and --test");
        if (!given.fold_in.empty() || !given.negatives.empty()) {
            throw UsageError("--fold-in and --negatives go with --train and --test");
        }
        return drawn_splits(given, ratings, session);
    }
    check_files(given, ratings);
    const auto make = [given, ratings, &session](std::int64_t number) {
        Split split = given_split(given, ratings, static_cast<std::size_t>(number), session);
        draw_candidates(given, split, static_cast<std::uint64_t>(session.common.seed));
        return split;
    };
    return {static_cast<std::int64_t>(given.train.size()), make};
}

recsys::Split training_split(const ProtocolArguments& given, const CsrView& matrix, std::span<const std::int64_t> times,
                             std::uint64_t seed) {
    return split_of(given, matrix, times, 0, seed);
}

recsys::Split validation_split(const ProtocolArguments& given, const CsrView& matrix,
                               std::span<const std::int64_t> times, std::uint64_t seed) {
    Split split =
        protocol_of(given) == "strong"
            ? recsys::strong_generalization(matrix, strong_options(given, matrix, seed, recsys::HeldOut::validation))
            : split_of(given, matrix, times, 0, seed);
    draw_candidates(given, split, seed);
    return split;
}

}  // namespace eckart::tools
