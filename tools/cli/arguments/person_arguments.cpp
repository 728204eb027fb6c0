#include "tools/cli/arguments/person_arguments.h"

#include "engine/support/error.h"
#include "tools/jobs/common/lines_of_file.h"

namespace eckart::tools {
namespace {

void check(const PersonArguments& given) {
    const int ways = !given.user.empty() + !given.likes.empty() + !given.likes_file.empty();
    if (ways != 1) throw UsageError("expected one of --user ID, --likes LIST and --likes-file FILE");
}

jobs::Person visitor_of(const PersonArguments& given, const jobs::OpenModel& model) {
    if (!given.likes_file.empty()) {
        return jobs::visitor(model, jobs::parse_like_lines(jobs::lines_of_file(given.likes_file)));
    }
    const auto match_of = [&](const std::string& name) { return model.match_of(name); };
    return jobs::visitor(model, jobs::parse_likes(given.likes, match_of));
}

}  // namespace

void declare_person_arguments(Arguments& arguments, PersonArguments& given) {
    arguments.option(given.user, "--user", "ID", "a user of the ratings that the model was trained on");
    arguments.option(given.likes, "--likes", "LIST",
                     "or anybody: titles or ids with ratings, \"Heat (1995)=5, Alien=4\"");
    arguments.option(given.likes_file, "--likes-file", "FILE", "the same from a file, one a line; - is standard input");
}

std::string likes_notes() {
    return "Items are named by id or title. Case, accents, the year and articles may be left out (\"matrix\" is\n"
           "\"Matrix, The (1999)\"), and the start or another part of a title is enough if only one title has it; "
           "what\n"
           "was matched is printed. Commas separate items; a title may contain commas, and one that contains \"=\" "
           "goes\n"
           "in double quotes: --likes 'Good, the Bad and the Ugly, The=5, \"1+1=2\"=4'.";
}

jobs::Person person_of(const PersonArguments& given, const jobs::OpenModel& model) {
    check(given);
    if (!given.user.empty()) return jobs::stored_person(model, given.user);
    return visitor_of(given, model);
}

jobs::Person person_or_newcomer(const PersonArguments& given, const jobs::OpenModel& model) {
    check(given);
    if (!given.user.empty()) return jobs::stored_person_or_newcomer(model, given.user);
    return visitor_of(given, model);
}

}  // namespace eckart::tools
