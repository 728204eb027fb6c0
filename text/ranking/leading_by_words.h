#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "engine/support/top_k.h"
#include "text/ranking/document_set.h"
#include "text/ranking/least_of.h"

namespace eckart::text {

/// The `count` documents of the highest sums of what the cursors give, best first, ties by row: those above 0, and the
/// same bytes as where each cursor in turn adds what it gives to the scores of all documents. Cursors are as
/// PostingCursor, and are moved.
///
/// MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), document by document, with the
/// maxima of blocks (Ding and Suel, "Faster top-k document retrieval using block-max indexes", 2011): as soon as the
/// cursors of the lowest bounds together cannot lift a document to the last place of the page, documents that these
/// alone have are passed over, and a document is left as soon as what it has and what the others may give is too
/// little.
template <typename Cursor>
class LeadingByWords {
  public:
    LeadingByWords(std::span<Cursor> cursors, std::size_t count, const DocumentSet* allowed)
        : cursors_(cursors),
          allowed_(allowed),
          order_(cursors.size()),
          below_(cursors.size() + 1, 0),
          best_(count),
          least_(count) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(),
                         [&](std::size_t a, std::size_t b) { return cursors_[a].bound() < cursors_[b].bound(); });
        for (std::size_t i = 0; i < order_.size(); ++i) below_[i + 1] = below_[i] + in_order(i).bound();
        if (count == 0) essential_ = order_.size();
    }

    std::vector<Scored<float>> found() {
        while (true) {
            const std::int32_t document = next_document();
            if (document == none) return best_.take();
            if (pass_over_block()) continue;
            if ((allowed_ == nullptr || allowed_->contains(document)) && may_lead(document)) offer(document);
            for (std::size_t i = essential_; i < order_.size(); ++i) {
                if (is_at(in_order(i), document)) in_order(i).next();
            }
            while (essential_ < order_.size() && too_little(below_[essential_ + 1])) ++essential_;
        }
    }

  private:
    static constexpr std::int32_t none = std::numeric_limits<std::int32_t>::max();
    static constexpr float roundoff = 1e-5F;  ///< of sums of up to some dozens of terms, in whatever order

    Cursor& in_order(std::size_t i) { return cursors_[order_[i]]; }
    static bool is_at(const Cursor& cursor, std::int32_t document) {
        return !cursor.at_end() && cursor.document() == document;
    }

    /// Whether a document of at most this score cannot enter the page: one of an earlier row wins a tie.
    bool too_little(float bound) const { return bound + roundoff * bound <= least_.value(); }

    /// The first document that an essential cursor has.
    std::int32_t next_document() {
        std::int32_t first = none;
        for (std::size_t i = essential_; i < order_.size(); ++i) {
            if (!in_order(i).at_end()) first = std::min(first, in_order(i).document());
        }
        return first;
    }

    /// Where one cursor alone is essential, moves it behind its block if the block has too little.
    bool pass_over_block() {
        if (essential_ + 1 != order_.size()) return false;
        Cursor& cursor = in_order(essential_);
        if (!too_little(below_[essential_] + cursor.block_bound())) return false;
        cursor.seek(cursor.block_last());
        cursor.next();
        return true;
    }

    /// Moves the other cursors to the document, as long as it can lead.
    bool may_lead(std::int32_t document) {
        float most = 0;
        for (std::size_t i = essential_; i < order_.size(); ++i) {
            if (is_at(in_order(i), document)) most += std::max(0.0F, in_order(i).added_to(0));
        }
        for (std::size_t i = essential_; i-- > 0;) {
            if (too_little(most + below_[i + 1])) return false;
            Cursor& cursor = in_order(i);
            if (!cursor.at_end() && cursor.document() < document) cursor.seek(document);
            if (is_at(cursor, document)) most += std::max(0.0F, cursor.added_to(0));
        }
        return !too_little(most);
    }

    /// All cursors that have the document are at it.
    void offer(std::int32_t document) {
        float score = 0;
        for (const Cursor& cursor : cursors_) {
            if (is_at(cursor, document)) score = cursor.added_to(score);
        }
        if (!(score > 0)) return;
        best_.offer(document, score);
        least_.add(score);
    }

    std::span<Cursor> cursors_;
    const DocumentSet* allowed_;
    std::vector<std::size_t> order_;  ///< cursors by rising bound
    std::vector<float> below_;        ///< sums of the bounds of the first so many
    std::size_t essential_ = 0;       ///< the first cursor in order that can bring new documents
    TopK<float> best_;
    LeastOf least_;
};

}  // namespace eckart::text
