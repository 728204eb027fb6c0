#pragma once

#include "engine/autoencoder/scaled_autoencoder.h"

namespace eckart {

/// Turns the codes of a network with a linear code and no decoder but the outputs into coordinates of what they stand
/// for: D(z) = Q z + b with Q'Q = I and Q'b = 0, so that a code is Q'D(z), and E(X)'E(X) is diagonal, descending. So it
/// is of the rows X V of the SVD: cosines of codes are those of what is decoded, and leading numbers say most. What
/// training finds is one of the many networks that decode to the same.
///
/// A variational network becomes that of its mean codes. Columns of Q are zero where codes have fewer dimensions. Costs
/// (rows + columns) k^2 operations, and memory for E(X) and three arrays of columns x k beside the network. Throws
/// UsageError if the network is not so, or x has other columns.
AutoencoderLayers use_principal_codes(const AutoencoderLayers& layers, NetworkParameters<float>& network,
                                      const CsrView& x);

/// fit_scaled_autoencoder, and then use_principal_codes. Throws as either, UsageError of the second before any work.
[[nodiscard]] AutoencoderFit fit_principal_autoencoder(const CsrView& x, const AutoencoderLayers& layers,
                                                       const AutoencoderTraining& training,
                                                       const Progress& progress = {});

}  // namespace eckart
