#include "engine/cluster/vector_quantization.h"

#include <algorithm>
#include <string>

#include "engine/cluster/kmeans.h"
#include "engine/support/error.h"

namespace eckart {

VectorQuantizer fit_vector_quantizer(ConstPanelRef<float> x, const VectorQuantizationOptions& options,
                                     const Progress& progress) {
    if (options.codewords < 1) throw UsageError("a codebook needs at least one codeword");
    const KmeansOptions clustering{
        .clusters = std::min<std::int64_t>(options.codewords, std::max<std::int64_t>(1, x.rows())),
        .iterations = options.iterations,
        .tolerance = 0,
        .starts = options.starts,
        .seed = options.seed,
        .memory = options.memory};
    return {kmeans(x, clustering, {}, progress).centroids};
}

std::vector<std::int32_t> encode(const VectorQuantizer& quantizer, ConstPanelRef<float> x) {
    return assign_to_centroids(x, quantizer.codewords).labels;
}

DenseMatrix decode(const VectorQuantizer& quantizer, std::span<const std::int32_t> codes) {
    DenseMatrix rows(static_cast<Eigen::Index>(codes.size()), quantizer.dimensions());
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (codes[i] < 0 || codes[i] >= quantizer.codewords.rows()) {
            throw UsageError("code " + std::to_string(i) + " is " + std::to_string(codes[i]) + ", but there are " +
                             std::to_string(quantizer.codewords.rows()) + " codewords");
        }
        rows.row(static_cast<Eigen::Index>(i)) = quantizer.codewords.row(codes[i]);
    }
    return rows;
}

double distortion(const VectorQuantizer& quantizer, ConstPanelRef<float> x) {
    const Assignment nearest = assign_to_centroids(x, quantizer.codewords);
    return nearest.inertia / static_cast<double>(x.rows());
}

}  // namespace eckart
