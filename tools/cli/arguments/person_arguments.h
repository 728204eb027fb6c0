#pragma once

#include <string>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/ratings/person.h"

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

/// Who was named. Throws UsageError where more or less than one of the options is given, and as jobs::stored_person and
/// jobs::visitor do.
jobs::Person person_of(const PersonArguments& given, const jobs::OpenModel& model);

/// The same, but a user whom the model does not have is jobs::stored_person_or_newcomer.
jobs::Person person_or_newcomer(const PersonArguments& given, const jobs::OpenModel& model);

}  // namespace eckart::tools
