#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "text/ranking/bm25.h"

namespace eckart::text {

/// Postings one behind the other, of whatever terms, that have one bound.
inline constexpr std::size_t posting_block = 64;

/// For each `posting_block` postings, the most that one of them gives to its document per unit of idf and query weight.
std::vector<float> posting_block_maxima(const Bm25View& view);

/// The documents of a term by rising row, with what the term gives to their BM25 scores, and bounds on that; borrows
/// the view, which has block maxima. Members may throw DamagedError, as `add_bm25_scores`.
///
/// `leading_by_words` takes any class with these members.
class PostingCursor {
  public:
    PostingCursor(const Bm25View& view, std::int32_t term, float weight);

    bool at_end() const { return at_ == end_; }
    /// The row of the current document; not at the end.
    std::int32_t document() const { return view_->postings.column_indices[at_]; }
    void next() { ++at_; }
    /// To the first document not before `document`; never back.
    void seek(std::int32_t document);
    /// `sum` and what the term gives to the current document, by the arithmetic of `add_bm25_scores`.
    float added_to(float sum) const;
    /// The most that the term gives to any document; not negative.
    float bound() const { return bound_; }
    /// The most that it gives to the current document and to those after it, up to `block_last()`; not negative.
    float block_bound() const;
    std::int32_t block_last() const;

  private:
    const Bm25View* view_;
    std::size_t at_;
    std::size_t end_;
    float factor_;  ///< idf times query weight
    float bound_;
};

}  // namespace eckart::text
