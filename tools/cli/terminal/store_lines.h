#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/stores/store_info.h"

namespace eckart::tools {

/// Prints what a store holds, sizes first; the whole manifest with --json, else without the list of files.
void print_store(Session& session, const jobs::StoreInfo& info);

void print_verified(Session& session, const jobs::VerifiedStore& store);

}  // namespace eckart::tools
