#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "corpora/documents/open.h"
#include "engine/support/error.h"
#include "text/index_space.h"
#include "tools/cli/terminal/shown_clusters.h"
#include "tools/jobs/clustering.h"
#include "tools/jobs/documents.h"
#include "tools/jobs/points.h"

namespace eckart::tools {
namespace {

constexpr std::size_t documents_at_once = 4096;

struct AssignArguments {
    std::string clusters;
    std::string source;
    std::string index;
    std::string part;
    std::string format = "auto";
    std::string assignments;
};

void declare(Arguments& arguments, AssignArguments& given) {
    arguments.positional(given.clusters, "CLUSTERS", "folder made by eckart cluster -o");
    arguments.positional(given.source, "SOURCE",
                         "what was clustered, or more of its kind: a matrix file of the same columns, or, for "
                         "clusters of documents, folders and files of new documents");
    arguments.choice(given.part, "--part", point_parts(),
                     "what of SOURCE; not given: what the clusters are of; rows: SOURCE is a matrix file whatever the "
                     "clusters are of");
    arguments.option(given.index, "--index", "INDEX",
                     "the index that was clustered, for new documents; not given: where it was then");
    arguments.option(given.format, "--format", "NAME", "of new documents, as eckart index has it");
    arguments.option(given.assignments, "--assignments", "FILE", "write id, cluster and distance of each row, as TSV");
}

/// Throws UsageError if rows of the points mean something else than those that were clustered.
void check_same_space(const Clustering& clustering, const Points& points, const std::string& clusters) {
    if (points.width() != clustering.width) {
        throw UsageError(fmt::format("{} has {} columns, and {} is of rows of {}", points.source, points.width(),
                                     clusters, clustering.width));
    }
    if (points.kind == PointKind::rows) return;
    if (points.kind != clustering.kind) {
        throw UsageError(fmt::format("{} is of {}, not of {}", clusters, name(clustering.kind), name(points.kind)));
    }
    if (points.space != clustering.fingerprint) {
        throw UsageError(
            fmt::format("{} is not what {} was made of, or was made anew since: its vectors mean something else",
                        points.source, clusters));
    }
}

/// New documents, with the vectors that the index gives them.
Points new_documents(const Clustering& clustering, const AssignArguments& given, Session& session) {
    const auto space = text::IndexSpace::open(given.index.empty() ? clustering.source : given.index);
    corpora::OpenOptions options;
    options.format = given.format;
    const auto reader = corpora::open_documents({given.source}, options);
    const auto next = jobs::source_of(*reader);
    std::vector<text::SourceDocument> documents;
    std::vector<std::string> ids, titles;
    std::vector<DenseMatrix> parts;
    const auto fold = [&] {
        session.progress().report("placing documents", ids.size(), 0);
        parts.push_back(space.folded(documents));
        documents.clear();
    };
    for (text::SourceDocument document; next(document);) {
        ids.push_back(document.id);
        titles.push_back(document.title);
        documents.push_back(std::move(document));
        document = {};
        if (documents.size() == documents_at_once) fold();
    }
    if (!documents.empty()) fold();
    if (ids.empty()) throw InputError(given.source + ": found " + corpora::summary(reader->report()));

    auto vectors = std::make_shared<DenseMatrix>(static_cast<Eigen::Index>(ids.size()), parts.front().cols());
    Eigen::Index row = 0;
    for (const DenseMatrix& part : parts) {
        vectors->middleRows(row, part.rows()) = part;
        row += part.rows();
    }
    const ConstMatrixMap view(vectors->data(), vectors->rows(), vectors->cols());
    Points points(PointKind::documents, given.source, view, vectors);
    points.space = space.fingerprint();
    points.ids = std::move(ids);
    points.titles = std::move(titles);
    return points;
}

bool is_store(const std::string& path) {
    return std::filesystem::exists(std::filesystem::path(path) / "CURRENT");
}

Points points_to_place(const Clustering& clustering, const AssignArguments& given, Session& session) {
    const bool documents = clustering.kind == PointKind::documents && given.part != name(PointKind::rows);
    if (documents && !is_store(given.source)) return new_documents(clustering, given, session);
    if (!given.index.empty() || given.format != "auto") {
        throw UsageError("--index and --format go with new documents, and " + given.source + " is none");
    }
    std::string part = given.part;
    if (part.empty() && is_store(given.source)) part = name(clustering.kind);
    return read_points(given.source, part, session);
}

void run(Session& session, const AssignArguments& given) {
    session.require_memory(0, "assign");
    const Clustering clustering = open_clustering(given.clusters);
    const Points points = points_to_place(clustering, given, session);
    check_same_space(clustering, points, given.clusters);
    session.require_memory(cluster_rows_memory(points, clustering.space), "the rows");
    const Placement placement = place_rows(clustering, rows_in(clustering.space, points));
    const auto lost = std::count(placement.directionless.begin(), placement.directionless.end(), 1);
    if (lost > 0) {
        session.note(
            fmt::format("{} of {} {} have no direction, so they are put into cluster 0, the largest, at a "
                        "distance of 1",
                        lost, points.size(), name(points.kind)));
    }
    if (!given.assignments.empty()) write_assignments(given.assignments, points, placement, session);
    print_rows(session, points, placement);
}

}  // namespace

Command assign_command() {
    auto given = std::make_shared<AssignArguments>();
    return {.name = "assign",
            .summary = "Puts rows or new documents into the clusters of a stored clustering",
            .examples = {"eckart assign docs.clusters new-folder", "eckart assign points.clusters more.npy --json"},
            .notes =
                "New documents get the vectors that the index would have given them; words that it does not know "
                "are passed over.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
