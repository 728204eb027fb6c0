#include "recsys/models/early_stopping.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/support/random.h"
#include "recsys/evaluation/evaluation.h"

namespace eckart::recsys {
namespace {

constexpr std::int64_t least = 5;     ///< likes of a person who can be held out
constexpr double hidden_share = 0.2;  ///< of their likes

std::span<const std::int32_t> row_of(const CsrView& likes, std::int64_t row) {
    const auto begin = static_cast<std::size_t>(likes.row_offsets[static_cast<std::size_t>(row)]);
    const auto end = static_cast<std::size_t>(likes.row_offsets[static_cast<std::size_t>(row) + 1]);
    return likes.column_indices.subspan(begin, end - begin);
}

template <class T>
void shuffle(std::vector<T>& values, const Philox& random, std::uint64_t first) {
    for (std::size_t left = values.size(); left > 1; --left) {
        std::swap(values[left - 1], values[random.below(first + left, left)]);
    }
}

/// Whether each row is held out.
std::vector<bool> drawn_people(const CsrView& likes, std::int64_t count, std::uint64_t seed) {
    std::vector<std::int64_t> people;
    for (std::int64_t row = 0; row < likes.rows; ++row) {
        if (std::ssize(row_of(likes, row)) >= least) people.push_back(row);
    }
    count = std::min(count, std::ssize(people) / 10);
    if (count < ValidationPeople::fewest) count = 0;
    shuffle(people, Philox(seed, 1), 0);
    std::vector<bool> held(static_cast<std::size_t>(likes.rows), false);
    for (std::int64_t p = 0; p < count; ++p) held[static_cast<std::size_t>(people[static_cast<std::size_t>(p)])] = true;
    return held;
}

void add_row(std::span<const std::int32_t> items, CsrMatrix& matrix) {
    matrix.column_indices.insert(matrix.column_indices.end(), items.begin(), items.end());
    matrix.values.resize(matrix.column_indices.size(), 1.0F);
    matrix.row_offsets.push_back(static_cast<std::int64_t>(matrix.values.size()));
    ++matrix.rows;
}

/// Parts one person's likes in those known and those to be found.
void part(std::span<const std::int32_t> items, const Philox& random, std::uint64_t first, Split& split) {
    std::vector<std::int32_t> order(items.begin(), items.end());
    shuffle(order, random, first);
    const auto hidden = std::max<std::ptrdiff_t>(1, std::lround(hidden_share * static_cast<double>(items.size())));
    std::sort(order.begin(), order.begin() + hidden);
    std::sort(order.begin() + hidden, order.end());
    add_row(std::span(order).first(static_cast<std::size_t>(hidden)), split.test);
    add_row(std::span(order).subspan(static_cast<std::size_t>(hidden)), split.fold_in);
}

}  // namespace

ValidationPeople::ValidationPeople(const CsrView& likes, std::int64_t count, std::uint64_t seed) {
    const std::vector<bool> held = drawn_people(likes, count, seed);
    const Philox random(seed, 2);
    for (CsrMatrix* matrix : {&split_.train, &split_.fold_in, &split_.test}) matrix->cols = likes.cols;
    for (std::int64_t row = 0; row < likes.rows; ++row) {
        const bool out = held[static_cast<std::size_t>(row)];
        add_row(out ? std::span<const std::int32_t>() : row_of(likes, row), split_.train);
        if (out)
            part(row_of(likes, row), random,
                 static_cast<std::uint64_t>(likes.row_offsets[static_cast<std::size_t>(row)] + row), split_);
    }
}

double ValidationPeople::ndcg(const Recommender& model) const {
    const Evaluation measured = evaluate(model, split_, {.measures = {{MeasureKind::ndcg, 100}}});
    double sum = 0;
    for (const double value : measured.values.front()) sum += value;
    return sum / static_cast<double>(measured.values.front().size());
}

}  // namespace eckart::recsys
