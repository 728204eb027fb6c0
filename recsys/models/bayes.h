#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Matrix factorization of ratings by draws from its posterior instead of one best fit, with the sets of items that
/// users rated and of users that rated items (fit_bayes in engine/completion/bayesian_factorization.h). A score is the
/// mean, over the draws kept, of the posterior mean for a person with these ratings, which is exact given a draw and
/// needs no training. Training can go on from a model: its last draw is the chain's next state.
ModelKind bayes_kind();

}  // namespace eckart::recsys
