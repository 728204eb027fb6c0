#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/storage/output_file.h"
#include "engine/support/error.h"
#include "recsys/model_store.h"
#include "tools/cli/item_texts.h"

namespace eckart::tools {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
    std::string store;
    std::string folder;
};

/// A field of a CSV file (RFC 4180).
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

/// Writes the files of an export, and remembers what they are.
class Exporter {
  public:
    Exporter(std::string folder, Progress progress) : folder_(std::move(folder)), progress_(std::move(progress)) {
        std::error_code problem;
        fs::create_directories(folder_, problem);
        if (problem) throw InputError(folder_ + ": cannot be made: " + problem.message());
    }

    /// Arrays as they are in the store: NumPy opens them.
    void copy_arrays(const StoreReader& store) {
        for (const StoredFile& file : store.files()) {
            if (!file.name.ends_with(".npy")) continue;
            std::error_code problem;
            fs::copy_file(store.file(file.name), path(file.name), fs::copy_options::overwrite_existing, problem);
            if (problem) throw InputError(path(file.name) + ": cannot be written: " + problem.message());
            names_.push_back(file.name);
        }
    }

    void write_table(const std::string& name, const std::string& header, std::int64_t rows,
                     const std::function<std::string(std::int64_t)>& row) {
        OutputFile file(path(name));
        file.append(header + "\n");
        for (std::int64_t r = 0; r < rows; ++r) {
            if (r % 1000 == 0) {
                progress_.report("writing " + name, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(rows));
            }
            file.append(row(r));
        }
        file.close();
        names_.push_back(name);
    }

    const std::vector<std::string>& names() const { return names_; }

  private:
    std::string path(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
    Progress progress_;
    std::vector<std::string> names_;
};

std::string item_row(const CatalogEntry& item) {
    const ItemTraits traits = item_traits(item.attributes);
    std::string categories;
    for (const std::string& category : traits.categories) categories += (categories.empty() ? "" : "|") + category;
    return field(item.id) + "," + field(item.title) + "," + (traits.year ? std::to_string(*traits.year) : "") + "," +
           field(categories) + "\n";
}

std::string time_text(std::int64_t time) {
    return time == recsys::no_time ? "" : std::to_string(time);
}

/// The rows of one user, as the readers of ratings take them again.
std::string rating_rows(const recsys::ModelStore& store, std::int64_t user) {
    const CsrView ratings = store.ratings();
    const std::string id = field(store.users().entry(user).id);
    const auto at = [&](std::int64_t row) {
        return static_cast<std::size_t>(ratings.row_offsets[static_cast<std::size_t>(row)]);
    };
    std::string rows;
    for (std::size_t p = at(user); p < at(user + 1); ++p) {
        rows +=
            fmt::format("{},{},{}", id, field(store.items().entry(ratings.column_indices[p]).id), ratings.values[p]);
        if (!store.times().empty()) rows += "," + time_text(store.times()[p]);
        rows += "\n";
    }
    return rows;
}

void export_model(Exporter& exporter, const std::string& path) {
    const auto store = recsys::ModelStore::open(path);
    exporter.copy_arrays(store.store());
    exporter.write_table("users.csv", "user", store.users().size(),
                         [&](std::int64_t row) { return field(store.users().entry(row).id) + "\n"; });
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
        return field(entry.id) + "," + field(entry.title) + "\n";
    });
}

void run(Session& session, const ExportArguments& given) {
    session.require_memory(0, "export");
    const bool model = StoreReader::open(given.store).kind() == "model";
    Exporter exporter(given.folder, session.progress());
    model ? export_model(exporter, given.store) : export_index(exporter, given.store);
    for (const std::string& name : exporter.names()) {
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
    return {.name = "export",
            .summary = "Writes the parts of an index or a model in common formats",
            .examples = {"eckart export films.model -o films", "eckart export docs.idx -o docs --json"},
            .notes =
                "Arrays as NumPy's .npy, rows in the order of users.csv, items.csv or documents.csv; ratings and "
                "ids as CSV.\nratings.csv is what eckart train reads.",
            .declare =
                [given](Arguments& arguments) {
                    arguments.positional(given->store, "STORE", "folder made by eckart index or eckart train");
                    arguments.option(given->folder, "-o,--output", "FOLDER", "where the files go", true);
                },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
