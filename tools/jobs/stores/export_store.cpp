#include "tools/jobs/stores/export_store.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>

#include "corpora/matrices/matrix_writers.h"
#include "engine/storage/output_file.h"
#include "engine/storage/result_folder.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/serving/model_store.h"
#include "text/store/index_files.h"
#include "tools/jobs/ratings/item_texts.h"
#include "tools/jobs/stores/export_parts.h"

namespace eckart::jobs {
namespace {

namespace fs = std::filesystem;

using corpora::csv_field;

/// Arrays as they are in the store: NumPy opens them.
void copy_arrays(const StoreReader& store, ResultFolder& folder) {
    for (const StoredFile& file : store.files()) {
        if (!file.name.ends_with(".npy")) continue;
        const std::string to = folder.file(file.name);
        std::error_code problem;
        fs::copy_file(store.file(file.name), to, problem);
        if (problem) throw InputError(to + ": cannot be written: " + problem.message());
    }
}

/// Writes a line `header` and, for each of `rows`, the lines that `row` gives.
void write_table(const std::string& name, const std::string& header, std::int64_t rows,
                 const std::function<std::string(std::int64_t)>& row, ResultFolder& folder, const Work& work) {
    constexpr std::int64_t rows_a_report = 1000;
    OutputFile file(folder.file(name));
    file.append(header + "\n");
    for (std::int64_t r = 0; r < rows; ++r) {
        if (r % rows_a_report == 0) {
            work.progress.report("writing " + name, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(rows));
        }
        file.append(row(r));
    }
    file.close();
}

std::string item_row(const CatalogEntry& item) {
    const auto traits = item_traits(item.attributes);
    return fmt::format("{},{},{},{}\n", csv_field(item.id), csv_field(item.title),
                       traits.year ? fmt::to_string(*traits.year) : "",
                       csv_field(fmt::format("{}", fmt::join(traits.categories, "|"))));
}

/// The rows of one user, as the readers of ratings take them again.
std::string rating_rows(const recsys::ModelStore& store, std::int64_t user) {
    const CsrView ratings = store.ratings();
    const std::string id = csv_field(store.users().entry(user).id);
    std::string rows;
    for (std::int64_t p = ratings.row_offsets[user]; p < ratings.row_offsets[user + 1]; ++p) {
        rows += fmt::format("{},{},{}", id, csv_field(store.items().entry(ratings.column_indices[p]).id),
                            ratings.values[p]);
        if (!store.times().empty()) rows += ",";
        if (!store.times().empty() && store.times()[p] != recsys::no_time) rows += fmt::to_string(store.times()[p]);
        rows += "\n";
    }
    return rows;
}

void export_model(const std::string& path, ResultFolder& folder, const Work& work) {
    const auto store = recsys::ModelStore::open(path);
    const Catalog &users = store.users(), &items = store.items();
    copy_arrays(store.store(), folder);
    write_table(
        "users.csv", "user", users.size(), [&](std::int64_t row) { return csv_field(users.entry(row).id) + "\n"; },
        folder, work);
    write_table(
        "items.csv", "item,title,year,categories", items.size(),
        [&](std::int64_t row) { return item_row(items.entry(row)); }, folder, work);
    write_table(
        "ratings.csv", store.times().empty() ? "user,item,rating" : "user,item,rating,time", users.size(),
        [&](std::int64_t row) { return rating_rows(store, row); }, folder, work);
}

void export_index(const std::string& path, ResultFolder& folder, const Work& work) {
    const StoreReader store = StoreReader::open(path, text::index_kind);
    const Catalog documents(store.file(text::index_file::catalog));
    copy_arrays(store, folder);
    write_table(
        "documents.csv", "document,title", documents.size(),
        [&](std::int64_t row) {
            const CatalogEntry entry = documents.entry(row);
            return fmt::format("{},{}\n", csv_field(entry.id), csv_field(entry.title));
        },
        folder, work);
}

}  // namespace

const std::vector<std::string>& part_formats() {
    static const std::vector<std::string> formats = {"npy", "csv", "word2vec", "projector", "matrix-market"};
    return formats;
}

const std::vector<std::string>& store_parts() {
    static const std::vector<std::string> parts = {"documents", "terms", "matrix", "items", "users", "ratings"};
    return parts;
}

std::vector<ExportedFile> export_store(const std::string& store, const std::string& path, const ExportOptions& options,
                                       const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "export");
    const std::string kind = StoreReader::open(store).kind();
    const bool model = kind == "model";
    if (!model && kind != text::index_kind) {
        throw InputError(store + " is " + kind_in_words(kind) + "; only an index or a model can be exported");
    }
    ResultFolder folder(path);
    if (!options.part.empty() || !options.format.empty()) {
        export_part(store, options, folder, work);
    } else if (model) {
        export_model(store, folder, work);
    } else {
        export_index(store, folder, work);
    }
    folder.finish();
    std::vector<ExportedFile> files;
    for (const std::string& name : folder.names()) files.push_back({name, fs::file_size(fs::path(path) / name)});
    return files;
}

}  // namespace eckart::jobs
