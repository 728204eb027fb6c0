#include "text/query/similar_forms.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "engine/support/random.h"
#include "text/query/spelling.h"

using namespace eckart;
using namespace eckart::text;

namespace {

Vocabulary vocabulary_of(std::vector<std::string> words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (const std::string& word : words) {
        bytes.insert(bytes.end(), word.begin(), word.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    return Vocabulary::owning(std::move(bytes), std::move(offsets));
}

/// Letters of UTF-8, one string each.
std::vector<std::string> letters(const std::string& text) {
    std::vector<std::string> result;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) result.emplace_back();
        result.back() += c;
    }
    return result;
}

/// The distance by its recursive definition, from the ends.
int slow_distance(const std::vector<std::string>& a, std::size_t i, const std::vector<std::string>& b, std::size_t j,
                  std::map<std::pair<std::size_t, std::size_t>, int>& known) {
    if (i == 0 || j == 0) return static_cast<int>(i + j);
    if (const auto found = known.find({i, j}); found != known.end()) return found->second;
    int least = slow_distance(a, i - 1, b, j - 1, known) + (a[i - 1] == b[j - 1] ? 0 : 1);
    least = std::min(least, slow_distance(a, i - 1, b, j, known) + 1);
    least = std::min(least, slow_distance(a, i, b, j - 1, known) + 1);
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        least = std::min(least, slow_distance(a, i - 2, b, j - 2, known) + 1);
    }
    return known[{i, j}] = least;
}

int slow_distance(const std::string& a, const std::string& b) {
    std::map<std::pair<std::size_t, std::size_t>, int> known;
    const auto x = letters(a), y = letters(b);
    return slow_distance(x, x.size(), y, y.size(), known);
}

std::string random_word(const Philox& random, std::uint64_t& draw) {
    constexpr const char* alphabet[] = {"a", "b", "c", "\xC3\xA9", "\xC3\xA8", "\xE3\x81\x82"};
    std::string word;
    const std::uint64_t length = 1 + random.below(draw++, 6);
    for (std::uint64_t i = 0; i < length; ++i) word += alphabet[random.below(draw++, 6)];
    return word;
}

}  // namespace

TEST_CASE("the walk finds the words that the definition of the distance finds") {
    const Philox random(5);
    std::uint64_t draw = 0;
    std::vector<std::string> words;
    for (int i = 0; i < 2000; ++i) words.push_back(random_word(random, draw));
    const Vocabulary forms = vocabulary_of(words);

    for (int i = 0; i < 60; ++i) {
        const std::string word = random_word(random, draw);
        const int most = static_cast<int>(random.below(draw++, 4));
        std::vector<SimilarForm> expected;
        for (std::int32_t form = 0; form < forms.size(); ++form) {
            const int distance = slow_distance(std::string(forms.term(form)), word);
            if (distance <= most) expected.push_back({form, distance});
        }
        CHECK(similar_forms(forms, word, most) == expected);
    }
    CHECK(similar_forms(vocabulary_of({}), "a", 2).empty());
}

TEST_CASE("ranges of a prefix hold the words that begin with it") {
    const Vocabulary forms = vocabulary_of({"a", "car", "cart", "cars", "cat", "d", "c\xC3\xA9"});
    CHECK(first_not_before(forms, "car") == 1);
    CHECK(end_of_prefix(forms, "car") == 4);
    CHECK(end_of_prefix(forms, "c") == 6);
    CHECK(end_of_prefix(forms, "") == 7);
    CHECK(first_not_before(forms, "x") == 7);
}

TEST_CASE("the usual distance grows with the word") {
    CHECK(usual_distance(2) == 0);
    CHECK(usual_distance(3) == 1);
    CHECK(usual_distance(5) == 1);
    CHECK(usual_distance(6) == 2);
    CHECK(count_letters("M\xC3\xBCller") == 6);
}

TEST_CASE("likely slips cost less than others") {
    CHECK(typing_cost("tyres", "tyres") == 0);
    CHECK(typing_cost("tyers", "tyres") == doctest::Approx(0.7));   // exchanged
    CHECK(typing_cost("tyrds", "tyres") == doctest::Approx(0.7));   // d is below e
    CHECK(typing_cost("tires", "tyres") == doctest::Approx(0.7));   // vowels
    CHECK(typing_cost("typres", "tyres") == doctest::Approx(1));    // one too many
    CHECK(typing_cost("tyrres", "tyres") == doctest::Approx(0.6));  // doubled
    CHECK(typing_cost("coffe", "coffee") == doctest::Approx(0.6));
    CHECK(typing_cost("typkes", "tyres") == doctest::Approx(2));
    CHECK(typing_cost("ryres", "tyres") == doctest::Approx(1.2));  // the first letter
}
