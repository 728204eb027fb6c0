#include "tools/cli/arguments/ratings_evaluation_arguments.h"

#include "tools/cli/arguments/recommend_arguments.h"

namespace eckart::tools {

bool RatingsEvaluationArguments::any() const {
    RatingsArguments how = ratings;
    how.sources.clear();
    return !(models + metrics).empty() || !model_options.given().empty() || least_ratings || by != "likely" ||
           protocol != jobs::ProtocolOptions() || how != RatingsArguments();
}

jobs::RatingsEvaluationOptions RatingsEvaluationArguments::options() const {
    return {.models = models,
            .options = model_options.given(),
            .metrics = metrics,
            .positive = ratings.least_like(),
            .least_ratings = least_ratings,
            .by_rating = by == "rating",
            .protocol = protocol};
}

void declare_ratings_evaluation(Arguments& arguments, RatingsEvaluationArguments& given) {
    arguments.option(given.models, "--model", "LIST",
                     "models to measure, separated by commas; each may have options of its own: als:factors=32,ease. "
                     "popular is always measured, too, and bias where ratings differ");
    arguments.offer(model_names());
    declare_ratings_arguments(arguments, given.ratings, false);
    declare_protocol_arguments(arguments, given.protocol, true);
    arguments.option(given.metrics, "--metrics", "LIST",
                     "what to measure (see below); not given: as fits the protocol");
    arguments.option(given.least_ratings, "--least-ratings", "N",
                     "rank only items with N or more ratings in training, as recommend does; not given: as recommend "
                     "has it, 10 for models of ratings, or a fiftieth of the users if that is less",
                     0);
    declare_order(arguments, given.by);
    declare_model_arguments(arguments, given.model_options);
}

std::string ratings_evaluation_notes() {
    return protocol_descriptions() +
           "\nMeasures of a person (R: their held-out ratings from --positive up, the relevant ones), averaged over "
           "the\n"
           "people who have one. Ranked is what recommend would show: all items but those that the person rated and\n"
           "those with fewer than --least-ratings ratings; candidates are all ranked. Ties go to the lowest id.\n"
           "Items of models of ratings are ordered by s log(1 + n) + the predicted rating, n the item's number of\n"
           "ratings and s a quarter of the scale; with --by rating, by the predicted rating alone.\n" +
           recsys::measure_formulas() +
           "\nlow and high are a 95% interval over people: a bootstrap of the mean, for rmse and mae a linearized "
           "ratio.\n"
           "Of several splits, the means of value, low and high are shown, and spread, the standard deviation.\n";
}

}  // namespace eckart::tools
