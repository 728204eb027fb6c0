#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "text/index_builder.h"
#include "tools/cli/arguments/index_arguments.h"
#include "tools/jobs/documents.h"

namespace eckart::tools {
namespace {

struct Target {
    IndexArguments given;
    std::string path;
};

void declare(Arguments& arguments, Target& target) {
    declare_index_arguments(arguments, target.given);
    arguments.option(target.path, "-o,--output", "INDEX",
                     "folder to write; an index that is there is replaced when all is done", true);
}

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
            {"invalid_sequences", summary.invalid_sequences},
            {"rank_reason", summary.rank_reason},
            {"blend", summary.blend},
            {"neighbors", summary.neighbors},
            {"peak_memory", summary.peak_memory}};
}

void print(Session& session, const text::IndexSummary& summary, const std::string& path) {
    session.out.line(fmt::format("{}: {} documents, {} terms, {} nonzeros", path, summary.documents, summary.terms,
                                 summary.nonzeros));
    session.out.line(fmt::format("rank {} ({}), energy kept {:.3f}, largest residual {:.1e}", summary.rank,
                                 summary.rank_reason, summary.energy, summary.max_residual));
    if (!summary.blend.empty()) session.out.line("hybrid: " + summary.blend);
    if (!summary.neighbors.empty()) session.out.line("neighbors: " + summary.neighbors);
    session.out.line(
        fmt::format("{:.2f} seconds, peak memory {}", summary.seconds, readable_bytes(summary.peak_memory)));
}

/// What a person may want to mend goes to stderr.
void note_oddities(Session& session, const corpora::ReadReport& report, const text::IndexSummary& summary) {
    if (!report.skipped.empty() || !report.first_problem.empty()) session.note("read " + corpora::summary(report));
    if (!summary.svd_note.empty()) session.note("svd: " + summary.svd_note);
    const auto note = [&](std::int64_t count, const char* what) {
        if (count > 0) session.note(fmt::format("{} {}", count, what));
    };
    note(summary.empty_documents, "documents without a term: found by their id only");
    note(summary.duplicate_ids, "documents left out because an earlier one has their id");
    note(summary.invalid_sequences, "sequences that are not UTF-8 were replaced");
}

/// The documents of `reader`; says what was found instead if there is none.
text::DocumentSource some_documents(corpora::DocumentReader& reader, const std::string& source) {
    return [&reader, source, next = source_of(reader)](text::SourceDocument& document) {
        if (next(document)) return true;
        if (reader.report().documents > 0) return false;
        throw InputError(source + ": found " + corpora::summary(reader.report()) +
                         ", expected text, source code, HTML, mail or a collection");
    };
}

void run(Session& session, const Target& target) {
    const text::IndexOptions options = index_options(target.given, session);
    const auto reader = open_sources(target.given);
    session.require_memory(0, "index");
    const auto source = some_documents(*reader, target.given.sources.front());
    const auto summary = text::build_index(target.path, source, options, session.progress());
    note_oddities(session, reader->report(), summary);
    if (session.common.json) {
        session.out.object(summary_object(summary));
    } else {
        print(session, summary, target.path);
    }
}

}  // namespace

Command index_command() {
    auto target = std::make_shared<Target>();
    return {.name = "index",
            .summary = "Makes an index of folders and collection files",
            .examples = {"eckart index ~/Documents -o docs.idx",
                         "eckart index corpus.jsonl --format jsonl -o corpus.idx --rank 300 --language en"},
            .notes = "The same documents, options and seed give the same bytes for any number of threads.",
            .declare = [target](Arguments& arguments) { declare(arguments, *target); },
            .run = [target](Session& session) { run(session, *target); }};
}

}  // namespace eckart::tools
