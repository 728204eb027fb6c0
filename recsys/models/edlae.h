#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// `edlae`: a linear autoencoder with zero diagonal, trained to recover likes that noise has hidden (Steck 2020): with
/// weights between all items in closed form (engine/autoencoder/linear_autoencoder.h), or of low rank
/// (engine/autoencoder/edlae.h), where no array has items x items numbers. Then an item has vectors u_i and v_i, a
/// person the sum of u_j over their likes j, and a score is the person's inner product with v_i, less u_i . v_i where
/// the person likes item i: no item recommends itself.
///
/// In training a like of a person with n_u likes has the value n_u^-user-power, so that people with very many do not
/// outweigh the others, as in graph-filter; and at a low rank errors on items with many likes count less by item-power,
/// so that the rank is not spent on these alone.
ModelKind edlae_kind();

}  // namespace eckart::recsys
