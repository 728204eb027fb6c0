#include "text/ranking/posting_cursor.h"

#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

constexpr std::int64_t blocks_a_task = 1024;

/// What `count` occurrences in a document give per unit of idf and query weight.
float weight_in(const Bm25View& view, std::int32_t document, float count) {
    const auto d = static_cast<std::size_t>(document);
    if (d >= view.saturation.size()) throw DamagedError("the postings name a document that there is none of");
    return bm25_term_weight(count, view.saturation[d], view.k1);
}

}  // namespace

std::vector<float> posting_block_maxima(const Bm25View& view) {
    const std::size_t postings = view.postings.values.size();
    std::vector<float> maxima((postings + posting_block - 1) / posting_block, 0);
    parallel_blocks(static_cast<std::int64_t>(maxima.size()), blocks_a_task, [&](Range range) {
        for (auto b = static_cast<std::size_t>(range.begin); b < static_cast<std::size_t>(range.end); ++b) {
            for (std::size_t p = b * posting_block; p < std::min(postings, (b + 1) * posting_block); ++p) {
                const float weight = weight_in(view, view.postings.column_indices[p], view.postings.values[p]);
                maxima[b] = std::max(maxima[b], weight);
            }
        }
    });
    return maxima;
}

PostingCursor::PostingCursor(const Bm25View& view, const WeighedOccurrences& occurrences)
    : view_(&view), list_(occurrences.list), factor_(occurrences.factor) {
    const std::size_t size = list_.documents.size();
    float most = 0;
    if (occurrences.first_posting && !view.block_maxima.empty() && size > 0) {
        const std::size_t first = *occurrences.first_posting / posting_block;
        const std::size_t last = (*occurrences.first_posting + size - 1) / posting_block;
        maxima_ = view.block_maxima.subspan(first, last + 1 - first);
        offset_ = *occurrences.first_posting % posting_block;
    }
    if (maxima_.size() > 2) {
        // Whole blocks by their maxima; what other terms have a part of is looked at.
        for (const float maximum : maxima_.subspan(1, maxima_.size() - 2)) most = std::max(most, maximum);
        most = std::max(most, largest_weight(0, posting_block - offset_));
        most = std::max(most, largest_weight((maxima_.size() - 1) * posting_block - offset_, size));
    } else {
        most = largest_weight(0, size);
    }
    bound_ = std::max(0.0F, factor_ * most);
}

float PostingCursor::largest_weight(std::size_t begin, std::size_t end) const {
    float most = 0;
    for (std::size_t p = begin; p < end; ++p) {
        most = std::max(most, weight_in(*view_, list_.documents[p], list_.counts[p]));
    }
    return most;
}

void PostingCursor::seek(std::int32_t document) {
    const auto documents = list_.documents;
    if (at_end() || documents[at_] >= document) return;
    std::size_t before = at_, step = 1;  // what is at `before` is less
    while (before + step < documents.size() && documents[before + step] < document) {
        before += step;
        step *= 2;
    }
    const auto first = documents.begin() + static_cast<std::ptrdiff_t>(before + 1);
    const auto last = documents.begin() + static_cast<std::ptrdiff_t>(std::min(documents.size(), before + step));
    at_ = static_cast<std::size_t>(std::lower_bound(first, last, document) - documents.begin());
}

float PostingCursor::added_to(float sum) const {
    return sum + factor_ * weight_in(*view_, list_.documents[at_], list_.counts[at_]);
}

float PostingCursor::block_bound() const {
    if (maxima_.empty()) return bound_;
    return std::min(bound_, std::max(0.0F, factor_ * maxima_[(offset_ + at_) / posting_block]));
}

std::int32_t PostingCursor::block_last() const {
    if (maxima_.empty()) return list_.documents.back();
    const std::size_t end = ((offset_ + at_) / posting_block + 1) * posting_block - offset_;
    return list_.documents[std::min(list_.documents.size(), end) - 1];
}

std::vector<PostingCursor> posting_cursors(const Bm25View& view, std::span<const JointTerm> words) {
    std::vector<PostingCursor> cursors;
    for (const JointTerm& word : words) {
        for (const WeighedOccurrences& part : weighed_occurrences(view, word)) {
            if (!part.list.documents.empty()) cursors.emplace_back(view, part);
        }
    }
    return cursors;
}

}  // namespace eckart::text
