#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/cli/arguments/index_arguments.h"
#include "tools/jobs/documents.h"
#include "tools/jobs/points.h"
#include "tools/jobs/ratings_plan.h"
#include "tools/jobs/rows_plan.h"
#include "tools/jobs/temporary_folder.h"

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

struct PlanArguments {
    IndexArguments index;
    RatingsArguments ratings;
    std::string model;
    std::optional<std::int64_t> clusters;
    std::optional<std::int64_t> factors;
    bool map = false;
    std::string part;

    /// Whether SOURCE is rows of numbers.
    bool of_rows() const { return clusters || factors || map; }
};

void declare(Arguments& arguments, PlanArguments& given) {
    declare_index_arguments(arguments, given.index);
    arguments.option(given.model, "--model", "NAME",
                     "plan the training of this model on SOURCE, which is ratings; with options as in als:factors=32");
    arguments.offer(model_names());
    arguments.option(given.ratings.columns, "--columns", "LIST", "of the ratings, as for train");
    arguments.option(given.ratings.positive, "--positive", "X", "ratings from X up are likes, as for train");
    arguments.option(given.clusters, "--cluster", "K",
                     "plan cluster -k K of SOURCE, which is an index, a model or a matrix file", 1);
    arguments.flag(given.map, "--map", "plan the map of SOURCE, which is such a one");
    arguments.choice(given.part, "--part", point_parts(), "of SOURCE, as for cluster and map");
    arguments.option(given.factors, "--factorize", "RANK", "plan factorize --rank RANK of SOURCE, a matrix file", 1);
}

/// Throws UsageError unless the command line plans one thing, with what goes with it.
void check(const PlanArguments& given) {
    const int planned = (given.model.empty() ? 0 : 1) + (given.clusters ? 1 : 0) + (given.factors ? 1 : 0) + given.map;
    if (planned > 1) {
        throw UsageError("--model, --cluster, --map and --factorize each plan something else: give one");
    }
    if (given.model.empty() && (!given.ratings.columns.empty() || given.ratings.positive)) {
        throw UsageError("--columns and --positive go with --model");
    }
    if (!given.part.empty() && !given.clusters && !given.map) {
        throw UsageError("--part goes with --cluster and --map");
    }
    if (given.index == IndexArguments{.sources = given.index.sources, .format = given.index.format}) return;
    if (!given.model.empty() || given.of_rows()) {
        throw UsageError(
            "--rank, --weighting, --language, --solver and --tolerance go with neither --model nor --cluster, --map "
            "and "
            "--factorize");
    }
}

void plan_rows(Session& session, const PlanArguments& given) {
    if (given.index.sources.size() != 1 || given.index.format != "auto") {
        throw UsageError("--cluster, --map and --factorize take one SOURCE, whose format is told by its content");
    }
    const std::string& source = given.index.sources.front();
    if (given.clusters) return print_clustering_plan(session, source, given.part, *given.clusters);
    if (given.factors) return print_factorization_plan(session, source, *given.factors);
    print_map_plan(session, source, given.part);
}

void plan_training(Session& session, const PlanArguments& given) {
    RatingsArguments ratings = given.ratings;
    ratings.sources = given.index.sources;
    ratings.format = given.index.format;
    print_training_plan(session, given.model, ratings);
}

void plan_indexing(Session& session, const IndexArguments& given) {
    const auto plan = estimates(take_sample(given, session), text::parse_rank_rule(given.rank));
    if (session.common.json) {
        session.out.object(plan);
    } else {
        print(session.out, plan);
    }
    session.require_memory(plan["memory"].get<std::uint64_t>(), "indexing, by this estimate,");
}

void run(Session& session, const PlanArguments& given) {
    check(given);
    session.require_memory(0, "plan");
    if (!given.model.empty()) return plan_training(session, given);
    if (given.of_rows()) return plan_rows(session, given);
    plan_indexing(session, given.index);
}

}  // namespace

Command plan_command() {
    auto given = std::make_shared<PlanArguments>();
    return {
        .name = "plan",
        .summary =
            "Estimates the memory and time that indexing, training, clustering, mapping or factorizing would take",
        .examples = {"eckart plan ~/Documents --rank 300 --memory 2G", "eckart plan points.npy --cluster 100"},
        .notes =
            "Indexes the first 8 MB of text in a temporary folder and scales what that took; with --model, reads "
            "the\nratings and trains on parts of the users. With --cluster, --map or --factorize it reads the rows and "
            "works on parts\nof them; the memory is then what the command will not go beyond. With --memory it ends "
            "with code 6 if the estimate\nis above it.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
