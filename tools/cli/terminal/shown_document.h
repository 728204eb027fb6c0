#pragma once

#include "text/query/index.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Prints a document: for people a line for each field that is known, an empty line, and the text with its lines as
/// they are; with --json an object: `document`, `title`, `path`, `folder`, `type`, `language`, `sender`, `date` (null
/// where they are not known), `copies`, `text`.
void print_document(Session& session, const text::StoredDocument& document);

}  // namespace eckart::tools
