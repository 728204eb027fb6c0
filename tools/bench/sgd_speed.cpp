// sgd_speed RATINGS [EPOCHS]: seconds that an epoch of stochastic gradient descent takes at rank 32, 64 and 128, on 1
// and on 2 threads, the best of EPOCHS epochs (20), the rate of arithmetic that this is, and beside them an epoch of
// SVD++ and a sweep of the Gibbs sampler at rank 64.
//
// An epoch does 12 f flops a rating (the dot product 2 f, the two moves 5 f each) on 16 f bytes that come from the
// second-level cache and go back there.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/completion/bayesian_factorization.h"
#include "engine/completion/sgd.h"
#include "engine/completion/svdpp.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/bench/clock.h"
#include "tools/bench/ratings_file.h"

namespace {

using namespace eckart;
using namespace eckart::tools;

void print(const SweepClock& clock, const std::string& what, double flops = 0) {
    const Times epoch = clock.sweep();
    std::printf("%-24s %d threads  wall %.4f s  cpu %.4f s", what.c_str(), thread_count(), epoch.wall, epoch.cpu);
    std::printf(flops > 0 ? "  %.1f GF/s\n" : "\n", flops / epoch.wall * 1e-9);
}

void measure(const CsrView& ratings, std::int64_t epochs) {
    const auto nonzeros = static_cast<double>(ratings.nonzeros());
    for (const std::int64_t factors : {32, 64, 128}) {
        SweepClock clock;
        static_cast<void>(fit_sgd(ratings, {.factors = factors, .epochs = epochs}, clock.progress()));
        print(clock, "sgd " + std::to_string(factors), 12 * nonzeros * static_cast<double>(factors));
    }
    SweepClock svdpp;
    static_cast<void>(fit_svdpp(ratings, {.sgd = {.factors = 64, .epochs = 5}}, svdpp.progress()));
    print(svdpp, "svd++ 64");
    SweepClock bayes;
    static_cast<void>(fit_bayes(ratings, {.factors = 64, .sweeps = 4, .burn_in = 3, .samples = 1}, bayes.progress()));
    print(bayes, "bayes 64");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: sgd_speed RATINGS [EPOCHS]\n");
        return 2;
    }
    try {
        const recsys::Ratings ratings = read_ratings(argv[1]);
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
