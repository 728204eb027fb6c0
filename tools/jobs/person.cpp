#include "tools/jobs/person.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/support/error.h"
#include "tools/jobs/lines_of_file.h"

namespace eckart::tools {
namespace {

/// An item of the model with the rating that somebody gives it.
struct Rated {
    std::int32_t item;
    float value;
};

/// Ratings must lie on the scale of what was learnt. A model that learnt from likes alone needs no number.
float checked_value(const NamedRating& named, const recsys::ModelStore& store) {
    const recsys::RatingScale scale = store.scale();
    const bool counts_all = !store.model().scale() && !store.info().positive;
    if (!named.value) {
        if (!store.model().scale()) return scale.high;
        throw UsageError(fmt::format("{}: found no rating, expected one from {} to {}, as in \"{}={}\"",
                                     printable(named.item), scale.low, scale.high, printable(named.item), scale.high));
    }
    const bool on_scale = *named.value >= scale.low && *named.value <= scale.high;
    if (!on_scale && !(counts_all && scale.low == scale.high)) {
        throw UsageError(fmt::format("{}: found the rating {}, expected one from {} to {}", printable(named.item),
                                     *named.value, scale.low, scale.high));
    }
    return *named.value;
}

std::vector<NamedRating> named_ratings(const PersonArguments& given, ModelItems& items) {
    if (!given.likes_file.empty()) return parse_like_lines(lines_of_file(given.likes_file));
    return parse_likes(given.likes, [&](const std::string& name) { return items.known(name); });
}

Person visitor(const PersonArguments& given, const recsys::ModelStore& store, ModelItems& items, Session& session) {
    std::vector<Rated> rated;
    for (const NamedRating& named : named_ratings(given, items)) {
        rated.push_back({items.row(named.item), checked_value(named, store)});
    }
    std::sort(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.item < b.item; });
    const auto twice =
        std::adjacent_find(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.item == b.item; });
    if (twice != rated.end()) throw UsageError(items.label(twice->item) + " is named twice");

    Person person;
    std::vector<float> values;
    for (const Rated& one : rated) {
        person.own_items.push_back(one.item);
        values.push_back(one.value);
    }
    person.profile = store.profile_for({person.own_items, values});
    person.profile.seen = person.own_items;
    const std::size_t left_out = person.own_items.size() - person.profile.items.size();
    if (left_out > 0) {
        session.note(
            fmt::format("{} of {} ratings are below {}, which this model of likes learnt from: they are only "
                        "left out of the answer",
                        left_out, person.own_items.size(), *store.info().positive));
    }
    return person;
}

}  // namespace

void declare_person_arguments(Arguments& arguments, PersonArguments& given) {
    arguments.option(given.user, "--user", "ID", "a user of the ratings that the model was trained on");
    arguments.option(given.likes, "--likes", "LIST",
                     "or anybody: titles or ids with ratings, \"Heat (1995)=5, Alien=4\"");
    arguments.option(given.likes_file, "--likes-file", "FILE", "the same from a file, one a line; - is standard input");
}

std::string likes_notes() {
    return "Items are named by id or title: case, marks, the year and articles may be left out (\"matrix\" is\n"
           "\"Matrix, The (1999)\"). Commas part them; a title may hold commas, and one that holds \"=\" goes in\n"
           "double quotes: --likes 'Good, the Bad and the Ugly, The=5, \"1+1=2\"=4'.";
}

Person person_of(const PersonArguments& given, const recsys::ModelStore& store, ModelItems& items, Session& session) {
    const int ways = !given.user.empty() + !given.likes.empty() + !given.likes_file.empty();
    if (ways != 1) throw UsageError("expected one of --user ID, --likes LIST and --likes-file FILE");
    if (given.user.empty()) return visitor(given, store, items, session);
    return {.user = given.user, .profile = store.profile(store.users().row_of(given.user))};
}

}  // namespace eckart::tools
