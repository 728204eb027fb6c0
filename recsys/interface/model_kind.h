#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/storage/store.h"
#include "engine/support/memory_budget.h"
#include "engine/support/note.h"
#include "engine/support/progress.h"
#include "recsys/interface/figures.h"
#include "recsys/interface/model_option.h"
#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// Keeps the unfinished model during long training, so that only the time since the last checkpoint is lost if the
/// program ends.
struct Checkpoints {
    std::function<bool()> due = {};                     ///< whether it is time for one; empty: nothing is kept
    std::function<void(const Recommender&)> keep = {};  ///< takes a model from which training can go on
};

/// What a fit is given beside its data and options.
struct FitContext {
    Progress progress = {};
    MemoryBudget memory = {};
    std::uint64_t seed = 1;
    const Recommender* start = nullptr;  ///< a model of the same kind over the same items, to go on from; kinds that
                                         ///< cannot throw UsageError
    Checkpoints checkpoints = {};
};

struct NamedNumber {
    std::string name;  ///< "loss", "solved_in_float64"
    double value;

    friend bool operator==(const NamedNumber&, const NamedNumber&) = default;
};

/// How a fit went.
struct FitReport {
    std::int64_t rounds = 0;        ///< sweeps or epochs done, with those of the model that it went on from; 0 for
                                    ///< models that are not learned in rounds
    std::vector<double> loss = {};  ///< after each round of this fit; empty for models that have no such
    bool interrupted = false;       ///< whether it stopped before its end, since it was asked to
    Notes notes = {};               ///< what was done otherwise than asked
    std::vector<NamedNumber> figures = {};  ///< for people, in the order to show them; `rounds` and the last loss, by
                                            ///< the model's names for them, are among them
};

/// What a fit gives.
struct Fitted {
    std::unique_ptr<Recommender> model;
    FitReport report = {};
};

/// Size of the matrix that a model is to be fitted to.
struct RatingsShape {
    std::int64_t users;
    std::int64_t items;
    std::int64_t ratings;
};

/// One kind of model: all that is needed to offer it by name.
struct ModelKind {
    std::string name;     ///< "als"
    std::string summary;  ///< one line
    /// Whether it takes stored entries for likes (Recommender::scale is nothing), or values for ratings.
    bool of_likes = false;
    std::vector<ModelOption> options = {};

    /// Fits to a users x items matrix. Iterative models that are interrupted after their first round return what they
    /// have, and their report says so; others throw InterruptedError. Throws UsageError if the matrix has no entries,
    /// MemoryError past the budget.
    std::function<Fitted(const CsrView& user_item, const OptionValues&, const FitContext&)> fit = {};

    /// Opens what `save` wrote; `figures` are those of the model. Arrays are mapped. Throws DamagedError where the
    /// files do not fit together.
    std::function<std::unique_ptr<Recommender>(const StoreReader&, const Figures& figures)> open = {};

    /// Bytes that fitting takes beside the ratings themselves.
    std::function<std::uint64_t(const RatingsShape&, const OptionValues&)> memory = {};

    /// Length of the vectors whose products are the scores (Recommender::factored_items); empty if scores are none.
    std::function<std::int64_t(const OptionValues&)> factors = {};

    bool chooses = false;        ///< whether it is other kinds, found by trials: what it can do is what these can
    bool approximates = false;   ///< whether a fit past the budget takes a cheaper way, and says so, before it refuses
    bool compares_items = true;  ///< whether it knows how alike items are (Recommender::similar)
    bool has_item_vectors = false;  ///< Recommender::item_vectors
    bool takes_attributes = false;  ///< Recommender::with_items: items can have factors from their attributes
    /// Recommender::factored_people: nothing if it has none, else on what condition: "" or "with --rank above 0".
    std::optional<std::string> has_user_vectors = {};
};

}  // namespace eckart::recsys
