#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/storage/store.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"
#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// An option of a model as people give it: --factors 64.
struct ModelOption {
    std::string name;           ///< "factors"
    std::string default_value;  ///< "64"
    std::string description;    ///< one line; units, and what a higher value does
    std::string search = {};  ///< what `tune` tries: "log 0.01 1", "linear 0 1", "count 16 256" (rounded, log) or "of a
                              ///< b c"; empty: the default only
};

/// Values for the options of one model. Options that were not given have their defaults.
class OptionValues {
  public:
    /// Throws UsageError, naming the options that there are, if `given` has one that is not among `options`.
    OptionValues(std::span<const ModelOption> options, const std::map<std::string, std::string>& given);

    /// Throw UsageError "--lambda: found \"x\", expected a number from 0 to 1" where the text does not parse or is
    /// out of range. `name` must be an option.
    double number(std::string_view name, double least, double most) const;
    std::int64_t count(std::string_view name, std::int64_t least, std::int64_t most) const;
    const std::string& text(std::string_view name) const;

    const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// Keeps what long training has so far, so that nothing but the time since then is lost with the program.
struct Checkpoints {
    std::function<bool()> due = {};                     ///< whether it is time to; empty: nothing is kept
    std::function<void(const Recommender&)> keep = {};  ///< takes a model whose figures say "interrupted": true
};

/// What a fit has beside its data and options.
struct FitContext {
    Progress progress = {};
    MemoryBudget memory = {};
    std::uint64_t seed = 1;
    const Recommender* start = nullptr;  ///< a model of the same kind over the same items, to go on from; models that
                                         ///< cannot throw UsageError
    Checkpoints checkpoints = {};
};

/// Size of the matrix that a model is to be fitted to.
struct RatingsShape {
    std::int64_t users;
    std::int64_t items;
    std::int64_t ratings;
};

/// One kind of model: all that tools need to offer it by name.
struct ModelKind {
    std::string name;     ///< "als"
    std::string summary;  ///< one line
    bool
        of_likes;  ///< whether it takes stored entries for likes (Recommender::scale is nothing), or values for ratings
    std::vector<ModelOption> options;

    /// Fits to a users x items matrix. Iterative models that are interrupted after their first sweep return what they
    /// have, and say so in their figures ("interrupted": true). Throws UsageError at an option out of range or a matrix
    /// without entries, MemoryError past the budget.
    std::function<std::unique_ptr<Recommender>(const CsrView& user_item, const OptionValues&, const FitContext&)> fit;

    /// Opens what `save` wrote; `figures_json` is what the model said of itself. Arrays are mapped. Throws DamagedError
    /// where the files do not fit together.
    std::function<std::unique_ptr<Recommender>(const StoreReader&, const std::string& figures_json)> open;

    /// Bytes that fitting takes beside the ratings themselves.
    std::function<std::uint64_t(const RatingsShape&, const OptionValues&)> memory;

    bool factored = false;      ///< whether scores are products (Recommender::factored_items)
    bool approximates = false;  ///< whether a fit past the budget takes a cheaper way, and says so, before it refuses
};

}  // namespace eckart::recsys
