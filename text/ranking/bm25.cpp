#include "text/ranking/bm25.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/support/error.h"

namespace eckart::text {

double mean_length(std::span<const float> lengths) {
    const double total = std::accumulate(lengths.begin(), lengths.end(), 0.0);
    return total > 0 ? total / static_cast<double>(lengths.size()) : 1;
}

float bm25_saturation(float length, double mean_length, const Bm25Options& options) {
    return static_cast<float>(options.k1 * (1 - options.b + options.b * static_cast<double>(length) / mean_length));
}

std::vector<float> bm25_saturations(std::span<const float> lengths, const Bm25Options& options) {
    const double mean = mean_length(lengths);
    std::vector<float> saturations(lengths.size());
    for (std::size_t d = 0; d < lengths.size(); ++d) saturations[d] = bm25_saturation(lengths[d], mean, options);
    return saturations;
}

double bm25_idf(const Bm25View& view, std::int32_t term) {
    const auto t = static_cast<std::size_t>(term);
    const auto df = static_cast<double>(view.postings.row_offsets[t + 1] - view.postings.row_offsets[t]);
    const auto documents = static_cast<double>(view.postings.cols);
    return std::log(1 + (documents - df + 0.5) / (df + 0.5));
}

double bm25_contribution(const Bm25View& view, std::int32_t term, float weight, std::int32_t document) {
    const auto t = static_cast<std::size_t>(term);
    const auto begin = static_cast<std::size_t>(view.postings.row_offsets[t]);
    const auto documents =
        view.postings.column_indices.subspan(begin, static_cast<std::size_t>(view.postings.row_offsets[t + 1]) - begin);
    const auto found = std::lower_bound(documents.begin(), documents.end(), document);
    if (found == documents.end() || *found != document) return 0;
    const float tf = view.postings.values[begin + static_cast<std::size_t>(found - documents.begin())];
    const float saturation = view.saturation[static_cast<std::size_t>(document)];
    return bm25_idf(view, term) * static_cast<double>(weight * bm25_term_weight(tf, saturation, view.k1));
}

void add_bm25_scores(const Bm25View& view, const WeightedTerms& query, std::span<float> scores) {
    for (const auto& [term, weight] : query) {
        const auto factor = static_cast<float>(bm25_idf(view, term) * static_cast<double>(weight));
        const auto t = static_cast<std::size_t>(term);
        const auto end = static_cast<std::size_t>(view.postings.row_offsets[t + 1]);
        for (auto p = static_cast<std::size_t>(view.postings.row_offsets[t]); p < end; ++p) {
            const auto document = static_cast<std::size_t>(view.postings.column_indices[p]);
            if (document >= scores.size()) throw DamagedError("the postings name a document that there is none of");
            scores[document] += factor * bm25_term_weight(view.postings.values[p], view.saturation[document], view.k1);
        }
    }
}

}  // namespace eckart::text
