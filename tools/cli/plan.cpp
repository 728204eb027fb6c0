#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/cli/documents.h"
#include "tools/cli/index_arguments.h"
#include "tools/cli/temporary_folder.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t sample_bytes = 8'000'000;

/// A vocabulary grows about as the square root of the text's length (Heaps' law; Manning, Raghavan and Schuetze 2008,
/// section 5.1.1); a little more, so as not to promise too little.
constexpr double vocabulary_growth = 0.6;

/// What indexing the first documents took, and which part of all they are.
struct Sample {
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

/// How much of all documents `taken` bytes are: what the reader says, or else found by reading on to the end.
double fraction_taken(corpora::DocumentReader& reader, std::int64_t taken, const Progress& progress) {
    if (const double known = reader.fraction_done(); known > 0) return std::min(known, 1.0);
    corpora::Document document;
    while (reader.next(document))
        progress.report("counting the rest", static_cast<std::uint64_t>(reader.report().documents), 0);
    return static_cast<double>(taken) / static_cast<double>(std::max<std::int64_t>(1, reader.report().bytes));
}

Sample take_sample(const IndexArguments& given, Session& session) {
    const auto reader = open_sources(given);
    const auto all = source_of(*reader);
    Sample sample;
    bool ended = false;
    const auto first = [&](text::SourceDocument& document) {
        if (sample.bytes >= sample_bytes) return false;
        ended = !all(document);
        if (!ended) sample.bytes += static_cast<std::int64_t>(document.text.size());
        return !ended;
    };
    const TemporaryFolder folder;
    sample.summary =
        text::build_index(folder.path() + "/sample.idx", first, index_options(given, session), session.progress());
    sample.disk = size_of(folder.path());
    if (!ended) sample.fraction = fraction_taken(*reader, sample.bytes, session.progress());
    return sample;
}

nlohmann::ordered_json estimates(const Sample& sample, const text::RankRule& rank) {
    const double factor = 1 / sample.fraction;
    const auto scaled = [](auto value, double by) { return std::llround(static_cast<double>(value) * by); };
    const auto documents = scaled(sample.summary.documents, factor);
    const auto terms = scaled(sample.summary.terms, std::pow(factor, vocabulary_growth));
    const auto nonzeros = scaled(sample.summary.nonzeros, factor);
    return {{"documents", documents},
            {"text_bytes", scaled(sample.bytes, factor)},
            {"terms", terms},
            {"nonzeros", nonzeros},
            {"memory", text::indexing_memory(documents, terms, nonzeros, rank)},
            {"memory_available", available_memory()},
            {"disk", scaled(sample.disk, factor)},
            {"seconds", sample.summary.seconds * factor},
            {"sampled_documents", sample.summary.documents},
            {"sampled_fraction", sample.fraction}};
}

void print(Output& out, const nlohmann::ordered_json& plan) {
    const auto bytes = [&](const char* field) { return readable_bytes(plan[field].get<std::uint64_t>()); };
    Table table({"to index", "about"});
    for (const char* field : {"documents", "terms", "nonzeros"}) table.add({field, plan[field].dump()});
    table.add({"text", bytes("text_bytes")});
    table.add({"memory", bytes("memory") + " of " + bytes("memory_available") + " available"});
    table.add({"disk", bytes("disk")});
    table.add({"time", fmt::format("{:.1f} s", plan["seconds"].get<double>())});
    table.print(out);
    out.line(fmt::format("estimated from the first {} documents, {:.3g}% of all, by indexing them",
                         plan["sampled_documents"].get<std::int64_t>(), 100 * plan["sampled_fraction"].get<double>()));
}

void run(Session& session, const IndexArguments& given) {
    session.require_memory(0, "plan");
    const auto plan = estimates(take_sample(given, session), text::parse_rank_rule(given.rank));
    if (session.common.json) {
        session.out.object(plan);
    } else {
        print(session.out, plan);
    }
    session.require_memory(plan["memory"].get<std::uint64_t>(), "indexing, by this estimate,");
}

}  // namespace

Command plan_command() {
    auto given = std::make_shared<IndexArguments>();
    return {.name = "plan",
            .summary = "Estimates the memory, disk and time that indexing would take",
            .examples = {"eckart plan ~/Documents", "eckart plan corpus.jsonl --rank 300 --memory 2G"},
            .notes =
                "Indexes the first 8 MB of text in a temporary folder and scales what that took. With --memory it ends "
                "with\n"
                "code 6 if the estimate is above it.",
            .declare = [given](Arguments& arguments) { declare_index_arguments(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
