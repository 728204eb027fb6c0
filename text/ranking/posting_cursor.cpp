#include "text/ranking/posting_cursor.h"

#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

constexpr std::int64_t blocks_a_task = 1024;

/// What the posting at `p` gives per unit of idf and query weight.
float posting_weight(const Bm25View& view, std::size_t p) {
    const auto document = static_cast<std::size_t>(view.postings.column_indices[p]);
    if (document >= view.saturation.size()) throw DamagedError("the postings name a document that there is none of");
    return bm25_term_weight(view.postings.values[p], view.saturation[document], view.k1);
}

float largest_weight(const Bm25View& view, std::size_t begin, std::size_t end) {
    float most = 0;
    for (std::size_t p = begin; p < end; ++p) most = std::max(most, posting_weight(view, p));
    return most;
}

}  // namespace

std::vector<float> posting_block_maxima(const Bm25View& view) {
    const std::size_t postings = view.postings.values.size();
    std::vector<float> maxima((postings + posting_block - 1) / posting_block);
    parallel_blocks(static_cast<std::int64_t>(maxima.size()), blocks_a_task, [&](Range range) {
        for (auto b = static_cast<std::size_t>(range.begin); b < static_cast<std::size_t>(range.end); ++b) {
            maxima[b] = largest_weight(view, b * posting_block, std::min(postings, (b + 1) * posting_block));
        }
    });
    return maxima;
}

PostingCursor::PostingCursor(const Bm25View& view, std::int32_t term, float weight)
    : view_(&view),
      at_(static_cast<std::size_t>(view.postings.row_offsets[static_cast<std::size_t>(term)])),
      end_(static_cast<std::size_t>(view.postings.row_offsets[static_cast<std::size_t>(term) + 1])),
      factor_(static_cast<float>(bm25_idf(view, term) * static_cast<double>(weight))) {
    // Whole blocks by their maxima; what other terms have a part of is looked at.
    const std::size_t first = (at_ + posting_block - 1) / posting_block, last = end_ / posting_block;
    float most = 0;
    if (first < last) {
        for (std::size_t b = first; b < last; ++b) most = std::max(most, view.block_maxima[b]);
        most = std::max(most, largest_weight(view, at_, first * posting_block));
        most = std::max(most, largest_weight(view, last * posting_block, end_));
    } else {
        most = largest_weight(view, at_, end_);
    }
    bound_ = std::max(0.0F, factor_ * most);
}

void PostingCursor::seek(std::int32_t document) {
    const auto documents = view_->postings.column_indices;
    if (at_ == end_ || documents[at_] >= document) return;
    std::size_t before = at_, step = 1;  // what is at `before` is less
    while (before + step < end_ && documents[before + step] < document) {
        before += step;
        step *= 2;
    }
    const auto first = documents.begin() + static_cast<std::ptrdiff_t>(before + 1);
    const auto last = documents.begin() + static_cast<std::ptrdiff_t>(std::min(end_, before + step));
    at_ = static_cast<std::size_t>(std::lower_bound(first, last, document) - documents.begin());
}

float PostingCursor::added_to(float sum) const {
    return sum + factor_ * posting_weight(*view_, at_);
}

float PostingCursor::block_bound() const {
    return std::min(bound_, std::max(0.0F, factor_ * view_->block_maxima[at_ / posting_block]));
}

std::int32_t PostingCursor::block_last() const {
    return view_->postings.column_indices[std::min(end_, (at_ / posting_block + 1) * posting_block) - 1];
}

}  // namespace eckart::text
