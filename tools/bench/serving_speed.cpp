// Measures the offsets of users and items, and serving a model, in the process:
// bench_serving RATINGS MODEL [OPTION=VALUE ...], where positive=4 takes ratings from 4 up for likes. Users are spread
// over the file.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <unistd.h>

#include "engine/completion/offsets.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/models.h"
#include "recsys/serving/model_store.h"
#include "recsys/serving/serving.h"
#include "tools/bench/clock.h"
#include "tools/bench/ratings_file.h"

namespace {

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::tools;

/// Medians and the slowest tenth over `count` calls of work(0), work(1), ...
void report(const char* what, std::size_t count, const std::function<void(std::size_t)>& work) {
    std::vector<double> wall, processor;
    for (std::size_t i = 0; i < count; ++i) {
        const Times one = timed([&] { work(i); });
        wall.push_back(1e3 * one.wall);
        processor.push_back(1e3 * one.cpu);
    }
    std::sort(wall.begin(), wall.end());
    std::sort(processor.begin(), processor.end());
    std::printf("%-32s median %9.3f ms   90%% %9.3f ms   processors, median %9.3f ms\n", what, wall[count / 2],
                wall[count * 9 / 10], processor[count / 2]);
}

void serve(const ModelStore& store) {
    constexpr std::size_t asked = 200;
    std::vector<StoredProfile> users;
    for (std::size_t i = 0; i < asked; ++i) {
        users.push_back(store.profile(static_cast<std::int64_t>(i) * store.ratings().rows / asked));
    }
    const auto options_for = [&](const StoredProfile& user) {
        return RecommendOptions{.seen = user.seen, .popularity = store.popularity()};
    };
    std::vector<Profile> profiles;
    std::vector<std::span<const std::int32_t>> seen;
    for (std::int64_t u = 0; u < std::min<std::int64_t>(store.ratings().rows, 4096); ++u) {
        users.push_back(store.profile(u));
    }
    for (std::size_t i = asked; i < users.size(); ++i) {
        profiles.push_back(users[i].view());
        seen.push_back(users[i].seen);
    }
    for (const int threads : {1, 2}) {
        const ThreadLimit limit(threads);
        std::printf("%d threads\n", threads);
        report("10 recommendations for one user", asked,
               [&](std::size_t i) { recommend(store.model(), users[i].view(), options_for(users[i])); });
        const Times all = timed([&] { recommend(store.model(), profiles, seen); });
        const auto count = static_cast<double>(profiles.size());
        std::printf("%-32s   mean %9.3f ms   %29s processors,   mean %9.3f ms\n", "the same, 4096 users at once",
                    1e3 * all.wall / count, "", 1e3 * all.cpu / count);
        report("without one rating", asked, [&](std::size_t i) {
            if (!users[i].items.empty()) counterfactual(store.model(), users[i].view(), 0, 0, options_for(users[i]));
        });
        try {
            report("10 diverse ones", asked / 10, [&](std::size_t i) {
                auto options = options_for(users[i]);
                options.diversity = 0.3;
                recommend(store.model(), users[i].view(), options);
            });
        } catch (const UsageError& error) {
            std::printf("10 diverse ones: %s\n", error.what());
        }
    }
}

void measure(const std::string& path, const std::string& name, std::map<std::string, std::string> given) {
    std::optional<float> positive;
    if (const auto place = given.find("positive"); place != given.end()) {
        positive = std::stof(place->second);
        given.erase(place);
    }
    const Ratings ratings = read_ratings(path);
    std::printf("%lld users, %lld items, %lld ratings\n", static_cast<long long>(ratings.user_item.rows),
                static_cast<long long>(ratings.user_item.cols), static_cast<long long>(ratings.user_item.nonzeros()));
    Offsets offsets;
    report("offsets", 3, [&](std::size_t) { offsets = fit_offsets(ratings.user_item); });
    std::printf("  residual %.1e after %lld iterations\n", offsets.residual,
                static_cast<long long>(offsets.iterations));

    const ModelKind& kind = model_kind(name);
    std::unique_ptr<Recommender> model;
    const CsrMatrix liked = positive ? entries_from(ratings.user_item, *positive) : CsrMatrix{};
    const Times fitting = timed([&] {
        model =
            kind.fit(positive ? liked.view() : ratings.user_item.view(), OptionValues(kind.options, given), {}).model;
    });
    const std::string folder =
        (std::filesystem::temp_directory_path() / ("eckart-bench-" + std::to_string(::getpid()))).string();
    const Times saving = timed([&] { save_model(folder, ratings, {}, *model, {.positive = positive}); });
    std::printf("fitting %.1f ms, saving %.1f ms\n", 1e3 * fitting.wall, 1e3 * saving.wall);
    report("opening", 11, [&](std::size_t) { ModelStore::open(folder); });
    serve(ModelStore::open(folder));
    std::filesystem::remove_all(folder);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return std::fprintf(stderr, "usage: bench_serving RATINGS MODEL [OPTION=VALUE ...]\n"), 2;
    try {
        std::map<std::string, std::string> given;
        for (int i = 3; i < argc; ++i) {
            const std::string option = argv[i];
            const auto equals = option.find('=');
            if (equals == std::string::npos) throw eckart::UsageError(option + ": expected OPTION=VALUE");
            given[option.substr(0, equals)] = option.substr(equals + 1);
        }
        measure(argv[1], argv[2], std::move(given));
        return 0;
    } catch (const eckart::Error& error) {
        std::fprintf(stderr, "bench_serving: %s\n", error.what());
        return error.exit_code();
    }
}
