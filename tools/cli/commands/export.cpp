#include <memory>
#include <nlohmann/json.hpp>

#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/stores/export_store.h"

namespace eckart::tools {
namespace {

struct ExportArguments {
    std::string store;
    std::string folder;
    jobs::ExportOptions options;
};

void declare(Arguments& arguments, ExportArguments& given) {
    arguments.positional(given.store, "STORE", "folder made by eckart index or eckart train");
    arguments.option(given.folder, "-o,--output", "FOLDER", "where to write the files", true);
    arguments.choice(given.options.part, "--part", jobs::store_parts(), "what to write; not given: see below");
    arguments.choice(given.options.format, "--format", jobs::part_formats(),
                     "format of the part; not given: npy, or matrix-market if the part is sparse");
}

void run(Session& session, const ExportArguments& given) {
    for (const auto& [name, bytes] : jobs::export_store(given.store, given.folder, given.options, session.work())) {
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
            "Without --part and --format, writes everything: arrays as NumPy's .npy, with rows in the order of "
            "users.csv, items.csv\nor documents.csv, and ratings and ids as CSV. eckart train can read "
            "ratings.csv.\n"
            "The parts of an index are documents and terms (vectors) and matrix (weighted, documents x terms); those "
            "of a model\nitems and users (vectors) and ratings (users x items). Vectors can be npy, csv, word2vec, "
            "projector (vectors.tsv and\nmetadata.tsv, which TensorBoard loads) or matrix-market; sparse parts are "
            "matrix-market. PART_ids.csv names the rows if\nthe format has no place for names.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
