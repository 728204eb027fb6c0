#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/open_model.h"
#include "tools/jobs/ratings/person.h"

namespace eckart::jobs {

/// What a person would give to an item.
struct PredictedRating {
    std::string user;    ///< the id; empty for a visitor
    std::string item;    ///< the id
    std::string title;   ///< may be empty
    double score;        ///< in the model's scale, if it has one
    std::string source;  ///< the model's name, or what stands in where too little is known: item, user or mean
};

struct Predictions {
    std::vector<PredictedRating> rows;
    std::vector<std::string> unknown = {};  ///< of pairs: one sentence for each user or item that is none
    Notes notes = {};  ///< those of the person; "title-matched"; "stands-in", where the model knows too little
};

/// Predicts what a person would give to items, in their order; `items` are ids or titles. Throws UnknownIdError where
/// one names no item or several.
[[nodiscard]] Predictions predict(const OpenModel& model, const Person& person, std::span<const std::string> items,
                                  const Work& work);

/// A stored user and an item, by id or title.
struct UserItem {
    std::string user;
    std::string item;
};

/// Reads pairs from a table or JSON lines, as ratings are read: user and item in the first two columns, or as a header
/// names them; other columns are passed over. "-" is standard input. Throws InputError if it cannot be read.
[[nodiscard]] std::vector<UserItem> read_pairs(const std::string& path);

/// Predicts each pair, in their order; those whose user or item is unknown are passed over. Pairs of one user that
/// follow one another cost one scoring.
[[nodiscard]] Predictions predict_pairs(const OpenModel& model, std::span<const UserItem> pairs, const Work& work);

}  // namespace eckart::jobs
