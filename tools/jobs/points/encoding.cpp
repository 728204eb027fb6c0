#include "tools/jobs/points/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/autoencoder/principal_codes.h"
#include "engine/matrix/column_offset.h"
#include "engine/matrix/entries.h"
#include "engine/storage/result_folder.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/indexing/index_encoder.h"
#include "text/store/index_files.h"
#include "text/store/weighted_matrix.h"
#include "tools/jobs/common/named_rows.h"
#include "tools/jobs/common/stopwatch.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {
namespace {

void require_valid(const EncodingOptions& options) {
    if (!(options.dropout >= 0 && options.dropout < 1)) {
        throw UsageError(fmt::format("the dropout is {}, expected at least 0 and less than 1", options.dropout));
    }
}

/// `directions`: rows are known by their direction alone, and go in by length 1.
text::EncodeOptions network_options(const EncodingOptions& given, bool directions, const Work& work) {
    require_valid(given);
    const bool denoising = given.method == EncodingMethod::denoising;
    text::EncodeOptions options;
    options.layers = {.encoder = given.layers,
                      .code = given.rank,
                      .decoder = {},
                      .activation = given.activation,
                      .linear_code = true,
                      .variational = given.method == EncodingMethod::variational,
                      .unit_rows = directions};
    AutoencoderTraining& training = options.training;
    training.loss = given.loss;
    training.noise = denoising ? InputNoise::dropout : InputNoise::none;
    training.noise_level = denoising ? given.dropout : 0;
    training.kl_weight = given.kl_weight;
    training.variance = given.variance;
    training.learning_rate = given.learning_rate;
    training.batch = given.batch;
    training.epochs = given.epochs;
    training.patience = 0;
    training.seed = work.seed;
    training.memory = work.memory_beside(0, "encode");
    return options;
}

/// What is encoded, and by which names.
struct EncodedRows {
    CsrMatrix matrix;
    RowNames names;
    bool documents = false;
};

/// The rows of dense points with all entries stored, of sparse ones a copy.
CsrMatrix rows_of(const Points& points) {
    if (!points.is_sparse()) {
        return points.offset.size() == 0 ? stored_rows(points.dense())
                                         : stored_rows(with_offset(points.dense(), points.offset));
    }
    const CsrView x = points.sparse();
    return {.rows = x.rows,
            .cols = x.cols,
            .row_offsets = {x.row_offsets.begin(), x.row_offsets.end()},
            .column_indices = {x.column_indices.begin(), x.column_indices.end()},
            .values = {x.values.begin(), x.values.end()}};
}

EncodedRows rows_to_encode(const std::string& source, const Work& work) {
    if (std::filesystem::is_directory(source)) {
        const StoreReader store = StoreReader::open(source, text::index_kind);
        return {text::weighted_matrix(source).matrix, names_of(Catalog(store.file(text::index_file::catalog))), true};
    }
    const Points points = read_points(source, "", work);
    return {rows_of(points), {points.ids, points.titles}};
}

std::uint64_t memory_of(const CsrView& x, std::int64_t rank) {
    return static_cast<std::uint64_t>(8 * (x.nonzeros() + x.rows) + 4 * x.rows * rank);
}

}  // namespace

std::string_view name(EncodingMethod method) {
    switch (method) {
        case EncodingMethod::denoising:
            return "denoising";
        case EncodingMethod::autoencoder:
            return "autoencoder";
        case EncodingMethod::variational:
            break;
    }
    return "variational";
}

EncodingMethod parse_encoding_method(std::string_view word) {
    for (const auto method : {EncodingMethod::denoising, EncodingMethod::autoencoder, EncodingMethod::variational}) {
        if (word == name(method)) return method;
    }
    throw UsageError("there is no method '" + std::string(word) +
                     "' to encode; there are denoising, autoencoder and variational");
}

Encoding encode_index(const std::string& path, const EncodingOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    const text::EncodeSummary made = text::encode_index(path, network_options(options, true, work), work.progress);
    Encoding encoding{.rows = made.documents,
                      .columns = made.latent_terms,
                      .rank = made.code,
                      .without_code = made.without_code,
                      .epochs = made.epochs,
                      .first_loss = made.first_loss,
                      .last_loss = made.last_loss,
                      .seconds = made.seconds};
    if (made.without_code > 0) {
        encoding.notes.push_back(
            {"without-code", made.without_code == 1
                                 ? "1 document has no term to encode"
                                 : fmt::format("{} documents have no term to encode", made.without_code)});
    }
    return encoding;
}

Encoding encode_rows(const std::string& source, const std::string& folder, const EncodingOptions& options,
                     const Work& work) {
    const ThreadLimit threads(work.threads);
    const Stopwatch watch;
    require_valid(options);
    const EncodedRows rows = rows_to_encode(source, work);
    const CsrView x = rows.matrix;
    text::EncodeOptions network = network_options(options, rows.documents, work);
    network.training.memory = work.memory_beside(memory_of(x, options.rank), "the rows and their codes");
    ResultFolder results(folder);
    const AutoencoderFit fit = fit_principal_autoencoder(x, network.layers, network.training, work.progress);
    const AutoencoderView encoder = view_of(fit.layers, fit.best);
    const DenseMatrix codes = rows.documents ? text::document_codes(encoder, x) : encode(encoder, x);
    write_named_matrix("codes", codes, rows.names, results, work);
    results.finish();
    return {.rows = x.rows,
            .columns = x.cols,
            .rank = codes.cols(),
            .epochs = fit.epochs(),
            .first_loss = fit.loss.front(),
            .last_loss = fit.loss.back(),
            .seconds = watch.seconds()};
}

}  // namespace eckart::jobs
