#include "tools/cli/arguments/protocol_arguments.h"

namespace eckart::tools {

void declare_protocol_arguments(Arguments& arguments, jobs::ProtocolOptions& given, bool with_files) {
    std::string names = "how ratings are split (see below): random, folds, leave-one-out, strong, lists, time";
    if (with_files) names += ", ncf";
    arguments.option(given.protocol, "--protocol", "NAME", names);
    arguments.option(given.holdout, "--holdout", "SHARE", "of the ratings to hold out: random, lists, time");
    arguments.option(given.folds, "--folds", "N", "parts of the ratings, each the test once: folds", 2);
    arguments.option(given.people, "--people", "N",
                     "people to hold out for the test, and as many for validation: strong; not given: a tenth, at most "
                     "500",
                     1);
    arguments.option(given.candidates, "--candidates", "N",
                     "rank the held-out items among N items drawn for each person, not among all", 1);
    if (!with_files) return;
    arguments.option(given.repeat, "--repeat", "N", "draw N times, with seeds from --seed up, and average", 1);
    arguments.option(given.train, "--train", "FILE", "ratings to train on; once for each split");
    arguments.option(given.test, "--test", "FILE", "ratings to test with; once for each split");
    arguments.option(given.fold_in, "--fold-in", "FILE", "what is known of the people in --test: strong");
    arguments.option(given.negatives, "--negatives", "FILE", "candidates of each user: ncf");
}

std::string protocol_descriptions() {
    return "Protocols:\n"
           "  random         a share of all ratings is held out\n"
           "  folds          each of N parts of the ratings is the test once; or the parts are the files of --train "
           "and\n"
           "                 --test\n"
           "  time           the last share of all ratings by time\n"
           "  leave-one-out  of each user the last rating by time, or one drawn if there are no times\n"
           "  ncf            leave-one-out from files: each user's held-out item is ranked among the candidates of\n"
           "                 --negatives; an item that a list names twice, the held-out one too, counts once\n"
           "  strong         people are held out; four fifths of the likes of each are known, the others are to be\n"
           "                 found; users with fewer than 5 likes and items that no training user has are left out\n"
           "  lists          who had what, from --train and --test (or a share drawn); all items are ranked but those "
           "in\n"
           "                 training\n";
}

}  // namespace eckart::tools
