#pragma once

#include <string>
#include <vector>

#include "corpora/documents/open.h"
#include "text/indexing/index_builder.h"
#include "tools/cli/arguments/arguments.h"

namespace eckart::tools {

/// What `index` and `plan` take to say which documents to index and how.
struct IndexArguments {
    std::vector<std::string> sources;
    std::string format = "auto";
    std::string columns = {};
    std::string rank = "auto";
    std::string weighting = text::name(text::Weighting());
    std::string language = text::IndexOptions().language;
    std::string solver = text::IndexOptions().solver;
    double tolerance = text::IndexOptions().tolerance;
    std::string neighbors = "auto";

    bool operator==(const IndexArguments&) const = default;
};

/// Declares all but --columns.
void declare_index_arguments(Arguments& arguments, IndexArguments& given);

/// Declares --columns.
void declare_document_columns(Arguments& arguments, IndexArguments& given);

/// How the sources are read. Throws UsageError if the columns are not a list of columns.
corpora::OpenOptions reading_options(const IndexArguments& given);

/// How an index is made; seed and memory are the job's. Throws UsageError if there is no such rank rule, weighting or
/// method for neighbors.
text::IndexOptions index_options(const IndexArguments& given);

}  // namespace eckart::tools
