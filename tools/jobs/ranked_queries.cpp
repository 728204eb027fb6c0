#include "tools/jobs/ranked_queries.h"

#include <algorithm>

#include "engine/support/parallel.h"

namespace eckart::tools {
namespace {

constexpr std::size_t queries_a_block = 64;

}  // namespace

void rank_queries(Session& session, const text::Index& index, std::span<const corpora::Query> queries,
                  const text::SearchOptions& options,
                  const std::function<void(const corpora::Query&, const std::vector<text::Hit>&)>& take) {
    const Progress progress = session.progress();
    for (std::size_t begin = 0; begin < queries.size(); begin += queries_a_block) {
        progress.report("searching", begin, queries.size());
        const auto block = queries.subspan(begin, std::min(queries_a_block, queries.size() - begin));
        std::vector<std::vector<text::Hit>> hits(block.size());
        parallel_for(static_cast<std::int64_t>(block.size()), [&](std::int64_t i) {
            const auto at = static_cast<std::size_t>(i);
            hits[at] = index.search(block[at].text, options);
        });
        for (std::size_t i = 0; i < block.size(); ++i) take(block[i], hits[i]);
    }
    progress.report("searching", queries.size(), queries.size());
}

std::uint64_t ranking_memory(const text::Index& index) {
    constexpr std::uint64_t bytes_per_document = 32;
    return bytes_per_document * static_cast<std::uint64_t>(index.info().documents) *
           static_cast<std::uint64_t>(thread_count());
}

}  // namespace eckart::tools
