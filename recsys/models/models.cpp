#include "recsys/models/models.h"

#include <string>
#include <vector>

#include "engine/support/error.h"
#include "recsys/models/als.h"
#include "recsys/models/autoencoder.h"
#include "recsys/models/bayes.h"
#include "recsys/models/bias.h"
#include "recsys/models/blend.h"
#include "recsys/models/ease.h"
#include "recsys/models/edlae.h"
#include "recsys/models/graph_filter.h"
#include "recsys/models/implicit_als.h"
#include "recsys/models/item_knn.h"
#include "recsys/models/popular.h"
#include "recsys/models/sgd.h"

namespace eckart::recsys {
namespace {

template <typename Names>
std::string listed(const Names& named) {
    std::string names;
    for (const auto& one : named) names += (names.empty() ? "" : ", ") + one.name;
    return names;
}

}  // namespace

std::span<const ModelKind> model_kinds() {
    static const std::vector<ModelKind> kinds = {
        popular_kind(),      bias_kind(),         als_kind(),      sgd_kind(),   svdpp_kind(),
        bayes_kind(),        implicit_als_kind(), ease_kind(),     edlae_kind(), item_knn_kind(),
        graph_filter_kind(), mult_dae_kind(),     mult_vae_kind(), blend_kind(),
    };
    return kinds;
}

const ModelKind& model_kind(std::string_view name) {
    for (const ModelKind& kind : model_kinds()) {
        if (kind.name == name) return kind;
    }
    throw UsageError("there is no model \"" + std::string(name) + "\"; there are " + listed(model_kinds()));
}

}  // namespace eckart::recsys
