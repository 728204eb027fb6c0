#include "text/ranking/joint_term.h"

#include <algorithm>
#include <cmath>

#include "engine/support/error.h"

namespace eckart::text {
namespace {

/// How often it is in the document; 0 if it is not.
float count_in(const OccurrencesView& list, std::int32_t document) {
    const auto found = std::lower_bound(list.documents.begin(), list.documents.end(), document);
    if (found == list.documents.end() || *found != document) return 0;
    return list.counts[static_cast<std::size_t>(found - list.documents.begin())];
}

float term_weight(const Bm25View& view, float tf, std::int32_t document) {
    return tf > 0 ? bm25_term_weight(tf, view.saturation[static_cast<std::size_t>(document)], view.k1) : 0;
}

OccurrencesView view_of(const Occurrences& list) {
    return {list.documents, list.counts};
}

double share_of_written(const JointTerm& word) {
    return word.written.documents.empty() ? 0 : written_share;
}

}  // namespace

OccurrencesView occurrences(const Bm25View& view, const JointTerm& word) {
    if (word.term < 0) return view_of(word.joined);
    const auto t = static_cast<std::size_t>(word.term);
    const auto begin = static_cast<std::size_t>(view.postings.row_offsets[t]);
    const std::size_t size = static_cast<std::size_t>(view.postings.row_offsets[t + 1]) - begin;
    return {view.postings.column_indices.subspan(begin, size), view.postings.values.subspan(begin, size)};
}

double bm25_idf(const Bm25View& view, const JointTerm& word) {
    const auto df = static_cast<double>(occurrences(view, word).documents.size());
    const auto documents = static_cast<double>(view.postings.cols);
    return std::log(1 + (documents - df + 0.5) / (df + 0.5));
}

double bm25_contribution(const Bm25View& view, const JointTerm& word, std::int32_t document) {
    const float any = term_weight(view, count_in(occurrences(view, word), document), document);
    const float written = term_weight(view, count_in(view_of(word.written), document), document);
    const double share = share_of_written(word);
    return bm25_idf(view, word) * static_cast<double>(word.weight) *
           ((1 - share) * static_cast<double>(any) + share * static_cast<double>(written));
}

double bm25_score(const Bm25View& view, std::span<const JointTerm> words, std::int32_t document) {
    double score = 0;
    for (const JointTerm& word : words) score += bm25_contribution(view, word, document);
    return score;
}

std::array<WeighedOccurrences, 2> weighed_occurrences(const Bm25View& view, const JointTerm& word) {
    const double factor = bm25_idf(view, word) * static_cast<double>(word.weight), share = share_of_written(word);
    WeighedOccurrences all{occurrences(view, word), static_cast<float>(factor * (1 - share))};
    if (word.term >= 0) {
        all.first_posting = static_cast<std::size_t>(view.postings.row_offsets[static_cast<std::size_t>(word.term)]);
    }
    return {all, {view_of(word.written), static_cast<float>(factor * share)}};
}

void add_bm25_scores(const Bm25View& view, std::span<const JointTerm> words, std::span<float> scores) {
    for (const JointTerm& word : words) {
        for (const auto& [list, factor, first] : weighed_occurrences(view, word)) {
            for (std::size_t p = 0; p < list.documents.size(); ++p) {
                const auto document = static_cast<std::size_t>(list.documents[p]);
                if (document >= scores.size()) throw DamagedError("the postings name a document that there is none of");
                scores[document] += factor * bm25_term_weight(list.counts[p], view.saturation[document], view.k1);
            }
        }
    }
}

}  // namespace eckart::text
