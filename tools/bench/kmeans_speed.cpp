// kmeans_speed X.npy CENTROIDS.npy ITERATIONS [THREADS]: k-means of float32 rows from given centroids, by each method,
// and the choice of as many centroids by k-means++: seconds by the clock and of processor, the least of three runs.
//
// Beside it, on the same files: peers/kmeans_sklearn.py; both together, with their files: the script kmeans.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "engine/cluster/kmeans.h"
#include "engine/cluster/kmeans_start.h"
#include "engine/storage/npy.h"
#include "engine/support/parallel.h"
#include "tools/bench/clock.h"

namespace {

using namespace eckart;
using eckart::tools::timed;
using eckart::tools::Times;

constexpr int runs = 3;

ConstMatrixMap map_of(const MappedArray<float>& array) {
    return {array.values().data(), array.shape()[0], array.shape()[1]};
}

template <class Work>
Times least(const Work& work) {
    Times best{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    for (int run = 0; run < runs; ++run) {
        const Times now = timed(work);
        best = {std::min(best.wall, now.wall), std::min(best.cpu, now.cpu)};
    }
    return best;
}

void run(int count, char** arguments) {
    const std::vector<std::int64_t> any = {any_extent, any_extent};
    const MappedArray<float> rows(arguments[1], any), given(arguments[2], any);
    const ConstMatrixMap x = map_of(rows), centroids = map_of(given);
    const int threads = count > 4 ? std::atoi(arguments[4]) : 0;
    const ThreadLimit limit(threads);
    std::printf("%td x %td, k %td, %d threads\n", x.rows(), x.cols(), centroids.rows(), thread_count());
    for (const KmeansMethod method : {KmeansMethod::lloyd, KmeansMethod::hamerly, KmeansMethod::yinyang}) {
        const KmeansOptions options{.iterations = std::atoi(arguments[3]), .tolerance = 0, .method = method};
        Kmeans result;
        const Times time = least([&] { result = kmeans_from(centroids, x, options); });
        std::printf("%-8s %.3f s (%.3f of processor), %d iterations, inertia %.9g\n", std::string(name(method)).c_str(),
                    time.wall, time.cpu, result.iterations, result.inertia);
    }
    const Times start = least([&] {
        const DenseRows dense(x);
        const CentroidSums sums(dense, {}, 1);
        static_cast<void>(plus_plus_start(dense, sums, centroids.rows(), 1, 0, {}));
    });
    std::printf("k-means++ start %.3f s (%.3f of processor)\n", start.wall, start.cpu);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return std::fprintf(stderr, "kmeans_speed X.npy CENTROIDS.npy ITERATIONS [THREADS]\n"), 2;
    try {
        run(count, arguments);
    } catch (const eckart::Error& error) {
        return std::fprintf(stderr, "%s\n", error.what()), error.exit_code();
    }
}
