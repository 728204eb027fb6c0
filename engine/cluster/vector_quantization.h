#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct VectorQuantizationOptions {
    std::int64_t codewords = 256;  ///< c, >= 1; no more are made than there are rows
    std::int64_t iterations = 25;  ///< of k-means, >= 1
    std::int64_t starts = 1;       ///< of k-means, of which the best is kept
    std::uint64_t seed = 1;
    MemoryBudget memory = {};
};

/// A codebook: a row goes to the nearest codeword, and its number stands for it. Plain data.
struct VectorQuantizer {
    DenseMatrix codewords;  ///< W, c x d

    std::int64_t dimensions() const { return codewords.cols(); }
};

/// Learns a codebook from the rows of x (n x d) by k-means, min ||X - Z W||^2 over one-hot Z (Linde, Buzo and Gray,
/// "An algorithm for vector quantizer design", IEEE Transactions on Communications 28(1), 1980, which is Lloyd's
/// method). The same bytes for any number of threads; throws as `kmeans` does.
[[nodiscard]] VectorQuantizer fit_vector_quantizer(ConstPanelRef<float> x,
                                                   const VectorQuantizationOptions& options = {},
                                                   const Progress& progress = {});

/// The nearest codeword of each row, the lowest of several. Throws UsageError if the rows have another length or an
/// entry is not finite.
[[nodiscard]] std::vector<std::int32_t> encode(const VectorQuantizer& quantizer, ConstPanelRef<float> x);

/// What codes stand for: a row of W each. Throws UsageError if there is no such codeword.
[[nodiscard]] DenseMatrix decode(const VectorQuantizer& quantizer, std::span<const std::int32_t> codes);

/// Mean over the rows of |x - decode(encode(x))|^2. Throws as encode.
[[nodiscard]] double distortion(const VectorQuantizer& quantizer, ConstPanelRef<float> x);

}  // namespace eckart
