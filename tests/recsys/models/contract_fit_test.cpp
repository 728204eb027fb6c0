// What fitting must do whatever the model: options, budgets, interrupts, going on.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "recsys/evaluation/tuning.h"
#include "recsys/models/models.h"
#include "tests/recsys/models/every_kind.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

bool finite_scores(const Recommender& model, const CsrView& ratings) {
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const auto scores = scores_of(model, profile_of(ratings, user));
        if (!std::all_of(scores.begin(), scores.end(), [](float s) { return std::isfinite(s); })) return false;
    }
    return true;
}

/// Mean squared error on the ratings that were fitted.
double training_error(const Recommender& model, const CsrView& ratings) {
    double squares = 0;
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const Profile profile = profile_of(ratings, user);
        const auto scores = scores_of(model, profile);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            const auto error = scores[static_cast<std::size_t>(profile.items[p])] - profile.values[p];
            squares += static_cast<double>(error) * static_cast<double>(error);
        }
    }
    return squares / static_cast<double>(ratings.nonzeros());
}

/// A fit, and another value of one of its options with which it must come out otherwise.
struct Change {
    Options fit;
    std::string value;
};

Change change_of(const ModelKind& kind, const std::string& option) {
    static const std::map<std::string, Change> changes = {
        {"activation", {{}, "relu"}},
        {"annealing-epochs", {{{"kl-weight", "1"}, {"annealing-epochs", "0"}}, "40"}},
        {"batch", {{}, "20"}},
        {"arithmetic", {{{"rank", "0"}}, "float64"}},
        {"block-size", {{{"solver", "block"}}, "2"}},
        {"burn-in", {{{"burn-in", "0"}, {"samples", "4"}}, "3"}},
        {"cg-steps", {{{"solver", "cg"}}, "1"}},
        {"epochs", {{}, "3"}},
        {"factors", {{}, "3"}},
        {"kl-weight", {{{"kl-weight", "1"}, {"annealing-epochs", "0"}}, "0.2"}},
        {"item-power", {{{"rank", "4"}}, "0.2"}},
        {"keep", {{{"rank", "0"}}, "3"}},
        {"lambda-set", {{}, "3"}},
        {"layers", {{}, "8,5"}},
        {"loss", {{}, "squared"}},
        {"neighbors", {{}, "3"}},
        {"parts", {{}, "ease,item-knn"}},
        {"patience", {{{"epochs", "40"}, {"learning-rate", "0.05"}, {"patience", "0"}}, "1"}},
        {"rank", {{}, "3"}},
        {"samples", {{{"burn-in", "0"}, {"samples", "4"}}, "2"}},
        {"sets", {{}, "users"}},
        {"shrinkage", {{}, "20"}},
        {"solver", {{}, "cg"}},
        {"trial-budget", {{}, "0"}},
        {"validation", {{}, "0"}},
        {"sweeps", {{{"burn-in", "0"}, {"rank", "4"}}, "1"}},
        {"weights", {{}, "0.9,0.1"}},
    };
    const auto known = changes.find(option);
    Change change{quick(kind), known == changes.end() ? "0.2" : known->second.value};
    if (known == changes.end()) return change;
    for (const auto& [name, value] : known->second.fit) {
        const auto is_it = [&name = name](const ModelOption& one) { return one.name == name; };
        if (std::any_of(kind.options.begin(), kind.options.end(), is_it)) change.fit[name] = value;
    }
    return change;
}

std::vector<float> all_scores(const ModelKind& kind, const CsrView& ratings, const Options& options) {
    const auto model = fitted(kind, ratings, options);
    std::vector<float> all;
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const auto scores = scores_of(*model, profile_of(ratings, user));
        all.insert(all.end(), scores.begin(), scores.end());
    }
    return all;
}

/// What a kind that learns by sweeps calls them; nothing for one that does not.
const char* counter_of(const ModelKind& kind) {
    if (kind.name == "edlae") return nullptr;  // its sweeps improve a closed form
    for (const ModelOption& option : kind.options) {
        if (option.name == "sweeps") return "sweeps";
        if (option.name == "epochs") return "epochs";
    }
    return nullptr;
}

}  // namespace

TEST_CASE("there are no two kinds of one name, and an unknown name is answered with those that there are") {
    std::vector<std::string> names;
    for (const ModelKind& kind : model_kinds()) names.push_back(kind.name);
    std::sort(names.begin(), names.end());

    CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    CHECK_THROWS_WITH_AS(model_kind("als2"), doctest::Contains("popular, bias"), UsageError);
}

TEST_CASE("an option that a model has not is refused, and so is a value that is none") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        CHECK_THROWS_AS(fitted(kind, ratings, {{"no-such-option", "1"}}), UsageError);
        for (const ModelOption& option : kind.options) {
            INFO("option " << option.name);
            CHECK_FALSE(option.description.empty());
            for (const char* value : {"", "many", "nan", "-1e300"}) {
                auto options = quick(kind);
                options[option.name] = value;
                CHECK_THROWS_AS(fitted(kind, ratings, options), UsageError);
                if (option.type == OptionType::text) continue;
                CHECK_THROWS_WITH_AS(OptionValues(kind.options, options),
                                     doctest::Contains(("--" + option.name + ": found \"").c_str()), UsageError);
            }
        }
    });
}

TEST_CASE("defaults, and what tune tries, are values of the option") {
    for (const ModelKind& kind : model_kinds()) {
        INFO("model " << kind.name);
        CHECK_NOTHROW(OptionValues(kind.options, {}));
        OptionSearch search(kind, {});
        for (int trial = 0; trial < 50; ++trial) {
            CHECK_NOTHROW(OptionValues(kind.options, search.next()));
            search.add({search.next(), 0.0, 0});
        }
    }
}

TEST_CASE("no option is ignored: another value gives other scores") {
    const CsrMatrix few = small_ratings(), many = small_ratings({.users = 300});  // enough to hold some out
    for_each_kind([&](const ModelKind& kind) {
        for (const ModelOption& option : kind.options) {
            INFO("option " << option.name);
            const CsrMatrix& ratings =
                option.name == "validation" || option.name == "patience" || option.name == "trial-budget" ? many : few;
            Change change = change_of(kind, option.name);
            const auto before = all_scores(kind, ratings, change.fit);
            change.fit[option.name] = change.value;
            CHECK(all_scores(kind, ratings, change.fit) != before);
        }
    });
}

TEST_CASE("a matrix without entries is refused") {
    for_each_kind([&](const ModelKind& kind) {
        CHECK_THROWS_AS(quickly_fitted(kind, csr_from_entries(3, 4, {})), UsageError);
        CHECK_THROWS_AS(quickly_fitted(kind, csr_from_entries(0, 0, {})), UsageError);
    });
}

TEST_CASE("memory is planned, and a budget that holds nothing is refused") {
    const CsrMatrix ratings = small_ratings();
    const RatingsShape shape{ratings.rows, ratings.cols, ratings.nonzeros()};
    for_each_kind([&](const ModelKind& kind) {
        CHECK(kind.memory(shape, OptionValues(kind.options, quick(kind))) > 0);
        CHECK_THROWS_AS(quickly_fitted(kind, ratings, {.memory = {1}}), MemoryError);
    });
}

TEST_CASE("a fit that keeps what it planned is let through") {
    const CsrMatrix ratings = small_ratings();
    const RatingsShape shape{ratings.rows, ratings.cols, ratings.nonzeros()};
    for_each_kind([&](const ModelKind& kind) {
        const auto planned = kind.memory(shape, OptionValues(kind.options, quick(kind)));
        CHECK(finite_scores(*quickly_fitted(kind, ratings, {.memory = {planned}}), ratings));
    });
}

TEST_CASE("an interrupt ends a fit with an error, or with what it has and says so") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        for (const int after : {0, 1, 2, 3, 5, 8}) {
            INFO("reports " << after);
            int reports = 0;
            bool interrupted = false;
            const Progress progress({}, [&] { return interrupted = interrupted || ++reports > after; });
            try {
                const auto [model, report] = fit(kind, ratings, quick(kind), {.progress = progress});
                const Figures kept = model->figures();
                CHECK(report.interrupted == interrupted);
                CHECK((kept.contains("interrupted") && kept.truth("interrupted")) == interrupted);
                CHECK(finite_scores(*model, ratings));
            } catch (const InterruptedError&) {
                CHECK(interrupted);
            }
        }
    });
}

TEST_CASE("models that learn by sweeps go on from a model and make it no worse, others refuse to") {
    const CsrMatrix ratings = small_ratings({.users = 120, .items = 50});
    for_each_kind([&](const ModelKind& kind) {
        const auto start = quickly_fitted(kind, ratings);
        const char* const counted = counter_of(kind);
        if (counted == nullptr) {
            CHECK_THROWS_AS(quickly_fitted(kind, ratings, {.start = start.get()}), UsageError);
            return;
        }
        const auto further = quickly_fitted(kind, ratings, {.start = start.get()});
        const auto count = [&](const Recommender& model) { return model.figures().count(counted); };

        CHECK(finite_scores(*further, ratings));
        CHECK(count(*further) == 2 * count(*start));
        CHECK(scores_of(*further, profile_of(ratings, 0)) != scores_of(*start, profile_of(ratings, 0)));
        if (!kind.of_likes) CHECK(training_error(*further, ratings) <= 1.01 * training_error(*start, ratings));
    });
}

TEST_CASE("a report counts the rounds, has a loss for each, and figures for people") {
    const CsrMatrix ratings = small_ratings({.users = 120, .items = 50});
    for_each_kind([&](const ModelKind& kind) {
        const Fitted fitted = fit(kind, ratings, quick(kind));
        const FitReport& report = fitted.report;
        const auto number = [&](const std::string& name) -> std::optional<double> {
            for (const NamedNumber& figure : report.figures) {
                if (figure.name == name) return figure.value;
            }
            return std::nullopt;
        };

        CHECK_FALSE(report.interrupted);
        CHECK((report.notes.empty() || kind.chooses));  // which says what it found
        CHECK_FALSE(number("low").has_value());
        const char* const counted = counter_of(kind);
        CHECK(std::ssize(report.loss) == report.rounds);
        if (counted == nullptr) return;
        CHECK(report.rounds == 4);
        CHECK(number(counted) == 4.0);
        CHECK(number("loss") == report.loss.back());
        const auto further = fit(kind, ratings, quick(kind), {.start = fitted.model.get()}).report;
        CHECK(further.rounds == 8);
        CHECK(further.loss.size() == 4);
        CHECK(number("loss") != further.loss.back());
    });
}

TEST_CASE("going on from a model of another kind or over other items is refused") {
    const CsrMatrix ratings = small_ratings();
    const CsrMatrix others = small_ratings({.items = 41});
    for_each_kind([&](const ModelKind& kind) {
        const auto other_items = quickly_fitted(kind, others);
        const auto other_kind = fitted(model_kind(kind.name == "bias" ? "popular" : "bias"), ratings);
        CHECK_THROWS_AS(quickly_fitted(kind, ratings, {.start = other_items.get()}), UsageError);
        CHECK_THROWS_AS(quickly_fitted(kind, ratings, {.start = other_kind.get()}), UsageError);
    });
}

TEST_CASE("a seed gives one model, and another seed another where the start is drawn") {
    const CsrMatrix ratings = small_ratings();
    for_each_kind([&](const ModelKind& kind) {
        const auto scores = [&](std::uint64_t seed) {
            return scores_of(*quickly_fitted(kind, ratings, {.seed = seed}), profile_of(ratings, 0));
        };
        const auto seventh = scores(7);

        CHECK(std::all_of(seventh.begin(), seventh.end(), [](float score) { return std::isfinite(score); }));
        CHECK(scores(7) == seventh);
        if (counter_of(kind) != nullptr) CHECK(scores(8) != seventh);
    });
}

TEST_CASE("ratings in another unit give the same model in that unit") {
    const CsrMatrix ratings = small_ratings();
    CsrMatrix times = ratings, plus = ratings;
    for (float& value : times.values) value *= 20;
    for (float& value : plus.values) value += 5;
    for_each_kind([&](const ModelKind& kind) {
        if (kind.of_likes || kind.chooses) return;
        const auto model = quickly_fitted(kind, ratings);
        const auto model_times = quickly_fitted(kind, times), model_plus = quickly_fitted(kind, plus);
        for (std::int64_t user = 0; user < ratings.rows; user += 7) {
            const auto scores = scores_of(*model, profile_of(ratings, user));
            const auto scores_times = scores_of(*model_times, profile_of(times, user));
            const auto scores_plus = scores_of(*model_plus, profile_of(plus, user));
            for (std::size_t i = 0; i < scores.size(); ++i) {
                CHECK(std::abs(scores_times[i] / 20 - scores[i]) <= 2e-3F);
                CHECK(std::abs(scores_plus[i] - 5 - scores[i]) <= 2e-3F);
            }
        }
    });
}
