#include <memory>

#include "tools/cli/arguments/plan_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/plan_lines.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/plans/factorization_plan.h"
#include "tools/jobs/plans/index_plan.h"
#include "tools/jobs/plans/ratings_plan.h"
#include "tools/jobs/plans/rows_plan.h"

namespace eckart::tools {
namespace {

jobs::Plan plan_of_rows(const PlanArguments& given, const jobs::Work& work) {
    const std::string& source = given.index.sources.front();
    if (given.clusters) return jobs::plan_clustering(source, given.part, *given.clusters, work);
    if (given.factors) return jobs::plan_factorization(source, {}, *given.factors, work);
    return jobs::plan_map(source, given.part, work);
}

jobs::Plan plan_of_training(const PlanArguments& given, Session& session) {
    RatingsArguments ratings_given = given.ratings;
    ratings_given.sources = given.index.sources;
    ratings_given.format = given.index.format;
    const recsys::Ratings ratings = jobs::read_ratings(ratings_given, session.work());
    const auto training = jobs::training_plan(given.model, {}, ratings_given.least_like());
    return jobs::plan_training(ratings, training, session.work());
}

jobs::Plan plan_for(const PlanArguments& given, Session& session) {
    const jobs::Work work = session.work();
    if (!given.model.empty()) return plan_of_training(given, session);
    if (given.of_rows()) return plan_of_rows(given, work);
    IndexArguments documents = given.index;
    documents.columns = given.ratings.columns;
    return jobs::plan_index(documents.sources, reading_options(documents), index_options(documents), work);
}

void run(Session& session, const PlanArguments& given) {
    check_plan_arguments(given);
    session.require_memory(0, "plan");
    print_plan(session, plan_for(given, session));
}

}  // namespace

Command plan_command() {
    auto given = std::make_shared<PlanArguments>();
    return {
        .name = "plan",
        .summary =
            "Estimates the memory and time that indexing, training, clustering, mapping or factorizing would take",
        .examples = {"eckart plan ~/Documents --rank 300 --memory 2G", "eckart plan points.npy --cluster 100"},
        .notes =
            "Indexes the first 8 MB of text in a temporary folder and scales what that took. With --model, reads the "
            "ratings and\ntrains on parts of the users. With --cluster, --map or --factorize, reads the rows and works "
            "on parts of them; the\ncommand then never takes more memory than estimated. With --memory, ends with code "
            "6 if the estimate is above it.",
        .declare = [given](Arguments& arguments) { declare_plan_arguments(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
