#include "text/store/neighbor_file.h"

#include <algorithm>
#include <vector>

namespace eckart::text {
namespace {

constexpr Eigen::Index sample_size = 200;  ///< documents that ask for their nearest

/// Documents at even distances that have a vector.
std::vector<std::int32_t> sampled_documents(const DenseMatrix& vectors) {
    std::vector<std::int32_t> sample;
    const Eigen::Index step = std::max<Eigen::Index>(1, vectors.rows() / sample_size);
    for (Eigen::Index row = 0; row < vectors.rows(); row += step) {
        if (vectors.row(row).squaredNorm() > 0) sample.push_back(static_cast<std::int32_t>(row));
    }
    return sample;
}

/// On documents that ask for their nearest, each without itself.
ProbeMeasure measured(const InvertedFileView& file, const DenseMatrix& vectors, const Progress& progress) {
    const std::vector<std::int32_t> sample = sampled_documents(vectors);
    const DenseMatrix queries = vectors(sample, Eigen::all);
    return measure_probes(file, vectors, queries, nearest_measured, least_recall, sample, {}, progress).back();
}

}  // namespace

NeighborFile write_document_cells(const DenseMatrix& vectors, NeighborMethod method, std::uint64_t seed,
                                  const MemoryBudget& memory, const StoreWriter& writer, const Progress& progress) {
    const NeighborMethod decided = decided_method(method, vectors.rows(), vectors.cols(), memory);
    const auto measure = [&](const InvertedFileView& file) { return measured(file, vectors, progress); };
    return write_neighbor_file(vectors, Similarity::cosine, decided, measure, seed, memory, writer, progress);
}

}  // namespace eckart::text
