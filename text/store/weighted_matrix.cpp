#include "text/store/weighted_matrix.h"

#include "text/store/open_index.h"

namespace eckart::text {

void weigh_latent_terms(const Weighting& weighting, std::span<const std::int32_t> latent_rows,
                        std::span<const float> global_weights, CsrMatrix& counts) {
    counts.cols = static_cast<std::int64_t>(global_weights.size());
    std::size_t kept = 0, begin = 0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(counts.rows); ++row) {
        const auto end = static_cast<std::size_t>(counts.row_offsets[row + 1]);
        for (std::size_t p = begin; p < end; ++p) {
            const std::int32_t column = latent_rows[static_cast<std::size_t>(counts.column_indices[p])];
            if (column < 0) continue;
            counts.column_indices[kept] = column;
            counts.values[kept++] = counts.values[p];
        }
        begin = end;
        counts.row_offsets[row + 1] = static_cast<std::int64_t>(kept);
    }
    counts.column_indices.resize(kept);
    counts.values.resize(kept);
    weight_rows(weighting, global_weights, counts);
}

WeightedMatrix weighted_matrix(const std::string& path) {
    const OpenIndex open(path);
    const LatentView latent = open.files().latent();
    WeightedMatrix made;
    made.matrix = transposed(open.files().postings());
    weigh_latent_terms(latent.weighting, latent.latent_rows, latent.global_weights, made.matrix);
    for (std::size_t term = 0; term < latent.latent_rows.size(); ++term) {
        if (latent.latent_rows[term] < 0) continue;
        made.terms.emplace_back(open.vocabulary().term(static_cast<std::int32_t>(term)));
    }
    return made;
}

}  // namespace eckart::text
