#include "tools/jobs/stores/export_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "corpora/matrices/matrix_writers.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "recsys/serving/model_store.h"
#include "text/store/index_files.h"
#include "text/store/weighted_matrix.h"
#include "tools/jobs/common/named_rows.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {
namespace {

constexpr std::string_view sparse_format = "matrix-market";

void write_sparse(const std::string& part, const CsrView& matrix, ResultFolder& folder, const Work& work) {
    corpora::write_matrix_market(folder.file(part + ".mtx"), matrix, work.progress);
}

void require_sparse_format(const std::string& part, const std::string& format) {
    if (format.empty() || format == sparse_format) return;
    throw UsageError(
        fmt::format("{} is sparse, and cannot be written as {}: use the format {}", part, format, sparse_format));
}

void write_vectors(const std::string& part, const Points& points, const std::string& format, ResultFolder& folder,
                   const Work& work) {
    const ConstMatrixMap vectors = points.dense();
    const RowNames names{points.ids, points.titles};
    if (format == "csv") {
        return corpora::write_matrix_csv(folder.file(part + ".csv"), vectors, names.ids, {}, work.progress);
    }
    if (format == "word2vec") {
        return corpora::write_word_vectors(folder.file(part + ".vec"), vectors, names.ids, work.progress);
    }
    if (format == "projector") {
        corpora::write_projector_vectors(folder.file("vectors.tsv"), vectors, work.progress);
        const bool titled =
            std::any_of(names.titles.begin(), names.titles.end(), [](const auto& t) { return !t.empty(); });
        return corpora::write_projector_metadata(folder.file("metadata.tsv"), names.ids,
                                                 titled ? names.titles : std::vector<std::string>());
    }
    if (format == sparse_format) {
        corpora::write_matrix_market(folder.file(part + ".mtx"), vectors, work.progress);
    } else {
        corpora::write_npy_matrix(folder.file(part + ".npy"), vectors, work.progress);
    }
    write_names(folder.file(part + "_ids.csv"), names);
}

void export_points(const std::string& store, const ExportOptions& options, ResultFolder& folder, const Work& work) {
    const Points points = read_points(store, options.part, work);
    const std::string part(name(points.kind));
    if (!points.is_sparse()) return write_vectors(part, points, options.format, folder, work);
    require_sparse_format(part, options.format);
    write_sparse(part, points.sparse(), folder, work);
    write_names(folder.file(part + "_ids.csv"), {points.ids, points.titles});
}

void export_weighted_matrix(const std::string& store, ResultFolder& folder, const Work& work) {
    const text::WeightedMatrix x = text::weighted_matrix(store);
    if (x.matrix.cols == 0) throw UsageError(store + " has no latent space, and so no weighted matrix");
    const Catalog documents(StoreReader::open(store).file(text::index_file::catalog));
    write_sparse("matrix", x.matrix, folder, work);
    write_names(folder.file("documents_ids.csv"), names_of(documents));
    write_names(folder.file("terms_ids.csv"), {x.terms, {}});
}

void export_ratings(const std::string& path, ResultFolder& folder, const Work& work) {
    const auto store = recsys::ModelStore::open(path);
    write_sparse("ratings", store.ratings(), folder, work);
    write_names(folder.file("users_ids.csv"), {names_of(store.users()).ids, {}});
    write_names(folder.file("items_ids.csv"), names_of(store.items()));
}

}  // namespace

void export_part(const std::string& store, const ExportOptions& options, ResultFolder& folder, const Work& work) {
    const bool model = StoreReader::open(store).kind() == "model";
    const std::string sparse_part = model ? "ratings" : "matrix";
    ExportOptions asked = options;
    if (asked.part.empty() && asked.format == sparse_format) asked.part = sparse_part;
    if (asked.part == (model ? "matrix" : "ratings")) {
        throw UsageError(fmt::format("{} is {} and has no {}; it has {}", store, model ? "a model" : "an index",
                                     asked.part, sparse_part));
    }
    if (asked.part != sparse_part) return export_points(store, asked, folder, work);
    require_sparse_format(asked.part, asked.format);
    model ? export_ratings(store, folder, work) : export_weighted_matrix(store, folder, work);
}

}  // namespace eckart::jobs
