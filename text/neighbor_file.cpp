#include "text/neighbor_file.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <vector>

#include "engine/neighbors/probe_choice.h"

namespace eckart::text {
namespace {

constexpr std::int64_t kLargeEntries = std::int64_t{64} << 20;  ///< 256 MB of float32
constexpr double kRecall = 0.98;
constexpr std::size_t kNearest = 10;
constexpr Eigen::Index kSample = 200;  ///< documents that ask for their nearest
constexpr std::int64_t kCodeBytes = 25;

/// What is made: `automatic` decided.
NeighborMethod decided(const DenseMatrix& vectors, NeighborMethod method, const MemoryBudget& memory) {
    if (method != NeighborMethod::automatic) return method;
    const std::uint64_t needed = inverted_file_memory(vectors.rows(), vectors.cols(), {});
    const bool fits = memory.bytes == 0 || needed <= memory.bytes;
    return vectors.size() >= kLargeEntries && fits ? NeighborMethod::ivf : NeighborMethod::exact;
}

/// Documents at even distances that have a vector.
std::vector<std::int32_t> sampled_documents(const DenseMatrix& vectors) {
    std::vector<std::int32_t> sample;
    const Eigen::Index step = std::max<Eigen::Index>(1, vectors.rows() / kSample);
    for (Eigen::Index row = 0; row < vectors.rows(); row += step) {
        if (vectors.row(row).squaredNorm() > 0) sample.push_back(static_cast<std::int32_t>(row));
    }
    return sample;
}

ProbeMeasure measured(const InvertedFile& file, const DenseMatrix& vectors, const Progress& progress) {
    const std::vector<std::int32_t> sample = sampled_documents(vectors);
    DenseMatrix queries(static_cast<Eigen::Index>(sample.size()), vectors.cols());
    for (Eigen::Index q = 0; q < queries.rows(); ++q) queries.row(q) = vectors.row(sample[static_cast<std::size_t>(q)]);
    return measure_probes(view(file), vectors, queries, kNearest, kRecall, sample, {}, progress).back();
}

std::string note_of(const NeighborFile& file, const ProbeMeasure& measure) {
    std::ostringstream line;
    line << std::fixed << std::setprecision(2) << name(file.method) << " of " << file.cells << " cells, " << file.probes
         << " looked into: " << measure.recall << " of the ten nearest in " << 1e3 * measure.seconds
         << " ms, where reading all takes " << 1e3 * measure.exact_seconds;
    return line.str();
}

}  // namespace

NeighborFile write_neighbor_file(const DenseMatrix& vectors, NeighborMethod method, std::uint64_t seed,
                                 const MemoryBudget& memory, const StoreWriter& writer, const Progress& progress) {
    NeighborFile result{.method = decided(vectors, method, memory), .note = {}};
    if (result.method == NeighborMethod::exact) return result;
    const std::int64_t bytes = result.method == NeighborMethod::ivf_pq ? kCodeBytes : 0;
    const InvertedFile file =
        inverted_file(vectors, Similarity::cosine, {.code_bytes = bytes, .seed = seed}, memory, progress);
    if (file.rows.empty()) return {};
    const ProbeMeasure measure = measured(file, vectors, progress);
    result.cells = file.centroids.rows();
    result.probes = measure.probes;
    result.recall = measure.recall;
    result.note = note_of(result, measure);
    write_inverted_file(file, writer, neighbor_prefix);
    return result;
}

}  // namespace eckart::text
