#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/neighbors/exact_search.h"

namespace eckart::testing {

inline constexpr Similarity every[] = {Similarity::inner_product, Similarity::cosine, Similarity::distance};

inline std::span<const float> row_of(const DenseMatrix& rows, Eigen::Index row) {
    return {rows.row(row).data(), static_cast<std::size_t>(rows.cols())};
}

inline std::vector<std::int32_t> indices(const Neighbors& found) {
    std::vector<std::int32_t> list;
    for (const auto& entry : found) list.push_back(entry.index);
    return list;
}

/// The score of every row in float64, by loops; NaN for the cosine of a row of zeros.
inline std::vector<double> all_scores(const DenseMatrix& x, std::span<const float> query, Similarity similarity) {
    std::vector<double> scores;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        double product = 0, square = 0, query_square = 0, distance = 0;
        for (Eigen::Index l = 0; l < x.cols(); ++l) {
            const double a = x(i, l), b = query[static_cast<std::size_t>(l)];
            product += a * b;
            square += a * a;
            query_square += b * b;
            distance += (a - b) * (a - b);
        }
        scores.push_back(similarity == Similarity::inner_product ? product
                         : similarity == Similarity::cosine      ? product / std::sqrt(square * query_square)
                                                                 : -distance);
    }
    return scores;
}

}  // namespace eckart::testing
