#include "tools/cli/terminal/index_summary.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/support/memory_budget.h"
#include "tools/jobs/common/counted.h"

namespace eckart::tools {
namespace {

nlohmann::ordered_json summary_object(const text::IndexSummary& summary) {
    return {{"documents", summary.documents},
            {"terms", summary.terms},
            {"nonzeros", summary.nonzeros},
            {"rank", summary.rank},
            {"energy", summary.energy},
            {"max_residual", summary.max_residual},
            {"seconds", summary.seconds},
            {"empty_documents", summary.empty_documents},
            {"duplicate_ids", summary.duplicate_ids},
            {"copies", summary.copies},
            {"invalid_sequences", summary.invalid_sequences},
            {"rank_reason", summary.rank_reason},
            {"blend", summary.blend},
            {"neighbors", summary.neighbors},
            {"peak_memory", summary.peak_memory}};
}

std::string ranking_line(const text::IndexSummary& summary) {
    if (summary.rank == 0) return "ranking: by words alone, since " + summary.blend;
    const long meaning = std::lround(100 * summary.latent_weight);
    return fmt::format("ranking: {}% words, {}% meaning ({}details: eckart info)", 100 - meaning, meaning,
                       summary.self_tested ? "self-tested; " : "");
}

}  // namespace

void print_index_summary(Session& session, const std::string& path, const text::IndexSummary& summary) {
    if (session.common.json) return session.out.object(summary_object(summary));
    session.out.line(path + ": " + jobs::counted(summary.documents, "document", "documents") + ", " +
                     jobs::counted(summary.terms, "term", "terms"));
    session.out.line(ranking_line(summary));
    if (!summary.neighbors.empty()) session.out.line("neighbors: " + summary.neighbors);
    session.out.line(
        fmt::format("{:.2f} seconds, peak memory {}", summary.seconds, readable_bytes(summary.peak_memory)));
}

}  // namespace eckart::tools
