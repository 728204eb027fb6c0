#pragma once

#include <functional>
#include <string>

namespace eckart::text {

/// A document on its way into an index, in valid or invalid UTF-8.
struct SourceDocument {
    std::string id;
    std::string title;  ///< may be empty
    std::string text;
};

/// Puts the next document into its argument; false at the end. Called by one thread at a time.
using DocumentSource = std::function<bool(SourceDocument&)>;

}  // namespace eckart::text
