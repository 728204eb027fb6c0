#include "recsys/recommender.h"

#include "engine/support/error.h"

namespace eckart::recsys {

ItemVectors Recommender::item_vectors() const {
    throw UsageError(std::string(name()) +
                     " has no vectors of items; als, implicit-als, sgd, svd++, ease and item-knn have");
}

DenseMatrix Recommender::person_vectors(std::span<const Profile> /*profiles*/) const {
    throw UsageError(std::string(name()) + " has no vectors of users; als, implicit-als, sgd and svd++ have");
}

}  // namespace eckart::recsys
