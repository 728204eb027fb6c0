#include "text/indexing/index_encoder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/autoencoder/principal_codes.h"
#include "engine/autoencoder/stored_autoencoder.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "text/store/index_files.h"
#include "text/store/weighted_matrix.h"

namespace eckart::text {
namespace {

namespace fs = std::filesystem;

/// Whether a file is of the encoding, which a new one replaces.
bool is_of_code(const std::string& file) {
    return file.starts_with(std::string(code_prefix) + "_");
}

/// Puts a file of the old generation into the new one: as a second name of the same bytes where the file system has
/// such, since files of a store do not change.
void carry_over(const std::string& from, const std::string& to) {
    std::error_code problem;
    fs::create_hard_link(from, to, problem);
    if (problem) fs::copy_file(from, to, problem = {});
    if (problem) throw InputError(to + ": cannot be written: " + problem.message());
}

void carry_over(const StoreReader& store, const StoreWriter& writer) {
    for (const StoredFile& file : store.files()) {
        if (!is_of_code(file.name)) carry_over(store.file(file.name), writer.file(file.name));
    }
}

/// What the index says of itself, without what the store says of it.
nlohmann::json own_fields(const StoreReader& store) {
    nlohmann::json fields = nlohmann::json::parse(store.manifest_json());
    for (const char* member : {"format_version", "kind", "files", "manifest_checksum"}) fields.erase(member);
    return fields;
}

nlohmann::json json_of(const AutoencoderTraining& training, bool variational) {
    nlohmann::json json = {{"loss", name(training.loss)},
                           {"noise", name(training.noise)},
                           {"noise_level", training.noise_level},
                           {"learning_rate", training.learning_rate},
                           {"decay", training.decay},
                           {"batch", training.batch},
                           {"epochs", training.epochs},
                           {"seed", training.seed}};
    if (variational) {
        json["kl_weight"] = training.kl_weight;
        json["annealing_epochs"] = training.annealing_epochs;
        json["variance"] = training.variance;
    }
    return json;
}

nlohmann::json json_of(const EncodeOptions& options, const AutoencoderFit& fit) {
    return {{"layers", nlohmann::json::parse(layers_json(fit.layers))},
            {"training", json_of(options.training, options.layers.variational)},
            {"loss", fit.loss},
            {"divergence", fit.divergence}};
}

void write_codes(const StoreWriter& writer, const DenseMatrix& codes, const std::vector<float>& lengths) {
    write_npy<float>(writer.file(index_file::code_vectors), {codes.data(), static_cast<std::size_t>(codes.size())},
                     {codes.rows(), codes.cols()});
    write_npy(writer.file(index_file::code_lengths), lengths);
}

std::vector<float> lengths_of(const DenseMatrix& codes) {
    std::vector<float> lengths(static_cast<std::size_t>(codes.rows()));
    for (std::size_t row = 0; row < lengths.size(); ++row)
        lengths[row] = codes.row(static_cast<Eigen::Index>(row)).norm();
    return lengths;
}

/// What is left of a budget beside X and the codes.
MemoryBudget left_beside(const CsrView& x, std::int64_t code, const MemoryBudget& memory) {
    const auto held = static_cast<std::uint64_t>(8 * (x.nonzeros() + x.rows) + 4 * x.rows * (code + 1));
    memory.require(held, "the weighted matrix and the codes");
    if (memory.bytes == 0) return {};
    return {std::max<std::uint64_t>(1, memory.bytes - held)};
}

}  // namespace

DenseMatrix document_codes(const AutoencoderView& network, const CsrView& x) {
    DenseMatrix codes = encode(network, x);
    for (std::size_t row = 0; row + 1 < x.row_offsets.size(); ++row) {
        if (x.row_offsets[row] == x.row_offsets[row + 1]) codes.row(static_cast<Eigen::Index>(row)).setZero();
    }
    return codes;
}

EncodeSummary encode_index(const std::string& path, const EncodeOptions& options, const Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(StoreReader::open(path, index_kind));  // before a lock is taken
    StoreWriter writer = StoreWriter::begin(path);
    const StoreReader store = StoreReader::open(path, index_kind);
    if (parse_index_manifest(store.manifest_json()).rank == 0) {
        throw UsageError(path + " has no latent space, and so no weighted matrix to learn codes from");
    }
    const WeightedMatrix x = weighted_matrix(path);
    EncodeOptions of_rest = options;
    of_rest.training.memory = left_beside(x.matrix, options.layers.code, options.training.memory);
    const AutoencoderFit fit = fit_principal_autoencoder(x.matrix, options.layers, of_rest.training, progress);

    const DenseMatrix codes = document_codes(view_of(fit.layers, fit.best), x.matrix);
    const std::vector<float> lengths = lengths_of(codes);
    carry_over(store, writer);
    StoredAutoencoder(fit.best).save(writer, code_prefix);
    write_codes(writer, codes, lengths);
    nlohmann::json fields = own_fields(store);
    fields["autoencoder"] = json_of(options, fit);
    writer.publish(index_kind, fields.dump(), progress);
    return {.documents = x.matrix.rows,
            .without_code = std::count(lengths.begin(), lengths.end(), 0.0F),
            .latent_terms = x.matrix.cols,
            .code = options.layers.code,
            .epochs = fit.epochs(),
            .first_loss = fit.loss.front(),
            .last_loss = fit.loss.back(),
            .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

}  // namespace eckart::text
