#include "engine/neighbors/probe_choice.h"

#include <algorithm>
#include <chrono>

#include "engine/support/error.h"

namespace eckart {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void leave_out(Neighbors& found, std::int32_t row, std::size_t count) {
    std::erase_if(found, [row](const Scored<float>& entry) { return entry.index == row; });
    if (found.size() > count) found.resize(count);
}

/// The share of `exact` that `found` has, or has something as near for.
double recall_of(const Neighbors& exact, const Neighbors& found) {
    if (exact.empty()) return 1;
    const float last = exact.back().score;
    const auto near =
        std::count_if(found.begin(), found.end(), [last](const auto& entry) { return entry.score >= last; });
    return static_cast<double>(near) / static_cast<double>(exact.size());
}

}  // namespace

std::vector<ProbeMeasure> measure_probes(const InvertedFileView& file, ConstPanelRef<float> x,
                                         ConstPanelRef<float> queries, std::size_t count, double wanted_recall,
                                         std::span<const std::int32_t> left_out, const ProbeOptions& options,
                                         const Progress& progress) {
    if (queries.rows() == 0 || count == 0) throw UsageError("recall is measured on at least one query and neighbor");
    if (!(wanted_recall >= 0 && wanted_recall <= 1)) throw UsageError("recall lies in [0, 1]");
    const auto total = static_cast<std::size_t>(queries.rows());
    if (!left_out.empty() && left_out.size() != total) throw UsageError("one row is left out of each query's answer");
    const std::size_t wanted = left_out.empty() ? count : count + 1;
    const auto query = [&](std::size_t q) {
        return std::span<const float>{queries.data() + static_cast<Eigen::Index>(q) * queries.outerStride(),
                                      static_cast<std::size_t>(queries.cols())};
    };
    const auto cut = [&](Neighbors& found, std::size_t q) {
        if (!left_out.empty()) leave_out(found, left_out[q], count);
    };
    std::vector<Neighbors> exact(total);
    Clock::time_point start = Clock::now();
    for (std::size_t q = 0; q < total; ++q) exact[q] = nearest(x, query(q), wanted, file.similarity);
    const double exact_seconds = seconds_since(start) / static_cast<double>(total);
    for (std::size_t q = 0; q < total; ++q) cut(exact[q], q);

    std::vector<ProbeMeasure> measures;
    ProbeOptions own = options;
    for (own.probes = 1;; own.probes = std::min(2 * own.probes, file.cells())) {
        progress.report("recall", static_cast<std::uint64_t>(own.probes), static_cast<std::uint64_t>(file.cells()));
        std::vector<Neighbors> found(total);
        start = Clock::now();
        for (std::size_t q = 0; q < total; ++q) found[q] = probed(file, x, query(q), wanted, own);
        ProbeMeasure measure{own.probes, 0, seconds_since(start) / static_cast<double>(total), exact_seconds};
        for (std::size_t q = 0; q < total; ++q) {
            cut(found[q], q);
            measure.recall += recall_of(exact[q], found[q]);
        }
        measure.recall /= static_cast<double>(total);
        measures.push_back(measure);
        if (measure.recall >= wanted_recall || own.probes >= file.cells()) return measures;
    }
}

}  // namespace eckart
