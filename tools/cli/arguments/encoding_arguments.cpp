#include "tools/cli/arguments/encoding_arguments.h"

#include <charconv>
#include <sstream>

#include "engine/matrix/column_offset.h"
#include "engine/matrix/entries.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

std::int64_t width_of(const std::string& word) {
    std::int64_t width = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), width);
    if (problem != std::errc() || end != word.data() + word.size() || width < 1) {
        throw UsageError("--layers: found \"" + word + "\", expected widths from 1 up such as 600,200, or none");
    }
    return width;
}

/// "600,200"; "none".
std::vector<std::int64_t> widths_of(const std::string& text) {
    std::vector<std::int64_t> widths;
    if (text == "none") return widths;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, ',');) widths.push_back(width_of(word));
    if (widths.empty()) width_of(text);
    return widths;
}

void check(const EncodingArguments& given) {
    if (!(given.dropout >= 0 && given.dropout < 1)) {
        throw UsageError("--dropout must be at least 0 and below 1, which would leave nothing of the input");
    }
}

}  // namespace

void declare_encoding_arguments(Arguments& arguments, EncodingArguments& given) {
    arguments.choice(given.method, "--method", {"denoising", "autoencoder", "variational"},
                     "denoising: a part of each row is hidden from the encoder, and found again by the decoder; "
                     "variational: codes are drawn around the encoder's");
    arguments.option(given.rank, "-k,--rank", "K", "numbers of a code", 1);
    arguments.option(given.layers, "--layers", "WIDTHS",
                     "of the encoder's layers between row and code, such as 600,300, or none; the decoder has none");
    arguments.choice(given.activation, "--activation", {"tanh", "sigmoid", "relu", "linear"},
                     "of these layers; codes are linear");
    arguments.choice(given.loss, "--loss", {"squared", "multinomial", "logistic"},
                     "of a row found again; multinomial takes values from 0 up, logistic from 0 to 1");
    arguments.option(given.dropout, "--dropout", "P", "of denoising: share of the entries that is hidden");
    arguments.option(given.kl_weight, "--kl-weight", "X", "of variational: what the divergence from the prior counts");
    arguments.option(given.variance, "--variance", "X",
                     "of variational with squared loss: of an entry given its code, as a share of what it is without");
    arguments.option(given.epochs, "--epochs", "N", "passes over the rows", 1);
    arguments.option(given.batch, "--batch", "ROWS", "a step", 1);
    arguments.option(given.learning_rate, "--learning-rate", "X", "of Adam, at first; a hundredth of it at last");
}

text::EncodeOptions encode_options(const EncodingArguments& given, bool directions, const Session& session) {
    check(given);
    text::EncodeOptions options;
    AutoencoderLayers& layers = options.layers;
    layers.encoder = widths_of(given.layers);
    layers.code = given.rank;
    layers.decoder = {};
    layers.linear_code = true;
    layers.activation = parse_activation(given.activation);
    layers.variational = given.method == "variational";
    layers.unit_rows = directions;
    AutoencoderTraining& training = options.training;
    training.loss = parse_reconstruction_loss(given.loss);
    training.noise = given.method == "denoising" ? InputNoise::dropout : InputNoise::none;
    training.noise_level = given.method == "denoising" ? given.dropout : 0;
    training.kl_weight = given.kl_weight;
    training.variance = given.variance;
    training.learning_rate = given.learning_rate;
    training.batch = given.batch;
    training.epochs = given.epochs;
    training.patience = 0;
    training.seed = static_cast<std::uint64_t>(session.common.seed);
    training.memory = session.memory_beside(0, "encode");
    return options;
}

CsrMatrix stored_rows(const jobs::Points& points) {
    CsrMatrix rows{.rows = points.size(), .cols = points.width(), .column_indices = {}, .values = {}};
    if (points.is_sparse()) {
        const CsrView x = points.sparse();
        rows.row_offsets.assign(x.row_offsets.begin(), x.row_offsets.end());
        rows.column_indices.assign(x.column_indices.begin(), x.column_indices.end());
        rows.values.assign(x.values.begin(), x.values.end());
        return rows;
    }
    if (points.offset.size() > 0) return eckart::stored_rows(with_offset(points.dense(), points.offset));
    return eckart::stored_rows(points.dense());
}

}  // namespace eckart::tools
