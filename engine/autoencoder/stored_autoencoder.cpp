#include "engine/autoencoder/stored_autoencoder.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart {
namespace {

std::string weights_file(const std::string& name, std::size_t layer) {
    return name + "_weights_" + std::to_string(layer) + ".npy";
}

std::string biases_file(const std::string& name, std::size_t layer) {
    return name + "_biases_" + std::to_string(layer) + ".npy";
}

AutoencoderLayers layers_from(const nlohmann::json& json) {
    AutoencoderLayers layers;
    layers.encoder = json.at("encoder").get<std::vector<std::int64_t>>();
    layers.code = json.at("code").get<std::int64_t>();
    layers.decoder = json.at("decoder").get<std::vector<std::int64_t>>();
    layers.activation = parse_activation(json.at("activation").get<std::string>());
    layers.variational = json.at("variational").get<bool>();
    layers.linear_code = json.value("linear_code", false);
    layers.unit_rows = json.value("unit_rows", true);
    return layers;
}

void check_widths(const AutoencoderLayers& layers) {
    const auto positive = [](std::int64_t width) { return width >= 1; };
    if (positive(layers.code) && std::all_of(layers.encoder.begin(), layers.encoder.end(), positive) &&
        std::all_of(layers.decoder.begin(), layers.decoder.end(), positive)) {
        return;
    }
    throw UsageError("found a layer without units, expected widths from 1 up");
}

}  // namespace

StoredAutoencoder::StoredAutoencoder(NetworkParameters<float> parameters) {
    for (DenseMatrix& weights : parameters.weights) weights_.emplace_back(std::move(weights));
    for (const Eigen::VectorXf& biases : parameters.biases) {
        biases_.emplace_back(std::vector<float>(biases.begin(), biases.end()));
    }
}

StoredAutoencoder::StoredAutoencoder(const StoreReader& store, const std::string& name, const AutoencoderLayers& layers,
                                     std::int64_t columns) {
    for (const WeightShape& shape : weight_shapes(layers, columns)) {
        const std::size_t layer = weights_.size();
        weights_.emplace_back(store, weights_file(name, layer), shape.rows, shape.cols);
        biases_.emplace_back(store, biases_file(name, layer), shape.units);
    }
}

void StoredAutoencoder::save(const StoreWriter& store, const std::string& name) const {
    for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
        weights_[layer].save(store, weights_file(name, layer));
        biases_[layer].save(store, biases_file(name, layer));
    }
}

AutoencoderView StoredAutoencoder::view(const AutoencoderLayers& layers) const {
    AutoencoderView view{layers, {}, {}};
    for (const StoredMatrix& weights : weights_) view.weights.push_back(weights.matrix());
    for (const auto& biases : biases_) view.biases.push_back(biases.values());
    return view;
}

NetworkParameters<float> StoredAutoencoder::parameters() const {
    NetworkParameters<float> result;
    for (const StoredMatrix& weights : weights_) result.weights.emplace_back(weights.matrix());
    for (const auto& biases : biases_) {
        const auto values = biases.values();
        result.biases.emplace_back(
            Eigen::Map<const Eigen::VectorXf>(values.data(), static_cast<Eigen::Index>(values.size())));
    }
    return result;
}

std::string layers_json(const AutoencoderLayers& layers) {
    const nlohmann::ordered_json json = {{"encoder", layers.encoder},         {"code", layers.code},
                                         {"decoder", layers.decoder},         {"activation", name(layers.activation)},
                                         {"linear_code", layers.linear_code}, {"variational", layers.variational},
                                         {"unit_rows", layers.unit_rows}};
    return json.dump();
}

AutoencoderLayers parse_layers_json(std::string_view text) {
    try {
        AutoencoderLayers layers = layers_from(nlohmann::json::parse(text));
        check_widths(layers);
        return layers;
    } catch (const nlohmann::json::exception& problem) {
        throw UsageError(std::string("found no layers of an autoencoder (") + problem.what() + ")");
    }
}

}  // namespace eckart
