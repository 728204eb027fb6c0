#include "tools/cli/arguments/protocol_arguments.h"

#include "engine/support/error.h"

namespace eckart::tools {

void declare_protocol_arguments(Arguments& arguments, ProtocolArguments& given, bool with_files) {
    std::string names = "how ratings are parted (see below): random, folds, leave-one-out, strong, lists, time";
    if (with_files) names += ", ncf";
    arguments.option(given.protocol, "--protocol", "NAME", names);
    arguments.option(given.holdout, "--holdout", "SHARE", "of the ratings to hold out: random, lists, time");
    arguments.option(given.folds, "--folds", "N", "parts of the ratings, each the test once: folds", 2);
    arguments.option(given.people, "--people", "N",
                     "to hold out for the test, and as many for validation: strong; not given: a tenth, at most 500",
                     1);
    arguments.option(given.candidates, "--candidates", "N",
                     "rank what was held out among N items drawn for each person, not among all", 1);
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
           "  folds          each of N parts of the ratings is the test once; or the parts that --train and --test "
           "hold\n"
           "  time           the last share of all ratings by time\n"
           "  leave-one-out  of each user the last rating by time, or one drawn where there are no times\n"
           "  ncf            leave-one-out as given: each user's held-out item is ranked among the candidates of\n"
           "                 --negatives, a set: an item that a list names twice, the held-out one too, counts once\n"
           "  strong         people are held out; four fifths of what each likes are known, the rest is to be found;\n"
           "                 users with fewer than 5 likes take no part, items unseen in training are dropped\n"
           "  lists          who had what, as --train and --test hold it (or a share drawn); all items are ranked but "
           "those\n"
           "                 in training\n";
}

std::string protocol_of(const ProtocolArguments& given) {
    if (given.protocol.empty()) return given.train.empty() && given.test.empty() ? "random" : "folds";
    for (const char* name : {"random", "folds", "leave-one-out", "ncf", "strong", "lists", "time"}) {
        if (given.protocol == name) return name;
    }
    throw UsageError("--protocol: found '" + given.protocol +
                     "', expected random, folds, leave-one-out, ncf, strong, lists or time");
}

}  // namespace eckart::tools
