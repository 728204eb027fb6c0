#pragma once

#include <memory>
#include <string>
#include <vector>

#include "corpora/documents/document.h"
#include "text/index_builder.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// What `index` and `plan` take to say which documents to index and how.
struct IndexArguments {
    std::vector<std::string> sources;
    std::string format = "auto";
    std::string rank = "auto";
    std::string weighting = text::name(text::Weighting());
    std::string language = text::IndexOptions().language;
    std::string solver = text::IndexOptions().solver;
    double tolerance = text::IndexOptions().tolerance;
    std::string neighbors = "auto";

    bool operator==(const IndexArguments&) const = default;
};

void declare_index_arguments(Arguments& arguments, IndexArguments& given);

/// Opens the sources. Throws InputError if one cannot be read, UsageError if there is no such format.
std::unique_ptr<corpora::DocumentReader> open_sources(const IndexArguments& given);

/// Throws UsageError if the rank is neither "auto" nor a number from 1 up, or the weighting has no such name.
text::IndexOptions index_options(const IndexArguments& given, const Session& session);

}  // namespace eckart::tools
