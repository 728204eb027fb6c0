#include "tools/jobs/ratings/person.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

/// An item of the model with the rating that somebody gives it.
struct Rated {
    std::int32_t item;
    float value;
};

/// Ratings must lie on the scale of what was learned. A model that learned from likes alone needs no number.
float checked_value(const NamedRating& named, const recsys::ModelStore& store) {
    const recsys::RatingScale scale = store.scale();
    const bool rates = store.model().rating_model() != nullptr;
    const bool counts_all = !rates && !store.info().positive;
    if (!named.value) {
        if (!store.model().scale()) return scale.high;
        throw UsageError(fmt::format("{}: found no rating, expected one from {} to {}, as in \"{}={}\"", named.item,
                                     scale.low, scale.high, named.item, scale.high));
    }
    const bool on_scale = *named.value >= scale.low && *named.value <= scale.high;
    if (!on_scale && !(counts_all && scale.low == scale.high)) {
        throw UsageError(fmt::format("{}: found the rating {}, expected one from {} to {}", named.item, *named.value,
                                     scale.low, scale.high));
    }
    return *named.value;
}

/// In the order of items.
std::vector<Rated> rated_items(const OpenModel& model, std::span<const NamedRating> ratings, Notes& notes) {
    std::vector<Rated> rated;
    for (const NamedRating& named : ratings) {
        rated.push_back({model.item(named.item, notes), checked_value(named, model.store())});
    }
    std::sort(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.item < b.item; });
    const auto twice =
        std::adjacent_find(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.item == b.item; });
    if (twice != rated.end()) throw UsageError(model.label(twice->item) + " is named twice");
    return rated;
}

}  // namespace

Person stored_person(const OpenModel& model, const std::string& user) {
    const recsys::ModelStore& store = model.store();
    return {.user = user, .profile = store.profile(store.users().row_of(user))};
}

Person stored_person_or_newcomer(const OpenModel& model, const std::string& user) {
    try {
        return stored_person(model, user);
    } catch (const UnknownIdError& unknown) {
        return {.user = user, .profile = {}, .own_items = {}, .notes = {{"unknown-user", unknown.what()}}};
    }
}

Person visitor(const OpenModel& model, std::span<const NamedRating> ratings) {
    Person person;
    std::vector<float> values;
    for (const Rated& one : rated_items(model, ratings, person.notes)) {
        person.own_items.push_back(one.item);
        values.push_back(one.value);
    }
    person.profile = model.store().profile_for({person.own_items, values});
    person.profile.seen = {};
    const std::size_t all = person.own_items.size(), below = all - person.profile.items.size();
    if (below > 0) {
        person.notes.push_back(
            {"ratings-not-liked", fmt::format("{} of {} ratings {} below {}, where likes begin for this model: {} only "
                                              "left out of the answer",
                                              below, all, below == 1 ? "is" : "are", *model.store().info().positive,
                                              below == 1 ? "it is" : "they are")});
    }
    return person;
}

}  // namespace eckart::jobs
