#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/jobs/recommendations.h"

namespace eckart::tools {
namespace {

struct PredictArguments {
    std::string model;
    PersonArguments person;
    std::string item;
};

void declare(Arguments& arguments, PredictArguments& given) {
    arguments.positional(given.model, "MODEL", "folder made by eckart train");
    declare_person_arguments(arguments, given.person);
    arguments.option(given.item, "--item", "ITEM", "id or title of an item", true);
}

void run(Session& session, const PredictArguments& given) {
    session.require_memory(0, "predict");
    const auto store = recsys::ModelStore::open(given.model);
    ModelItems items(store);
    const Person person = person_of(given.person, store, items, session);
    const std::int32_t row = items.row(given.item);
    const auto prediction = recsys::predict(store.model(), person.profile.view(), row, store.popularity());
    const CatalogEntry entry = items.entry(row);
    const bool stands_in = prediction.source != store.model().name();
    if (stands_in) {
        session.note(fmt::format("{} is too little known: this is what stands in, by {}",
                                 prediction.source == "user" ? "the item" : "the person", prediction.source));
    }
    if (session.common.json) {
        return session.out.object({{"user", person.user.empty() ? nullptr : nlohmann::ordered_json(person.user)},
                                   {"item", entry.id},
                                   {"title", entry.title},
                                   {"score", prediction.score},
                                   {"source", prediction.source}});
    }
    session.out.line(fmt::format("{:.{}f}  {}", prediction.score, store.model().scale() ? 2 : 4, items.label(row)));
}

}  // namespace

Command predict_command() {
    auto given = std::make_shared<PredictArguments>();
    return {.name = "predict",
            .summary = "Predicts what a person would give to an item",
            .examples = {"eckart predict films.model --user 17 --item \"Quiet Winter\"",
                         "eckart predict films.model --likes \"Heat (1995)=5\" --item 117 --json"},
            .notes = likes_notes() +
                     "\n`source` is the model's name, or what stands in where too little is known: item, user or mean.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
