// Measures opening an index and answering queries, in the process: bench_queries INDEX [QUERIES [WORDS]]. Queries are
// passages of WORDS words (default 5) from documents spread over the index, so that they have the words that people
// use.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "text/query/index.h"

namespace {

using namespace eckart;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Passages from the middle of documents at equal distances.
std::vector<std::string> passages(const std::string& path, std::size_t count, std::size_t words) {
    const StoreReader store = StoreReader::open(path);
    const MappedArray<std::uint8_t> text(store.file("text.npy"));
    const MappedArray<std::int64_t> offsets(store.file("text_offsets.npy"));
    const std::size_t documents = offsets.values().size() / 2;
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t row = i * documents / count;
        const auto begin = static_cast<std::size_t>(offsets.values()[2 * row]);
        const auto length = static_cast<std::size_t>(offsets.values()[2 * row + 1]);
        std::istringstream stream(std::string(reinterpret_cast<const char*>(text.values().data()) + begin, length));
        const std::vector<std::string> all{std::istream_iterator<std::string>(stream), {}};
        std::string query;
        for (std::size_t w = all.size() / 2; w < std::min(all.size(), all.size() / 2 + words); ++w)
            query += all[w] + " ";
        result.push_back(query);
    }
    return result;
}

void report(const char* what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("%-9s median %7.3f ms   90%% %7.3f ms   slowest %7.3f ms\n", what, times[times.size() / 2],
                times[times.size() * 9 / 10], times.back());
}

void measure(const std::string& path, std::size_t count, std::size_t words) {
    std::vector<double> opening;
    for (int i = 0; i < 11; ++i) {
        const auto start = Clock::now();
        const auto index = text::Index::open(path);
        opening.push_back(milliseconds_since(start));
    }
    report("open", opening);

    const auto index = text::Index::open(path);
    const auto queries = passages(path, count, words);
    for (const auto mode : {text::Mode::lexical, text::Mode::latent, text::Mode::hybrid}) {
        std::vector<double> times;
        index.search(queries.front(), {.mode = mode});
        for (const std::string& query : queries) {
            const auto start = Clock::now();
            index.search(query, {.mode = mode});
            times.push_back(milliseconds_since(start));
        }
        report(std::string(text::name(mode)).c_str(), times);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_queries INDEX [QUERIES [WORDS]]\n");
        return 2;
    }
    try {
        measure(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 500,
                argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 5);
    } catch (const eckart::Error& error) {
        std::fprintf(stderr, "bench_queries: %s\n", error.what());
        return error.exit_code();
    }
    return 0;
}
