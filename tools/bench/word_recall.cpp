// Measures whether the words of a text find it: bench_words DATA [WORDS]. All files of DATA/udhr, the Universal
// Declaration of Human Rights in many languages, are indexed together; WORDS (default 25) random different words of
// each (numbers, which all have, left out), as they stand between spaces and as the tokenizer cuts them, are asked
// alone. Prints the share that has its text among the first ten, by words and in the hybrid, and what was not found.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/storage/temporary_folder.h"
#include "engine/support/error.h"
#include "engine/support/random.h"
#include "text/indexing/index_builder.h"
#include "text/query/index.h"
#include "text/words/tokenizer.h"

namespace {

using namespace eckart;
namespace fs = std::filesystem;

std::vector<text::SourceDocument> read_texts(const fs::path& folder) {
    std::vector<text::SourceDocument> texts;
    if (!fs::is_directory(folder)) throw InputError(folder.string() + ": no folder");
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".txt") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        text::SourceDocument document;
        document.id = entry.path().stem().string();
        document.text.assign(std::istreambuf_iterator<char>(file), {});
        texts.push_back(document);
    }
    std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return texts;
}

std::set<std::string> cut_words(const std::string& text) {
    text::Tokenizer tokenizer;
    text::TokenList words;
    tokenizer.tokenize(text, words);
    std::set<std::string> different;
    for (std::size_t i = 0; i < words.size(); ++i)
        different.insert(text.substr(words.source(i).begin, words.source(i).end - words.source(i).begin));
    return different;
}

/// Whether there is more to the word than digits, which are the same in all texts.
bool has_letter(const std::string& word) {
    return std::any_of(word.begin(), word.end(), [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return static_cast<unsigned char>(c) >= 0x80 || (lower >= 'a' && lower <= 'z');
    });
}

/// What stands between spaces and holds a word.
std::set<std::string> spaced_words(const std::string& text) {
    std::istringstream stream(text);
    std::set<std::string> different;
    for (std::string word; stream >> word;)
        if (!cut_words(word).empty()) different.insert(word);
    return different;
}

std::vector<std::string> drawn(const std::set<std::string>& words, std::size_t count, std::uint64_t stream) {
    std::vector<std::pair<std::uint64_t, std::string>> keyed;
    const Philox random(1, stream);
    for (const std::string& word : words)
        if (has_letter(word)) keyed.emplace_back(random.bits(keyed.size()), word);
    std::sort(keyed.begin(), keyed.end());
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < std::min(count, keyed.size()); ++i) chosen.push_back(keyed[i].second);
    return chosen;
}

/// The share of `words` that find `document`; the others are added to `lost`.
double share_found(const text::Index& index, const std::vector<std::string>& words, const std::string& document,
                   text::Mode mode, std::set<std::string>& lost) {
    std::size_t found = 0;
    for (const std::string& word : words) {
        const auto hits = index.search(word, {.mode = mode, .count = 10});
        const bool has =
            std::any_of(hits.begin(), hits.end(), [&](const auto& hit) { return hit.document == document; });
        found += has ? 1 : 0;
        if (!has) lost.insert(word);
    }
    return words.empty() ? 1 : static_cast<double>(found) / static_cast<double>(words.size());
}

int measure(const fs::path& data, std::size_t count) {
    const auto texts = read_texts(data / "udhr");
    const TemporaryFolder folder;
    const auto source = [&texts, next = std::size_t{0}](text::SourceDocument& document) mutable {
        if (next == texts.size()) return false;
        document = texts[next++];
        return true;
    };
    text::build_index(folder / "words.idx", source);
    const auto index = text::Index::open(folder / "words.idx");
    std::printf("%zu texts; share of %zu words, asked alone, that find their text within the first ten\n", texts.size(),
                count);
    std::printf("%-15s %17s   %17s\n%-15s %8s %8s   %8s %8s\n", "", "between spaces", "as they are cut", "", "lexical",
                "hybrid", "lexical", "hybrid");
    double least = 1;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::set<std::string> lost;
        std::vector<double> shares;
        for (const auto& words : {spaced_words(texts[i].text), cut_words(texts[i].text)})
            for (const auto mode : {text::Mode::lexical, text::Mode::hybrid})
                shares.push_back(share_found(index, drawn(words, count, i), texts[i].id, mode, lost));
        std::printf("%-15s %8.2f %8.2f   %8.2f %8.2f ", texts[i].id.c_str(), shares[0], shares[1], shares[2],
                    shares[3]);
        for (const std::string& word : lost) std::printf(" %s", word.c_str());
        std::printf("\n");
        least = std::min(least, *std::min_element(shares.begin(), shares.end()));
    }
    std::printf("least %.2f, asked .99\n", least);
    return least >= 0.99 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_words DATA [WORDS]\n");
        return 2;
    }
    try {
        return measure(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 25);
    } catch (const eckart::Error& error) {
        std::fprintf(stderr, "bench_words: %s\n", error.what());
        return error.exit_code();
    }
}
