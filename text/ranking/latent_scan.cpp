#include "text/ranking/latent_scan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/support/parallel.h"
#include "text/ranking/least_of.h"

namespace eckart::text {
namespace {

constexpr std::int64_t scanned_documents = 4096;  ///< that a task bounds
constexpr std::int64_t bound_block = 64;          ///< documents that are passed over at once
constexpr std::int64_t blended_documents = 1 << 15;
constexpr std::int64_t few_documents = 16;  ///< of so many, one allowed: vectors of these are read at once
constexpr float no_score = -std::numeric_limits<float>::infinity();
constexpr float blend_roundoff =
    1e-6F;  ///< of a score and of its bound, together: four roundings, relative to the parts

/// One place for the arithmetic, so that a score is the same bytes wherever it is computed.
[[gnu::noinline]] float blended(float lexical, float latent_scale, float cosine) {
    return lexical + latent_scale * cosine;
}

/// The largest of 0 to `bound_block` numbers; -infinity of none. Sixteen at a time, so that it takes vector
/// instructions.
float largest_of(const float* values, std::int64_t count) {
    constexpr std::int64_t width = 16;
    float lanes[width];
    std::fill_n(lanes, width, no_score);
    std::int64_t i = 0;
    for (; i + width <= count; i += width) {
        for (std::int64_t k = 0; k < width; ++k) lanes[k] = lanes[k] < values[i + k] ? values[i + k] : lanes[k];
    }
    for (; i < count; ++i) lanes[0] = std::max(lanes[0], values[i]);
    return *std::max_element(lanes, lanes + width);
}

bool lower_bound_of_score(const Scored<float>& a, const Scored<float>& b) {
    return a.score < b.score;
}

}  // namespace

/// What documents are ranked by.
struct LatentScan::Blend {
    std::span<const float> lexical;
    float latent_scale;

    float lexical_part(std::int64_t document) const {
        return lexical.empty() ? 0 : lexical[static_cast<std::size_t>(document)];
    }

    /// Not below the score of a document with this bound on its cosine; a bound may be infinite.
    float bound(std::int64_t document, float cosine) const {
        const float words = lexical_part(document);
        const float meaning = latent_scale > 0 ? latent_scale * cosine : 0;
        return words + meaning + blend_roundoff * (words + latent_scale);
    }
};

LatentScan::LatentScan(const LatentView& space, const Eigen::VectorXf& query, const DocumentSet* allowed)
    : space_(&space), allowed_(allowed), query_(unit_query(query)) {
    const std::int64_t n = space.document_vectors.rows();
    if (allowed != nullptr && allowed->count() < n / few_documents) {
        *this = LatentScan(space, query, allowed->documents());
        return;
    }
    bounds_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(n));
    block_bounds_.resize(static_cast<std::size_t>((n + bound_block - 1) / bound_block));
    bound_all();
}

LatentScan::LatentScan(const LatentView& space, const Eigen::VectorXf& query, std::vector<std::int32_t> documents)
    : space_(&space), query_(unit_query(query)), documents_(std::move(documents)), exact_(true) {
    bounds_ = std::make_unique_for_overwrite<float[]>(documents_->size());
    parallel_blocks(static_cast<std::int64_t>(documents_->size()), scanned_documents, [this](Range range) {
        for (auto i = static_cast<std::size_t>(range.begin); i < static_cast<std::size_t>(range.end); ++i) {
            bounds_[i] = unit_cosine(*space_, query_, (*documents_)[i]);
        }
    });
}

void LatentScan::bound_all() {
    std::optional<ScanQuery> coded;
    if (space_->codes && space_->codes->dimensions() == query_.size() && query_.allFinite()) {
        coded.emplace(*space_->codes, std::span<const float>(query_.data(), static_cast<std::size_t>(query_.size())));
    }
    exact_ = !coded;
    parallel_blocks(space_->document_vectors.rows(), scanned_documents, [&](Range rows) {
        if (coded) {
            coded->product_bounds(rows, bounds_.get() + rows.begin);
        } else {
            for (auto row = rows.begin; row < rows.end; ++row)
                bounds_[static_cast<std::size_t>(row)] = unit_cosine(*space_, query_, row);
        }
        for (auto begin = rows.begin; begin < rows.end; begin += bound_block) {
            block_bounds_[static_cast<std::size_t>(begin / bound_block)] =
                largest_of(bounds_.get() + begin, std::min(bound_block, rows.end - begin));
        }
    });
}

float LatentScan::cosine(std::int32_t document) const {
    return exact_ ? bounds_[static_cast<std::size_t>(document)] : unit_cosine(*space_, query_, document);
}

float LatentScan::score(const Blend& blend, std::int32_t document, float cosine) const {
    const float lexical = blend.lexical_part(document);
    if (!(lexical > 0) && !(space_->document_lengths[static_cast<std::size_t>(document)] > 0)) return no_score;
    return blended(lexical, blend.latent_scale, cosine);
}

float LatentScan::largest() const {
    const auto top = leading({}, 1, 1);
    return top.empty() ? 0 : std::max(0.0F, top.front().score);
}

std::vector<Scored<float>> LatentScan::leading(std::span<const float> lexical, double latent_scale,
                                               std::size_t count) const {
    const Blend blend{lexical, static_cast<float>(latent_scale)};
    return documents_ ? leading_listed(blend, count) : leading_bounded(blend, count);
}

std::vector<float> LatentScan::scores(std::span<const float> lexical, double latent_scale) const {
    const Blend blend{lexical, static_cast<float>(latent_scale)};
    std::vector<float> result(space_->document_lengths.size(), no_score);
    if (documents_) {
        for (std::size_t i = 0; i < documents_->size(); ++i) {
            const std::int32_t row = (*documents_)[i];
            result[static_cast<std::size_t>(row)] = score(blend, row, bounds_[i]);
        }
        return result;
    }
    parallel_blocks(static_cast<std::int64_t>(result.size()), scanned_documents, [&](Range rows) {
        for (auto row = static_cast<std::int32_t>(rows.begin); row < rows.end; ++row) {
            if (considered(row)) result[static_cast<std::size_t>(row)] = score(blend, row, cosine(row));
        }
    });
    return result;
}

std::vector<Scored<float>> LatentScan::leading_listed(const Blend& blend, std::size_t count) const {
    TopK<float> best(count);
    for (std::size_t i = 0; i < documents_->size(); ++i) {
        best.offer((*documents_)[i], score(blend, (*documents_)[i], bounds_[i]));
    }
    return best.take();
}

/// For each block, the highest bound of a score.
std::vector<float> LatentScan::block_bounds(const Blend& blend) const {
    std::vector<float> highest(block_bounds_.size());
    const std::int64_t n = space_->document_vectors.rows();
    parallel_blocks(n, blended_documents, [&](Range rows) {
        for (auto begin = rows.begin; begin < rows.end; begin += bound_block) {
            const auto block = static_cast<std::size_t>(begin / bound_block);
            const float words =
                blend.lexical.empty() ? 0 : largest_of(blend.lexical.data() + begin, std::min(bound_block, n - begin));
            const Blend of_block{{&words, 1}, blend.latent_scale};
            highest[block] = of_block.bound(0, block_bounds_[block]);
        }
    });
    return highest;
}

/// Calls visit(document, bound of its score) for the documents of a block that are considered.
template <typename Visit>
void LatentScan::visit_bounds(const Blend& blend, std::size_t block, Visit visit) const {
    const auto begin = static_cast<std::int64_t>(block) * bound_block;
    const std::int64_t end = std::min(begin + bound_block, space_->document_vectors.rows());
    for (auto row = begin; row < end; ++row) {
        const auto document = static_cast<std::int32_t>(row);
        if (considered(document)) visit(document, blend.bound(row, bounds_[static_cast<std::size_t>(row)]));
    }
}

/// The documents of the `count` highest bounds.
std::vector<Scored<float>> LatentScan::highest_bounds(const Blend& blend, const std::vector<float>& blocks,
                                                      std::size_t count) const {
    TopK<float> highest(count);
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        if (blocks[block] < highest.threshold()) continue;
        visit_bounds(blend, block, [&](std::int32_t document, float bound) { highest.offer(document, bound); });
    }
    return highest.take();
}

/// The documents whose bounds are `least` or higher, in the order of a heap: the highest first.
std::vector<Scored<float>> LatentScan::bounds_from(const Blend& blend, const std::vector<float>& blocks,
                                                   float least) const {
    std::vector<Scored<float>> found;
    for (std::size_t block = 0; block < blocks.size(); ++block) {
        if (blocks[block] < least) continue;
        visit_bounds(blend, block, [&](std::int32_t document, float bound) {
            if (!(bound < least)) found.push_back({document, bound});
        });
    }
    std::make_heap(found.begin(), found.end(), lower_bound_of_score);
    return found;
}

/// The scores of the documents with the highest bounds say from which bound on there may be better ones. These are
/// scored by falling bound, until the bounds are below the last score that is wanted.
std::vector<Scored<float>> LatentScan::leading_bounded(const Blend& blend, std::size_t count) const {
    if (count == 0) return {};
    const std::vector<float> blocks = block_bounds(blend);
    LeastOf least(count);
    for (const auto& entry : highest_bounds(blend, blocks, count)) {
        least.add(score(blend, entry.index, cosine(entry.index)));
    }
    std::vector<Scored<float>> left = bounds_from(blend, blocks, least.value());
    TopK<float> best(count);
    LeastOf found(count);
    while (!left.empty() && !(left.front().score < found.value())) {
        std::pop_heap(left.begin(), left.end(), lower_bound_of_score);
        const std::int32_t document = left.back().index;
        left.pop_back();
        const float value = score(blend, document, cosine(document));
        best.offer(document, value);
        found.add(value);
    }
    return best.take();
}

}  // namespace eckart::text
