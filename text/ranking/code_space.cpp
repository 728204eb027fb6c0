#include "text/ranking/code_space.h"

#include <cmath>

namespace eckart::text {

Eigen::VectorXf query_code(const CodeView& view, const LatentView& latent, const WeightedTerms& query) {
    CsrMatrix q{.rows = 1, .cols = latent.term_vectors.rows(), .column_indices = {}, .values = {}};
    double squares = 0;
    for (const auto& [term, count] : query) {  // by rising term, and so by rising row
        const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(term)];
        if (row < 0) continue;
        const double weight = folded_weight(latent, row, count);
        q.column_indices.push_back(row);
        q.values.push_back(static_cast<float>(weight));
        squares += weight * weight;
    }
    if (!(squares > 0)) return {};
    for (float& value : q.values) value /= static_cast<float>(std::sqrt(squares));
    q.row_offsets.push_back(q.nonzeros());
    return encode(view.network, q).row(0).transpose();
}

}  // namespace eckart::text
