#pragma once

#include <cstdint>
#include <string>

#include "engine/autoencoder/autoencoder.h"
#include "engine/support/progress.h"

namespace eckart::text {

/// How documents become codes.
struct EncodeOptions {
    AutoencoderLayers layers;      ///< of the network; the code is linear and the decoder has no hidden layer
    AutoencoderTraining training;  ///< past its memory: MemoryError before anything is replaced
};

/// What was encoded, and how training went.
struct EncodeSummary {
    std::int64_t documents = 0;
    std::int64_t without_code = 0;  ///< documents without a latent term
    std::int64_t latent_terms = 0;
    std::int64_t code = 0;  ///< k
    std::int64_t epochs = 0;
    double first_loss = 0;  ///< mean objective of a document in the first epoch, as training counts it
    double last_loss = 0;
    double seconds = 0;
};

/// E(X), documents x k, for rows X of an index; zeros where a row has no entry, of which biases alone would make a
/// code.
DenseMatrix document_codes(const AutoencoderView& network, const CsrView& x);

/// Trains an autoencoder on the weighted matrix X of the index at `path` (fit_principal_autoencoder) and publishes a
/// new generation of it that has the network and the codes of the documents beside all that was there; of variational
/// codes the means. Codes of an earlier encoding are replaced. The index answers as it was until all is done, and is
/// untouched if anything fails or is interrupted.
///
/// Same index and options: same bytes, whatever the number of threads. Throws as Index::open and
/// fit_principal_autoencoder, and UsageError if the index has no latent space.
EncodeSummary encode_index(const std::string& path, const EncodeOptions& options, const Progress& progress = {});

}  // namespace eckart::text
