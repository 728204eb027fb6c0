#pragma once

#include <string>

#include "corpora/documents/open.h"
#include "tests/engine/storage/temporary_folder.h"
#include "text/index_builder.h"
#include "tools/jobs/documents.h"

namespace eckart::testing {

/// The sample texts, indexed in `folder`.
inline std::string sample_index(const TemporaryFolder& folder) {
    const auto reader = corpora::open_documents(std::string(ECKART_SAMPLES));
    static_cast<void>(text::build_index(folder / "samples.idx", jobs::source_of(*reader), {}));
    return folder / "samples.idx";
}

}  // namespace eckart::testing
