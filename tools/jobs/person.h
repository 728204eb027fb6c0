#pragma once

#include <optional>
#include <string>

#include "recsys/serving/model_store.h"
#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/model_items.h"

namespace eckart::tools {

/// How a command is told whom to serve: a stored user, or anybody who names a few items.
struct PersonArguments {
    std::string user;
    std::string likes;
    std::string likes_file;

    bool given() const { return !user.empty() || !likes.empty() || !likes_file.empty(); }
};

void declare_person_arguments(Arguments& arguments, PersonArguments& given);

/// What help says about naming items.
std::string likes_notes();

/// Somebody to recommend to.
struct Person {
    std::string user;               ///< the id; empty for one who is not stored
    recsys::StoredProfile profile;  ///< `seen` borrows from the store or from `own_items`
    std::vector<std::int32_t> own_items = {};
};

/// The stored user, or who likes what is named. Throws UnknownIdError where a user or an item is none, UsageError where
/// more or less than one of the options is given, an item comes twice, or a rating is missing or off the model's scale.
Person person_of(const PersonArguments& given, const recsys::ModelStore& store, ModelItems& items, Session& session);

}  // namespace eckart::tools
