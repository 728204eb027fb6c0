#pragma once

#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/random.h"

namespace eckart::testing {

/// Rows of sparse attributes, targets that depend on them, and weights of the rows.
struct RidgeCase {
    CsrMatrix a;
    DenseMatrixF64 e;
    std::vector<float> weights;
};

inline RidgeCase ridge_case(std::int64_t n, std::int64_t p, std::int64_t k, std::uint64_t seed) {
    const Philox random(seed, 1), normal(seed, 2);
    RidgeCase made;
    std::vector<Entry> entries;
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t j = 0; j < p; ++j) {
            const auto place = static_cast<std::uint64_t>(i * p + j);
            if (random.uniform(place) < 0.2) entries.push_back({i, j, static_cast<float>(1 + random.below(place, 3))});
        }
        made.weights.push_back(static_cast<float>(0.5 + normal.uniform(static_cast<std::uint64_t>(i))));
    }
    made.a = csr_from_entries(n, p, std::move(entries));
    DenseMatrixF64 dense = DenseMatrixF64::Zero(n, p), w(p, k);
    for (std::int64_t i = 0; i < n; ++i) {
        const CsrRow row = made.a.row(i);
        for (std::size_t q = 0; q < row.size(); ++q) dense(i, row.columns[q]) = static_cast<double>(row.values[q]);
    }
    for (Eigen::Index i = 0; i < w.size(); ++i) w.data()[i] = normal.normal(static_cast<std::uint64_t>(i));
    made.e = dense * w;
    for (Eigen::Index i = 0; i < made.e.size(); ++i) {
        made.e.data()[i] += 3 + 0.5 * normal.normal(static_cast<std::uint64_t>(100000 + i));
    }
    return made;
}

/// A in full, with a column of ones behind.
inline Eigen::MatrixXd with_ones(const CsrMatrix& a) {
    Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(a.rows, a.cols + 1);
    for (std::int64_t i = 0; i < a.rows; ++i) {
        const CsrRow row = a.row(i);
        for (std::size_t q = 0; q < row.size(); ++q) dense(i, row.columns[q]) = static_cast<double>(row.values[q]);
        dense(i, a.cols) = 1;
    }
    return dense;
}

}  // namespace eckart::testing
