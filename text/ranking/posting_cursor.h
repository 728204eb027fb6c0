#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "text/ranking/bm25.h"
#include "text/ranking/joint_term.h"

namespace eckart::text {

/// Postings one behind the other, of whatever terms, that have one bound.
inline constexpr std::size_t posting_block = 64;

/// For each `posting_block` postings, the most that one of them gives to its document per unit of idf and query weight.
std::vector<float> posting_block_maxima(const Bm25View& view);

/// The documents of a list of occurrences by rising row, with what the list gives to their BM25 scores, and bounds on
/// that; borrows the view and the list. A list that is a part of the postings takes its bounds from the view's block
/// maxima; any other one is one block. Members may throw DamagedError, as `add_bm25_scores`.
///
/// `LeadingByWords` takes any class with these members.
class PostingCursor {
  public:
    PostingCursor(const Bm25View& view, const WeighedOccurrences& occurrences);

    bool at_end() const { return at_ == list_.documents.size(); }
    /// The row of the current document; not at the end.
    std::int32_t document() const { return list_.documents[at_]; }
    void next() { ++at_; }
    /// To the first document not before `document`; never back.
    void seek(std::int32_t document);
    /// `sum` and what the list gives to the current document, by the arithmetic of `add_bm25_scores`.
    float added_to(float sum) const;
    /// The most that the list gives to any document; not negative.
    float bound() const { return bound_; }
    /// The most that it gives to the current document and to those after it, up to `block_last()`; not negative.
    float block_bound() const;
    std::int32_t block_last() const;

  private:
    float largest_weight(std::size_t begin, std::size_t end) const;

    const Bm25View* view_;
    OccurrencesView list_;
    float factor_;
    std::span<const float> maxima_;  ///< of the blocks that the list has a part of; empty: it is one block
    std::size_t offset_ = 0;         ///< of the list in the first of them
    std::size_t at_ = 0;
    float bound_ = 0;
};

/// Cursors that find the documents of these words, in the order in which `add_bm25_scores` adds what they give.
std::vector<PostingCursor> posting_cursors(const Bm25View& view, std::span<const JointTerm> words);

}  // namespace eckart::text
