#include "tools/cli/arguments/plan_arguments.h"

#include "engine/support/error.h"
#include "tools/cli/arguments/model_arguments.h"
#include "tools/jobs/points/points.h"

namespace eckart::tools {

void declare_plan_arguments(Arguments& arguments, PlanArguments& given) {
    declare_index_arguments(arguments, given.index);
    arguments.option(given.model, "--model", "NAME",
                     "plan the training of this model on SOURCE, which is ratings; with options as in als:factors=32");
    arguments.offer(model_names());
    arguments.option(given.ratings.columns, "--columns", "LIST",
                     "columns of the documents, as for index, or of the ratings, as for train");
    arguments.option(given.ratings.positive, "--positive", "X", "count ratings of X and more as likes, as for train");
    arguments.option(given.clusters, "--cluster", "K",
                     "plan cluster -k K of SOURCE, which is an index, a model or a matrix file", 1);
    arguments.flag(given.map, "--map", "plan a map of SOURCE, which is an index, a model or a matrix file");
    arguments.choice(given.part, "--part", jobs::point_parts(), "part of SOURCE, as for cluster and map");
    arguments.option(given.factors, "--factorize", "RANK", "plan factorize --rank RANK of SOURCE, a matrix file", 1);
}

void check_plan_arguments(const PlanArguments& given) {
    const int planned = (given.model.empty() ? 0 : 1) + (given.clusters ? 1 : 0) + (given.factors ? 1 : 0) + given.map;
    if (planned > 1) {
        throw UsageError("--model, --cluster, --map and --factorize each plan something else: give only one");
    }
    if (given.model.empty() && given.ratings.positive) throw UsageError("--positive goes with --model");
    if (given.of_rows() && !given.ratings.columns.empty()) {
        throw UsageError("--columns does not go with --cluster, --map and --factorize");
    }
    if (!given.part.empty() && !given.clusters && !given.map) {
        throw UsageError("--part goes with --cluster and --map");
    }
    IndexArguments usual;
    usual.sources = given.index.sources;
    usual.format = given.index.format;
    if ((!given.model.empty() || given.of_rows()) && !(given.index == usual)) {
        throw UsageError(
            "--rank, --weighting, --language, --solver and --tolerance are for indexing, and do not go with --model, "
            "--cluster, --map and --factorize");
    }
    if (given.of_rows() && (given.index.sources.size() != 1 || given.index.format != "auto")) {
        throw UsageError("--cluster, --map and --factorize take one SOURCE and no --format");
    }
}

}  // namespace eckart::tools
