#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/dense_oracle.h"

namespace eckart::testing {

/// Each place is stored with probability `density`, with a value of the standard normal distribution.
inline CsrMatrix random_sparse(std::int64_t rows, std::int64_t cols, double density, std::uint64_t seed) {
    const Philox places(seed, 1), values(seed, 2);
    std::vector<Entry> entries;
    for (std::int64_t at = 0; at < rows * cols; ++at) {
        const auto index = static_cast<std::uint64_t>(at);
        if (places.uniform(index) >= density) continue;
        entries.push_back({at / cols, at % cols, static_cast<float>(values.normal(index))});
    }
    return csr_from_entries(rows, cols, std::move(entries));
}

/// The same places, each with the value 1, as likes have it.
inline CsrMatrix random_likes(std::int64_t rows, std::int64_t cols, double density, std::uint64_t seed) {
    CsrMatrix x = random_sparse(rows, cols, density, seed);
    std::fill(x.values.begin(), x.values.end(), 1.0F);
    return x;
}

/// The nonzeros of a dense matrix, rounded to float32.
inline CsrMatrix sparse(const Eigen::MatrixXd& dense) {
    std::vector<Entry> entries;
    for (Eigen::Index i = 0; i < dense.rows(); ++i) {
        for (Eigen::Index j = 0; j < dense.cols(); ++j) {
            if (dense(i, j) != 0) entries.push_back({i, j, static_cast<float>(dense(i, j))});
        }
    }
    return csr_from_entries(dense.rows(), dense.cols(), std::move(entries));
}

inline Eigen::MatrixXd dense(const CsrView& a) {
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(a.rows, a.cols);
    for (std::int64_t row = 0; row < a.rows; ++row) {
        for (auto p = a.row_offsets[static_cast<std::size_t>(row)];
             p < a.row_offsets[static_cast<std::size_t>(row) + 1]; ++p) {
            result(row, a.column_indices[static_cast<std::size_t>(p)]) = a.values[static_cast<std::size_t>(p)];
        }
    }
    return result;
}

template <class Real>
RowMajorMatrix<Real> random_panel(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    const Philox random(seed, 3);
    RowMajorMatrix<Real> panel(rows, cols);
    for (Eigen::Index i = 0; i < panel.size(); ++i) {
        panel.data()[i] = static_cast<Real>(random.normal(static_cast<std::uint64_t>(i)));
    }
    return panel;
}

/// X - 1 mu', written out.
inline Eigen::MatrixXd centered(const Eigen::MatrixXd& x) {
    return x.rowwise() - x.colwise().mean();
}

/// rows x cols with orthonormal columns, cols <= rows.
inline Eigen::MatrixXd random_orthonormal(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    const Eigen::MatrixXd start = random_panel<double>(rows, cols, seed);
    return oracle_basis(start);
}

template <class Matrix>
bool same_bytes(const Matrix& a, const Matrix& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           std::equal(a.data(), a.data() + a.size(), b.data(),
                      [](auto x, auto y) { return std::memcmp(&x, &y, sizeof x) == 0; });
}

}  // namespace eckart::testing
