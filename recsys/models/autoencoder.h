#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// "mult-dae": a denoising autoencoder of likes with multinomial loss; "mult-vae": the same, variational (Liang,
/// Krishnan, Hoffman and Jebara, "Variational autoencoders for collaborative filtering", WWW 2018). The likes of some
/// people are kept out of training, and the network that ranks best for them is kept. A score is an output of the
/// network, of the mean code if it is variational.
///
/// Scores are no sums over likes: an explanation asks the network again without each like, and what is left is
/// `together`.
ModelKind mult_dae_kind();
ModelKind mult_vae_kind();

}  // namespace eckart::recsys
