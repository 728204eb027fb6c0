#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "recsys/models/models.h"
#include "tests/recsys/models/small_ratings.h"

namespace eckart::recsys::testing {

using Options = std::map<std::string, std::string>;

/// Options that make a fit short, where the kind has them.
inline Options quick(const ModelKind& kind) {
    const Options short_ones = {
        {"factors", "4"}, {"sweeps", "4"}, {"epochs", "4"}, {"neighbors", "8"}, {"layers", "8,4"}};
    Options options;
    for (const ModelOption& option : kind.options) {
        if (const auto one = short_ones.find(option.name); one != short_ones.end()) options.insert(*one);
    }
    return options;
}

inline std::unique_ptr<Recommender> quickly_fitted(const ModelKind& kind, const CsrView& ratings,
                                                   const FitContext& context = {}) {
    return fitted(kind, ratings, quick(kind), context);
}

/// A kind with another default.
inline ModelKind with_default(ModelKind kind, const std::string& name, const std::string& value) {
    for (ModelOption& option : kind.options) {
        if (option.name == name) option.default_value = value;
    }
    return kind;
}

/// All that are registered, and those that an option makes another model of.
inline std::vector<ModelKind> tested_kinds() {
    std::vector<ModelKind> kinds(model_kinds().begin(), model_kinds().end());
    kinds.push_back(with_default(model_kind("edlae"), "rank", "4"));
    return kinds;
}

/// Calls `claim` for every kind, and names the kind where a check fails.
inline void for_each_kind(const std::function<void(const ModelKind&)>& claim) {
    static const std::vector<ModelKind> kinds = tested_kinds();
    for (const ModelKind& kind : kinds) {
        INFO("model " << kind.name);
        claim(kind);
    }
}

}  // namespace eckart::recsys::testing
