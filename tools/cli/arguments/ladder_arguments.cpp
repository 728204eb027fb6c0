#include "tools/cli/arguments/ladder_arguments.h"

#include "engine/support/error.h"

namespace eckart::tools {

void declare_ladder_arguments(Arguments& arguments, LadderArguments& given) {
    arguments.option(given.rank, "-k,--rank", "K", "rank of Z W: columns of Z, rows of W; must be given", 1);
    std::vector<std::string> methods = jobs::factorization_methods();
    methods.emplace_back("all");
    arguments.choice(given.method, "--method", methods, "constraint on Z and W; all: one line for each");
    arguments.option(given.options.tolerance, "--tolerance", "X",
                     "bound on the residuals of SVD and PCA, relative to the largest singular value");
    arguments.option(given.options.iterations, "--iterations", "N",
                     "largest number of iterations of als and the linear autoencoders, and of epochs of the others", 1);
    arguments.option(given.options.dropout, "--dropout", "P", "denoising: share of X that its noise sets to zero");
    arguments.option(given.options.lambda, "--lambda", "X",
                     "als: ridge; not given: 0, or 0.05 where only stored entries count");
}

jobs::LadderOptions ladder_options(const LadderArguments& given) {
    if (!given.rank) throw UsageError("--rank is needed: the number of columns of Z; see eckart factorize -h");
    if (given.options.lambda && given.method != "als" && given.method != "all") {
        throw UsageError("--lambda goes with --method als or all");
    }
    jobs::LadderOptions options = given.options;
    options.rank = *given.rank;
    if (given.method != "all") options.methods = {given.method};
    jobs::require_valid(options);
    return options;
}

}  // namespace eckart::tools
