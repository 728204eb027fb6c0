#pragma once

#include <string>

#include "engine/storage/result_folder.h"
#include "tools/jobs/factors/factorization.h"

namespace eckart::jobs {

/// Writes METHOD_z.npy (m x k) and METHOD_w.npy (k x n), float32; METHOD_mean.npy (n, float64) if there is a mean;
/// METHOD_labels.npy (m, int32) instead of Z if that is one-hot. Throws InputError where a file cannot be written.
void write_factors(const std::string& method, const Factors& factors, ResultFolder& folder);

}  // namespace eckart::jobs
