#pragma once

#include <cstdint>
#include <span>

#include "engine/matrix/csr.h"
#include "recsys/evaluation/protocols.h"
#include "recsys/interface/recommender.h"

// For the .cpp files of models. Not installed.

namespace eckart::recsys {

/// People who take no part in training, so that their likes say when it has gone on for long enough.
///
/// Of each, most likes are known and a fifth, rounded, at least one, is to be found, as in strong generalization (Liang
/// et al. 2018). Drawn by the seed from those with five likes or more.
class ValidationPeople {
  public:
    /// `count` people, or a tenth of those with five likes if that is less; nobody where that is fewer than `fewest`.
    ValidationPeople(const CsrView& likes, std::int64_t count, std::uint64_t seed);

    static constexpr std::int64_t fewest = 20;

    bool empty() const { return split_.test.nonzeros() == 0; }

    /// The likes without theirs, whose rows are empty.
    const CsrMatrix& train() const { return split_.train; }

    /// Mean NDCG@100 of the model over them.
    double ndcg(const Recommender& model) const;

  private:
    Split split_;
};

}  // namespace eckart::recsys
