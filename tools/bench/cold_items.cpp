// bench_cold_items RATINGS MODEL ITEMS...: recall@20 for items that nobody rated. A tenth of the rated items is hidden
// from the training (all their ratings go to the test), attributes come from the files ITEMS, and each person with
// hidden likes (ratings of 4 and more) is shown the best 20 of the hidden items, by
//
//     model        the ridge map from attributes to the item factors of MODEL ("implicit-als", "als:factors=32")
//
//     popularity   what is popular with the same attributes: the mean number of likes of the 20 nearest rated items,
//                  since a hidden item has none of its own
//
//     mapped popularity   a ridge map from the same attributes to log(1 + likes), one list for everybody
//
//     attribute k-NN   the sum of cosines of attributes with the items that the person likes, the 20 nearest of them
//
// as means over people and five splits. recall@20 is hits / min(20, hidden likes).

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/random.h"
#include "engine/support/top_k.h"
#include "recsys/attributes/attributed_items.h"
#include "recsys/interface/shown_items.h"
#include "tools/jobs/ratings/item_attributes.h"
#include "tools/jobs/ratings/ratings_source.h"
#include "tools/jobs/ratings/training.h"

using namespace eckart;

namespace {

constexpr std::size_t shown = 20;
constexpr std::size_t neighbors = 20;
constexpr float liked = 4;
constexpr std::uint64_t splits = 5;

/// Cosines of attributes, items x items, dense: for a few thousand items.
DenseMatrix cosines_of(const CsrView& attributes) {
    DenseMatrix dense = DenseMatrix::Zero(attributes.rows, attributes.cols);
    for (std::int64_t i = 0; i < attributes.rows; ++i) {
        const CsrRow row = attributes.row(i);
        for (std::size_t p = 0; p < row.size(); ++p) dense(i, row.columns[p]) = row.values[p];
        const float norm = dense.row(i).norm();
        if (norm > 0) dense.row(i) /= norm;
    }
    return dense * dense.transpose();
}

double sum_of_best(std::vector<float>& values, std::size_t count) {
    const std::size_t kept = std::min(count, values.size());
    std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept), values.end(),
                      std::greater<>());
    return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept), 0.0);
}

struct Split {
    recsys::Ratings training;  ///< of the items that are not hidden
    CsrMatrix likes;           ///< users x items, hidden ones among them
    std::vector<std::int32_t> hidden;
};

Split split_of(const recsys::Ratings& all, std::uint64_t seed) {
    const Philox random(seed, 77);
    Split split;
    split.training = all;
    const auto popularity = recsys::popularity_of(all.user_item);
    std::vector<bool> is_hidden(all.items.size());
    for (std::size_t i = 0; i < all.items.size(); ++i) {
        is_hidden[i] = popularity[i] > 0 && random.uniform(i) < 0.1;
        if (is_hidden[i]) split.hidden.push_back(static_cast<std::int32_t>(i));
    }
    std::vector<Entry> kept;
    for (std::int64_t u = 0; u < all.user_item.rows; ++u) {
        const CsrRow row = all.user_item.row(u);
        for (std::size_t p = 0; p < row.size(); ++p) {
            if (!is_hidden[static_cast<std::size_t>(row.columns[p])])
                kept.push_back({u, row.columns[p], row.values[p]});
        }
    }
    split.training.user_item = csr_from_entries(all.user_item.rows, all.user_item.cols, std::move(kept));
    split.likes = recsys::entries_from(all.user_item, liked);
    return split;
}

/// hits / min(20, hidden likes) for scores of the hidden items.
double recall(std::span<const float> scores, const std::vector<std::int32_t>& hidden, const CsrRow& likes) {
    std::size_t hits = 0, wanted = 0;
    const auto likes_it = [&](std::int32_t item) {
        return std::binary_search(likes.columns.begin(), likes.columns.end(), item);
    };
    for (const std::int32_t item : hidden) wanted += likes_it(item) ? 1 : 0;
    for (const auto& row : top_k<float>(scores, shown))
        hits += likes_it(hidden[static_cast<std::size_t>(row.index)]) ? 1 : 0;
    return static_cast<double>(hits) / static_cast<double>(std::min(wanted, shown));
}

struct Recalls {
    double model = 0, popularity = 0, mapped = 0, knn = 0;
    std::int64_t people = 0;
};

std::vector<std::int64_t> rated_items(const Split& split) {
    const auto ratings = recsys::popularity_of(split.training.user_item);
    std::vector<std::int64_t> rated;
    for (std::size_t i = 0; i < ratings.size(); ++i) {
        if (ratings[i] > 0) rated.push_back(static_cast<std::int64_t>(i));
    }
    return rated;
}

/// Expected likes of the hidden items by those of the nearest rated items.
std::vector<float> expected_popularity(const Split& split, const DenseMatrix& cosines, std::span<const float> likes) {
    const std::vector<std::int64_t> rated = rated_items(split);
    std::vector<float> expected;
    for (const std::int32_t item : split.hidden) {
        std::vector<std::pair<float, float>> near;
        for (const std::int64_t j : rated) near.emplace_back(cosines(item, j), likes[static_cast<std::size_t>(j)]);
        const std::size_t kept = std::min(neighbors, near.size());
        std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(kept), near.end(), std::greater<>());
        float sum = 0;
        for (std::size_t n = 0; n < kept; ++n) sum += near[n].second;
        expected.push_back(sum / static_cast<float>(std::max<std::size_t>(kept, 1)));
    }
    return expected;
}

/// What a ridge map from attributes says of the logarithm of 1 + likes of the hidden items.
std::vector<float> mapped_popularity(const Split& split, const CsrView& attributes, std::span<const float> likes) {
    const std::vector<std::int64_t> rated = rated_items(split);
    const auto rows = static_cast<std::int64_t>(rated.size());
    std::vector<Entry> entries;
    DenseMatrixF64 targets(rows, 1);
    for (std::int64_t r = 0; r < rows; ++r) {
        const std::int64_t item = rated[static_cast<std::size_t>(r)];
        const CsrRow row = attributes.row(item);
        for (std::size_t p = 0; p < row.size(); ++p) entries.push_back({r, row.columns[p], row.values[p]});
        targets(r, 0) = std::log1p(static_cast<double>(likes[static_cast<std::size_t>(item)]));
    }
    const CsrMatrix of_rated = csr_from_entries(rows, attributes.cols, std::move(entries));
    const DenseMatrixF64 all = mapped_rows(jobs::ridge_fit()(of_rated, targets, {}), attributes);
    std::vector<float> mapped;
    for (const std::int32_t item : split.hidden) mapped.push_back(static_cast<float>(all(item, 0)));
    return mapped;
}

Recalls measured(const Split& split, const jobs::TrainingPlan& plan, const CsrView& attributes,
                 const DenseMatrix& cosines, std::uint64_t seed) {
    const auto likes_trained = recsys::entries_from(split.training.user_item, liked);
    const CsrView fitted_to = plan.kind->of_likes ? CsrView(likes_trained) : CsrView(split.training.user_item);
    const recsys::Fitted fitted = plan.kind->fit(fitted_to, plan.options, {.seed = seed});
    const auto popularity = recsys::popularity_of(fitted_to);
    const auto items = recsys::attributed_items(*fitted.model, popularity, attributes, jobs::ridge_fit());
    std::printf("  split %llu: lambda %.3g, explained %.3f, %lld cold items\n", static_cast<unsigned long long>(seed),
                items.lambda, items.explained, static_cast<long long>(items.cold));
    const auto likes_of_items = recsys::popularity_of(likes_trained);
    const auto expected = expected_popularity(split, cosines, likes_of_items);
    const auto mapped = mapped_popularity(split, attributes, likes_of_items);
    Recalls sum;
    std::vector<float> scores(static_cast<std::size_t>(items.model->items())), of_hidden(split.hidden.size());
    for (std::int64_t u = 0; u < split.likes.rows; ++u) {
        const CsrRow likes = split.likes.row(u);
        const bool has = std::any_of(split.hidden.begin(), split.hidden.end(), [&](std::int32_t item) {
            return std::binary_search(likes.columns.begin(), likes.columns.end(), item);
        });
        const recsys::Profile profile = recsys::profile_of(fitted_to, u);
        if (!has || profile.empty()) continue;
        ++sum.people;
        items.model->score({&profile, 1}, Eigen::Map<DenseMatrix>(scores.data(), 1, items.model->items()));
        for (std::size_t h = 0; h < of_hidden.size(); ++h)
            of_hidden[h] = scores[static_cast<std::size_t>(split.hidden[h])];
        sum.model += recall(of_hidden, split.hidden, likes);
        sum.popularity += recall(expected, split.hidden, likes);
        sum.mapped += recall(mapped, split.hidden, likes);
        const CsrRow known = likes_trained.row(u);
        for (std::size_t h = 0; h < of_hidden.size(); ++h) {
            std::vector<float> near;
            for (const std::int32_t item : known.columns) near.push_back(cosines(split.hidden[h], item));
            of_hidden[h] = static_cast<float>(sum_of_best(near, neighbors));
        }
        sum.knn += recall(of_hidden, split.hidden, likes);
    }
    return sum;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        std::fprintf(stderr, "usage: bench_cold_items RATINGS MODEL ITEMS...\n");
        return 2;
    }
    recsys::Ratings all = jobs::read_ratings({.sources = {arguments[1]}}, {});
    const std::vector<std::string> files(arguments + 3, arguments + count);
    const jobs::ItemAttributes attributes = jobs::item_attributes(files, "", all);
    const jobs::TrainingPlan plan = jobs::training_plan(arguments[2], {}, {});
    for (const std::string& column : attributes.columns) std::printf("%s\n", column.c_str());
    std::printf("%zu attributes, %lld of one item only\n", attributes.matrix.names.size(),
                static_cast<long long>(attributes.matrix.rare));
    const DenseMatrix cosines = cosines_of(attributes.matrix.values);
    Recalls sum;
    for (std::uint64_t seed = 1; seed <= splits; ++seed) {
        const Recalls one = measured(split_of(all, seed), plan, attributes.matrix.values, cosines, seed);
        sum.model += one.model;
        sum.popularity += one.popularity;
        sum.mapped += one.mapped;
        sum.knn += one.knn;
        sum.people += one.people;
    }
    const auto people = static_cast<double>(sum.people);
    std::printf(
        "recall@20 of hidden items, %lld people in %llu splits: model %.4f, popularity %.4f, mapped popularity %.4f, "
        "attribute k-NN %.4f\n",
        static_cast<long long>(sum.people), static_cast<unsigned long long>(splits), sum.model / people,
        sum.popularity / people, sum.mapped / people, sum.knn / people);
}
