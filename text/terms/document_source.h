#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace eckart::text {

/// A document on its way into an index, in valid or invalid UTF-8.
struct SourceDocument {
    std::string id;
    std::string title;  ///< may be empty
    std::string text;

    // What else its reader knows; none of it is looked at to rank a document.
    std::string path = {};                  ///< of the file or the collection that it was read from
    std::string folder = {};                ///< in which it stands in its source, with "/"; empty at the top
    std::string type = {};                  ///< "txt", "html", "mail", ...
    std::string sender = {};                ///< who wrote it
    std::optional<std::int64_t> date = {};  ///< seconds since 1970
};

/// Empties all but id, title and text.
inline void clear_fields(SourceDocument& document) {
    document.path.clear();
    document.folder.clear();
    document.type.clear();
    document.sender.clear();
    document.date.reset();
}

/// Puts the next document into its argument; false at the end. Called by one thread at a time.
using DocumentSource = std::function<bool(SourceDocument&)>;

}  // namespace eckart::text
