#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments/person_arguments.h"
#include "tools/jobs/ratings/recommend.h"

namespace eckart::tools {

struct RecommendArguments {
    std::string model;
    PersonArguments person;
    std::string users;
    std::string output;
    std::vector<std::string> only, without;
    std::string candidates;
    std::optional<std::int64_t> least_ratings;
    std::string by = "likely";
    double diversity = 0;
    std::string neighbors = "auto";
    bool exclude_seen = false;  ///< the default, which may be said all the same
    bool include_seen = false;
    bool why = false;
    std::int64_t count = 10;

    /// Reads the file of candidates. Throws UsageError where options do not go together.
    jobs::RecommendOptions options() const;

    /// Ids in the file of --users; nothing: all users.
    std::optional<std::vector<std::string>> user_ids() const;
};

/// What `recommend` and `evaluate` order items by.
void declare_order(Arguments& arguments, std::string& by);

void declare_recommend_arguments(Arguments& arguments, RecommendArguments& given);

}  // namespace eckart::tools
