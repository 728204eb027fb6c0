#include "text/indexing/copies.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/text/small_index.h"
#include "text/store/copy_groups.h"
#include "text/words/tokenizer.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

using Rows = std::vector<std::int32_t>;

/// Texts with their sketches, as counting makes them.
struct SketchedTexts {
    explicit SketchedTexts(std::vector<std::string> given) : texts(std::move(given)) {
        Tokenizer tokenizer;
        CopySketcher sketcher;
        TokenList words;
        for (const std::string& text : texts) {
            tokenizer.tokenize(text, words);
            for (std::size_t i = 0; i < words.size(); ++i) sketcher.add(word_hash(words[i]));
            sketches.push_back(sketcher.take());
        }
    }

    Rows copies() const {
        return copies_of(sketches,
                         [this](std::int64_t row) -> std::string_view { return texts[static_cast<std::size_t>(row)]; });
    }

    std::vector<std::string> texts;
    std::vector<CopySketch> sketches;
};

std::string words_from(std::uint64_t seed, std::size_t count, std::uint64_t vocabulary = 100000) {
    const Philox random(seed, 77);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += numbered("w", random.below(i, vocabulary)) + " ";
    return text;
}

/// The text with its word `i` replaced.
std::string changed_at(std::string text, std::size_t word, const std::string& by) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < word; ++i) at = text.find(' ', at) + 1;
    return text.replace(at, text.find(' ', at) - at, by);
}

/// The Jaccard index by sets of strings.
double slow_resemblance(const std::string& a, const std::string& b) {
    const auto shingles = [](const std::string& text) {
        Tokenizer tokenizer;
        TokenList words;
        tokenizer.tokenize(text, words);
        std::set<std::string> all;
        for (std::size_t i = 0; i + shingle_words <= words.size(); ++i) {
            std::string shingle;
            for (std::size_t j = 0; j < shingle_words; ++j) shingle += std::string(words[i + j]) + " ";
            all.insert(shingle);
        }
        return all;
    };
    const auto x = shingles(a), y = shingles(b);
    std::size_t common = 0;
    for (const std::string& shingle : x) common += y.count(shingle);
    const std::size_t all = x.size() + y.size() - common;
    return all == 0 ? 0 : static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace

TEST_CASE("equal words are copies whatever the case, the marks and the white space between them") {
    const SketchedTexts texts({"The sail, the OAR.", "the sail\n\n  the oar", "the oar the sail", "", "", "sail"});

    CHECK(texts.copies() == Rows{0, 0, 2, 3, 4, 5});
}

TEST_CASE("one changed word in eighty words leaves a near copy, and in seventy it does not") {
    const std::string eighty = words_from(1, 80), seventy = words_from(2, 70);
    const SketchedTexts texts({eighty, changed_at(eighty, 40, "other"), seventy, changed_at(seventy, 40, "other")});

    CHECK(texts.copies() == Rows{0, 0, 2, 3});
    CHECK(shingle_resemblance(texts.texts[0], texts.texts[1]) == doctest::Approx(73.0 / 81));
    CHECK(shingle_resemblance(texts.texts[2], texts.texts[3]) == doctest::Approx(63.0 / 71));
}

TEST_CASE("a chain of small changes does not make copies of its two ends") {
    std::vector<std::string> chain = {words_from(3, 200)};
    for (std::size_t i = 1; i < 10; ++i) chain.push_back(changed_at(chain.back(), 20 * i, numbered("changed", i)));
    const SketchedTexts texts(chain);

    const Rows copies = texts.copies();

    for (std::size_t row = 0; row < copies.size(); ++row) {
        const auto first = static_cast<std::size_t>(copies[row]);
        CHECK(copies[first] == copies[row]);
        if (first != row) CHECK(slow_resemblance(chain[first], chain[row]) >= copy_resemblance);
    }
    CHECK(copies[1] == 0);
    CHECK(copies[9] != 0);
}

TEST_CASE("copies are those that a comparison of all pairs finds, and nothing else") {
    // Families of texts of many lengths with few or many changes, in a mixed order.
    std::vector<std::string> texts;
    const Philox random(9);
    for (std::uint64_t d = 0; d < 240; ++d) {
        const std::uint64_t family = random.below(2 * d, 40);
        std::string text = words_from(family, 30 + 7 * family);
        const std::uint64_t changes = random.below(2 * d + 1, 6);
        for (std::uint64_t c = 0; c < changes; ++c) {
            text = changed_at(text, random.below(1000 + 10 * d + c, 30 + 7 * family), numbered("x", 10 * d + c));
        }
        texts.push_back(text);
    }
    const SketchedTexts sketched(texts);
    const Rows copies = sketched.copies();

    Rows expected;
    for (std::size_t row = 0; row < texts.size(); ++row) {
        expected.push_back(static_cast<std::int32_t>(row));
        for (std::size_t earlier = 0; earlier < row; ++earlier) {
            if (expected[earlier] != static_cast<std::int32_t>(earlier)) continue;
            if (texts[earlier] != texts[row] && slow_resemblance(texts[earlier], texts[row]) < copy_resemblance)
                continue;
            expected[row] = static_cast<std::int32_t>(earlier);
            break;
        }
    }
    CHECK(copies == expected);
}

TEST_CASE("many copies of one text are one group, however many") {
    std::vector<std::string> texts;
    const std::string licence = words_from(5, 300);
    for (std::size_t i = 0; i < 500; ++i) texts.push_back(changed_at(licence, i % 300, numbered("holder", i)));

    const Rows copies = SketchedTexts(texts).copies();

    CHECK(copies == Rows(500, 0));
}

TEST_CASE("the stored groups are the same bytes for any number of threads, and say who is with whom") {
    std::vector<SourceDocument> documents = random_documents(80, 6, 120);
    documents[30].text = documents[10].text;
    documents[40].text = documents[10].text + " and more";
    documents[70].text = documents[60].text;
    const auto stored = [&documents] {
        const SmallIndex index(documents);
        CHECK(index.summary.copies == 3);
        return bytes_of(index.path()).at("copies.npy");
    };
    const std::string bytes = stored();
    for (const int threads : {1, 3}) {
        const ThreadLimit limit(threads);
        CHECK((stored() == bytes));
    }
    const SmallIndex index(documents);
    const CopyGroups groups(StoreReader::open(index.path(), index_kind), 80);

    CHECK(groups.size() == 3);
    CHECK(groups.copies(10) == Rows{30, 40});
    CHECK(groups.copies(30) == Rows{10, 40});
    CHECK(groups.copies(60) == Rows{70});
    CHECK(groups.copies(0).empty());
    CHECK(groups.representative(40) == 10);
}

TEST_CASE("the title is no part of a copy's text") {
    const SmallIndex index({{"a", "One", "sail and oar"}, {"b", "Two", "sail and oar"}, {"c", "sail and oar", ""}});

    CHECK(index.summary.copies == 1);
}
