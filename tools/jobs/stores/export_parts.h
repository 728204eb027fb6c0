#pragma once

#include <string>

#include "engine/storage/result_folder.h"
#include "tools/jobs/stores/export_store.h"

namespace eckart::jobs {

/// Writes one part of the index or model at `store`, see export_store.
void export_part(const std::string& store, const ExportOptions& options, ResultFolder& folder, const Work& work);

}  // namespace eckart::jobs
