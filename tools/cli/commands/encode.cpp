#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/autoencoder/principal_codes.h"
#include "engine/storage/result_folder.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "text/index_encoder.h"
#include "text/index_files.h"
#include "text/weighted_matrix.h"
#include "tools/cli/arguments/encoding_arguments.h"
#include "tools/jobs/export_parts.h"
#include "tools/jobs/points.h"

namespace eckart::tools {
namespace {

struct EncodeArguments {
    std::string source;
    std::string folder;
    EncodingArguments encoding;
};

/// What is encoded, and by which names.
struct EncodedRows {
    CsrMatrix matrix;
    RowNames names;
};

void declare(Arguments& arguments, EncodeArguments& given) {
    arguments.positional(given.source, "SOURCE", "folder made by eckart index, or a matrix file");
    arguments.option(given.folder, "-o,--output", "FOLDER",
                     "where codes.npy and codes_ids.csv go; not given: into the index itself, for --mode autoencoder");
    declare_encoding_arguments(arguments, given.encoding);
}

EncodedRows rows_of_file(const std::string& path, Session& session) {
    const jobs::Points points = jobs::read_points(path, "", session.work());
    return {stored_rows(points), {points.ids, points.titles}};
}

EncodedRows rows_of_index(const std::string& path) {
    const Catalog documents(StoreReader::open(path, text::index_kind).file(text::index_file::catalog));
    return {text::weighted_matrix(path).matrix, names_of(documents)};
}

text::EncodeSummary write_codes(const EncodeArguments& given, bool index, Session& session) {
    const auto start = std::chrono::steady_clock::now();
    const EncodedRows rows = index ? rows_of_index(given.source) : rows_of_file(given.source, session);
    const CsrView x = rows.matrix;
    const std::uint64_t held =
        static_cast<std::uint64_t>(8 * (x.nonzeros() + x.rows) + 4 * x.rows * given.encoding.rank);
    text::EncodeOptions options = encode_options(given.encoding, index, session);
    options.training.memory = session.memory_beside(held, "the rows and their codes");
    ResultFolder folder(given.folder);
    const AutoencoderFit fit = fit_principal_autoencoder(x, options.layers, options.training, session.progress());
    const AutoencoderView network = view_of(fit.layers, fit.best);
    const DenseMatrix codes = index ? text::document_codes(network, x) : encode(network, x);
    write_named_matrix("codes", codes, rows.names, folder, session);
    folder.finish();
    return {.documents = x.rows,
            .latent_terms = x.cols,
            .code = codes.cols(),
            .epochs = fit.epochs(),
            .first_loss = fit.loss.front(),
            .last_loss = fit.loss.back(),
            .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

text::EncodeSummary encoded(const EncodeArguments& given, Session& session) {
    const bool store = std::filesystem::is_directory(given.source);
    if (store) static_cast<void>(StoreReader::open(given.source, text::index_kind));
    if (!given.folder.empty()) return write_codes(given, store, session);
    if (!std::filesystem::exists(given.source)) throw InputError(given.source + ": No such file or directory");
    if (!store) throw UsageError(given.source + " is no index, which could keep its codes: name a folder with -o");
    return text::encode_index(given.source, encode_options(given.encoding, true, session), session.progress());
}

void print(Session& session, const text::EncodeSummary& made, const std::string& where) {
    if (session.common.json) {
        return session.out.object({{"rows", made.documents},
                                   {"columns", made.latent_terms},
                                   {"rank", made.code},
                                   {"without_code", made.without_code},
                                   {"epochs", made.epochs},
                                   {"first_loss", made.first_loss},
                                   {"last_loss", made.last_loss},
                                   {"seconds", made.seconds}});
    }
    session.out.line(fmt::format("{}: {} rows of {} columns as codes of {} numbers", where, made.documents,
                                 made.latent_terms, made.code));
    session.out.line(fmt::format("loss of a row {:.4g} in the first of {} epochs, {:.4g} in the last", made.first_loss,
                                 made.epochs, made.last_loss));
    session.out.line(fmt::format("{:.2f} seconds", made.seconds));
    if (made.without_code > 0) session.note(fmt::format("{} documents have no term to encode", made.without_code));
}

void run(Session& session, const EncodeArguments& given) {
    session.require_memory(0, "encode");
    print(session, encoded(given, session), given.folder.empty() ? given.source : given.folder);
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
                "Documents go in by their weights, as the truncated SVD has them. An index keeps its codes beside its "
                "latent space,\nand search, similar and evaluate take --mode autoencoder; cluster and map take --part "
                "codes. Indexing anew drops them.\nThe same source, options and seed give the same bytes for any "
                "number of threads.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
