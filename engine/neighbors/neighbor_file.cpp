#include "engine/neighbors/neighbor_file.h"

#include <iomanip>
#include <sstream>

namespace eckart {
namespace {

constexpr std::int64_t large_entries = std::int64_t{64} << 20;  ///< 256 MB of float32
constexpr std::int64_t default_code_bytes = 25;

std::string note_of(const NeighborFile& file, const ProbeMeasure& measure) {
    std::ostringstream line;
    line << std::fixed << std::setprecision(2) << name(file.method) << " of " << file.cells << " cells, " << file.probes
         << " looked into: " << measure.recall << " of the ten nearest in " << 1e3 * measure.seconds
         << " ms, where reading all takes " << 1e3 * measure.exact_seconds;
    return line.str();
}

}  // namespace

NeighborMethod decided_method(NeighborMethod method, std::int64_t rows, std::int64_t cols, const MemoryBudget& memory) {
    if (method != NeighborMethod::automatic) return method;
    const bool fits = memory.bytes == 0 || inverted_file_memory(rows, cols, {}) <= memory.bytes;
    return rows * cols >= large_entries && fits ? NeighborMethod::ivf : NeighborMethod::exact;
}

NeighborFile write_neighbor_file(ConstPanelRef<float> vectors, Similarity similarity, NeighborMethod method,
                                 const NeighborMeasure& measured, std::uint64_t seed, const MemoryBudget& memory,
                                 const StoreWriter& writer, const Progress& progress) {
    if (method == NeighborMethod::exact) return {};
    const std::int64_t bytes = method == NeighborMethod::ivf_pq ? default_code_bytes : 0;
    const InvertedFile file = inverted_file(vectors, similarity, {.code_bytes = bytes, .seed = seed}, memory, progress);
    if (file.rows.empty()) return {};
    const ProbeMeasure measure = measured(view(file));
    NeighborFile result{.method = method,
                        .cells = file.centroids.rows(),
                        .probes = measure.probes,
                        .recall = measure.recall,
                        .note = {}};
    result.note = note_of(result, measure);
    write_inverted_file(file, writer, neighbor_prefix);
    return result;
}

}  // namespace eckart
