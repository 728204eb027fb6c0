#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "corpora/matrices/matrix_writers.h"
#include "engine/storage/output_file.h"
#include "engine/support/error.h"
#include "recsys/serving/model_store.h"
#include "tools/jobs/export_parts.h"
#include "tools/jobs/item_texts.h"
#include "tools/jobs/result_folder.h"

namespace eckart::tools {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
    std::string store;
    std::string folder;
    std::string part;
    std::string format;
};

using corpora::csv_field;

/// Writes the files of an export.
class Exporter {
  public:
    Exporter(ResultFolder& folder, Progress progress) : folder_(folder), progress_(std::move(progress)) {}

    /// Arrays as they are in the store: NumPy opens them.
    void copy_arrays(const StoreReader& store) {
        for (const StoredFile& file : store.files()) {
            if (!file.name.ends_with(".npy")) continue;
            const std::string to = folder_.file(file.name);
            std::error_code problem;
            fs::copy_file(store.file(file.name), to, problem);
            if (problem) throw InputError(to + ": cannot be written: " + problem.message());
        }
    }

    void write_table(const std::string& name, const std::string& header, std::int64_t rows,
                     const std::function<std::string(std::int64_t)>& row) {
        OutputFile file(folder_.file(name));
        file.append(header + "\n");
        for (std::int64_t r = 0; r < rows; ++r) {
            if (r % 1000 == 0) {
                progress_.report("writing " + name, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(rows));
            }
            file.append(row(r));
        }
        file.close();
    }

  private:
    ResultFolder& folder_;
    Progress progress_;
};

std::string item_row(const CatalogEntry& item) {
    const recsys::ItemTraits traits = jobs::item_traits(item.attributes);
    std::string categories;
    for (const std::string& category : traits.categories) categories += (categories.empty() ? "" : "|") + category;
    return csv_field(item.id) + "," + csv_field(item.title) + "," + (traits.year ? std::to_string(*traits.year) : "") +
           "," + csv_field(categories) + "\n";
}

std::string time_text(std::int64_t time) {
    return time == recsys::no_time ? "" : std::to_string(time);
}

/// The rows of one user, as the readers of ratings take them again.
std::string rating_rows(const recsys::ModelStore& store, std::int64_t user) {
    const CsrView ratings = store.ratings();
    const std::string id = csv_field(store.users().entry(user).id);
    const auto at = [&](std::int64_t row) {
        return static_cast<std::size_t>(ratings.row_offsets[static_cast<std::size_t>(row)]);
    };
    std::string rows;
    for (std::size_t p = at(user); p < at(user + 1); ++p) {
        rows += fmt::format("{},{},{}", id, csv_field(store.items().entry(ratings.column_indices[p]).id),
                            ratings.values[p]);
        if (!store.times().empty()) rows += "," + time_text(store.times()[p]);
        rows += "\n";
    }
    return rows;
}

void export_model(Exporter& exporter, const std::string& path) {
    const auto store = recsys::ModelStore::open(path);
    exporter.copy_arrays(store.store());
    exporter.write_table("users.csv", "user", store.users().size(),
                         [&](std::int64_t row) { return csv_field(store.users().entry(row).id) + "\n"; });
    exporter.write_table("items.csv", "item,title,year,categories", store.items().size(),
                         [&](std::int64_t row) { return item_row(store.items().entry(row)); });
    exporter.write_table("ratings.csv", store.times().empty() ? "user,item,rating" : "user,item,rating,time",
                         store.users().size(), [&](std::int64_t row) { return rating_rows(store, row); });
}

void export_index(Exporter& exporter, const std::string& path) {
    const StoreReader store = StoreReader::open(path, "text-index");
    const Catalog documents(store.file("catalog.sqlite"));
    exporter.copy_arrays(store);
    exporter.write_table("documents.csv", "document,title", documents.size(), [&](std::int64_t row) {
        const CatalogEntry entry = documents.entry(row);
        return csv_field(entry.id) + "," + csv_field(entry.title) + "\n";
    });
}

void export_all(Session& session, const ExportArguments& given, ResultFolder& folder) {
    const bool model = StoreReader::open(given.store).kind() == "model";
    Exporter exporter(folder, session.progress());
    model ? export_model(exporter, given.store) : export_index(exporter, given.store);
}

void run(Session& session, const ExportArguments& given) {
    session.require_memory(0, "export");
    static_cast<void>(StoreReader::open(given.store));  // before a folder is made
    ResultFolder folder(given.folder);
    if (given.part.empty() && given.format.empty()) {
        export_all(session, given, folder);
    } else {
        export_part(given.store, given.part, given.format, folder, session);
    }
    folder.finish();
    for (const std::string& name : folder.names()) {
        const std::uint64_t bytes = fs::file_size(fs::path(given.folder) / name);
        if (session.common.json) {
            session.out.object({{"file", name}, {"bytes", bytes}});
        } else {
            session.out.line(given.folder + "/" + name + "  " + readable_bytes(bytes));
        }
    }
}

}  // namespace

Command export_command() {
    auto given = std::make_shared<ExportArguments>();
    return {
        .name = "export",
        .summary = "Writes the parts of an index or a model in common formats",
        .examples = {"eckart export films.model -o films",
                     "eckart export docs.idx --part terms --format word2vec -o docs"},
        .notes =
            "Without --part and --format: arrays as NumPy's .npy, rows in the order of users.csv, items.csv or "
            "documents.csv;\nratings and ids as CSV. ratings.csv is what eckart train reads.\n"
            "Parts of an index: documents, terms (vectors), matrix (weighted, documents x terms); of a model: items, "
            "users\n(vectors), ratings (users x items). Vectors go as npy, csv, word2vec, projector (vectors.tsv and "
            "metadata.tsv, as\nTensorBoard loads them) or matrix-market; what is sparse as matrix-market. "
            "PART_ids.csv names the rows where the file\ncannot.",
        .declare =
            [given](Arguments& arguments) {
                arguments.positional(given->store, "STORE", "folder made by eckart index or eckart train");
                arguments.option(given->folder, "-o,--output", "FOLDER", "where the files go", true);
                arguments.choice(given->part, "--part", store_parts(), "what to write; not given: see below");
                arguments.choice(given->format, "--format", part_formats(),
                                 "of the part; not given: npy, or matrix-market of what is sparse");
            },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
