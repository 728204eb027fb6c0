#include "tools/cli/arguments/recommend_arguments.h"

#include "engine/support/error.h"
#include "tools/jobs/common/lines_of_file.h"

namespace eckart::tools {
namespace {

void check(const RecommendArguments& given) {
    if (given.exclude_seen && given.include_seen) {
        throw UsageError("--exclude-seen and --include-seen contradict each other: give one");
    }
    if (given.users.empty() && !given.output.empty()) throw UsageError("-o needs --users");
    if (!given.users.empty() && given.person.given()) {
        throw UsageError("--users does not go with --user, --likes and --likes-file");
    }
    if ((given.person.likes_file == "-") + (given.users == "-") + (given.candidates == "-") > 1) {
        throw UsageError("only one of --likes-file, --users and --candidates can be standard input");
    }
    if (given.neighbors == "ivf" && !given.candidates.empty()) {
        throw UsageError("--candidates are all scored: --neighbors ivf does not go with them");
    }
    if (!given.users.empty() && given.why) throw UsageError("--why explains one person's answer, not those of --users");
}

}  // namespace

void declare_order(Arguments& arguments, std::string& by) {
    arguments.choice(by, "--by", {"likely", "rating"},
                     "what orders the items of models of ratings; likely: the predicted rating and how many people "
                     "rated the item; rating: the predicted rating alone");
}

void declare_recommend_arguments(Arguments& arguments, RecommendArguments& given) {
    arguments.positional(given.model, "MODEL", "folder made by eckart train");
    declare_person_arguments(arguments, given.person);
    arguments.option(given.users, "--users", "FILE", "many users at once: a file with an id a line, or all");
    arguments.option(given.output, "-o,--output", "FILE",
                     "where the rows of --users go, tab-separated, or with --json an object each; empty: stdout");
    arguments.option(given.count, "-n", "N", "most items to show a person; fewer if no more may be shown", 1);
    arguments.option(given.only, "--only", "WHAT",
                     "only items of a category, a year or years: comedy, 1994, 1990-1999, 2010-; \"comedy,crime\" for "
                     "either; may be repeated, and then all must hold");
    arguments.option(given.without, "--not", "WHAT", "no items of these; may be repeated");
    arguments.option(given.candidates, "--candidates", "FILE", "only items of a file, with an id or title a line");
    arguments.option(given.least_ratings, "--least-ratings", "N",
                     "only items with N or more ratings; not given: 10 for models of ratings, or a fiftieth of the "
                     "users if that is less, since one rating makes no film the best of all",
                     0);
    declare_order(arguments, given.by);
    arguments.option(given.diversity, "--diversity", "X",
                     "from 0 (by score alone) to 1 (as unlike each other as possible), by maximal marginal relevance");
    arguments.choice(
        given.neighbors, "--neighbors", {"auto", "exact", "ivf"},
        "how the best are found; ivf: in few cells, with the recall that train --cells measured; exact: by "
        "scoring all items; auto: in cells if the model has them");
    arguments.flag(given.exclude_seen, "--exclude-seen", "leave out what the person has rated (the default)");
    arguments.flag(given.include_seen, "--include-seen", "show what the person has rated, too");
    arguments.flag(given.why, "--why",
                   "show what each rating gave to the score, and score and rank without the rating that gave most");
}

jobs::RecommendOptions RecommendArguments::options() const {
    check(*this);
    jobs::RecommendOptions options;
    options.count = static_cast<std::size_t>(count);
    options.include_seen = include_seen;
    options.only = only;
    options.without = without;
    if (!candidates.empty()) options.candidates = jobs::lines_of_file(candidates);
    options.least_ratings = least_ratings;
    options.by_rating = by == "rating";
    options.diversity = diversity;
    options.neighbors = parse_neighbor_method(neighbors);
    options.reasons = why;
    return options;
}

std::optional<std::vector<std::string>> RecommendArguments::user_ids() const {
    if (users == "all") return {};
    return jobs::lines_of_file(users);
}

}  // namespace eckart::tools
