#include "recsys/models/models.h"

#include <functional>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/nearest_name.h"
#include "recsys/models/als.h"
#include "recsys/models/autoencoder.h"
#include "recsys/models/automatic.h"
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

/// "als, sgd, ease": the kinds for which `has` holds.
std::string kinds_that(const std::function<bool(const ModelKind&)>& has) {
    std::string names;
    for (const ModelKind& kind : model_kinds()) {
        if (has(kind)) names += (names.empty() ? "" : ", ") + kind.name;
    }
    return names;
}

}  // namespace

std::span<const ModelKind> model_kinds() {
    static const std::vector<ModelKind> kinds = {
        popular_kind(),      bias_kind(),         als_kind(),      sgd_kind(),   svdpp_kind(),
        bayes_kind(),        implicit_als_kind(), ease_kind(),     edlae_kind(), item_knn_kind(),
        graph_filter_kind(), mult_dae_kind(),     mult_vae_kind(), blend_kind(), automatic_kind(),
    };
    return kinds;
}

const ModelKind& model_kind(std::string_view name) {
    for (const ModelKind& kind : model_kinds()) {
        if (kind.name == name) return kind;
    }
    std::vector<std::string> names;
    for (const ModelKind& kind : model_kinds()) names.push_back(kind.name);
    throw UsageError("there is no model \"" + std::string(name) + "\"; there are " +
                     kinds_that([](const ModelKind&) { return true; }) + did_you_mean(name, names));
}

UsageError compares_no_items(std::string_view model) {
    return UsageError(std::string(model) + " does not compare items; models that do: " +
                      kinds_that([](const ModelKind& kind) { return kind.compares_items; }));
}

UsageError no_item_vectors(std::string_view model) {
    return UsageError(std::string(model) + " has no vectors of items; models that have: " +
                      kinds_that([](const ModelKind& kind) { return kind.has_item_vectors; }));
}

UsageError maps_no_attributes(std::string_view model) {
    return UsageError("the items of " + std::string(model) +
                      " cannot have factors from attributes; models whose items can: " +
                      kinds_that([](const ModelKind& kind) { return kind.takes_attributes; }));
}

UsageError no_user_vectors(std::string_view model) {
    std::string names;
    for (const ModelKind& kind : model_kinds()) {
        if (!kind.has_user_vectors) continue;
        names += (names.empty() ? "" : ", ") + kind.name;
        if (!kind.has_user_vectors->empty()) names += " (" + *kind.has_user_vectors + ")";
    }
    return UsageError(std::string(model) + " has no vectors of users; models that have: " + names);
}

}  // namespace eckart::recsys
