#include "recsys/evaluation/protocols.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/random.h"

namespace eckart::recsys {
namespace {

// Streams of the generator, so that no two draws of one seed share numbers.
constexpr std::uint64_t entry_stream = 0x656E747279;
constexpr std::uint64_t people_stream = 0x70656F706C65;
constexpr std::uint64_t fold_in_stream = 0x666F6C64;
constexpr std::uint64_t candidate_stream = 0x63616E64;

/// 0 .. size - 1 in the order of random keys.
std::vector<std::int64_t> shuffled(std::int64_t size, const Philox& random) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> keys(size);
    for (std::int64_t i = 0; i < size; ++i) keys[i] = {random.bits(static_cast<std::uint64_t>(i)), i};
    std::sort(keys.begin(), keys.end());
    std::vector<std::int64_t> order(keys.size());
    std::transform(keys.begin(), keys.end(), order.begin(), [](const auto& key) { return key.second; });
    return order;
}

/// Calls `take(entry)` for each stored entry of the row.
template <typename Take>
void for_entries(const CsrView& matrix, std::int64_t row, const Take& take) {
    for (std::int64_t e = matrix.row_offsets[row]; e < matrix.row_offsets[row + 1]; ++e) take(e);
}

/// Rows of entries that are appended one after the other.
class RowWriter {
  public:
    explicit RowWriter(std::int64_t cols) { matrix_.cols = cols; }

    void add(const CsrView& from, std::int64_t entry) {
        matrix_.column_indices.push_back(from.column_indices[entry]);
        matrix_.values.push_back(from.values[entry]);
    }
    void end_row() {
        ++matrix_.rows;
        matrix_.row_offsets.push_back(matrix_.nonzeros());
    }
    CsrMatrix take() { return std::move(matrix_); }

  private:
    CsrMatrix matrix_;
};

/// The entries for which `kept(entry)`; rows stay.
template <typename Kept>
CsrMatrix filtered(const CsrView& matrix, const Kept& kept) {
    RowWriter rows(matrix.cols);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for_entries(matrix, row, [&](std::int64_t e) {
            if (kept(e)) rows.add(matrix, e);
        });
        rows.end_row();
    }
    return rows.take();
}

/// The entries of rows with a mark; all rows stay.
CsrMatrix filtered_rows(const CsrView& matrix, const std::vector<char>& marked) {
    RowWriter rows(matrix.cols);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        if (marked[row] != 0) for_entries(matrix, row, [&](std::int64_t e) { rows.add(matrix, e); });
        rows.end_row();
    }
    return rows.take();
}

/// Entries with a mark are the test.
Split parted(const CsrView& matrix, const std::vector<char>& held, std::span<const std::int64_t> times = {}) {
    Split split;
    split.train = filtered(matrix, [&](std::int64_t e) { return held[e] == 0; });
    for (std::size_t e = 0; e < times.size(); ++e) {
        if (held[e] == 0) split.train_times.push_back(times[e]);
    }
    split.test = filtered(matrix, [&](std::int64_t e) { return held[e] != 0; });
    if (split.train.nonzeros() == 0 || split.test.nonzeros() == 0) {
        throw UsageError("of " + std::to_string(matrix.nonzeros()) +
                         " ratings, none would be left for training, or none for the test");
    }
    return split;
}

void check_share(double share) {
    if (!(share > 0 && share < 1)) {
        throw UsageError("the held-out share: found " + std::to_string(share) + ", expected a number between 0 and 1");
    }
}

std::int64_t rounded_share(double share, std::int64_t of) {
    return std::llround(share * static_cast<double>(of));
}

/// The given rows, without entries in columns that are not `known`.
CsrMatrix rows_of(const CsrView& matrix, std::span<const std::int64_t> rows, const std::vector<char>& known) {
    RowWriter chosen(matrix.cols);
    for (const std::int64_t row : rows) {
        for_entries(matrix, row, [&](std::int64_t e) {
            if (known[matrix.column_indices[e]] != 0) chosen.add(matrix, e);
        });
        chosen.end_row();
    }
    return chosen.take();
}

/// Marks `count` entries of the row, drawn without replacement.
void hold_out(const CsrView& matrix, std::int64_t row, std::int64_t count, const Philox& random,
              std::vector<char>& held) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> keys;
    for_entries(matrix, row, [&](std::int64_t e) { keys.emplace_back(random.bits(static_cast<std::uint64_t>(e)), e); });
    std::sort(keys.begin(), keys.end());
    for (std::int64_t j = 0; j < count; ++j) held[keys[j].second] = 1;
}

/// Swaps each value with one drawn of those before it (Fisher and Yates), by the numbers of `random` from `first` on.
void shuffle(std::span<std::int64_t> values, const Philox& random, std::uint64_t first) {
    for (std::size_t left = values.size(); left > 1; --left) {
        std::swap(values[left - 1], values[random.below(first + left, left)]);
    }
}

/// The people that `validation_people` holds out, in the order of their rows.
std::vector<std::int64_t> drawn_people(const CsrView& likes, std::int64_t count, std::uint64_t seed) {
    constexpr std::size_t least_likes = 5;
    constexpr std::int64_t fewest_people = 20;
    std::vector<std::int64_t> people;
    for (std::int64_t row = 0; row < likes.rows; ++row) {
        if (profile_of(likes, row).size() >= least_likes) people.push_back(row);
    }
    count = std::min(count, std::ssize(people) / 10);
    shuffle(people, Philox(seed, 1), 0);
    people.resize(count < fewest_people ? 0 : count);
    std::sort(people.begin(), people.end());
    return people;
}

/// Merges the ids of one axis of all sets, and for each set where its ids went.
std::vector<std::string> merged(std::span<const Ratings> sets, std::vector<std::string> Ratings::*ids,
                                std::vector<std::vector<std::int32_t>>& places) {
    std::vector<std::string> all;
    for (const Ratings& set : sets) all.insert(all.end(), (set.*ids).begin(), (set.*ids).end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    for (const Ratings& set : sets) {
        auto& place = places.emplace_back();
        auto next = all.begin();
        for (const std::string& id : set.*ids) {
            next = std::lower_bound(next, all.end(), id);
            place.push_back(static_cast<std::int32_t>(next - all.begin()));
        }
    }
    return all;
}

/// `matrix` with its rows and columns at new places, which keep their order.
CsrMatrix moved(const CsrView& matrix, std::int64_t rows, std::int64_t cols, std::span<const std::int32_t> row_places,
                std::span<const std::int32_t> col_places) {
    CsrMatrix result;
    result.rows = rows;
    result.cols = cols;
    result.row_offsets.assign(rows + 1, 0);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        result.row_offsets[row_places[row] + 1] = matrix.row_offsets[row + 1] - matrix.row_offsets[row];
    }
    std::partial_sum(result.row_offsets.begin(), result.row_offsets.end(), result.row_offsets.begin());
    for (const std::int32_t col : matrix.column_indices) result.column_indices.push_back(col_places[col]);
    result.values.assign(matrix.values.begin(), matrix.values.end());
    return result;
}

struct Found {
    std::int64_t count = 0;
    std::string first;
};

/// "2 test ratings are ...; the first is user "b" with item "y"".
std::string test_ratings(const Found& found, const char* one, const char* many) {
    if (found.count == 1) return std::string("1 test rating ") + one + ": " + found.first;
    return std::to_string(found.count) + " test ratings " + many + "; the first is " + found.first;
}

/// The entries of `a` that `b` has (or, if not `wanted`, has not), at the same place.
Found found_in(const CsrView& a, const CsrView& b, bool wanted, std::span<const std::string> users,
               std::span<const std::string> items) {
    Found found;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const Profile other = profile_of(b, row);
        for (const std::int32_t item : profile_of(a, row).items) {
            if (std::binary_search(other.items.begin(), other.items.end(), item) != wanted) continue;
            if (found.count++ == 0) found.first = "user \"" + users[row] + "\" with item \"" + items[item] + "\"";
        }
    }
    return found;
}

}  // namespace

Split random_holdout(const CsrView& user_item, double share, std::uint64_t seed) {
    check_share(share);
    const std::vector<std::int64_t> order = shuffled(user_item.nonzeros(), Philox(seed, entry_stream));
    std::vector<char> held(order.size());
    for (std::int64_t j = 0; j < rounded_share(share, user_item.nonzeros()); ++j) held[order[j]] = 1;
    return parted(user_item, held);
}

Split random_fold(const CsrView& user_item, std::int64_t folds, std::int64_t fold, std::uint64_t seed) {
    if (folds < 2 || folds > user_item.nonzeros()) {
        throw UsageError("found " + std::to_string(folds) + " folds, expected from 2 to as many as there are ratings");
    }
    if (fold < 0 || fold >= folds) throw UsageError("there is no fold " + std::to_string(fold));
    const std::vector<std::int64_t> order = shuffled(user_item.nonzeros(), Philox(seed, entry_stream));
    std::vector<char> held(order.size());
    for (std::int64_t j = fold; j < user_item.nonzeros(); j += folds) held[order[j]] = 1;
    return parted(user_item, held);
}

Split leave_one_out(const CsrView& user_item, std::span<const std::int64_t> times, std::uint64_t seed) {
    const Philox random(seed, entry_stream);
    const auto key = [&](std::int64_t e) {
        return std::pair(times.empty() ? 0 : times[e], random.bits(static_cast<std::uint64_t>(e)));
    };
    std::vector<char> held(user_item.nonzeros());
    for (std::int64_t user = 0; user < user_item.rows; ++user) {
        if (profile_of(user_item, user).size() < 2) continue;
        std::int64_t last = user_item.row_offsets[user];
        for_entries(user_item, user, [&](std::int64_t e) {
            if (key(e) > key(last)) last = e;
        });
        held[last] = 1;
    }
    return parted(user_item, held, times);
}

Split time_split(const CsrView& user_item, std::span<const std::int64_t> times, double share) {
    check_share(share);
    if (times.empty() || std::find(times.begin(), times.end(), no_time) != times.end()) {
        throw InputError("some ratings have no time, which a split by time needs");
    }
    std::vector<std::int64_t> sorted(times.begin(), times.end());
    std::sort(sorted.begin(), sorted.end());
    const std::int64_t count = std::max<std::int64_t>(1, rounded_share(share, user_item.nonzeros()));
    const std::int64_t cut = sorted[sorted.size() - count];
    if (cut == sorted.front()) {
        throw InputError("too many ratings have the earliest time: none would be left for training");
    }
    std::vector<char> held(times.size());
    std::transform(times.begin(), times.end(), held.begin(), [cut](std::int64_t time) { return time >= cut ? 1 : 0; });
    return parted(user_item, held, times);
}

Split strong_generalization(const CsrView& likes, const StrongOptions& options) {
    check_share(options.share);
    if (options.held_out < 1 || options.least < 1)
        throw UsageError("the number of people held out and of their entries: expected 1 or more");
    std::vector<std::int64_t> people;
    for (const std::int64_t user : shuffled(likes.rows, Philox(options.seed, people_stream))) {
        if (static_cast<std::int64_t>(profile_of(likes, user).size()) >= options.least) people.push_back(user);
    }
    const auto count = static_cast<std::int64_t>(people.size()), trained = count - 2 * options.held_out;
    if (trained < 1) {
        throw UsageError(std::to_string(options.held_out) +
                         " people for validation and as many for the test leave none of " + std::to_string(count) +
                         " for training");
    }
    std::sort(people.begin(), people.begin() + trained);
    const std::span<const std::int64_t> all(people);

    Split split;
    split.train = rows_of(likes, all.first(trained), std::vector<char>(likes.cols, 1));
    std::vector<char> known(likes.cols);
    for (const std::int32_t item : split.train.column_indices) known[item] = 1;
    const std::int64_t begin = trained + (options.part == HeldOut::test ? options.held_out : 0);
    const CsrMatrix chosen = rows_of(likes, all.subspan(begin, options.held_out), known);

    std::vector<char> held(chosen.nonzeros());
    const Philox random(options.seed, fold_in_stream + static_cast<std::uint64_t>(options.part));
    for (std::int64_t person = 0; person < chosen.rows; ++person) {
        const auto size = static_cast<std::int64_t>(profile_of(chosen, person).size());
        if (size < options.least) continue;
        hold_out(chosen, person, static_cast<std::int64_t>(options.share * static_cast<double>(size)), random, held);
    }
    Split people_split = parted(chosen, held);
    split.fold_in = std::move(people_split.train);
    split.test = std::move(people_split.test);
    return split;
}

Split validation_people(const CsrView& likes, std::int64_t count, std::uint64_t seed) {
    constexpr double hidden_share = 0.2;
    const std::vector<std::int64_t> people = drawn_people(likes, count, seed);
    std::vector<char> trained(likes.rows, 1);
    for (const std::int64_t person : people) trained[person] = 0;
    const CsrMatrix chosen = rows_of(likes, people, std::vector<char>(likes.cols, 1));

    std::vector<char> held(chosen.nonzeros());
    const Philox random(seed, 2);
    for (std::size_t p = 0; p < people.size(); ++p) {
        std::vector<std::int64_t> entries(profile_of(likes, people[p]).size());
        std::iota(entries.begin(), entries.end(), chosen.row_offsets[p]);
        shuffle(entries, random, static_cast<std::uint64_t>(likes.row_offsets[people[p]] + people[p]));
        const std::int64_t hidden = std::max<std::int64_t>(1, rounded_share(hidden_share, std::ssize(entries)));
        for (std::int64_t j = 0; j < hidden; ++j) held[entries[j]] = 1;
    }

    Split split;
    if (!people.empty()) split = parted(chosen, held);
    split.fold_in = std::move(split.train);
    split.train = filtered_rows(likes, trained);
    return split;
}

CsrMatrix drawn_candidates(const Split& split, std::int64_t count, std::uint64_t seed) {
    if (count < 1) throw UsageError("the number of candidates: expected 1 or more");
    const CsrView known = split.known();
    std::vector<Entry> entries;
    for (std::int64_t person = 0; person < split.test.rows; ++person) {
        const Profile held_out = profile_of(split.test, person);
        if (held_out.empty()) continue;
        std::vector<char> taken(split.test.cols);
        const auto take = [&](std::int32_t item) { return std::exchange(taken[item], 1) == 0; };
        for (const std::int32_t item : held_out.items) {
            take(item);
            entries.push_back({person, item, 1});
        }
        std::int64_t left = split.test.cols - static_cast<std::int64_t>(held_out.size());
        for (const std::int32_t item : profile_of(known, person).items) left -= take(item) ? 1 : 0;
        const Philox random(seed, candidate_stream + static_cast<std::uint64_t>(person));
        const auto items = static_cast<std::uint64_t>(split.test.cols);
        left = std::min(left, count);
        for (std::uint64_t draw = 0; left > 0; ++draw) {
            const auto item = static_cast<std::int32_t>(random.below(draw, items));
            if (!take(item)) continue;
            entries.push_back({person, item, 1});
            --left;
        }
    }
    return csr_from_entries(split.test.rows, split.test.cols, std::move(entries));
}

AlignedRatings align(std::span<const Ratings> sets) {
    std::vector<std::vector<std::int32_t>> rows, cols;
    AlignedRatings aligned;
    aligned.users = merged(sets, &Ratings::users, rows);
    aligned.items = merged(sets, &Ratings::items, cols);
    for (std::size_t s = 0; s < sets.size(); ++s) {
        aligned.parts.push_back(moved(sets[s].user_item, static_cast<std::int64_t>(aligned.users.size()),
                                      static_cast<std::int64_t>(aligned.items.size()), rows[s], cols[s]));
    }
    return aligned;
}

void refuse_leakage(const CsrView& train, const CsrView& test, std::span<const std::string> users,
                    std::span<const std::string> items) {
    const Found found = found_in(test, train, true, users, items);
    if (found.count == 0) return;
    throw InputError(test_ratings(found, "is also in the training data", "are also in the training data"));
}

void require_candidates(const CsrView& candidates, const CsrView& test, std::span<const std::string> users,
                        std::span<const std::string> items) {
    const Found found = found_in(test, candidates, false, users, items);
    if (found.count == 0) return;
    throw InputError(
        test_ratings(found, "is not among the candidates of its user", "are not among the candidates of their users"));
}

CsrMatrix nonempty_rows(const CsrView& matrix) {
    RowWriter rows(matrix.cols);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        if (profile_of(matrix, row).empty()) continue;
        for_entries(matrix, row, [&](std::int64_t e) { rows.add(matrix, e); });
        rows.end_row();
    }
    return rows.take();
}

}  // namespace eckart::recsys
