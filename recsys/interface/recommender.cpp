#include "recsys/interface/recommender.h"

#include "engine/support/error.h"

namespace eckart::recsys {

ItemVectors Recommender::item_vectors() const {
    throw UsageError(std::string(name()) +
                     " has no vectors of items; als, implicit-als, sgd, svd++, ease, edlae and item-knn have");
}

FactoredPeople Recommender::factored_people(std::span<const Profile> /*profiles*/) const {
    throw UsageError(
        std::string(name()) +
        " has no vectors of users; als, implicit-als, sgd, svd++, mult-dae, mult-vae and edlae of low rank have");
}

}  // namespace eckart::recsys
