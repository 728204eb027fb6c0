#include "tools/cli/arguments/protocol_arguments.h"

namespace eckart::tools {

void declare_protocol_arguments(Arguments& arguments, jobs::ProtocolOptions& given, bool with_files) {
    std::string names = "how to split the ratings (see below): random, folds, leave-one-out, strong, lists, time";
    if (with_files) names += ", ncf";
    arguments.option(given.protocol, "--protocol", "NAME", names);
    arguments.offer(jobs::protocol_names());
    arguments.option(given.holdout, "--holdout", "SHARE",
                     "share of the ratings to hold out, in the protocols random, lists and time");
    arguments.option(given.folds, "--folds", "N",
                     "number of parts, each of which is the test once, in the protocol folds, which this "
                     "number asks for; not given: 5",
                     2);
    arguments.option(given.people, "--people", "N",
                     "number of people to hold out for the test, and as many for validation, in strong; not given: a "
                     "tenth, at most 500",
                     1);
    arguments.option(given.candidates, "--candidates", "N",
                     "rank what was held out among N items drawn for each person, not among all items", 1);
    if (!with_files) return;
    arguments.option(given.repeat, "--repeat", "N",
                     "split N times, with seeds from --seed up, and average the measures", 1);
    arguments.option(given.train, "--train", "FILE", "ratings to train on; give it once for each split");
    arguments.option(given.test, "--test", "FILE", "ratings to test with; give it once for each split");
    arguments.option(given.fold_in, "--fold-in", "FILE", "known ratings of the people in --test, in strong");
    arguments.option(given.negatives, "--negatives", "FILE", "candidates of each user, in ncf");
}

std::string protocol_descriptions() {
    return "Protocols:\n"
           "  random         hold out a share of all ratings\n"
           "  folds          each of N parts of the ratings is the test once; or the parts are the files of --train\n"
           "                 and --test\n"
           "  time           hold out the last share of all ratings by time\n"
           "  leave-one-out  hold out the last rating of each user by time, or one drawn where there are no times\n"
           "  ncf            leave-one-out with files: the held-out item of each user is ranked among the candidates\n"
           "                 in --negatives. Candidates are a set: an item that is listed twice counts once\n"
           "  strong         hold out people: four fifths of what each likes are known, the rest is to be found. "
           "Users\n"
           "                 with fewer than 5 likes take no part, and items unseen in training are dropped\n"
           "  lists          who had what, in the files of --train and --test (or a share drawn); all items are "
           "ranked\n"
           "                 except those in training\n";
}

}  // namespace eckart::tools
