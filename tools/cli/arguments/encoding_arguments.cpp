#include "tools/cli/arguments/encoding_arguments.h"

#include <charconv>
#include <sstream>

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

}  // namespace

void declare_encoding_arguments(Arguments& arguments, EncodingArguments& given) {
    jobs::EncodingOptions& options = given.options;
    arguments.choice(given.method, "--method", {"denoising", "autoencoder", "variational"},
                     "denoising: a part of each row is hidden from the encoder, and the decoder restores it; "
                     "variational: codes are drawn around those of the encoder");
    arguments.option(options.rank, "-k,--rank", "K", "length of a code", 1);
    arguments.option(given.layers, "--layers", "WIDTHS",
                     "widths of the encoder's layers between row and code, such as 600,300, or none; the decoder has "
                     "no such layers");
    arguments.choice(given.activation, "--activation", {"tanh", "sigmoid", "relu", "linear"},
                     "activation of these layers; codes are linear");
    arguments.choice(given.loss, "--loss", {"squared", "multinomial", "logistic"},
                     "loss of a restored row; multinomial takes values from 0 up, logistic from 0 to 1");
    arguments.option(options.dropout, "--dropout", "P", "denoising: share of the entries that is hidden");
    arguments.option(options.kl_weight, "--kl-weight", "X", "variational: weight of the divergence from the prior");
    arguments.option(options.variance, "--variance", "X",
                     "variational with squared loss: variance of an entry given its code, as a share of its variance");
    arguments.option(options.epochs, "--epochs", "N", "number of passes over the rows", 1);
    arguments.option(options.batch, "--batch", "ROWS", "number of rows a step", 1);
    arguments.option(options.learning_rate, "--learning-rate", "X",
                     "learning rate of Adam at first; it ends at a hundredth of it");
}

jobs::EncodingOptions encoding_options(const EncodingArguments& given) {
    if (!(given.options.dropout >= 0 && given.options.dropout < 1)) {
        throw UsageError("--dropout must be at least 0 and less than 1: at 1 nothing of the input is left");
    }
    jobs::EncodingOptions options = given.options;
    options.method = jobs::parse_encoding_method(given.method);
    options.layers = widths_of(given.layers);
    options.activation = parse_activation(given.activation);
    options.loss = parse_reconstruction_loss(given.loss);
    return options;
}

}  // namespace eckart::tools
