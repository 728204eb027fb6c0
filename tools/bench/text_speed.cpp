// Measures the way from text to counts on the files below a folder, read into memory first: one thread, processor time.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/terms/term_counts.h"
#include "text/words/language.h"
#include "text/words/tokenizer.h"

namespace {

using namespace eckart::text;

std::vector<SourceDocument> read_folder(const std::string& folder) {
    std::vector<SourceDocument> documents;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream file(entry.path(), std::ios::binary);
        documents.push_back({entry.path().string(), "", std::string(std::istreambuf_iterator<char>(file), {})});
    }
    std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return documents;
}

/// Seconds of processor time of the fastest of five runs.
template <class Work>
double fastest(const Work& work) {
    double best = 1e30;
    for (int run = 0; run < 5; ++run) {
        const std::clock_t start = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return best;
}

struct ForgetfulSink : TextSink {
    std::uint64_t size = 0;
    std::uint64_t append(std::string_view text) override { return (size += text.size()) - text.size(); }
};

TermCounts count(const std::vector<SourceDocument>& documents, const std::string& language) {
    ForgetfulSink sink;
    std::size_t next = 0;
    const DocumentSource source = [&](SourceDocument& document) {
        if (next == documents.size()) return false;
        document = documents[next++];
        return true;
    };
    return count_terms(source, sink, {.language = language});
}

void report(const char* what, double bytes, double seconds) {
    std::printf("%-36s %8.1f ms %8.1f MB/s\n", what, 1e3 * seconds, 1e-6 * bytes / seconds);
}

void measure(const std::string& folder, int threads) {
    const eckart::ThreadLimit limit(threads);
    const auto documents = read_folder(folder);
    double bytes = 0;
    for (const auto& document : documents) bytes += static_cast<double>(document.text.size());
    std::printf("%zu documents, %.1f MB, %d thread(s)\n", documents.size(), 1e-6 * bytes, threads);

    TokenList words;
    std::size_t count_of_words = 0;
    for (const bool ascii_path : {true, false}) {
        Tokenizer tokenizer(ascii_path);
        const double seconds = fastest([&] {
            count_of_words = 0;
            for (const auto& document : documents) {
                tokenizer.tokenize(document.text, words);
                count_of_words += words.size();
            }
        });
        report(ascii_path ? "tokenize" : "tokenize, all through ICU", bytes, seconds);
    }
    const double detecting = fastest([&] {
        for (const auto& document : documents) static_cast<void>(detect_language(document.text));
    });
    report("detect the language", bytes, detecting);
    TermCounts counts;
    for (const char* language : {"none", "en", "auto"})
        report((std::string("text to counts, language ") + language).c_str(), bytes,
               fastest([&] { counts = count(documents, language); }));
    std::printf("%zu words; %lld terms, %lld nonzeros; %.1f us a document to detect the language\n", count_of_words,
                static_cast<long long>(counts.counts.cols), static_cast<long long>(counts.counts.nonzeros()),
                1e6 * detecting / static_cast<double>(std::max<std::size_t>(documents.size(), 1)));

    std::size_t same = 0, told = 0;
    for (const auto& document : documents) {
        const Language thorough = detect_language_thoroughly(document.text);
        if (thorough.empty()) continue;
        ++told;
        same += detect_language(document.text) == thorough;
    }
    std::printf("language agrees with the detector alone on %zu of %zu documents whose language it tells\n", same,
                told);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: bench_text FOLDER [THREADS]\n", stderr);
        return 2;
    }
    try {
        measure(argv[1], argc > 2 ? std::stoi(argv[2]) : 1);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_text: %s\n", error.what());
        return 1;
    }
}
