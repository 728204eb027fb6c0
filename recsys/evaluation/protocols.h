#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "recsys/interface/ratings.h"

// Ways to split ratings into what a model learns from and what it is measured on. All that is random follows from the
// seed. No function puts a rating on both sides; where the parts come from files, `refuse_leakage` checks it.

namespace eckart::recsys {

/// Ratings split once.
struct Split {
    CsrMatrix train;       ///< users x items: what models are fitted to
    CsrMatrix fold_in;     ///< people x items: what is known of those measured; 0 x 0 if they are train's users
    CsrMatrix test;        ///< people x items: what was held out; people without any are not measured
    CsrMatrix candidates;  ///< people x items: stored entries are what is ranked for a person; 0 x 0: all not known
    std::vector<std::int64_t> train_times;  ///< one for each entry of `train`, if the split was made with times

    /// people x items: what is known of those measured, a profile a row.
    CsrView known() const { return fold_in.rows == 0 ? train.view() : fold_in.view(); }
};

/// Holds out round(share n) of the n ratings, drawn without replacement. Users and items may lose all their ratings.
/// Throws UsageError if the share is not in (0, 1) or a side would be empty.
Split random_holdout(const CsrView& user_item, double share, std::uint64_t seed);

/// Fold number `fold` of `folds`: each rating is in the test of one fold and in the training of all others; the sizes
/// of the tests differ by one rating at most. Throws UsageError if folds < 2 or more than the ratings, or there is no
/// such fold.
Split random_fold(const CsrView& user_item, std::int64_t folds, std::int64_t fold, std::uint64_t seed);

/// Holds out one rating of each user that has two or more: the last by time, or a random one of several at that time;
/// without `times` (one an entry, or none) a random one.
Split leave_one_out(const CsrView& user_item, std::span<const std::int64_t> times, std::uint64_t seed);

/// Holds out the last ratings by time: round(share n), or a few more, since ratings of the same time stay together.
/// Throws InputError if ratings have no times or all the same, UsageError if the share is not in (0, 1).
Split time_split(const CsrView& user_item, std::span<const std::int64_t> times, double share);

/// Which of the people held out are measured: those to choose options with, or those to report.
enum class HeldOut { validation, test };

struct StrongOptions {
    std::int64_t held_out = 500;  ///< people for validation, and as many for the test
    std::int64_t least = 5;       ///< users with fewer entries take no part, and nothing is held out of fewer
    double share = 0.2;           ///< of a person's entries that are held out, rounded down
    HeldOut part = HeldOut::test;
    std::uint64_t seed = 1;
};

/// Strong generalization (Liang, Krishnan, Hoffman and Jebara, "Variational autoencoders for collaborative filtering",
/// WWW 2018, section 4.1): people are held out with all their likes, most of which are folded in, and the rest is the
/// test. Items that no training user has are dropped. With one seed, training is the same for both parts, so that
/// options chosen on validation have seen nothing of the test.
///
/// Every stored entry of `likes` is a like, whatever its value. Throws UsageError if an option is out of range or
/// nobody is left to train on.
Split strong_generalization(const CsrView& likes, const StrongOptions& options = {});

/// Holds out a few people with all their likes, to measure when training is best stopped: `count` of those with five
/// likes or more, or a tenth of them if that is less, or nobody if that is fewer than 20. A fifth of the likes of each,
/// rounded, at least one, is the test, the rest is folded in. Their rows in `train` are empty, and no item is dropped.
Split validation_people(const CsrView& likes, std::int64_t count, std::uint64_t seed);

/// For each person measured the items held out and `count` more that are neither known nor held out, drawn without
/// replacement (fewer if there are no more): what `Split::candidates` takes. Throws UsageError if count < 1.
CsrMatrix drawn_candidates(const Split& split, std::int64_t count, std::uint64_t seed);

/// Several sets of ratings over the same users and items.
struct AlignedRatings {
    std::vector<std::string> users;  ///< of all sets, in the order of ids
    std::vector<std::string> items;
    std::vector<CsrMatrix> parts;  ///< users x items, one a set
};

AlignedRatings align(std::span<const Ratings> sets);

/// Throws InputError, with the number of them and the first, if entries are in both `test` and `train`, which have the
/// same shape. The ids are for the message.
void refuse_leakage(const CsrView& train, const CsrView& test, std::span<const std::string> users,
                    std::span<const std::string> items);

/// Throws InputError, with the number of them and the first, if people have held-out items that are not among their
/// candidates.
void require_candidates(const CsrView& candidates, const CsrView& test, std::span<const std::string> users,
                        std::span<const std::string> items);

/// Without its empty rows.
CsrMatrix nonempty_rows(const CsrView& matrix);

}  // namespace eckart::recsys
