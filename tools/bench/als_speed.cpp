// als_speed RATINGS [POSITIVE [THREADS]]: seconds a sweep of als (rank 64) on the ratings and of implicit-als (each
// solver, ranks 64 and 128) on those from POSITIVE (4) up, beside the rate of OpenBLAS's rank update in the same run.
//
// Flops of an exact half sweep, a row of n entries: n f (f + 1) for the Gram matrix and f^3 / 3 for its factor, or in
// the dual system of a short row n^2 (f + 1) and n^3 / 3. Bytes: each entry brings a row of 4 f bytes from the cache
// that holds the other side, 4 / (f + 1) bytes a flop: .06 at rank 64, so at 100 Gflop/s 6 GB/s a core, which the
// second- and third-level caches give several times over. So the arithmetic decides, and its rate is what is shown.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <cblas.h>

#include "engine/completion/als.h"
#include "engine/completion/implicit_als.h"
#include "engine/support/parallel.h"
#include "recsys/interface/ratings.h"
#include "tools/bench/clock.h"
#include "tools/bench/ratings_file.h"

namespace {

using namespace eckart;
using namespace eckart::tools;

constexpr int sweep_count = 8;

double flops_of_side(const CsrView& matrix, double f) {
    double flops = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto n = static_cast<double>(matrix.row(row).size());
        flops += n <= 0.8 * f ? n * n * (f + 1) + n * n * n / 3 : n * f * (f + 1) + f * f * f / 3;
    }
    return flops;
}

double flops_of_sweep(const CsrMatrix& matrix, std::int64_t factors) {
    return flops_of_side(matrix, static_cast<double>(factors)) +
           flops_of_side(transposed(matrix), static_cast<double>(factors));
}

/// Gflop/s of OpenBLAS's ssyrk, order 1024, one copy a thread: by the clock for all threads, and a core.
Times rank_update_rate(int threads) {
    openblas_set_num_threads(1);
    const int n = 1024;
    const std::vector<float> a(std::size_t{n} * n, 0.5F);
    std::vector<std::vector<float>> c(threads, std::vector<float>(a.size()));
    const double flops = static_cast<double>(threads) * n * n * (n + 1.0);
    Times best{0, 0};
    for (int run = 0; run < 12; ++run) {
        const Times start = now();
        parallel_for(threads, [&](std::int64_t i) {
            cblas_ssyrk(CblasColMajor, CblasUpper, CblasNoTrans, n, n, 1, a.data(), n, 0, c[i].data(), n);
        });
        const Times end = now();
        best.wall = std::max(best.wall, flops / (end.wall - start.wall) / 1e9);
        best.cpu = std::max(best.cpu, flops / (end.cpu - start.cpu) / 1e9);
    }
    return best;
}

void print(const std::string& what, const Times& time, double flops, const Times& rate) {
    std::printf("%-34s %8.4f s wall %8.4f s cpu", what.c_str(), time.wall, time.cpu);
    if (flops > 0) {
        std::printf("  %6.2f Gflop  %6.1f Gflop/s (%3.0f%% of ssyrk), a core %6.1f (%3.0f%%)", flops / 1e9,
                    flops / time.wall / 1e9, 100 * flops / time.wall / 1e9 / rate.wall, flops / time.cpu / 1e9,
                    100 * flops / time.cpu / 1e9 / rate.cpu);
    }
    std::printf("\n");
}

void time_als(const CsrMatrix& ratings, const Times& rate) {
    SweepClock clock;
    const AlsModel model =
        fit_als(ratings, {.factors = 64, .lambda = 0.55, .power = 0.65, .sweeps = sweep_count}, clock.progress());
    print("als rank 64, " + std::to_string(model.solved_in_float64) + " in float64", clock.sweep(),
          flops_of_sweep(ratings, 64), rate);
}

void time_implicit_als(const CsrMatrix& likes, const Times& rate) {
    for (const std::int64_t factors : {64, 128}) {
        for (const auto solver :
             {ImplicitAlsSolver::cholesky, ImplicitAlsSolver::conjugate_gradient, ImplicitAlsSolver::block}) {
            SweepClock clock;
            const ImplicitAlsModel model = fit_implicit_als(
                likes, {.factors = factors, .sweeps = sweep_count, .solver = solver}, clock.progress());
            const bool exact = solver == ImplicitAlsSolver::cholesky;
            print("implicit-als rank " + std::to_string(factors) + ", " + std::string(name(solver)), clock.sweep(),
                  exact ? flops_of_sweep(likes, factors) : 0, rate);
            std::printf("    loss %.6g after %d sweeps\n", model.loss.back(), sweep_count);
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2 || count > 4) return std::fprintf(stderr, "als_speed RATINGS [POSITIVE [THREADS]]\n"), 2;
    const ThreadLimit limit(count > 3 ? std::atoi(arguments[3]) : 0);
    const recsys::Ratings ratings = read_ratings(arguments[1]);
    const CsrMatrix likes =
        recsys::entries_from(ratings.user_item, count > 2 ? std::strtof(arguments[2], nullptr) : 4.0F);
    const Times rate = rank_update_rate(thread_count());
    std::printf("%d threads; ssyrk %.1f Gflop/s, a core %.1f; %lld ratings, %lld likes\n", thread_count(), rate.wall,
                rate.cpu, static_cast<long long>(ratings.user_item.nonzeros()),
                static_cast<long long>(likes.nonzeros()));
    time_als(ratings.user_item, rate);
    time_implicit_als(likes, rate);
}
