#include "tools/jobs/ratings/ask.h"

#include <optional>

#include "engine/support/parallel.h"
#include "recsys/serving/questions.h"

namespace eckart::jobs {

AskedItems ask(const OpenModel& model, const Person& person, const AskOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "ask");
    AskedItems asked{{}, person.notes};
    std::vector<std::int32_t> unknown;
    for (const std::string& name : options.unknown) unknown.push_back(model.item(name, asked.notes));
    const recsys::ModelStore& store = model.store();
    std::optional<CsrMatrix> likes;
    if (store.info().positive) likes = recsys::entries_from(store.ratings(), *store.info().positive);
    const recsys::Questions questions(store.model(), likes ? likes->view() : store.ratings());
    for (const recsys::Question& question : questions.best(person.seen(), unknown, options.count)) {
        CatalogEntry entry = model.entry(question.item);
        asked.items.push_back({std::move(entry.id), std::move(entry.title), question.gain});
    }
    if (asked.items.empty()) asked.notes.push_back({"nothing-to-ask", "there is no popular item left to ask about"});
    return asked;
}

}  // namespace eckart::jobs
