#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "recsys/serving/model_store.h"
#include "recsys/serving/serving.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/model_items.h"
#include "tools/jobs/person.h"

namespace eckart::tools {

/// A score fit for people: two decimals for ratings, four digits for others.
std::string readable_score(double score, const recsys::Recommender& model, const std::string& source);

/// One row of a ranking: `rank`, `item`, `title`, `score`, `source`; `user` first if the person is stored.
nlohmann::ordered_json recommendation_object(const recsys::ModelStore& store, const std::string& user,
                                             const recsys::Recommendations& ranking, std::size_t at);

/// Prints a ranking for one person, for people or with --json an object a row, and with `why` how each score came about
/// and what it would be without the rating that did most for it.
void print_recommendations(Session& session, const recsys::ModelStore& store, const Person& person,
                           const recsys::Recommendations& ranking, const recsys::RecommendOptions& options, bool why);

}  // namespace eckart::tools
