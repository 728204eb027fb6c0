#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "recsys/evaluation/protocols.h"
#include "recsys/interface/recommender.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// People who take no part in training, so that their likes say when it has gone on for long enough
/// (`validation_people`).
class ValidationPeople {
  public:
    ValidationPeople(const CsrView& likes, std::int64_t count, std::uint64_t seed)
        : split_(validation_people(likes, count, seed)) {}

    bool empty() const { return split_.test.nonzeros() == 0; }

    /// The likes without theirs, whose rows are empty.
    const CsrMatrix& train() const { return split_.train; }

    /// Mean NDCG@100 of the model over them.
    double ndcg(const Recommender& model) const;

  private:
    Split split_;
};

}  // namespace eckart::recsys
