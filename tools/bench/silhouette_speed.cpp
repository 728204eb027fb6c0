// silhouette_speed POINTS.npy K: the exact silhouette of points labelled 0, 1, .., K - 1, 0, .. in turn, timed three
// times, and its simplified and sampled forms. Beside it, with the same labels: peers/silhouette_sklearn.py.

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/metrics/clustering.h"
#include "engine/storage/npy.h"
#include "engine/support/memory_budget.h"
#include "tools/bench/clock.h"

namespace {

using namespace eckart;

void run(char** arguments) {
    const MappedArray<float> file(arguments[1], {any_extent, any_extent});
    const ConstMatrixMap x(file.values().data(), file.shape()[0], file.shape()[1]);
    const auto clusters = static_cast<std::int32_t>(std::atoi(arguments[2]));
    std::vector<std::int32_t> labels(x.rows());
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int32_t>(i) % clusters;

    double value = 0;
    for (int run = 0; run < 3; ++run) {
        const tools::Times time = tools::timed([&] { value = silhouette(x, labels); });
        std::printf("silhouette %.12f: %.3f s (%.3f s of processors)\n", value, time.wall, time.cpu);
    }
    std::printf("peak memory %s\n", readable_bytes(peak_memory()).c_str());
    tools::Times time = tools::timed([&] { value = simplified_silhouette(x, labels); });
    std::printf("simplified %.12f: %.3f s\n", value, time.wall);
    MeanInterval sample;
    time = tools::timed([&] { sample = sampled_silhouette(x, labels, 1000); });
    std::printf("of 1000 points %.5f [%.5f, %.5f]: %.3f s\n", sample.mean, sample.low, sample.high, time.wall);
    time = tools::timed([&] { value = davies_bouldin(x, labels); });
    std::printf("Davies-Bouldin %.9f: %.3f s\n", value, time.wall);
    time = tools::timed([&] { value = calinski_harabasz(x, labels); });
    std::printf("Calinski-Harabasz %.9f: %.3f s\n", value, time.wall);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return std::fprintf(stderr, "silhouette_speed POINTS.npy K\n"), 2;
    try {
        run(arguments);
    } catch (const Error& error) {
        return std::fprintf(stderr, "%s\n", error.what()), error.exit_code();
    }
}
