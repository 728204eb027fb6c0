// autoencoder_speed RATINGS [POSITIVE [BATCH [THREADS]]]: seconds an epoch of mult-vae (columns-600-200-600-columns) on
// the likes of all users, beside what its products would take at the rate of OpenBLAS's sgemm in the same run. With
// MATRIX.txt as a fifth argument writes "user item" lines, for the peer (peers/autoencoder_torch.py) to train on.
//
// Flops an epoch, m rows of n columns and z entries: outputs 3 products of 2 m n 600, for the outputs, the gradient by
// the layer before and that by the weights; the code's layers 3 of 2 m (600 * 400 + 200 * 600); the sparse first layer
// 2 of 2 z 600. Bytes: a step of Adam reads and writes 24 bytes a weight, 2 * 600 n of them: 1.2 GB an epoch of ten
// steps on 3,500 columns, .06 s at 20 GB/s, most of it from the cache that the gradient was made in.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <cblas.h>

#include "engine/autoencoder/autoencoder.h"
#include "engine/support/parallel.h"
#include "recsys/interface/ratings.h"
#include "tools/bench/clock.h"
#include "tools/bench/ratings_file.h"

namespace {

using namespace eckart;
using namespace eckart::tools;

constexpr int epoch_count = 6;

double flops_of_epoch(const CsrView& likes, const AutoencoderLayers& layers) {
    double flops = 4 * static_cast<double>(likes.nonzeros()) * static_cast<double>(layers.encoder.front());
    const std::vector<WeightShape> shapes = weight_shapes(layers, likes.cols);
    for (std::size_t layer = 1; layer < shapes.size(); ++layer) {
        flops += 6 * static_cast<double>(likes.rows) * static_cast<double>(shapes[layer].rows * shapes[layer].cols);
    }
    return flops;
}

/// Gflop/s of sgemm on products of order 2048, one a thread.
double product_rate(int threads) {
    openblas_set_num_threads(1);
    const int n = 2048;
    const std::vector<float> a(std::size_t{n} * n, 0.5F);
    std::vector<std::vector<float>> c(threads, std::vector<float>(a.size()));
    double best = 0;
    for (int run = 0; run < 6; ++run) {
        const Times start = now();
        parallel_for(threads, [&](std::int64_t i) {
            cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(), n, a.data(), n, 0, c[i].data(),
                        n);
        });
        best = std::max(best, 2.0 * threads * n * n * n / (now().wall - start.wall) / 1e9);
    }
    return best;
}

void write_pairs(const CsrView& likes, const char* path) {
    std::FILE* file = std::fopen(path, "w");
    if (file == nullptr) return std::perror(path);
    for (std::int64_t row = 0; row < likes.rows; ++row) {
        for (const std::int32_t item : likes.row(row).columns) {
            std::fprintf(file, "%lld %d\n", static_cast<long long>(row), item);
        }
    }
    std::fclose(file);
}

void time_training(const CsrView& likes, std::int64_t batch, double rate) {
    const AutoencoderLayers layers = {.variational = true};
    Times best{1e30, 1e30};
    Times last = now();
    TrainingHooks hooks;
    hooks.checkpoint = [&](const AutoencoderFit& fit) {
        const Times time = now();
        if (fit.epochs() > 1)
            best = {std::min(best.wall, time.wall - last.wall), std::min(best.cpu, time.cpu - last.cpu)};
        last = time;
    };
    const AutoencoderFit fit = fit_autoencoder(likes, layers, {.batch = batch, .epochs = epoch_count}, {}, hooks);
    const double flops = flops_of_epoch(likes, layers), floor = flops / rate / 1e9;
    std::printf("an epoch: %.3f s wall, %.3f s cpu; %.1f Gflop, %.3f s at that rate: %.0f%% of its speed; loss %.4f\n",
                best.wall, best.cpu, flops / 1e9, floor, 100 * floor / best.wall, fit.loss.back());
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2 || count > 6) {
        return std::fprintf(stderr, "autoencoder_speed RATINGS [POSITIVE [BATCH [THREADS [PAIRS.txt]]]]\n"), 2;
    }
    const ThreadLimit limit(count > 4 ? std::atoi(arguments[4]) : 0);
    const recsys::Ratings ratings = read_ratings(arguments[1]);
    CsrMatrix likes = recsys::entries_from(ratings.user_item, count > 2 ? std::strtof(arguments[2], nullptr) : 4.0F);
    std::fill(likes.values.begin(), likes.values.end(), 1.0F);
    if (count > 5) write_pairs(likes, arguments[5]);
    const double rate = product_rate(thread_count());
    std::printf("%d threads; sgemm %.1f Gflop/s; %lld users, %lld items, %lld likes\n", thread_count(), rate,
                static_cast<long long>(likes.rows), static_cast<long long>(likes.cols),
                static_cast<long long>(likes.nonzeros()));
    time_training(likes, count > 3 ? std::atoi(arguments[3]) : 500, rate);
}
