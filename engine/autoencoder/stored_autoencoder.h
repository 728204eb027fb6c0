#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/autoencoder/autoencoder.h"
#include "engine/storage/stored_arrays.h"

namespace eckart {

/// The weights and biases of a network's layers, in memory or mapped from a store: <name>_weights_0.npy and so on, and
/// <name>_biases_0.npy, the shapes as NetworkParameters has them.
class StoredAutoencoder {
  public:
    explicit StoredAutoencoder(NetworkParameters<float> parameters);

    /// Maps what `save` wrote under the same name. Throws DamagedError where a shape is not that of the layers.
    StoredAutoencoder(const StoreReader& store, const std::string& name, const AutoencoderLayers& layers,
                      std::int64_t columns);
    void save(const StoreWriter& store, const std::string& name) const;

    /// Borrowed from this object.
    AutoencoderView view(const AutoencoderLayers& layers) const;

    /// A copy in memory.
    NetworkParameters<float> parameters() const;

  private:
    std::vector<StoredMatrix> weights_;
    std::vector<StoredVector<float>> biases_;
};

/// The layers as a JSON object: {"encoder": [600], "code": 200, "decoder": [600], "activation": "tanh", "linear_code":
/// false, "variational": false, "unit_rows": true}.
std::string layers_json(const AutoencoderLayers& layers);

/// Reads them back from an object that may have other members, too; "linear_code" and "unit_rows" may be left out.
/// Throws UsageError where another is missing or of another type, or a width is below 1.
AutoencoderLayers parse_layers_json(std::string_view json);

}  // namespace eckart
