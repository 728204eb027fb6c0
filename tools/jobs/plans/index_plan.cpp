#include "tools/jobs/plans/index_plan.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/storage/temporary_folder.h"
#include "engine/support/parallel.h"
#include "tools/jobs/search/documents.h"

namespace eckart::jobs {
namespace {

constexpr std::int64_t sample_bytes = 8'000'000;

/// A vocabulary grows about as the square root of the text's length (Heaps' law; Manning, Raghavan and Schuetze 2008,
/// section 5.1.1); a little more, so as not to promise too little.
constexpr double vocabulary_growth = 0.6;

/// What indexing the first documents took, and which part of all they are.
struct IndexedSample {
    text::IndexSummary summary;
    std::int64_t bytes = 0;  ///< of text
    double fraction = 1;     ///< in (0, 1]
    std::uint64_t disk = 0;  ///< bytes of the index
};

std::uint64_t size_of(const std::string& folder) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return bytes;
}

/// The share of all documents that `taken` bytes are: what the reader says, or else found by reading on to the end.
double fraction_taken(corpora::DocumentReader& reader, std::int64_t taken, const Progress& progress) {
    if (const double known = reader.fraction_done(); known > 0) return std::min(known, 1.0);
    corpora::Document document;
    while (reader.next(document)) {
        progress.report("counting the rest", static_cast<std::uint64_t>(reader.report().documents), 0);
    }
    return static_cast<double>(taken) / static_cast<double>(std::max<std::int64_t>(1, reader.report().bytes));
}

IndexedSample take_sample(corpora::DocumentReader& reader, const text::IndexOptions& options,
                          const Progress& progress) {
    const auto all = source_of(reader);
    IndexedSample sample;
    bool ended = false;
    const auto first = [&](text::SourceDocument& document) {
        if (sample.bytes >= sample_bytes) return false;
        ended = !all(document);
        if (!ended) sample.bytes += static_cast<std::int64_t>(document.text.size());
        return !ended;
    };
    const TemporaryFolder folder;
    sample.summary = text::build_index(folder.path() + "/sample.idx", first, options, progress);
    sample.disk = size_of(folder.path());
    if (!ended) sample.fraction = fraction_taken(reader, sample.bytes, progress);
    return sample;
}

Plan scaled(const IndexedSample& sample, const text::RankRule& rank) {
    const double factor = 1 / sample.fraction;
    const auto times = [](auto value, double by) { return std::llround(static_cast<double>(value) * by); };
    const auto documents = times(sample.summary.documents, factor);
    const auto terms = times(sample.summary.terms, std::pow(factor, vocabulary_growth));
    const auto nonzeros = times(sample.summary.nonzeros, factor);
    return {.work = PlannedWork::index,
            .subject = {},
            .sizes = {{"documents", documents}, {"terms", terms}, {"nonzeros", nonzeros}},
            .memory = text::indexing_memory(documents, terms, nonzeros, rank),
            .memory_available = available_memory(),
            .seconds = sample.summary.seconds * factor,
            .disk = static_cast<std::uint64_t>(times(sample.disk, factor)),
            .text = static_cast<std::uint64_t>(times(sample.bytes, factor)),
            .sample = Plan::Sample{sample.summary.documents, sample.fraction}};
}

}  // namespace

Plan plan_index(const std::vector<std::string>& sources, const corpora::OpenOptions& reading,
                const text::IndexOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    const auto reader = corpora::open_documents(sources, reading);
    text::IndexOptions index = options;
    index.seed = work.seed;
    index.memory = work.memory;
    return scaled(take_sample(*reader, index, work.progress), index.rank);
}

}  // namespace eckart::jobs
