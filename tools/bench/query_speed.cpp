// Measures opening an index and answering queries, in the process: bench_queries INDEX [QUERIES [WORDS]]. Queries are
// passages of WORDS words (default 5) from documents spread over the index, so that they have the words that people
// use.
//
// Then the ranking alone, without reading the query and the catalog: the ten best as `leading_documents` finds them,
// and as they come out when all documents are scored from all vectors, one after the other for each query, which makes
// the ratio of the two hold on a busy machine too. The run fails where the two are not the same bytes.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/top_k.h"
#include "text/query/index.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"

namespace {

using namespace eckart;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The text without what a query takes for an operator, so that a passage is words and nothing else.
std::string without_operators(std::string text) {
    for (char& byte : text) {
        if (std::string_view("\"()*~^:=+-").find(byte) != std::string_view::npos) byte = ' ';
    }
    return text;
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
        std::istringstream stream(
            without_operators(std::string(reinterpret_cast<const char*>(text.values().data()) + begin, length)));
        const std::vector<std::string> all{std::istream_iterator<std::string>(stream), {}};
        std::string query;
        for (std::size_t w = all.size() / 2; w < std::min(all.size(), all.size() / 2 + words); ++w)
            query += all[w] + " ";
        result.push_back(query);
    }
    return result;
}

void report(const std::string& what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("%-22s least %7.3f ms   median %7.3f ms   90%% %7.3f ms   99%% %7.3f ms   slowest %7.3f ms\n",
                what.c_str(), times.front(), times[times.size() / 2], times[times.size() * 9 / 10],
                times[times.size() * 99 / 100], times.back());
}

/// Processor time of all threads, which other programs on the machine do not lengthen by waiting.
double processor_milliseconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

/// Times of the same queries, by the clock and of the processors.
struct Times {
    std::vector<double> passed = {};
    std::vector<double> worked = {};

    template <typename Call>
    auto operator()(Call call) {
        const double before = processor_milliseconds();
        const auto start = Clock::now();
        auto value = call();
        passed.push_back(milliseconds_since(start));
        worked.push_back(processor_milliseconds() - before);
        return value;
    }

    void report(const std::string& what) const {
        ::report(what, passed);
        ::report("  processor time", worked);
    }
};

/// An index as the rankings see it, with codes of the document vectors and without.
struct Rankers {
    explicit Rankers(const std::string& path)
        : open(path), saturations(text::bm25_saturations(open.files().token_counts(), open.manifest().bm25)) {
        for (text::Ranker* ranker : {&pruned, &exhaustive}) {
            ranker->lexical = open.files().lexical(saturations);
            if (open.manifest().rank > 0) ranker->latent.emplace(open.files().latent());
            ranker->latent_weight = open.manifest().blend.latent_weight;
        }
        if (exhaustive.latent) exhaustive.latent->codes.reset();
    }

    text::OpenIndex open;
    std::vector<float> saturations;
    text::Ranker pruned;
    text::Ranker exhaustive;
};

/// The two ways to the same page, for queries of terms of the collection's main language.
void measure_ranking(const std::string& path, const std::vector<std::string>& queries, text::Mode mode,
                     std::optional<double> latent_weight, const std::string& what) {
    constexpr std::size_t page = 10;
    const Rankers rankers(path);
    const text::Language language(rankers.open.manifest().majority_language);
    Times pruned_times, exhaustive_times;
    for (const std::string& text : queries) {
        const auto query = text::ranked_query(rankers.pruned, rankers.open.counted(text::analyzed(text, language)));
        if (query.terms.empty()) continue;
        const auto pruned = pruned_times(
            [&] { return text::leading_documents(rankers.pruned, query, mode, page, latent_weight).leading; });
        const auto all = exhaustive_times([&] {
            return top_k<float>(text::score_documents(rankers.exhaustive, query, mode, latent_weight).values, page);
        });
        if (all != pruned) throw UsageError("the two rankings differ for the query: " + text);
    }
    pruned_times.report(what + ", pruned");
    exhaustive_times.report(what + ", exhaustive");
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
        report(std::string(text::name(mode)), times);
    }
    measure_ranking(path, queries, text::Mode::lexical, {}, "lexical");
    measure_ranking(path, queries, text::Mode::latent, {}, "latent");
    measure_ranking(path, queries, text::Mode::hybrid, {}, "hybrid");
    measure_ranking(path, queries, text::Mode::hybrid, 0.5, "hybrid of .5");
    measure_ranking(path, queries, text::Mode::hybrid, 1.0, "hybrid of 1");
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
