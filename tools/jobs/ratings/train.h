#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/neighbors/neighbor_file.h"
#include "recsys/interface/model_kind.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/named_models.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::jobs {

struct TrainOptions {
    std::string model = {};              ///< "als", or with options "als:factors=32"; empty: "auto"
    ModelOptions options = {};           ///< of the model; those in `model` go before them
    std::optional<float> positive = {};  ///< ratings from here up are likes, for models of likes; nothing: all are
    /// Files that describe items (corpora::read_item_attributes): all of them are attributes, from which items that
    /// nobody rated get factors, and the first has the titles. Empty: titles are of the file beside the ratings, if
    /// any.
    std::vector<std::string> items = {};
    std::string texts = {};  ///< an index whose documents are called as the items: their vectors are attributes, too
    /// Whether items are put into the cells of an inverted file: exact (they are not), ivf, or automatic, where their
    /// vectors take 256 MB or more.
    NeighborMethod cells = NeighborMethod::automatic;
    bool resume = false;  ///< goes on from the model that is there, with its options where none is given
};

/// What was learned from attributes of items.
struct LearnedAttributes {
    std::vector<std::string> columns = {};  ///< how each was read: "genres: categories by |"
    std::int64_t attributes = 0;            ///< of two items or more
    double lambda = 0;
    double explained = 0;          ///< part of the variance of the factors of an item left out that its attributes tell
    std::int64_t new_items = 0;    ///< without ratings, with factors from attributes
    std::int64_t mixed_items = 0;  ///< with few ratings, and factors of both
};

/// What was trained.
struct TrainResult {
    std::string model = {};                                        ///< "als"
    std::string reason = {};                                       ///< why this model, if nobody named one
    std::map<std::string, std::string, std::less<>> options = {};  ///< all of the model's
    std::optional<float> positive = {};                            ///< as it was applied
    std::int64_t users = 0;
    std::int64_t items = 0;
    std::int64_t ratings = 0;
    std::int64_t duplicates = 0;    ///< ratings that a later one of the same user and item replaced
    std::int64_t fitted = 0;        ///< ratings that the model was fitted to: all, or the likes
    recsys::FitReport report = {};  ///< `interrupted`: the store has what was learned until then
    recsys::Figures figures = {};   ///< what the store keeps of the model beside its arrays
    std::optional<LearnedAttributes> attributes = {};
    std::string cells = {};  ///< what was made of them, for people; empty: none
    double seconds = 0;      ///< of the whole job
    Notes notes = {};        ///< those of the report, too; "items-without-title", "duplicates", "likes"
};

/// Fits a model to ratings and makes the store at `path` hold it, in place of what was there; until that is done, what
/// was there answers. Iterative models that are interrupted keep what they have if nothing is lost by it: where there
/// was no model, or with `resume`. Otherwise InterruptedError is thrown.
///
/// Throws as read_ratings, item_texts, training_plan and recsys::save_model do; UsageError if it is to go on from a
/// model of another kind or of other items, or cells are asked for that the model cannot have; MemoryError past the
/// bound.
[[nodiscard]] TrainResult train(const RatingsSource& source, const std::string& path, const TrainOptions& options,
                                const Work& work);

}  // namespace eckart::jobs
