#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/random.h"

namespace eckart::testing {

/// `centers` groups of rows around points of a normal distribution, of a third of its width.
inline DenseMatrix blobs(Eigen::Index rows, Eigen::Index cols, std::uint64_t centers, std::uint64_t seed) {
    const Philox middle(seed, 1), noise(seed, 2), which(seed, 3);
    DenseMatrix x(rows, cols);
    for (Eigen::Index i = 0; i < rows; ++i) {
        const std::uint64_t center = which.below(static_cast<std::uint64_t>(i), centers);
        for (Eigen::Index l = 0; l < cols; ++l) {
            const auto at = static_cast<std::uint64_t>(l);
            x(i, l) = static_cast<float>(middle.normal(center * static_cast<std::uint64_t>(cols) + at) +
                                         noise.normal(static_cast<std::uint64_t>(i * cols + l)) / 3);
        }
    }
    return x;
}

/// Small whole numbers, with many ties of distance.
inline DenseMatrix grid(Eigen::Index rows, Eigen::Index cols, std::uint64_t values, std::uint64_t seed) {
    const Philox random(seed, 4);
    DenseMatrix x(rows, cols);
    for (Eigen::Index at = 0; at < x.size(); ++at) {
        x.data()[at] = static_cast<float>(random.below(static_cast<std::uint64_t>(at), values));
    }
    return x;
}

/// Counts, four in five of which are zero; the first entry of each row is not.
inline DenseMatrix sparse_counts(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    const Philox random(seed, 5);
    DenseMatrix x(rows, cols);
    for (Eigen::Index at = 0; at < x.size(); ++at) {
        const std::uint64_t draw = random.below(static_cast<std::uint64_t>(at), 20);
        x.data()[at] = draw < 4 ? static_cast<float>(draw + 1) : 0.0F;
    }
    x.col(0).setConstant(1.5F);
    return x;
}

inline CsrMatrix sparse_of(const DenseMatrix& x) {
    std::vector<Entry> entries;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        for (Eigen::Index l = 0; l < x.cols(); ++l) {
            if (x(i, l) != 0) entries.push_back({i, l, x(i, l)});
        }
    }
    return csr_from_entries(x.rows(), x.cols(), std::move(entries));
}

struct KmeansCase {
    std::string name;
    DenseMatrix x;
    DenseMatrix start;
    bool directions = true;  ///< no row and no centroid is zero
};

/// Inputs on which roundoff, ties and bounds have their say.
inline std::vector<KmeansCase> kmeans_cases() {
    std::vector<KmeansCase> cases;
    const auto add = [&](std::string name, DenseMatrix x, Eigen::Index k, bool directions = true) {
        DenseMatrix start = x.topRows(k);
        cases.push_back({std::move(name), std::move(x), std::move(start), directions});
    };
    add("blobs, two columns", blobs(300, 2, 8, 1), 8);
    add("blobs, many clusters", blobs(900, 5, 20, 2), 70);
    add("blobs, more columns than registers", blobs(700, 37, 10, 3), 40);
    add("more clusters than a group", blobs(700, 8, 700, 15), 150);
    add("noise", blobs(400, 10, 400, 4), 33);
    add("one column", blobs(500, 1, 6, 5), 21);
    add("one column of whole numbers", grid(300, 1, 12, 6), 9, false);
    add("ties", grid(400, 3, 4, 7), 25, false);
    add("one cluster", blobs(50, 3, 2, 8), 1);
    add("as many clusters as rows", blobs(40, 3, 5, 9), 40);
    DenseMatrix duplicates(600, 4);
    for (Eigen::Index i = 0; i < 600; ++i) duplicates.row(i) = blobs(30, 4, 6, 10).row(i % 30);
    add("each row twenty times", duplicates, 35);
    DenseMatrix far = blobs(500, 6, 7, 11);
    far.array() += 1000;
    add("far from zero", far, 20);
    DenseMatrix scales = blobs(500, 6, 7, 12);
    for (Eigen::Index i = 0; i < 500; ++i) scales.row(i) *= std::ldexp(1.0F, static_cast<int>(i % 40) - 20);
    add("lengths from 2^-20 to 2^19", scales, 24);
    add("tiny numbers", blobs(200, 3, 4, 13) * 1e-25F, 10);
    add("huge numbers", blobs(200, 3, 4, 14) * 1e17F, 10);
    DenseMatrix equal = DenseMatrix::Constant(100, 5, 3);
    add("all equal", equal, 4);
    return cases;
}

}  // namespace eckart::testing
