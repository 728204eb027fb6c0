#include "recsys/stored_network.h"

namespace eckart::recsys {
namespace {

std::string weights_file(const std::string& name, std::size_t layer) {
    return name + "_weights_" + std::to_string(layer) + ".npy";
}

std::string biases_file(const std::string& name, std::size_t layer) {
    return name + "_biases_" + std::to_string(layer) + ".npy";
}

}  // namespace

StoredNetwork::StoredNetwork(NetworkParameters<float> parameters) {
    for (DenseMatrix& weights : parameters.weights) weights_.emplace_back(std::move(weights));
    for (const Eigen::VectorXf& biases : parameters.biases) {
        biases_.emplace_back(std::vector<float>(biases.begin(), biases.end()));
    }
}

StoredNetwork::StoredNetwork(const StoreReader& store, const std::string& name, const AutoencoderLayers& layers,
                             std::int64_t columns) {
    for (const WeightShape& shape : weight_shapes(layers, columns)) {
        const std::size_t layer = weights_.size();
        weights_.emplace_back(store, weights_file(name, layer), shape.rows, shape.cols);
        biases_.emplace_back(store, biases_file(name, layer), shape.units);
    }
}

void StoredNetwork::save(const StoreWriter& store, const std::string& name) const {
    for (std::size_t layer = 0; layer < weights_.size(); ++layer) {
        weights_[layer].save(store, weights_file(name, layer));
        biases_[layer].save(store, biases_file(name, layer));
    }
}

AutoencoderView StoredNetwork::view(const AutoencoderLayers& layers) const {
    AutoencoderView view{layers, {}, {}};
    for (const StoredMatrix& weights : weights_) view.weights.push_back(weights.matrix());
    for (const auto& biases : biases_) view.biases.push_back(biases.values());
    return view;
}

NetworkParameters<float> StoredNetwork::parameters() const {
    NetworkParameters<float> result;
    for (const StoredMatrix& weights : weights_) result.weights.emplace_back(weights.matrix());
    for (const auto& biases : biases_) {
        const auto values = biases.values();
        result.biases.emplace_back(
            Eigen::Map<const Eigen::VectorXf>(values.data(), static_cast<Eigen::Index>(values.size())));
    }
    return result;
}

}  // namespace eckart::recsys
