#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "engine/support/top_k.h"
#include "text/ranking/document_set.h"
#include "text/ranking/latent_space.h"

namespace eckart::text {

/// The cosines of one query and the documents of a latent space, computed as far as they are asked for; borrows the
/// space and the set of documents.
///
/// Where the space has codes, they give a bound on each cosine (engine/neighbors/scan_codes.h), and the vectors are
/// read of documents only whose bound is as high as what is asked for: the answers are the same bytes as those of a
/// scan of all vectors, which is what happens where there are no codes.
class LatentScan {
  public:
    /// Of all documents, or the allowed ones; `query` is of any length.
    LatentScan(const LatentView& space, const Eigen::VectorXf& query, const DocumentSet* allowed = nullptr);

    /// Of some documents, by rising row; the others have no score.
    LatentScan(const LatentView& space, const Eigen::VectorXf& query, std::vector<std::int32_t> documents);

    /// The largest cosine; 0 if none is positive.
    float largest() const;

    /// The `count` best documents by
    ///
    ///     lexical_d + latent_scale cosine_d,
    ///
    /// best first, ties by row; latent_scale >= 0. A document that has neither a positive lexical part nor a place in
    /// the space has no score. `lexical` has a number >= 0 for each document, or is empty, which stands for zeros.
    std::vector<Scored<float>> leading(std::span<const float> lexical, double latent_scale, std::size_t count) const;

    /// The scores of all documents; -infinity for those that have none.
    std::vector<float> scores(std::span<const float> lexical, double latent_scale) const;

  private:
    struct Blend;

    void bound_all();
    float cosine(std::int32_t document) const;
    float score(const Blend& blend, std::int32_t document, float cosine) const;
    bool considered(std::int32_t document) const { return allowed_ == nullptr || allowed_->contains(document); }
    std::vector<float> block_bounds(const Blend& blend) const;
    template <typename Visit>
    void visit_bounds(const Blend& blend, std::size_t block, Visit visit) const;
    std::vector<Scored<float>> highest_bounds(const Blend& blend, const std::vector<float>& blocks,
                                              std::size_t count) const;
    std::vector<Scored<float>> bounds_from(const Blend& blend, const std::vector<float>& blocks, float least) const;
    std::vector<Scored<float>> leading_bounded(const Blend& blend, std::size_t count) const;
    std::vector<Scored<float>> leading_listed(const Blend& blend, std::size_t count) const;

    const LatentView* space_;
    const DocumentSet* allowed_ = nullptr;
    Eigen::VectorXf query_;                               ///< unit length, or zero
    std::optional<std::vector<std::int32_t>> documents_;  ///< nothing: all
    bool exact_ = false;                                  ///< `bounds_` are the cosines
    std::unique_ptr<float[]> bounds_;                     ///< of each document, or of each of `documents_`
    std::vector<float> block_bounds_;                     ///< the highest of each 64 `bounds_`
};

}  // namespace eckart::text
