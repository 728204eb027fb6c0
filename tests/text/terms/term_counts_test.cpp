#include "text/terms/term_counts.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "text/terms/string_table.h"
#include "text/words/analyzer.h"

using namespace eckart::text;

namespace {

struct Collected : TextSink {
    std::string bytes;
    std::uint64_t append(std::string_view text) override {
        bytes += text;
        return bytes.size() - text.size();
    }
};

DocumentSource source_of(const std::vector<SourceDocument>& documents) {
    return [documents, next = std::size_t{0}](SourceDocument& document) mutable {
        if (next == documents.size()) return false;
        document = documents[next++];
        return true;
    };
}

TermCounts count(const std::vector<SourceDocument>& documents, const CountOptions& options = {}) {
    Collected texts;
    return count_terms(source_of(documents), texts, options);
}

/// Row `row` as a map of terms.
std::map<std::string, float> row_of(const TermCounts& counts, std::size_t row) {
    std::map<std::string, float> result;
    for (auto i = counts.counts.row_offsets[row]; i < counts.counts.row_offsets[row + 1]; ++i) {
        const auto at = static_cast<std::size_t>(i);
        result.emplace(counts.vocabulary.term(counts.counts.column_indices[at]), counts.counts.values[at]);
    }
    return result;
}

const std::string english_text =
    "the boat that we bought from them was not ready and there were some people who told us "
    "about it before they would leave with their own";
const std::string german_text =
    "das Boot, das wir im Frühling gekauft hatten, war noch nicht fertig, und die Leute am Hafen "
    "sagten uns, dass es niemals auslaufen werde";

std::string numbered(std::string name, std::uint64_t number) {
    name += std::to_string(number);
    return name;
}

std::vector<SourceDocument> random_documents(int count_of_documents) {
    const eckart::Philox random(11);
    std::uint64_t at = 0;
    std::vector<SourceDocument> documents;
    for (int d = 0; d < count_of_documents; ++d) {
        SourceDocument document{numbered("d", random.below(at++, 1000000)), "", ""};
        const auto kind = random.below(at++, 8);
        document.text = kind < 4 ? english_text : kind < 6 ? german_text : "";
        document.title = numbered("t", random.below(at++, 50));
        const auto words = random.below(at++, 400);
        for (std::uint64_t w = 0; w < words; ++w) document.text += numbered(" w", random.below(at++, 3000));
        if (kind == 7) document.text += " \xff schöne Häuser";
        documents.push_back(document);
    }
    return documents;
}

}  // namespace

TEST_CASE("terms are counted by document, in order of id and term") {
    const TermCounts counts = count({{"b", "", "sail sail boats"}, {"a", "Boat", "the harbour"}}, {.language = "en"});

    CHECK(counts.ids == std::vector<std::string>{"a", "b"});
    CHECK(counts.titles == std::vector<std::string>{"Boat", ""});
    CHECK(row_of(counts, 0) == std::map<std::string, float>{{"boat", 1}, {"harbour", 1}});
    CHECK(row_of(counts, 1) == std::map<std::string, float>{{"boat", 1}, {"sail", 2}});
    CHECK(counts.lengths == std::vector<std::int64_t>{2, 3});
    CHECK(counts.vocabulary.size() == 3);
}

TEST_CASE("the title counts as often as it is told to") {
    const std::vector<SourceDocument> documents = {{"a", "Boat", "boat sail"}};
    CHECK(row_of(count(documents, {.language = "en", .title_weight = 3}), 0)["boat"] == 4);
    CHECK(row_of(count(documents, {.language = "en", .title_weight = 0}), 0)["boat"] == 1);
    CHECK_THROWS_AS(count(documents, {.title_weight = -1}), eckart::UsageError);
}

TEST_CASE("the first document with an id is kept, empty documents are counted") {
    Collected texts;
    const TermCounts counts =
        count_terms(source_of({{"a", "", "one"}, {"a", "", "two"}, {"b", "", "..."}}), texts, {.language = "none"});

    CHECK(counts.duplicate_ids == 1);
    CHECK(counts.empty_documents == 1);
    CHECK(row_of(counts, 0) == std::map<std::string, float>{{"one", 1}});
    CHECK(texts.bytes == "one...");
    CHECK(counts.text_offsets == std::vector<std::uint64_t>{0, 3});
    CHECK(counts.text_sizes == std::vector<std::uint64_t>{3, 3});
}

TEST_CASE("a document too short to tell is analysed in the language of most") {
    const TermCounts counts =
        count({{"1", "", german_text}, {"2", "", german_text}, {"3", "", english_text}, {"4", "", "Häuser"}});

    CHECK(counts.main_language == Language("de"));
    CHECK(counts.languages[2] == Language("en"));
    CHECK(counts.languages[3] == Language("de"));
    CHECK(row_of(counts, 3) == std::map<std::string, float>{{"haus", 1}});
}

TEST_CASE("counts are what the analyzer gives") {
    const auto documents = random_documents(50);
    const TermCounts counts = count(documents, {.language = "en"});
    Analyzer analyzer;
    TokenList terms;
    for (std::size_t row = 0; row < counts.ids.size(); ++row) {
        const auto document = std::find_if(documents.begin(), documents.end(),
                                           [&](const auto& each) { return each.id == counts.ids[row]; });
        std::map<std::string, float> expected;
        analyzer.analyze(document->title + "\n" + document->text, Language("en"), terms);
        for (std::size_t i = 0; i < terms.size(); ++i) ++expected[std::string(terms[i])];
        CHECK(row_of(counts, row) == expected);
    }
}

TEST_CASE("1, 2 and 4 threads count the same") {
    const auto documents = random_documents(4000);
    std::vector<TermCounts> results;
    std::vector<std::string> texts;
    for (const int threads : {1, 2, 4}) {
        const eckart::ThreadLimit limit(threads);
        Collected sink;
        results.push_back(count_terms(source_of(documents), sink));
        texts.push_back(sink.bytes);
    }

    for (std::size_t i = 1; i < results.size(); ++i) {
        const TermCounts &first = results[0], &other = results[i];
        CHECK(first.counts.row_offsets == other.counts.row_offsets);
        CHECK(first.counts.column_indices == other.counts.column_indices);
        CHECK(first.counts.values == other.counts.values);
        CHECK(std::equal(first.vocabulary.bytes().begin(), first.vocabulary.bytes().end(),
                         other.vocabulary.bytes().begin(), other.vocabulary.bytes().end()));
        CHECK(first.lengths == other.lengths);
        CHECK(first.ids == other.ids);
        CHECK(first.languages == other.languages);
        CHECK(first.main_language == other.main_language);
        CHECK(first.text_offsets == other.text_offsets);
        CHECK(first.invalid_sequences == other.invalid_sequences);
        CHECK(texts[0] == texts[i]);
    }
    eckart::validate(results[0].counts);
    CHECK(results[0].invalid_sequences > 0);
}

TEST_CASE("past the budget counting ends with the numbers") {
    CHECK_THROWS_AS(count(random_documents(500), {.memory = {10000}}), eckart::MemoryError);
}

TEST_CASE("errors of the source come through, and counting can be interrupted") {
    Collected texts;
    int handed_out = 0;
    const DocumentSource failing = [&](SourceDocument& document) {
        if (++handed_out == 100) throw eckart::InputError("bad line");
        document = {std::to_string(handed_out), "", std::string(30000, 'x')};
        return true;
    };
    CHECK_THROWS_AS(count_terms(failing, texts), eckart::InputError);

    const eckart::Progress interrupted({}, [] { return true; });
    CHECK_THROWS_AS(count_terms(source_of(random_documents(100)), texts, {}, interrupted), eckart::InterruptedError);
}

TEST_CASE("progress tells the documents read") {
    std::uint64_t last = 0;
    const eckart::Progress progress([&](std::string_view phase, std::uint64_t done, std::uint64_t) {
        CHECK(phase == "reading");
        CHECK(done >= last);
        last = done;
    });
    Collected texts;
    const auto counts = count_terms(source_of(random_documents(100)), texts, {}, progress);

    CHECK(last == counts.ids.size());
}

TEST_CASE("no documents make an empty matrix") {
    const TermCounts counts = count({});
    CHECK(counts.counts.rows == 0);
    CHECK(counts.vocabulary.size() == 0);
}

TEST_CASE("a table of strings numbers them in order of arrival, NUL bytes and lengths told apart") {
    StringTable table;
    std::vector<std::string> strings = {"", std::string(1, '\0'), std::string(2, '\0'), "12345678", "123456789"};
    for (std::uint64_t i = 0; i < 5000; ++i) strings.push_back(numbered("string number ", i));
    for (std::size_t i = 0; i < strings.size(); ++i) CHECK(table.insert(strings[i]) == static_cast<std::int32_t>(i));
    for (std::size_t i = 0; i < strings.size(); ++i) {
        CHECK(table.insert(strings[i]) == static_cast<std::int32_t>(i));
        CHECK(table[static_cast<std::int32_t>(i)] == strings[i]);
    }
}

TEST_CASE("a table takes a list of words as it takes them one by one") {
    TokenList words;
    for (std::uint64_t i = 0; i < 5000; ++i) words.append(numbered(std::string(i % 7, 'x'), i * i % 1000), {});
    StringTable one_by_one, all;
    std::vector<std::int32_t> expected, numbers;
    for (std::size_t i = 0; i < words.size(); ++i) expected.push_back(one_by_one.insert(words[i]));
    all.insert_all(words, numbers);

    CHECK(numbers == expected);
}
