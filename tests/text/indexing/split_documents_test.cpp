#include "text/indexing/split_documents.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/support/parallel.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

struct NoSink final : TextSink {
    std::uint64_t append(std::string_view) override { return 0; }
};

/// Documents counted without stemming, and what their rows say.
struct Counted {
    explicit Counted(std::vector<SourceDocument> given) : documents(std::move(given)) {
        NoSink sink;
        counts = count_terms(source_of(documents), sink, {.language = "none"});
    }

    std::vector<SplitDocument> split(std::uint64_t seed = 1) const {
        return split_documents(
            counts, [&](std::int64_t row) { return "\n" + documents[static_cast<std::size_t>(row)].text; },
            repeated_rows(counts.counts), {}, seed);
    }

    std::vector<SourceDocument> documents;
    TermCounts counts;
};

/// "w00 w01 ...": `words` different words.
std::string numbered(int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += (i < 10 ? "w0" : "w") + std::to_string(i) + " ";
    return text;
}

std::vector<std::string> words_of(const WeightedTerms& terms, const Vocabulary& vocabulary) {
    std::vector<std::string> words;
    for (const auto& [term, count] : terms) words.emplace_back(vocabulary.term(term));
    return words;
}

}  // namespace

TEST_CASE("halves are every other piece of twelve words, and a passage is a few words in a row of the other half") {
    const Counted counted({{"a", "", numbered(60)}});

    const auto trials = counted.split();

    REQUIRE(trials.size() == 2);
    const auto& words = counted.counts.vocabulary;
    const auto piece_of = [](const std::string& word) { return std::stoi(word.substr(1)) / 12 % 2; };
    for (std::size_t side = 0; side < 2; ++side) {
        const auto passage = words_of(trials[side].passage, words), rest = words_of(trials[side].rest, words);
        CHECK(trials[side].row == 0);
        CHECK(passage.size() >= 1);
        CHECK(passage.size() <= 6);
        CHECK(rest.size() == (side == 0 ? 24 : 36));
        for (const auto& word : passage) CHECK(piece_of(word) == static_cast<int>(side));
        for (const auto& word : rest) CHECK(piece_of(word) == 1 - static_cast<int>(side));
        // In a row of its half: between the first and the last, nothing of that half is missing.
        int between = 0;
        for (int i = std::stoi(passage.front().substr(1)); i <= std::stoi(passage.back().substr(1)); ++i) {
            between += i / 12 % 2 == static_cast<int>(side) ? 1 : 0;
        }
        CHECK(between == static_cast<int>(passage.size()));
    }
}

TEST_CASE("the other half is as long as its terms count, and they are counted") {
    std::string text;
    for (int i = 0; i < 24; ++i) text += i < 12 ? "front " : "back ";
    const Counted counted({{"a", "", text}, {"b", "", numbered(48)}});

    const auto trials = counted.split();

    REQUIRE(trials.size() == 4);
    const auto found = std::find_if(trials.begin(), trials.end(), [](const auto& trial) { return trial.row == 0; });
    REQUIRE(found->rest.size() == 1);
    CHECK(found->rest[0].second == 12);
    CHECK(found->passage[0].second <= 6);
    CHECK(found->rest_saturation == bm25_saturation(12, 36, {}));
}

TEST_CASE("a row with the columns of another one is repeated") {
    const CsrMatrix matrix = csr_from_entries(
        5, 4, {{0, 1, 1.0F}, {0, 2, 1.0F}, {1, 1, 1.0F}, {2, 1, 5.0F}, {2, 2, 1.0F}, {4, 1, 1.0F}, {4, 3, 1.0F}});

    CHECK(repeated_rows(matrix) == std::vector<bool>{true, false, true, false, false});
}

TEST_CASE("a document of which there is a copy takes no part") {
    const Counted counted({{"a", "", numbered(30)}, {"b", "", numbered(40)}, {"c", "", numbered(30)}});

    const auto trials = counted.split();

    REQUIRE(trials.size() == 2);
    CHECK(trials[0].row == 1);
    CHECK(trials[1].row == 1);
}

TEST_CASE("passages have one word to six, each as often") {
    std::vector<SourceDocument> documents;
    for (int d = 0; d < 200; ++d)
        documents.push_back({"d" + std::to_string(d), "", numbered(40 + d % 60) + "own" + std::to_string(d)});
    std::map<std::size_t, int> lengths;

    for (const auto& trial : Counted(documents).split()) ++lengths[trial.passage.size()];

    CHECK(lengths.size() == 6);
    for (const auto& [length, times] : lengths) {
        CHECK(length >= 1);
        CHECK(length <= 6);
        CHECK(times > 30);  // of 400; 67 expected, standard deviation 7.5
    }
}

TEST_CASE("documents of fewer than twenty terms take no part") {
    const Counted counted({{"a", "", numbered(19)}, {"b", "", numbered(20)}, {"c", "", ""}});

    const auto trials = counted.split();

    REQUIRE(trials.size() == 2);
    CHECK(trials[0].row == 1);
    CHECK(trials[1].row == 1);
}

TEST_CASE("four hundred documents at most are drawn, each once, and by the seed alone") {
    const Counted counted(random_documents(450, 3, 20));

    const auto trials = counted.split(), again = counted.split(), other = counted.split(2);

    REQUIRE(trials.size() == 800);
    std::set<std::int32_t> rows, other_rows;
    for (const auto& trial : trials) rows.insert(trial.row);
    for (const auto& trial : other) other_rows.insert(trial.row);
    CHECK(rows.size() == 400);
    CHECK(rows != other_rows);
    for (const int threads : {1, 4}) {
        const ThreadLimit limit(threads);
        const auto by_threads = counted.split();
        for (std::size_t t = 0; t < trials.size(); ++t) {
            CHECK(by_threads[t].row == again[t].row);
            CHECK(by_threads[t].passage == again[t].passage);
            CHECK(by_threads[t].rest == again[t].rest);
        }
    }
}
