#include "tools/jobs/clusters/assign.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "corpora/documents/open.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/query/index_space.h"
#include "tools/jobs/clusters/clustering_store.h"
#include "tools/jobs/search/documents.h"

namespace eckart::jobs {
namespace {

constexpr std::size_t documents_at_once = 4096;

/// Throws UsageError unless the points are of the same space as the rows that were clustered.
void check_same_space(const Clustering& clustering, const Points& points, const std::string& clusters) {
    if (points.width() != clustering.width) {
        throw UsageError(fmt::format("{} has {} columns; {} is a clustering of rows of {}", points.source,
                                     points.width(), clusters, clustering.width));
    }
    if (points.kind == PointKind::rows) return;
    if (points.kind != clustering.kind) {
        throw UsageError(
            fmt::format("{} is a clustering of {}, not of {}", clusters, name(clustering.kind), name(points.kind)));
    }
    if (points.space != clustering.fingerprint) {
        throw UsageError(
            fmt::format("{} is not what {} was made from, or it was made again since; its vectors mean something "
                        "else: cluster again",
                        points.source, clusters));
    }
}

/// Documents by name, with the vectors that an index gives them.
struct FoldedDocuments {
    std::vector<std::string> ids, titles;
    std::vector<DenseMatrix> parts;  ///< rows of all documents, one part after the other
};

FoldedDocuments folded_documents(const text::IndexSpace& space, corpora::DocumentReader& reader,
                                 const Progress& progress) {
    FoldedDocuments folded;
    std::vector<text::SourceDocument> documents;
    const auto fold = [&] {
        if (documents.empty()) return;
        progress.report("placing documents", folded.ids.size(), 0);
        folded.parts.push_back(space.folded(documents));
        documents.clear();
    };
    const auto next = source_of(reader);
    for (text::SourceDocument document; next(document); document = {}) {
        folded.ids.push_back(document.id);
        folded.titles.push_back(document.title);
        documents.push_back(std::move(document));
        if (documents.size() == documents_at_once) fold();
    }
    fold();
    return folded;
}

DenseMatrix stacked(const std::vector<DenseMatrix>& parts) {
    Eigen::Index rows = 0;
    for (const DenseMatrix& part : parts) rows += part.rows();
    DenseMatrix all(rows, parts.front().cols());
    rows = 0;
    for (const DenseMatrix& part : parts) {
        all.middleRows(rows, part.rows()) = part;
        rows += part.rows();
    }
    return all;
}

Points new_documents(const Clustering& clustering, const std::string& source, const AssignOptions& options,
                     const Work& work) {
    const auto space = text::IndexSpace::open(options.index.empty() ? clustering.source : options.index);
    corpora::OpenOptions opening;
    opening.format = options.format;
    const auto reader = corpora::open_documents({source}, opening);
    FoldedDocuments folded = folded_documents(space, *reader, work.progress);
    if (folded.ids.empty()) throw InputError(source + ": found " + corpora::summary(reader->report()));

    const auto vectors = std::make_shared<const DenseMatrix>(stacked(folded.parts));
    Points points(PointKind::documents, source, ConstMatrixMap(vectors->data(), vectors->rows(), vectors->cols()),
                  vectors);
    points.space = space.fingerprint();
    points.ids = std::move(folded.ids);
    points.titles = std::move(folded.titles);
    return points;
}

bool is_store(const std::string& path) {
    return std::filesystem::exists(std::filesystem::path(path) / "CURRENT");
}

Points points_to_place(const Clustering& clustering, const std::string& source, const AssignOptions& options,
                       const Work& work) {
    const bool documents = clustering.kind == PointKind::documents && options.part != name(PointKind::rows);
    if (documents && !is_store(source)) return new_documents(clustering, source, options, work);
    if (!options.index.empty() || options.format != "auto") {
        throw UsageError("an index or a format is for new documents, and " + source + " is something else");
    }
    std::string part = options.part;
    if (part.empty() && is_store(source)) part = name(clustering.kind);
    return read_points(source, part, work);
}

}  // namespace

Assigned assign(const std::string& clusters, const std::string& source, const AssignOptions& options,
                const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "assign");
    const Clustering clustering = open_clustering(clusters);
    Points points = points_to_place(clustering, source, options, work);
    check_same_space(clustering, points, clusters);
    work.require_memory(cluster_rows_memory(points, clustering.space.dimensions), "the rows");
    Placement placement = place_rows(clustering, rows_in(clustering.space, points));
    Notes notes = note_of_directionless(placement.directionless_rows(), points);
    return {std::move(points), std::move(placement), std::move(notes)};
}

}  // namespace eckart::jobs
