// sgd_speed RATINGS [EPOCHS]: seconds that an epoch of stochastic gradient descent takes at rank 32, 64 and 128, on 1
// and on 2 threads, the best of EPOCHS epochs (20), the rate of arithmetic that this is, and beside them an epoch of
// SVD++ and a sweep of the Gibbs sampler at rank 64.
//
// An epoch does 12 f flops a rating (the dot product 2 f, the two moves 5 f each) on 16 f bytes that come from the
// second-level cache and go back there.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include <sys/resource.h>

#include "corpora/open_ratings.h"
#include "engine/factor/bayesian_factorization.h"
#include "engine/factor/sgd.h"
#include "engine/factor/svdpp.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/ratings.h"

namespace {

using namespace eckart;

double wall() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Watches reports of progress: the shortest wall and processor time between two of them.
class Watch {
  public:
    Progress progress() {
        return Progress([this](std::string_view, std::uint64_t done, std::uint64_t) {
            const double now = wall(), used = cpu();
            if (done > 0) {
                wall_ = std::min(wall_, now - last_wall_);
                cpu_ = std::min(cpu_, used - last_cpu_);
            }
            last_wall_ = now;
            last_cpu_ = used;
        });
    }

    void print(const std::string& what, double flops) const {
        std::printf("%-24s %d threads  wall %.4f s  cpu %.4f s", what.c_str(), thread_count(), wall_, cpu_);
        std::printf(flops > 0 ? "  %.1f GF/s\n" : "\n", flops / wall_ * 1e-9);
    }

  private:
    double last_wall_ = 0, last_cpu_ = 0;
    double wall_ = std::numeric_limits<double>::infinity(), cpu_ = wall_;
};

recsys::Ratings read(const std::string& path) {
    recsys::RatingsBuilder builder;
    const auto reader = corpora::open_ratings(path);
    corpora::Rating rating;
    while (reader->next(rating)) builder.add(rating.user, rating.item, rating.value);
    return builder.finish();
}

void measure(const CsrView& ratings, std::int64_t epochs) {
    const auto nonzeros = static_cast<double>(ratings.nonzeros());
    for (const std::int64_t factors : {32, 64, 128}) {
        Watch watch;
        static_cast<void>(fit_sgd(ratings, {.factors = factors, .epochs = epochs}, watch.progress()));
        watch.print("sgd " + std::to_string(factors), 12 * nonzeros * static_cast<double>(factors));
    }
    Watch svdpp;
    static_cast<void>(fit_svdpp(ratings, {.sgd = {.factors = 64, .epochs = 5}}, svdpp.progress()));
    svdpp.print("svd++ 64", 0);
    Watch bayes;
    static_cast<void>(fit_bayes(ratings, {.factors = 64, .sweeps = 4, .burn_in = 3, .samples = 1}, bayes.progress()));
    bayes.print("bayes 64", 0);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: sgd_speed RATINGS [EPOCHS]\n");
        return 2;
    }
    try {
        const recsys::Ratings ratings = read(argv[1]);
        std::printf("%lld ratings, %lld users, %lld items\n", static_cast<long long>(ratings.user_item.nonzeros()),
                    static_cast<long long>(ratings.user_item.rows), static_cast<long long>(ratings.user_item.cols));
        for (const int threads : {1, 2}) {
            const ThreadLimit limit(threads);
            measure(ratings.user_item, argc > 2 ? std::atoll(argv[2]) : 20);
        }
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return error.exit_code();
    }
}
