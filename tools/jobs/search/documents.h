#pragma once

#include "corpora/documents/document.h"
#include "text/terms/document_source.h"

namespace eckart::jobs {

/// What a builder takes, from what a reader hands out. Borrows `reader`.
text::DocumentSource source_of(corpora::DocumentReader& reader);

}  // namespace eckart::jobs
