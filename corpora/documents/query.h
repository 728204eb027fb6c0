#pragma once

#include <string>

namespace eckart::corpora {

/// One question put to a collection.
struct Query {
    std::string id;  ///< as judgements call it
    std::string text;
};

}  // namespace eckart::corpora
