#pragma once

#include <string>
#include <vector>

#include "engine/factor/autoencoder.h"
#include "recsys/stored_arrays.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// The weights and biases of a network's layers, in memory or mapped from a store: <name>_weights_0.npy and so on, and
/// <name>_biases_0.npy, the shapes as NetworkParameters has them.
class StoredNetwork {
  public:
    explicit StoredNetwork(NetworkParameters<float> parameters);

    /// Maps what `save` wrote under the same name. Throws DamagedError where a shape is not that of the layers.
    StoredNetwork(const StoreReader& store, const std::string& name, const AutoencoderLayers& layers,
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

}  // namespace eckart::recsys
