#include <fmt/format.h>

#include <memory>

#include "engine/support/error.h"
#include "recsys/models/models.h"
#include "tools/cli/arguments/recommend_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/recommendation_rows.h"

namespace eckart::tools {
namespace {

void recommend_to_many(Session& session, const jobs::OpenModel& model, const RecommendArguments& given,
                       const jobs::RecommendOptions& options) {
    ResultLines file(given.output, session.out);
    if (!session.common.json) file.line(recommendation_header());
    const jobs::UsersServed users = jobs::recommend_to_users(
        model, given.user_ids(), options, session.work(),
        [&](const auto& ranking) { write_recommendations(file, ranking, session.common.json); });
    file.finish();
    session.show(users.notes);
    if (users.unknown.empty()) return;
    for (const std::string& id : users.unknown) session.note(fmt::format("there is no user \"{}\"", id));
    throw UnknownIdError(fmt::format("{} of the {} users in {} are unknown; the others are served",
                                     users.unknown.size(), users.unknown.size() + users.served, given.users));
}

void run(Session& session, const RecommendArguments& given) {
    const jobs::RecommendOptions options = given.options();
    const jobs::OpenModel model(given.model);
    if (!given.users.empty()) return recommend_to_many(session, model, given, options);
    const jobs::Person person = person_or_newcomer(given.person, model);
    print_recommendations(session, model, jobs::recommend(model, {&person, 1}, options, session.work()).front());
}

std::string models_of_ratings() {
    std::string names;
    for (const auto& kind : recsys::model_kinds()) {
        if (!kind.of_likes) names += (names.empty() ? "" : ", ") + kind.name;
    }
    return names;
}

}  // namespace

Command recommend_command() {
    auto given = std::make_shared<RecommendArguments>();
    return {
        .name = "recommend",
        .summary = "Ranks the items that a person has not rated",
        .examples = {"eckart recommend films.model --user 17 --why",
                     "eckart recommend films.model --likes \"Heat (1995)=5, Alien=4\" --only thriller --only 1990-"},
        .notes =
            likes_notes() + "\n\nScores are ratings as this person would give them where the model is one of\n" +
            models_of_ratings() + "; those of the other models only rank.\n" +
            "The former order items by s log(1 + n) + the rating, n the number of people who rated the item and s a\n"
            "quarter of the scale: what a person is likely to choose and to like. --by rating orders by rating "
            "alone.\n\n" +
            "A user whom the model does not have gets what is popular, and stderr says so. Of --users they are named\n"
            "there, the others are served, and the exit code is 4.",
        .declare = [given](Arguments& arguments) { declare_recommend_arguments(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
