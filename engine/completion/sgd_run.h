#pragma once

#include <functional>

#include "engine/completion/rating_grid.h"
#include "engine/completion/sgd.h"
#include "engine/completion/sgd_sweep.h"

// The loop over epochs that fit_sgd and fit_svdpp share. Not installed.

namespace eckart {

/// Says, before each epoch, where the regularization pulls to; the number counts the epochs since the state was begun.
using PullsBefore = std::function<SgdPulls(std::int64_t epoch, const SgdState& state)>;

/// Checks what fit_sgd documents and runs its epochs. `extra_bytes` is what the caller holds beside.
SgdModel run_sgd(const CsrView& matrix, const SgdOptions& options, const SgdModel* start, const PullsBefore& pulls,
                 std::uint64_t extra_bytes, const Progress& progress);

}  // namespace eckart
