#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/autoencoder/autoencoder.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// How the autoencoder is kept from learning the rows by heart.
enum class EncodingMethod {
    denoising,    ///< a share of each row is hidden from the encoder, and the decoder restores it
    autoencoder,  ///< not at all, but by the width of the code
    variational   ///< codes are drawn around those of the encoder
};

/// "denoising", "autoencoder", "variational".
std::string_view name(EncodingMethod method);
/// Throws UsageError on any other word.
EncodingMethod parse_encoding_method(std::string_view name);

/// The network, whose decoder has no hidden layer and whose codes are linear, and its training.
struct EncodingOptions {
    EncodingMethod method = EncodingMethod::denoising;
    std::int64_t rank = 100;                   ///< numbers of a code, >= 1
    std::vector<std::int64_t> layers = {300};  ///< widths between row and code, each >= 1; may be empty
    Activation activation = Activation::tanh;  ///< of these layers
    ReconstructionLoss loss = ReconstructionLoss::squared;
    double dropout = 0.2;         ///< in [0, 1), of denoising: share of the entries that is hidden
    double kl_weight = 0.2;       ///< >= 0, of variational: weight of the divergence from the prior
    double variance = 0.5;        ///< > 0, of variational: see fit_scaled_autoencoder
    std::int64_t epochs = 100;    ///< passes over the rows, >= 1
    std::int64_t batch = 100;     ///< rows a step, >= 1
    double learning_rate = 1e-3;  ///< of Adam, at first; a hundredth of it at the end
};

/// Codes that were made.
struct Encoding {
    std::int64_t rows = 0;
    std::int64_t columns = 0;       ///< of the rows that were encoded
    std::int64_t rank = 0;          ///< numbers of a code
    std::int64_t without_code = 0;  ///< documents without a term to encode
    std::int64_t epochs = 0;
    double first_loss = 0;  ///< mean loss of a row in the first epoch
    double last_loss = 0;
    double seconds = 0;
    Notes notes = {};  ///< "without-code"
};

/// Learns codes of the documents of the index at `path` and keeps them in it, in place of earlier ones; what was there
/// stays until all is done. Throws as text::encode_index, UsageError if an option is out of its range.
[[nodiscard]] Encoding encode_index(const std::string& path, const EncodingOptions& options, const Work& work);

/// Learns codes of the documents of an index, or of the rows of a matrix file, and writes them to `folder`: codes.npy
/// (rows x rank) and codes_ids.csv. Documents go in by the direction of their weighted row. Throws as read_points and
/// fit_principal_autoencoder do.
[[nodiscard]] Encoding encode_rows(const std::string& source, const std::string& folder, const EncodingOptions& options,
                                   const Work& work);

}  // namespace eckart::jobs
