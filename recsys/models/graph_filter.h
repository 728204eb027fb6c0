#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// `graph-filter`: weights between items from the graph of who likes what, smoothed and sharpened, without learning
/// (engine/neighbors/graph_filter.h).
ModelKind graph_filter_kind();

}  // namespace eckart::recsys
