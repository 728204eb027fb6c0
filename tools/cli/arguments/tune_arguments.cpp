#include "tools/cli/arguments/tune_arguments.h"

#include <algorithm>
#include <charconv>

#include "engine/support/error.h"

namespace eckart::tools {

jobs::TuneOptions TuneArguments::options() const {
    return {.model = model,
            .fixed = model_options.given(),
            .budget = parse_budget(budget),
            .metric = metric,
            .positive = ratings.least_like(),
            .protocol = protocol,
            .whole = whole,
            .journal = journal,
            .resume = resume};
}

void declare_tune_arguments(Arguments& arguments, TuneArguments& given) {
    declare_ratings_arguments(arguments, given.ratings);
    arguments.option(given.model, "--model", "NAME", "the model whose options are searched", true);
    arguments.offer(model_names());
    arguments.option(given.budget, "--budget", "N|TIME",
                     "trials to make, or the time to begin trials in: 90s, 10m, 2h");
    arguments.option(given.metric, "--metric", "NAME", "what decides, as evaluate calls it; not given: as fits");
    declare_protocol_arguments(arguments, given.protocol, false);
    arguments.flag(given.whole, "--whole", "RATINGS are all for training, since a test is elsewhere: hold none out");
    arguments.option(given.journal, "--journal", "FILE", "keep the trials in this file, so that --resume can go on");
    arguments.flag(given.resume, "--resume", "go on with the search of --journal");
    declare_model_arguments(arguments, given.model_options);
}

jobs::TuneBudget parse_budget(const std::string& text) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const std::string unit(end, text.data() + text.size());
    const bool whole = amount == static_cast<double>(static_cast<std::int64_t>(std::min(amount, 1e9)));
    if (error == std::errc() && amount > 0 && amount <= 1e9) {
        if (unit.empty() && whole) return {static_cast<std::size_t>(amount), {}};
        for (const auto& [name, seconds] : {std::pair("s", 1.0), std::pair("m", 60.0), std::pair("h", 3600.0)}) {
            if (unit == name) return {{}, std::chrono::duration<double>(amount * seconds)};
        }
    }
    throw UsageError("--budget: found '" + text + "', expected a number of trials, or a time such as 90s, 10m or 2h");
}

}  // namespace eckart::tools
