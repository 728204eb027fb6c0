#include "tools/jobs/export_parts.h"

#include <algorithm>
#include <utility>

#include "corpora/matrices/matrix_writers.h"
#include "engine/storage/output_file.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "recsys/serving/model_store.h"
#include "text/index_files.h"
#include "text/weighted_matrix.h"
#include "tools/jobs/points.h"

namespace eckart::tools {
namespace {

constexpr std::string_view sparse_format = "matrix-market";

void write_names(const std::string& path, const RowNames& names) {
    OutputFile file(path);
    file.append(names.titles.empty() ? "id\n" : "id,title\n");
    for (std::size_t row = 0; row < names.ids.size(); ++row) {
        const std::string title = names.titles.empty() ? "" : "," + corpora::csv_field(names.titles[row]);
        file.append(corpora::csv_field(names.ids[row]) + title + "\n");
    }
    file.close();
}

void write_sparse(const std::string& part, const CsrView& matrix, ResultFolder& folder, Session& session) {
    corpora::write_matrix_market(folder.file(part + ".mtx"), matrix, session.progress());
}

void require_sparse_format(const std::string& part, const std::string& format) {
    if (format == sparse_format) return;
    throw UsageError("the part " + part + " is sparse and goes with --format matrix-market, not " + format);
}

void write_vectors(const std::string& part, const jobs::Points& points, const std::string& format, ResultFolder& folder,
                   Session& session) {
    const ConstMatrixMap vectors = points.dense();
    const RowNames names{points.ids, points.titles};
    const Progress progress = session.progress();
    if (format == "csv") return corpora::write_matrix_csv(folder.file(part + ".csv"), vectors, names.ids, {}, progress);
    if (format == "word2vec") {
        return corpora::write_word_vectors(folder.file(part + ".vec"), vectors, names.ids, progress);
    }
    if (format == "projector") {
        corpora::write_projector_vectors(folder.file("vectors.tsv"), vectors, progress);
        const bool titled =
            std::any_of(names.titles.begin(), names.titles.end(), [](const auto& t) { return !t.empty(); });
        return corpora::write_projector_metadata(folder.file("metadata.tsv"), names.ids,
                                                 titled ? names.titles : std::vector<std::string>());
    }
    if (format == "npy") {
        corpora::write_npy_matrix(folder.file(part + ".npy"), vectors, progress);
    } else {
        corpora::write_matrix_market(folder.file(part + ".mtx"), vectors, progress);
    }
    write_names(folder.file(part + "_ids.csv"), names);
}

void export_points(const std::string& store, const std::string& asked, const std::string& format, ResultFolder& folder,
                   Session& session) {
    const jobs::Points points = jobs::read_points(store, asked, session.work());
    const std::string part(name(points.kind));
    if (!points.is_sparse()) return write_vectors(part, points, format.empty() ? "npy" : format, folder, session);
    require_sparse_format(part, format.empty() ? std::string(sparse_format) : format);
    write_sparse(part, points.sparse(), folder, session);
    write_names(folder.file(part + "_ids.csv"), {points.ids, points.titles});
}

void export_weighted_matrix(const std::string& store, ResultFolder& folder, Session& session) {
    const text::WeightedMatrix x = text::weighted_matrix(store);
    if (x.matrix.cols == 0) throw UsageError(store + " has no latent space, and so no weighted matrix");
    const Catalog documents(StoreReader::open(store).file(text::index_file::catalog));
    write_sparse("matrix", x.matrix, folder, session);
    write_names(folder.file("documents_ids.csv"), names_of(documents));
    write_names(folder.file("terms_ids.csv"), {x.terms, {}});
}

void export_ratings(const std::string& path, ResultFolder& folder, Session& session) {
    const auto store = recsys::ModelStore::open(path);
    write_sparse("ratings", store.ratings(), folder, session);
    write_names(folder.file("users_ids.csv"), {names_of(store.users()).ids, {}});
    write_names(folder.file("items_ids.csv"), names_of(store.items()));
}

}  // namespace

RowNames names_of(const Catalog& catalog) {
    RowNames names;
    for (std::int64_t row = 0; row < catalog.size(); ++row) {
        CatalogEntry entry = catalog.entry(row);
        names.ids.push_back(std::move(entry.id));
        names.titles.push_back(std::move(entry.title));
    }
    return names;
}

void write_named_matrix(const std::string& name, const DenseMatrix& matrix, const RowNames& names, ResultFolder& folder,
                        Session& session) {
    corpora::write_npy_matrix(folder.file(name + ".npy"), matrix, session.progress());
    write_names(folder.file(name + "_ids.csv"), names);
}

const std::vector<std::string>& part_formats() {
    static const std::vector<std::string> formats = {"npy", "csv", "word2vec", "projector", "matrix-market"};
    return formats;
}

const std::vector<std::string>& store_parts() {
    static const std::vector<std::string> parts = {"documents", "terms", "matrix", "items", "users", "ratings"};
    return parts;
}

void export_part(const std::string& store, const std::string& part, const std::string& format, ResultFolder& folder,
                 Session& session) {
    const bool model = StoreReader::open(store).kind() == "model";
    const std::string sparse_part = model ? "ratings" : "matrix";
    const std::string asked = part.empty() && format == sparse_format ? sparse_part : part;
    if (asked == (model ? "matrix" : "ratings")) {
        throw UsageError(store + " is " + (model ? "a model" : "an index") + " and has no " + asked + "; it has " +
                         sparse_part);
    }
    if (asked != sparse_part) return export_points(store, asked, format, folder, session);
    require_sparse_format(asked, format.empty() ? std::string(sparse_format) : format);
    model ? export_ratings(store, folder, session) : export_weighted_matrix(store, folder, session);
}

}  // namespace eckart::tools
