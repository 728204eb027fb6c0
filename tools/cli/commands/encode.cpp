#include <filesystem>
#include <memory>

#include "engine/support/error.h"
#include "tools/cli/arguments/encoding_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/encoding_lines.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/points/encoding.h"

namespace eckart::tools {
namespace {

struct EncodeArguments {
    std::string source;
    std::string folder;
    EncodingArguments encoding;
};

void declare(Arguments& arguments, EncodeArguments& given) {
    arguments.positional(given.source, "SOURCE", "folder made by eckart index, or a matrix file");
    arguments.option(given.folder, "-o,--output", "FOLDER",
                     "where to write codes.npy and codes_ids.csv; not given: codes of an index are kept in it, for "
                     "--mode autoencoder");
    declare_encoding_arguments(arguments, given.encoding);
}

/// Throws InputError or UsageError unless the source is an index, which could keep its codes.
void require_index(const std::string& source) {
    if (!std::filesystem::exists(source)) throw InputError(source + ": No such file or directory");
    if (!std::filesystem::is_directory(source)) {
        throw UsageError(source + " is not an index, so it cannot keep its codes: name a folder with -o");
    }
}

void run(Session& session, const EncodeArguments& given) {
    session.require_memory(0, "encode");
    const jobs::Work work = session.work();
    const jobs::EncodingOptions options = encoding_options(given.encoding);
    if (!given.folder.empty()) {
        const jobs::Encoding made = jobs::encode_rows(given.source, given.folder, options, work);
        return print_encoding(session, made, given.folder);
    }
    require_index(given.source);
    print_encoding(session, jobs::encode_index(given.source, options, work), given.source);
}

}  // namespace

Command encode_command() {
    auto given = std::make_shared<EncodeArguments>();
    return {.name = "encode",
            .summary = "Learns short codes of documents, or of the rows of a matrix, by an autoencoder",
            .examples = {"eckart encode docs.idx && eckart search docs.idx \"worn tyres\" --mode autoencoder",
                         "eckart encode points.npy -k 20 --method variational -o codes && eckart map "
                         "codes/codes.npy -o codes.html"},
            .notes =
                "Documents are encoded by their weights, which the truncated SVD takes too. An index keeps its codes "
                "beside its latent\nspace: search, similar and evaluate take --mode autoencoder; cluster and map take "
                "--part codes. Indexing again removes\nthem. The same source, options and seed give the same bytes "
                "for any number of threads.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
