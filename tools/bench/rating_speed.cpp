// Measures how fast files of ratings are read: one thread, the fastest of some runs, processor and wall time.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include "corpora/ratings/open_ratings.h"
#include "engine/support/error.h"
#include "recsys/interface/ratings.h"
#include "tools/bench/clock.h"

namespace {

using namespace eckart;
using namespace eckart::tools;

/// The least times of nine runs.
template <class Work>
Times fastest(const Work& work) {
    Times best = timed(work);
    for (int run = 1; run < 9; ++run) {
        const Times one = timed(work);
        best = {std::min(best.wall, one.wall), std::min(best.cpu, one.cpu)};
    }
    return best;
}

std::int64_t read_all_ratings(const std::string& source) {
    const auto reader = corpora::open_ratings(source);
    std::int64_t count = 0;
    for (corpora::Rating rating; reader->next(rating);) ++count;
    return count;
}

recsys::RatingsBuilder gathered(const std::string& source) {
    const auto reader = corpora::open_ratings(source);
    recsys::RatingsBuilder builder;
    for (corpora::Rating rating; reader->next(rating);) {
        builder.add(rating.user, rating.item, rating.value, rating.time, rating.time_billionths);
    }
    return builder;
}

void report(const char* what, const Times& seconds, double bytes, double ratings) {
    std::printf("  %-28s %7.1f ms processor %7.1f ms wall %7.1f MB/s %6.1f ns a rating\n", what, 1e3 * seconds.cpu,
                1e3 * seconds.wall, 1e-6 * bytes / seconds.cpu, 1e9 * seconds.cpu / ratings);
}

void measure(const std::string& source) {
    const auto bytes = static_cast<double>(std::filesystem::file_size(source));
    const auto ratings = static_cast<double>(read_all_ratings(source));
    std::printf("%s: %.0f ratings, %.1f MB\n", source.c_str(), ratings, 1e-6 * bytes);
    report("read", fastest([&] { read_all_ratings(source); }), bytes, ratings);
    report("read, ids looked up", fastest([&] { gathered(source); }), bytes, ratings);
    report("read, made a matrix", fastest([&] { gathered(source).finish(); }), bytes, ratings);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: bench_ratings FILE...\n", stderr);
        return 2;
    }
    try {
        for (int i = 1; i < argc; ++i) measure(argv[i]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_ratings: %s\n", error.what());
        return 1;
    }
}
