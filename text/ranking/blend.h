#pragma once

#include <string>

namespace eckart::text {

/// How the hybrid mode weighs its two parts in one collection.
struct Blend {
    double latent_weight = 0;  ///< in [0, 1]: 0 all lexical, 1 all latent; a query scales it by its coverage
    std::string reason;        ///< one sentence with the numbers that it came from
    bool self_tested = false;  ///< found by tests inside the collection
};

}  // namespace eckart::text
